"""Average pooling: the mean of each window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import mean_of
from cnnstudio.nn.explaining.backward import shared_back
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layers.convolution._sliding import padding_setting
from cnnstudio.nn.layers.pooling._pooling import Pool2D
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.pooling import averaging
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.told import Sentence


@dataclass(frozen=True)
class AveragePool2D(Pool2D):
    """(H, W, C) → (H′, W′, C), H′ = ⌊(H + p₁ + p₂ − k) / s⌋ + 1. Padding counts: it is averaged as zeros."""

    kind: ClassVar[str] = "average_pool2d"
    title: ClassVar[str] = "Average pooling"
    sentence: ClassVar[str] = (
        "Replaces each window by its mean, in every map by itself. Makes maps smaller; has nothing to learn."
    )
    linear: ClassVar[bool] = True

    padding: Padding = padding_setting(
        "Zeros around the image, averaged with the rest: none (valid), same, or your own numbers."
    )

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        rows, columns, channels = self.output_shape(inputs)
        return Sentence(
            "In {maps:the map|each of the # maps by itself}, {cells:# number becomes its|# numbers become their} "
            "mean at "
            "{positions:# position|# positions}. {input:shape} becomes {output:shape}.",
            maps=channels,
            cells=math.prod(self.kernel),
            positions=(rows, columns),
            input=inputs[0],
            output=(rows, columns, channels),
        )

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (mean_of(site, seen.sources(cell)),)

    def back_account(self, site: Site, gradient: Floats, cell: Cell, label: int) -> BackPart | None:
        return shared_back(site, self.dependence(site.shapes)[0], gradient, cell)

    def operation(self, binding: Binding) -> Operation:
        kinds = {"shifts": averaging.Shifts, "reference": averaging.Reference}
        return kinds[binding.algorithm](binding, self.window(()))
