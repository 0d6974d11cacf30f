"""Depthwise Conv 2D: filters that see one map each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.explaining.accounts import weighted_window
from cnnstudio.nn.explaining.dependence import Cell, Dependence, grouped
from cnnstudio.nn.explaining.parts import Part, Site
from cnnstudio.nn.graph.initializers import initializer_setting
from cnnstudio.nn.graph.layer import Initializer, ParameterSpec, volume
from cnnstudio.nn.layers._bias import added_up, bias_spec, parameters_formula
from cnnstudio.nn.layers.convolution._sliding import Convolving, cost_reason
from cnnstudio.nn.ops.convolution import convolution, depthwise
from cnnstudio.nn.ops.convolution.grouping import Grouped
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import size_reason
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class DepthwiseConv2D(Convolving):
    """(H, W, C) → (H′, W′, C · multiplier), H′ = ⌊(H + p₁ + p₂ − d(k − 1) − 1) / s⌋ + 1.

    Weights (C · multiplier, kernel height, kernel width, 1), the filters of a map after each other; bias
    (C · multiplier,), if any. With a 1×1 convolution behind it, it does almost what a full one does, much cheaper
    (Howard et al., 2017).
    """

    kind: ClassVar[str] = "depthwise_conv2d"
    title: ClassVar[str] = "Depthwise Conv 2D"
    sentence: ClassVar[str] = "Slides a filter of its own over each map. Maps are not mixed, so it is very cheap."
    algorithms: ClassVar[tuple[str, ...]] = ("rows", "reference")

    multiplier: int = setting(
        1, "Multiplier", "How many filters each map has, and so how many it makes.", low=1, high=64
    )
    initializer: Initializer = initializer_setting()

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        return (*self.positions(inputs), volume(self, inputs)[2] * self.multiplier)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        filters, cells = inputs[0][2] * self.multiplier, math.prod(self.kernel)
        shape = (filters, *self.kernel, 1)
        return (
            ParameterSpec("weights", shape, self.initializer, cells, True, cells * self.multiplier),
            *bias_spec(self.bias, (filters,)),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return math.prod(self.output_shape(inputs)) * math.prod(self.kernel)

    def summary(self) -> Sentence:
        return self._in_words(brief=False)

    def brief(self) -> Sentence:
        return self._in_words(brief=True)

    def _in_words(self, *, brief: bool) -> Sentence:
        times = [Sentence("×\u202f{multiplier}", multiplier=self.multiplier)] if self.multiplier > 1 else []
        return Sentence("{parts:commas}", parts=(shape_text(self.kernel), *times, *self.steps(brief=brief)))

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        rows, columns, filters = self.output_shape(inputs)
        return Sentence(
            "{maps:The only map|Each of the # maps} has {each:one filter|# filters} of {kernel:shape}, which sees "
            "only this "
            "map: {cells:# weight is|# weights are} multiplied with the {cells:number|# numbers} below and {added}. "
            "{positions:# position makes|# positions make} one map, {filters} in all.",
            maps=inputs[0][2],
            each=self.multiplier,
            kernel=self.kernel,
            cells=math.prod(self.kernel),
            added=added_up(self.bias),
            positions=(rows, columns),
            filters=filters,
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, filters = self.output_shape(inputs)
        height, width, channels = inputs[0]
        kernel_y, kernel_x = self.kernel
        learned = filters * (kernel_y * kernel_x + self.bias)
        full = filters * (kernel_y * kernel_x * channels + self.bias)
        return (
            size_reason(self.window(inputs), (height, width), (rows, columns)),
            Reason(
                "parameters",
                parameters_formula(f"{channels}·{self.multiplier}", f"{kernel_y}·{kernel_x}", learned, self.bias),
                (told("full-instead", filters=filters, parameters=full),),
            ),
            cost_reason((rows, columns, filters), self.kernel, self.macs(inputs)),
        )

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        (seen,) = super().dependence(inputs)
        channels = inputs[0][2]
        return (replace(seen, channels=grouped(channels, channels * self.multiplier, channels)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (weighted_window(site, seen.sources(cell), cell[2], cell[2], listed=False),)

    def operation(self, binding: Binding) -> Operation:
        height, channels, width, _ = binding.inputs[0].shape
        window = self.window([(height, width, channels)])
        if binding.algorithm == "reference":
            return Grouped(binding, channels, lambda part: convolution.operation(part, window))
        return depthwise.Rows(binding, window)
