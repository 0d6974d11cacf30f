"""Conv 2D: filters that slide over the volume."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.layer import Binding, Category, Layer, Operation, ParameterSpec, Reach, Reason, Window, volume
from cnnstudio.nn.ops import convolution
from cnnstudio.nn.ops.windows import output_extents, resolved_padding, size_reason
from cnnstudio.nn.settings import Padding, setting


@dataclass(frozen=True)
class Conv2D(Layer):
    """(H, W, C) → (H′, W′, filters). Weights (filters, kernel height, kernel width, C), bias (filters,)."""

    kind: ClassVar[str] = "conv2d"
    title: ClassVar[str] = "Conv 2D"
    category: ClassVar[Category] = "convolution"
    sentence: ClassVar[str] = (
        "Slides filters over the volume. Each filter has its own weights, shared by every position, and makes one map."
    )
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "window"
    algorithms: ClassVar[tuple[str, ...]] = convolution.ALGORITHMS

    filters: int = setting(8, "Filters", "How many filters, and so how many maps come out.", low=1, high=4096)
    kernel: tuple[int, int] = setting(
        (3, 3),
        "Kernel",
        "Height and width of the window a filter looks through.",
        type="pair",
        low=1,
        high=64,
        unit="px",
    )
    stride: tuple[int, int] = setting(
        (1, 1),
        "Stride",
        "How far the window moves from one position to the next.",
        type="pair",
        low=1,
        high=64,
        unit="px",
    )
    padding: Padding = setting(
        "valid",
        "Padding",
        "Zeros around the image: none (valid), as many as keep the size at stride 1 (same), or your own numbers.",
        type="padding",
        high=64,
        unit="px",
    )
    dilation: tuple[int, int] = setting(
        (1, 1),
        "Dilation",
        "Distance between the cells a filter looks at; 1 means side by side.",
        type="pair",
        low=1,
        high=32,
    )

    def window(self, inputs: Sequence[Shape]) -> Window:
        padding = resolved_padding(self.padding, self.kernel, self.dilation)
        return Window(self.kernel, self.stride, padding, self.dilation)

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, _ = volume(self, inputs)
        return (*output_extents(self.title, self.window(inputs), height, width), self.filters)

    def parameters(self, inputs: Sequence[Shape]) -> tuple[ParameterSpec, ...]:
        channels = inputs[0][2]
        fan_in = math.prod(self.kernel) * channels
        return (
            ParameterSpec("weights", (self.filters, *self.kernel, channels), "he", fan_in, decayed=True),
            ParameterSpec("bias", (self.filters,)),
        )

    def macs(self, inputs: Sequence[Shape]) -> int:
        return math.prod(self.output_shape(inputs)) * math.prod(self.kernel) * inputs[0][2]

    def summary(self) -> str:
        parts = [f"{self.filters} {'filter' if self.filters == 1 else 'filters'} {shape_text(self.kernel)}"]
        if self.stride != (1, 1):
            step = self.stride[0] if self.stride[0] == self.stride[1] else shape_text(self.stride)
            parts.append(f"stride {step}")
        if self.padding != "valid":
            parts.append("same" if self.padding == "same" else "padded")
        if self.dilation != (1, 1):
            parts.append("dilated")
        return ", ".join(parts)

    def explanation(self, inputs: Sequence[Shape]) -> str:
        rows, columns, filters = self.output_shape(inputs)
        channels = inputs[0][2]
        cells = math.prod(self.kernel) * channels
        size = shape_text((*self.kernel, channels))
        return (
            f"A {size} filter is laid on the volume, its {cells} weights are multiplied with the {cells} numbers below "
            f"and added up with one bias: one number. {rows} × {columns} positions make one map, "
            f"{filters} {'filter makes 1 map' if filters == 1 else f'filters make {filters} maps'}."
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, filters = self.output_shape(inputs)
        height, width, channels = inputs[0]
        kernel_y, kernel_x = self.kernel
        per_filter = kernel_y * kernel_x * channels
        parameters = filters * (per_filter + 1)
        dense = rows * columns * filters * (height * width * channels + 1)
        return (
            size_reason(self.window(inputs), (height, width), (rows, columns)),
            Reason(
                "Parameters",
                f"{filters} × ({kernel_y}·{kernel_x}·{channels} + 1) = {parameters:,}".replace(",", "\u2009"),
                f"A dense layer of the same size would need {dense:,}.".replace(",", "\u2009"),
            ),
            Reason(
                "Cost of one image",
                f"{rows}·{columns}·{filters} × {kernel_y}·{kernel_x}·{channels} = {self.macs(inputs):,} MACs".replace(
                    ",", "\u2009"
                ),
                "One MAC is a multiplication and an addition.",
            ),
        )

    def usual_algorithm(self, inputs: Sequence[Shape]) -> str:
        # few channels make thin matrices, for which copied windows pay; minimal filtering pays with many
        if inputs[0][2] * self.kernel[0] < 16:
            return "rows"
        return "winograd" if min(inputs[0][2], self.filters) >= 16 else "slices"

    def operation(self, binding: Binding) -> Operation:
        height, _, width, _ = binding.inputs[0].shape
        return convolution.operation(binding, self.window([(height, width, 0)]))
