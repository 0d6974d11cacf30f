"""Transposed Conv 2D: filters that are stamped onto a larger volume."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, NamedTuple

import numpy as np

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.accounts import weighted_window
from cnnstudio.nn.explaining.dependence import Cell, Dependence, everything
from cnnstudio.nn.explaining.parts import Part, Site
from cnnstudio.nn.graph.initializers import initializer_setting
from cnnstudio.nn.graph.layer import Initializer, ParameterSpec, volume
from cnnstudio.nn.layers._bias import bias_spec, parameters_formula
from cnnstudio.nn.layers.convolution._sliding import (
    Convolving,
    Filters,
    cost_reason,
    filters_summary,
    kernel_setting,
    padding_setting,
    stride_setting,
)
from cnnstudio.nn.ops.convolution import transposed
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import resolved_padding
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.sliding_window import Reason, ShapeError, Window
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True)
class ConvTranspose2D(Convolving, Filters):
    """(H, W, C) → (H′, W′, filters), H′ = (H − 1)·s − p₁ − p₂ + d(k − 1) + 1: the size from which a convolution with
    these settings makes H.

    Weights (filters, kernel height, kernel width, C), bias (filters,), if any. ``padding`` is cut off from the output;
    “same” cuts off d(k − 1) in all, the smaller half first, which leaves (H − 1)·s + 1.
    """

    kind: ClassVar[str] = "conv_transpose2d"
    title: ClassVar[str] = "Transposed Conv 2D"
    sentence: ClassVar[str] = (
        "A convolution backwards: every cell stamps its filters onto a larger volume, and the stamps are added up."
    )
    algorithms: ClassVar[tuple[str, ...]] = ("rows", "reference")

    kernel: tuple[int, int] = kernel_setting((2, 2), sentence="Height and width of the stamp of one cell.")
    stride: tuple[int, int] = stride_setting((2, 2), "How far the stamps of two neighbours lie apart.")
    padding: Padding = padding_setting("What is cut off around the output: nothing (valid), same, or your own numbers.")
    initializer: Initializer = initializer_setting()

    def window(self, inputs: Sequence[Shape]) -> Window:
        return replace(super().window(inputs), spreads=True)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, _ = volume(self, inputs)
        rows, columns = (side.result for side in self._sides(height, width))
        if rows < 1 or columns < 1:
            raise ShapeError(
                "padding-cuts-all",
                image=(height, width),
                whole=self.replace(padding="valid").output_shape(inputs)[:2],
                padding=self.window(inputs).padding,
            )
        return (rows, columns, self.filters)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        channels = inputs[0][2]
        # as many products add up in an output cell, on average, as stamps lie over each other
        fan_in = max(1, round(math.prod(self.kernel) / math.prod(self.stride))) * channels
        shape, fan_out = (self.filters, *self.kernel, channels), math.prod(self.kernel) * self.filters
        return (
            ParameterSpec("weights", shape, self.initializer, fan_in, True, fan_out),
            *bias_spec(self.bias, (self.filters,)),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return math.prod(inputs[0]) * math.prod(self.kernel) * self.filters

    def summary(self) -> Sentence:
        return filters_summary(self.filters, self.kernel, self.steps())

    def brief(self) -> Sentence:
        return filters_summary(self.filters, self.kernel, self.steps(), brief=True)

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        height, width, channels = inputs[0]
        return Sentence(
            "{cells:The only cell|Each of the # cells} of the input is multiplied with {filters:# filter|# filters} of "
            "{size:shape} and stamped onto the output, {stride:shape} px from its neighbour; where stamps overlap they "
            "are added up. {input:shape} becomes {output:shape}.",
            cells=(height, width),
            filters=self.filters,
            size=(*self.kernel, channels),
            stride=self.stride,
            input=inputs[0],
            output=self.output_shape(inputs),
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, filters = self.output_shape(inputs)
        height, width, channels = inputs[0]
        per_filter = "·".join(map(str, (*self.kernel, channels)))
        learned = filters * (math.prod(self.kernel) * channels + self.bias)
        return (
            Reason("size", "\n".join(side.formula for side in self._sides(height, width)), size=(rows, columns)),
            Reason("parameters", parameters_formula(f"{filters}", per_filter, learned, self.bias)),
            cost_reason(inputs[0], (*self.kernel, filters), self.macs(inputs)),
        )

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        (seen,) = super().dependence(inputs)
        return (replace(seen, channels=everything(inputs[0][2])),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        used = np.ix_(seen.rows.used(cell[0]), seen.columns.used(cell[1]))
        apart = all(k <= s for k, s in zip(self.kernel, self.stride, strict=True))
        return (weighted_window(site, seen.sources(cell), cell[2], cell[2], used, listed=apart, turned=True),)

    def operation(self, binding: Binding) -> Operation:
        kinds = {"rows": transposed.Rows, "reference": transposed.Reference}
        height, channels, width, _ = binding.inputs[0].shape
        return kinds[binding.algorithm](binding, self.window([(height, width, channels)]))

    def _sides(self, height: int, width: int) -> tuple[_Side, _Side]:
        (top, bottom, left, right), dilation = resolved_padding(self.padding, self.kernel, self.dilation), self.dilation
        return (
            _Side(height, top, bottom, self.kernel[0], self.stride[0], dilation[0]),
            _Side(width, left, right, self.kernel[1], self.stride[1], dilation[1]),
        )


class _Side(NamedTuple):
    """The vertical or the horizontal numbers that decide the output's size."""

    extent: int
    before: int
    after: int
    kernel: int
    stride: int
    dilation: int

    @property
    def result(self) -> int:
        return (self.extent - 1) * self.stride - self.before - self.after + self.dilation * (self.kernel - 1) + 1

    @property
    def formula(self) -> str:
        return (
            f"({self.extent} − 1)·{self.stride} − {self.before} − {self.after} + {self.dilation}·({self.kernel} − 1) "
            f"+ 1 = {self.result}"
        )
