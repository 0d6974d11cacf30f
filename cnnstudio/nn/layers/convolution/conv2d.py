"""Conv 2D: filters that slide over the volume."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.accounts import weighted_window
from cnnstudio.nn.explaining.dependence import Cell, Dependence, grouped
from cnnstudio.nn.explaining.parts import Part, Site
from cnnstudio.nn.graph.initializers import initializer_setting
from cnnstudio.nn.graph.layer import Initializer, ParameterSpec, volume
from cnnstudio.nn.layers._bias import added_up, bias_spec, parameters_formula
from cnnstudio.nn.layers.convolution._sliding import Convolving, Filters, cost_reason, filters_summary
from cnnstudio.nn.ops.convolution import convolution, depthwise
from cnnstudio.nn.ops.convolution.grouping import Grouped
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import size_reason
from cnnstudio.nn.settings import setting
from cnnstudio.nn.sliding_window import Reason, ShapeError
from cnnstudio.nn.telling.told import Sentence, told


@dataclass(frozen=True)
class Conv2D(Convolving, Filters):
    """(H, W, C) → (H′, W′, filters), H′ = ⌊(H + p₁ + p₂ − d(k − 1) − 1) / s⌋ + 1.

    Weights (filters, kernel height, kernel width, C / groups), bias (filters,), if any. With groups, the first
    filters / groups see the first C / groups channels, and so on.
    """

    kind: ClassVar[str] = "conv2d"
    title: ClassVar[str] = "Conv 2D"
    common: ClassVar[bool] = True
    sentence: ClassVar[str] = (
        "Slides filters over the volume. Each filter has its own weights, shared by every position, and makes one map."
    )
    algorithms: ClassVar[tuple[str, ...]] = convolution.ALGORITHMS

    groups: int = setting(
        1, "Groups", "Into how many equal parts the channels fall; a filter sees one of them.", low=1, high=4096
    )
    initializer: Initializer = initializer_setting()

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        _, _, channels = volume(self, inputs)
        if channels % self.groups or self.filters % self.groups:
            raise ShapeError("unequal-groups", groups=self.groups, channels=channels, filters=self.filters)
        return (*self.positions(inputs), self.filters)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        channels, cells = inputs[0][2] // self.groups, math.prod(self.kernel)
        fan_in, fan_out = cells * channels, cells * self.filters // self.groups
        shape = (self.filters, *self.kernel, channels)
        return (
            ParameterSpec("weights", shape, self.initializer, fan_in, True, fan_out),
            *bias_spec(self.bias, (self.filters,)),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return math.prod(self.output_shape(inputs)) * math.prod(self.kernel) * (inputs[0][2] // self.groups)

    def summary(self) -> Sentence:
        return filters_summary(self.filters, self.kernel, self._details())

    def brief(self) -> Sentence:
        return filters_summary(self.filters, self.kernel, self._details(brief=True), brief=True)

    def _details(self, *, brief: bool = False) -> list[Sentence]:
        groups = [Sentence("{groups:# group|# groups}", groups=self.groups)] if self.groups > 1 else []
        return [*self.steps(brief=brief), *groups]

    def explanation(self, inputs: Sequence[Shape]) -> Sentence:
        rows, columns, filters = self.output_shape(inputs)
        size = (*self.kernel, inputs[0][2] // self.groups)
        return Sentence(
            "A {size:shape} filter is laid on the volume, its {cells:weight is|# weights are} multiplied with the "
            "{cells:number|# numbers} below and {added}: one number. {positions:# position makes|# "
            "positions make} one map, {filters:# filter makes # map|# filters make # maps}.",
            size=size,
            cells=math.prod(size),
            added=added_up(self.bias),
            positions=(rows, columns),
            filters=filters,
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, filters = self.output_shape(inputs)
        height, width, channels = inputs[0]
        kernel_y, kernel_x = self.kernel
        seen = channels // self.groups
        learned = filters * (kernel_y * kernel_x * seen + self.bias)
        dense = rows * columns * filters * (height * width * channels + self.bias)
        return (
            size_reason(self.window(inputs), (height, width), (rows, columns)),
            Reason(
                "parameters",
                parameters_formula(f"{filters}", f"{kernel_y}·{kernel_x}·{seen}", learned, self.bias),
                (told("dense-instead", parameters=dense),),
            ),
            cost_reason((rows, columns, filters), (kernel_y, kernel_x, seen), self.macs(inputs)),
        )

    def usual_algorithm(self, inputs: Sequence[Shape]) -> str:
        # few channels and small kernels are soon copied; minimal filtering pays with many
        channels = inputs[0][2] // self.groups
        if self.kernel == (1, 1) or channels < 8:
            large = min(self.kernel) >= 5 and self.stride == self.dilation == (1, 1)
            return "rows/slices/lines" if large and self.filters >= 2 * channels > 2 else "rows/slices/slices"
        suited = self.kernel[0] == 3 and self.stride == (1, 1) and min(channels, self.filters // self.groups) >= 8
        return "winograd" if suited else "slices"

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        (seen,) = super().dependence(inputs)
        return (replace(seen, channels=grouped(inputs[0][2], self.filters, self.groups)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (weighted_window(site, seen.sources(cell), cell[2], cell[2], listed=self.kernel == (1, 1)),)

    def operation(self, binding: Binding) -> Operation:
        height, channels, width, _ = binding.inputs[0].shape
        window = self.window([(height, width, channels)])
        if self.groups == 1:
            return convolution.operation(binding, window)
        if self.groups == channels and binding.algorithm != "reference":
            return depthwise.Rows(binding, window)
        return Grouped(binding, self.groups, lambda part: convolution.operation(part, window))
