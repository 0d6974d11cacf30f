"""Max pooling: the largest value of each window."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.explaining.accounts import largest_of, through_window
from cnnstudio.nn.explaining.dependence import Cell, Dependence
from cnnstudio.nn.explaining.parts import Part, Site
from cnnstudio.nn.layer import Binding, Category, Layer, Operation, Reach, Reason, ShapeError, Window, volume
from cnnstudio.nn.ops import pooling
from cnnstudio.nn.ops.windows import output_extents, resolved_padding, size_reason
from cnnstudio.nn.settings import Padding
from cnnstudio.nn.sliding import kernel_setting, padding_setting, stride_setting


@dataclass(frozen=True)
class MaxPool2D(Layer):
    """(H, W, C) → (H′, W′, C). Padding counts as −∞; of equal values the first, row by row, wins."""

    kind: ClassVar[str] = "max_pool2d"
    title: ClassVar[str] = "Max pooling"
    category: ClassVar[Category] = "pooling"
    sentence: ClassVar[str] = (
        "Keeps the largest value of each window, in every map by itself. Makes maps smaller; has nothing to learn."
    )
    rereads_output: ClassVar[bool] = False
    reach: ClassVar[Reach] = "window"
    algorithms: ClassVar[tuple[str, ...]] = ("shifts", "reference")

    kernel: tuple[int, int] = kernel_setting((2, 2), "Window", "Height and width of the window.")
    stride: tuple[int, int] = stride_setting((2, 2))
    padding: Padding = padding_setting(
        "Cells around the image that never win: none (valid), same, or your own numbers."
    )

    def window(self, inputs: Sequence[Shape]) -> Window:
        return Window(self.kernel, self.stride, resolved_padding(self.padding, self.kernel))

    def output_shape(self, inputs: Sequence[Shape]) -> Shape:
        height, width, channels = volume(self, inputs)
        window = self.window(inputs)
        top, bottom, left, right = window.padding
        if max(top, bottom) >= self.kernel[0] or max(left, right) >= self.kernel[1]:
            raise ShapeError(
                "The padding holds a whole window",
                f"With padding {max(window.padding)} a {shape_text(self.kernel)} window would lie entirely outside "
                "the image and have no largest value. Use less padding than the window is wide.",
            )
        return (*output_extents(self.title, window, height, width), channels)

    def summary(self) -> str:
        step = str(self.stride[0]) if self.stride[0] == self.stride[1] else shape_text(self.stride)
        padded = {"valid": "", "same": ", same"}.get(str(self.padding), ", padded")
        return f"{shape_text(self.kernel)}, stride {step}{padded}"

    def explanation(self, inputs: Sequence[Shape]) -> str:
        rows, columns, channels = self.output_shape(inputs)
        cells = math.prod(self.kernel)
        return (
            f"In each of the {channels} maps by itself, the largest of {cells} numbers is kept at "
            f"{rows} × {columns} positions. {shape_text(inputs[0])} becomes {shape_text((rows, columns, channels))}."
        )

    def reasons(self, inputs: Sequence[Shape]) -> tuple[Reason, ...]:
        rows, columns, _ = self.output_shape(inputs)
        return (size_reason(self.window(inputs), (inputs[0][0], inputs[0][1]), (rows, columns)),)

    def dependence(self, inputs: Sequence[Shape]) -> tuple[Dependence, ...]:
        return (through_window(self.window(inputs), inputs[0], self.output_shape(inputs)),)

    def parts(self, site: Site, cell: Cell) -> tuple[Part, ...]:
        (seen,) = self.dependence(site.shapes)
        return (largest_of(site, seen.sources(cell)),)

    def operation(self, binding: Binding) -> Operation:
        kinds = {"shifts": pooling.Shifts, "reference": pooling.Reference}
        return kinds[binding.algorithm](binding, self.window(()))
