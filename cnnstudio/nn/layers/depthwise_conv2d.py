"""Depthwise Conv 2D: filters that see one map each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from cnnstudio.nn.arrays import Floats, Shape, shape_text
from cnnstudio.nn.explaining.accounts import through_window, weighted_window
from cnnstudio.nn.explaining.backward import over_positions
from cnnstudio.nn.explaining.dependence import Cell, Dependence, grouped
from cnnstudio.nn.explaining.parts import LedgerPart, Part, Site
from cnnstudio.nn.initializers import initializer_setting
from cnnstudio.nn.layer import (
    Binding,
    Category,
    Initializer,
    Layer,
    Operation,
    ParameterSpec,
    Reach,
    Reason,
    Window,
    volume,
)
from cnnstudio.nn.ops import convolution, depthwise
from cnnstudio.nn.ops.grouping import Grouped
from cnnstudio.nn.ops.windows import output_extents, resolved_padding, size_reason
from cnnstudio.nn.settings import Padding, setting
from cnnstudio.nn.sliding import (
    apart,
    cost_reason,
    dilation_setting,
    kernel_setting,
    padding_setting,
    steps_summary,
    stride_setting,
)


@dataclass(frozen=True)
class DepthwiseConv2D(Layer):
    """(H, W, C) → (H′, W′, C · multiplier), H′ = ⌊(H + p₁ + p₂ − d(k − 1) − 1) / s⌋ + 1.

    Weights (C · multiplier, kernel height, kernel width, 1), the filters of a map after each other; bias
    (C · multiplier,). With a 1×1 convolution behind it, it does almost what a full one does, much cheaper
    (Howard et al., 2017).
    """

    kind: ClassVar[str] = "depthwise_conv2d"
    title: ClassVar[str] = "Depthwise Conv 2D"
    category: ClassVar[Category] = "convolution"
    sentence: ClassVar[str] = "Slides a filter of its own over each map. Maps are not mixed, so it is very cheap."
    linear: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "window"
    algorithms: ClassVar[tuple[str, ...]] = ("rows", "reference")

    kernel: tuple[int, int] = kernel_setting()
    stride: tuple[int, int] = stride_setting()
    padding: Padding = padding_setting()
    dilation: tuple[int, int] = dilation_setting()
    multiplier: int = setting(
        1, "Multiplier", "How many filters each map has, and so how many it makes.", low=1, high=64
    )
    initializer: Initializer = initializer_setting()

    def window(self, inputs: Sequence[Shape]) -> Window:
        return Window(
            self.kernel, self.stride, resolved_padding(self.padding, self.kernel, self.dilation), self.dilation
        )

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        return (*output_extents(self.title, self.window(inputs), height, width), channels * self.multiplier)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        filters, cells = inputs[0][2] * self.multiplier, math.prod(self.kernel)
        shape = (filters, *self.kernel, 1)
        return (
            ParameterSpec("weights", shape, self.initializer, cells, True, cells * self.multiplier),
            ParameterSpec("bias", (filters,)),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return math.prod(self.output_shape(inputs)) * math.prod(self.kernel)

    def summary(self) -> str:
        times = [f"×\u2009{self.multiplier}"] if self.multiplier > 1 else []
        return ", ".join([shape_text(self.kernel), *times, *steps_summary(self.stride, self.padding, self.dilation)])

    def explanation(self, inputs: Sequence[Shape]) -> str:
        rows, columns, filters = self.output_shape(inputs)
        cells = math.prod(self.kernel)
        each = "one filter" if self.multiplier == 1 else f"{self.multiplier} filters"
        return (
            f"Each of the {inputs[0][2]} maps has {each} of {shape_text(self.kernel)}, which sees only this map: "
            f"{cells} weights are multiplied with the {cells} numbers below and added up with one bias. "
            f"{rows} × {columns} positions make one map, {filters} in all."
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, filters = self.output_shape(inputs)
        height, width, channels = inputs[0]
        full = filters * (math.prod(self.kernel) * channels + 1)
        return (
            size_reason(self.window(inputs), (height, width), (rows, columns)),
            Reason(
                "Parameters",
                f"{channels}·{self.multiplier} × ({self.kernel[0]}·{self.kernel[1]} + 1) = "
                f"{apart(filters * (math.prod(self.kernel) + 1))}",
                f"A full convolution with {filters} filters would need {apart(full)}.",
            ),
            cost_reason((rows, columns, filters), self.kernel, self.macs(inputs)),
        )

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        output = self.output_shape(inputs)
        seen = through_window(self.window(inputs), inputs[0], output)
        return (replace(seen, channels=grouped(inputs[0][2], output[2], inputs[0][2])),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        weights, bias = site.arrays["weights"][cell[2]], site.arrays["bias"][cell[2]]
        return (weighted_window(site, seen.sources(cell), weights, bias, cell[2], listed=False),)

    def weight_account(self, site: Site, gradient: Floats, index: tuple[int, ...]) -> LedgerPart | None:
        return over_positions(site, self.dependence(site.shapes)[0], gradient, index)

    def operation(self, binding: Binding) -> Operation:
        height, channels, width, _ = binding.inputs[0].shape
        window = self.window([(height, width, channels)])
        if binding.algorithm == "reference":
            return Grouped(binding, channels, lambda part: convolution.operation(part, window))
        return depthwise.Rows(binding, window)
