"""Max pooling on the inner layout (H, C, W, N). Padding counts as −∞; of equal values the first one wins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnstudio.nn.layer import Binding, Operation, Window
from cnnstudio.nn.ops.windows import Padded, shifted


class Shifts(Operation):
    """One element-wise pass over the whole image for every cell of the window."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding, -np.inf)
        rows, _, columns, _ = binding.output.shape
        self.cells = [shifted(self.padded.array, window, ky, kx, rows, columns) for ky, kx in np.ndindex(window.kernel)]
        if not binding.learns:
            return
        self.winner = np.empty(binding.output.shape, np.uint16)
        self.mask = np.empty(binding.output.shape, bool)
        gradient = binding.input_gradients[0]
        if gradient is not None:
            self.apart = window.stride == window.kernel and self.padded.trivial and window.dilation == (1, 1)
            self.padded_gradient = gradient if self.padded.trivial else np.empty_like(self.padded.array)
            self.targets = [
                shifted(self.padded_gradient, window, ky, kx, rows, columns) for ky, kx in np.ndindex(window.kernel)
            ]
            self.covered = self.apart and (
                (rows * window.stride[0], columns * window.stride[1]) == (gradient.shape[0], gradient.shape[2])
            )
            self.share = np.empty(binding.output.shape, binding.output.dtype)

    def forward(self) -> None:
        self.padded.fill()
        output = self.binding.output
        np.copyto(output, self.cells[0])
        if not self.binding.learns:
            for cell in self.cells[1:]:
                np.maximum(output, cell, out=output)
            return
        self.winner.fill(0)
        for number, cell in enumerate(self.cells[1:], 1):
            np.greater(cell, output, out=self.mask)
            np.copyto(self.winner, number, where=self.mask)
            np.maximum(output, cell, out=output)

    def backward(self) -> None:
        gradient, target = self.binding.output_gradient, self.binding.input_gradients[0]
        if target is None:
            return
        if not self.covered:
            self.padded_gradient.fill(0)
        for number, part in enumerate(self.targets):
            np.equal(self.winner, number, out=self.mask)
            if self.apart:
                np.multiply(gradient, self.mask, out=part)
            else:
                np.multiply(gradient, self.mask, out=self.share)
                part += self.share
        if not self.padded.trivial:
            top, _, left, _ = self.window.padding
            height, _, width, _ = target.shape
            np.copyto(target, self.padded_gradient[top : top + height, :, left : left + width])


class Reference(Operation):
    """Slow and obvious: one window after the other."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding, -np.inf)

    def _windows(self) -> Iterator[tuple[int, int, slice, slice]]:
        rows, _, columns, _ = self.binding.output.shape
        (kernel_y, kernel_x), (step_y, step_x), (gap_y, gap_x) = (
            self.window.kernel,
            self.window.stride,
            self.window.dilation,
        )
        for y, x in np.ndindex(rows, columns):
            vertical = slice(y * step_y, y * step_y + gap_y * (kernel_y - 1) + 1, gap_y)
            horizontal = slice(x * step_x, x * step_x + gap_x * (kernel_x - 1) + 1, gap_x)
            yield y, x, vertical, horizontal

    def forward(self) -> None:
        self.padded.fill()
        for y, x, vertical, horizontal in self._windows():
            self.binding.output[y, :, x] = self.padded.array[vertical, :, horizontal].max((0, 2))

    def backward(self) -> None:
        gradient, target = self.binding.output_gradient, self.binding.input_gradients[0]
        if target is None:
            return
        padded = np.zeros_like(self.padded.array)
        for y, x, vertical, horizontal in self._windows():
            cells = self.padded.array[vertical, :, horizontal].transpose(1, 3, 0, 2)
            channels, batch, height, width = cells.shape
            first = cells.reshape(channels, batch, -1).argmax(2)
            ky, kx = np.unravel_index(first, (height, width))
            c, n = np.indices(first.shape)
            spread = padded[vertical, :, horizontal]
            np.add.at(spread, (ky, c, kx, n), gradient[y, :, x])
        top, _, left, _ = self.window.padding
        height, _, width, _ = target.shape
        np.copyto(target, padded[top : top + height, :, left : left + width])
