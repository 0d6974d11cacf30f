"""Max pooling: the largest value of each window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import largest_of
from cnnstudio.nn.explaining.backward import won_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layers.convolution._sliding import padding_setting
from cnnstudio.nn.layers.pooling._pooling import Pool2D
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.pooling import max_pooling
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.sliding_window import Window
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class MaxPool2D(Pool2D):
    """(H, W, C) → (H′, W′, C). Padding counts as −∞; of equal values the first, row by row, wins."""

    kind: ClassVar[str] = "max_pool2d"
    title: ClassVar[str] = "Max pooling"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "Keeps the largest value of each window, in every map by itself. Makes maps smaller; has nothing to learn."
    )

    padding: Padding = padding_setting(
        "Cells around the image that never win: none (valid), same, or your own numbers."
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        self.refuse_windows_of_padding(inputs)
        return super().output_shape(inputs)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        rows, columns, channels = self.output_shape(inputs)
        return Sentence(
            "In {maps:the map|each of the # maps by itself}, the largest of {some}{cells:# number|# numbers} is kept "
            "at {positions:# position|# positions}. {input:shape} becomes {output:shape}.",
            maps=channels,
            some=Sentence("up to " if any(self.window(inputs).border) else ""),
            cells=math.prod(self.kernel),
            positions=(rows, columns),
            input=inputs[0],
            output=(rows, columns, channels),
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (largest_of(site, seen.sources(cell)),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return won_back(site, self.dependence(site.shapes)[0], gradient, cell)

    def pooling(self, binding: Binding, window: Window) -> Operation:
        kinds = {"shifts": max_pooling.Shifts, "reference": max_pooling.Reference}
        return kinds[binding.algorithm](binding, window)
