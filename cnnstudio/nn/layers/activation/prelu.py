"""PReLU: how much of a negative number passes is learned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import on_curve
from cnnstudio.nn.explaining.backward import bent_back
from cnnstudio.nn.explaining.dependence import Cell, as_volume
from cnnstudio.nn.explaining.parts import BackPart, Block, Doubles, LedgerPart, Part, Site, Step
from cnnstudio.nn.graph.layer import Category, Layer, ParameterSpec
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.slopes import LearnedSlopes
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class PReLU(Layer):
    """x where x > 0, otherwise slope · x, with a learned slope for each map or unit (He et al., 2015, who begin with
    0.25 and let no decay pull it to 0). At 0 its slope is that of the negative side."""

    kind: ClassVar[str] = "prelu"
    title: ClassVar[str] = "PReLU"
    category: ClassVar[Category] = "activation"
    sentence: ClassVar[str] = "Like Leaky ReLU, but how much of a negative number passes is learned for each map."
    gradient_in_place: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        return (ParameterSpec("slope", inputs[0][-1:], "quarters"),)

    def summary(self) -> Sentence:
        return Sentence("max(x, learned · x)")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        *extents, channels = inputs[0]
        each = "{channels:the map has|each of the # maps has}" if extents else "{channels:the unit has|each unit has}"
        return Sentence(
            "{input:×The number|Each of the # numbers} by itself: one above 0 passes unchanged, a negative one is "
            "multiplied with a learned slope; {each} one of its own.",
            input=inputs[0],
            each=Sentence(each, channels=channels),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        slopes = inputs[0][-1]
        return (Reason("parameters", f"{slopes}", (told("a-slope-each", slopes=slopes),)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        negative = float(site.arrays["slope"][cell[-1]])

        def value(x: Doubles) -> Doubles:
            return np.where(x > 0, x, negative * x)

        def slope(x: Doubles) -> Doubles:
            return np.where(x > 0, 1.0, negative)

        formula = Sentence("x above 0, else {slope:.4g}·x", slope=negative)
        return (on_curve(site, cell, value, slope, formula),)

    def weight_account(self, site: Site, gradient: Floats, index: tuple[int, ...]) -> LedgerPart | None:
        (channel,) = index
        shape = as_volume(site.inputs[0].shape)
        values = np.minimum(site.inputs[0].astype(np.float64), 0.0).reshape(shape)[:, :, channel]
        passed = gradient.astype(np.float64).reshape(shape)[:, :, channel]
        name = Sentence("channel {channel}", channel=channel + 1)
        block = Block(name, values, passed, channel=channel)
        caption = Sentence(
            "{count:The number|All # numbers} of the map {count:has|share} this slope: each that is negative is taken "
            "times the gradient of what became of it; the others add nothing. Their sum is the slope’s gradient.",
            count=values.size,
        )
        steps = (Step("", Sentence("Σ over {count:# number|# numbers}", count=values.size), block.total),)
        return LedgerPart(caption, steps, (block,), Sentence("negative numbers"), Sentence("gradient of the outputs"))

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return bent_back(self.parts(site, cell)[0], gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        return LearnedSlopes(binding)
