"""Mean pooling on the inner layout (H, C, W, N). Padding counts as zeros that are averaged too."""

from __future__ import annotations

import math

import numpy as np

from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import Padded, shifted
from cnnstudio.nn.sliding_window import Window


class Shifts(Operation):
    """One element-wise pass over the whole image for every cell of the window."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding = binding
        rows, _, columns, _ = binding.output.shape
        cells = list(np.ndindex(window.kernel))
        self.part = binding.output.dtype.type(1 / math.prod(window.kernel))
        self.padded = Padded(binding.inputs[0], window.padding)
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


class Reference(Operation):
    """Slow and obvious: one window after the other."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding)
        rows, _, columns, _ = binding.output.shape
        (kernel_y, kernel_x), (stride_y, stride_x) = window.kernel, window.stride
        self.places = [
            (y, x, slice(y * stride_y, y * stride_y + kernel_y), slice(x * stride_x, x * stride_x + kernel_x))
            for y, x in np.ndindex(rows, columns)
        ]

    def forward(self) -> None:
        self.padded.fill()
        for y, x, vertical, horizontal in self.places:
            self.binding.output[y, :, x] = self.padded.array[vertical, :, horizontal].mean((0, 2))

    def backward(self) -> None:
        gradient, target = self.binding.output_gradient, self.binding.input_gradients[0]
        if target is None:
            return
        spread = np.zeros_like(self.padded.array)
        for y, x, vertical, horizontal in self.places:
            spread[vertical, :, horizontal] += gradient[y, :, None, x] / math.prod(self.window.kernel)
        top, _, left, _ = self.window.padding
        target[:] = spread[top : top + target.shape[0], :, left : left + target.shape[2]]
