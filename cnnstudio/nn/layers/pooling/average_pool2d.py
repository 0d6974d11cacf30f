"""Average pooling: the mean of each window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.explaining.accounts import mean_of
from cnnstudio.nn.explaining.backward import shared_back
from cnnstudio.nn.explaining.dependence import Cell, Dependence
from cnnstudio.nn.explaining.parts import BackPart, Part, Site
from cnnstudio.nn.layers.convolution._sliding import padding_setting
from cnnstudio.nn.layers.pooling._pooling import Pool2D
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.pooling import averaging
from cnnstudio.nn.settings import Padding, setting
from cnnstudio.nn.sliding_window import Window
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class AveragePool2D(Pool2D):
    """(H, W, C) → (H′, W′, C), H′ = ⌊(H + p₁ + p₂ − k) / s⌋ + 1, or rounded up. Padding is averaged as zeros, unless
    it does not count: then each mean is that of the window's cells on the image."""

    kind: ClassVar[str] = "average_pool2d"
    title: ClassVar[str] = "Average pooling"
    sentence: ClassVar[str] = (
        "Replaces each window by its mean, in every map by itself. Makes maps smaller; has nothing to learn."
    )
    linear: ClassVar[bool] = True

    padding: Padding = padding_setting(
        "Zeros around the image, averaged with the rest: none (valid), same, or your own numbers."
    )
    count_padding: bool = setting(
        True,
        "Count padding",
        "Whether the zeros around the image are averaged with the rest, or each mean is that of real numbers alone.",
        type="switch",
    )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        if not self.count_padding:
            self.refuse_windows_of_padding(inputs)
        return super().output_shape(inputs)

    def further(self) -> tuple[Sentence, ...]:
        return () if self.count_padding else (Sentence("padding not counted"),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        (seen,) = super().dependence(inputs)
        return (seen if self.count_padding else replace(seen, rows=seen.rows.inside, columns=seen.columns.inside),)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        rows, columns, channels = self.output_shape(inputs)
        window = self.window(inputs)
        fewer = any(window.overhang if self.count_padding else window.border)
        return Sentence(
            "In {maps:the map|each of the # maps by itself}, {some}{cells:# number becomes its|# numbers become their} "
            "mean at {positions:# position|# positions}. {input:shape} becomes {output:shape}.",
            maps=channels,
            some=Sentence("up to " if fewer else ""),
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

    def pooling(self, binding: Binding, window: Window) -> Operation:
        kinds = {"shifts": averaging.Shifts, "reference": averaging.Reference}
        return kinds[binding.algorithm](binding, window, count_padding=self.count_padding)
