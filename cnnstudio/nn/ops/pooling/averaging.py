"""Mean pooling on the inner layout (H, C, W, N). Padding counts as zeros that are averaged too, or does not count;
what a window has behind the padding, where sizes are rounded up, never does."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import Padded, shifted
from cnnstudio.nn.sliding_window import Window


class Shifts(Operation):
    """One element-wise pass over the whole image for every cell of the window."""

    def __init__(self, binding: Binding, window: Window, *, count_padding: bool) -> None:
        self.binding = binding
        rows, _, columns, _ = binding.output.shape
        cells = list(np.ndindex(window.kernel))
        self.part = _parts(binding, window, count_padding)
        self.padded = Padded(binding.inputs[0], window.border)
        self.cells = [shifted(self.padded.array, window, ky, kx, rows, columns) for ky, kx in cells]
        target = binding.input_gradients[0] if binding.input_gradients else None
        if target is None:
            return
        self.target = target
        self.spread = np.empty_like(self.padded.array) if not self.padded.trivial else target
        self.targets = [shifted(self.spread, window, ky, kx, rows, columns) for ky, kx in cells]
        #: windows side by side: every cell of the image belongs to one at most
        self.apart = window.stride[0] >= window.kernel[0] and window.stride[1] >= window.kernel[1]
        top, _, left, _ = window.padding
        self.inside = self.spread[top : top + target.shape[0], :, left : left + target.shape[2]]

    def forward(self) -> None:
        self.padded.fill()
        output = self.binding.output
        np.copyto(output, self.cells[0])
        for cell in self.cells[1:]:
            output += cell
        output *= self.part

    def backward(self) -> None:
        if self.binding.input_gradients[0] is None:
            return
        gradient = self.binding.output_gradient
        gradient *= self.part
        self.spread.fill(0)
        for target in self.targets:
            if self.apart:
                np.copyto(target, gradient)
            else:
                target += gradient
        if not self.padded.trivial:
            np.copyto(self.target, self.inside)


def _parts(binding: Binding, window: Window, count_padding: bool) -> Floats | np.floating[Any]:
    """By what the sums of windows are multiplied: one number, or one for each position (rows, 1, columns, 1)."""
    output, (height, _, width, _) = binding.output, binding.inputs[0].shape
    top, bottom, left, right = window.padding if count_padding else (0, 0, 0, 0)
    down = _counted(output.shape[0], window.kernel[0], window.stride[0], window.padding[0], -top, height + bottom)
    across = _counted(output.shape[2], window.kernel[1], window.stride[1], window.padding[2], -left, width + right)
    parts: Floats = (1 / (down[:, None, None, None] * across[None, None, :, None])).astype(output.dtype)
    one: np.floating[Any] = parts.ravel()[0]
    return one if (parts == one).all() else parts


def _counted(count: int, kernel: int, stride: int, before: int, first: int, end: int) -> NDArray[np.int64]:
    """How many cells of each window along one side lie from ``first`` on and before ``end``."""
    starts = np.arange(count) * stride - before
    return np.minimum(starts + kernel, end) - np.maximum(starts, first)


class Reference(Operation):
    """Slow and obvious: one window after the other."""

    def __init__(self, binding: Binding, window: Window, *, count_padding: bool) -> None:
        self.binding, self.window = binding, window
        (height, _, width, _), (top, bottom, left, right) = binding.inputs[0].shape, window.padding
        counts = np.pad(np.ones((height, width)), ((top, bottom), (left, right)), constant_values=count_padding)
        self.counts = np.pad(counts, ((0, window.overhang[0]), (0, window.overhang[1])))
        self.padded = Padded(binding.inputs[0], window.border)
        rows, _, columns, _ = binding.output.shape
        (kernel_y, kernel_x), (stride_y, stride_x) = window.kernel, window.stride
        self.places = [
            (y, x, slice(y * stride_y, y * stride_y + kernel_y), slice(x * stride_x, x * stride_x + kernel_x))
            for y, x in np.ndindex(rows, columns)
        ]

    def forward(self) -> None:
        self.padded.fill()
        for y, x, vertical, horizontal in self.places:
            total = self.padded.array[vertical, :, horizontal].sum((0, 2))
            self.binding.output[y, :, x] = total / self.counts[vertical, horizontal].sum()

    def backward(self) -> None:
        gradient, target = self.binding.output_gradient, self.binding.input_gradients[0]
        if target is None:
            return
        spread = np.zeros_like(self.padded.array)
        for y, x, vertical, horizontal in self.places:
            spread[vertical, :, horizontal] += gradient[y, :, None, x] / self.counts[vertical, horizontal].sum()
        top, _, left, _ = self.window.padding
        target[:] = spread[top : top + target.shape[0], :, left : left + target.shape[2]]
