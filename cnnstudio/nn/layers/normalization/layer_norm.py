"""Layer norm: every image brought to the same mean and spread."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape, thousands
from cnnstudio.nn.explaining.accounts import normalised
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.graph.layer import Category, Layer, ParameterSpec, Reach
from cnnstudio.nn.layers.normalization._of_one_image import back_through_moments
from cnnstudio.nn.ops.normalization.layer_normalization import ByImage
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class LayerNorm(Layer):
    """(H, W, C) or (units,) → the same shape: (x − mean) / √(variance + ε) · scale + shift (Ba et al., 2016).

    Mean and variance are taken over height, width and channels of one image. Scale and shift have a number for each
    cell: (H, W, C) or (units,).
    """

    kind: ClassVar[str] = "layer_norm"
    title: ClassVar[str] = "Layer norm"
    category: ClassVar[Category] = "normalization"
    sentence: ClassVar[str] = (
        "Brings all numbers of an image to mean 0 and spread 1, then scales and shifts each. Needs no batch."
    )
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "all"

    epsilon: float = setting(
        1e-5, "ε", "Added to the variance, so that nothing is divided by zero.", type="real", low=1e-8, high=1.0
    )

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        return (ParameterSpec("scale", inputs[0], "ones"), ParameterSpec("shift", inputs[0]))

    def summary(self) -> Sentence:
        return Sentence("mean 0, spread 1")

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        return Sentence(
            "Of the {input:shape} = {count:# number|# numbers} of an image, the mean is subtracted and the result "
            "divided by the square root of their variance; then each is scaled and shifted by two numbers of its own. "
            "Other images do not matter.",
            input=inputs[0],
            count=math.prod(inputs[0]),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        cells = "·".join(map(str, inputs[0]))
        total = thousands(2 * math.prod(inputs[0]))
        return (Reason("parameters", f"2 × {cells} = {total}", (told("scale-and-shift-a-cell"),)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        values = site.inputs[0].astype(np.float64)
        scale, shift = float(site.arrays["scale"][cell]), float(site.arrays["shift"][cell])
        return (normalised(float(values[cell]), float(values.mean()), float(values.var()), self.epsilon, scale, shift),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        values, scaled = site.inputs[0].astype(np.float64), gradient * site.arrays["scale"]
        return back_through_moments(cell, values, scaled, cell, self.epsilon)

    def operation(self, binding: Binding) -> Operation:
        return ByImage(binding, self.epsilon)
