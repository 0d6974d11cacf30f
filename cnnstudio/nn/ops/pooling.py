"""Max pooling on the inner layout (H, C, W, N). Padding counts as −∞; of equal values the first one wins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnstudio.nn.layer import Binding, Operation, Window
from cnnstudio.nn.ops.windows import Padded, shifted


class Shifts(Operation):
    """One element-wise pass over the whole image for every cell of the window.

    Each cell but the first notes where it beat all before it; going back, the last to have done so is the winner.
    """

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding, -np.inf)
        rows, _, columns, _ = binding.output.shape
        cells = list(np.ndindex(window.kernel))
        self.cells = [shifted(self.padded.array, window, ky, kx, rows, columns) for ky, kx in cells]
        gradient = binding.input_gradients[0] if binding.learns else None
        if gradient is None:
            return
        shape = binding.output.shape
        self.beats = [np.empty(shape, bool) for _ in cells[1:]]
        self.later, self.mask = (binding.workspace.reserve(name, shape, bool) for name in ("later", "mask"))
        self.apart = window.stride == window.kernel and self.padded.trivial
        self.padded_gradient = gradient if self.padded.trivial else np.empty_like(self.padded.array)
        self.targets = [shifted(self.padded_gradient, window, ky, kx, rows, columns) for ky, kx in cells]
        (stride_y, stride_x), (height, _, width, _) = window.stride, gradient.shape
        self.covered = self.apart and (rows * stride_y, columns * stride_x) == (height, width)
        self.part = binding.workspace.reserve("parts", shape, gradient.dtype)

    def forward(self) -> None:
        self.padded.fill()
        output = self.binding.output
        if len(self.cells) == 1:
            np.copyto(output, self.cells[0])
            return
        best = self.cells[0]
        for number, cell in enumerate(self.cells[1:]):
            if self.binding.learns and self.binding.input_gradients[0] is not None:
                np.greater(cell, best, out=self.beats[number])
            np.maximum(best, cell, out=output)
            best = output

    def backward(self) -> None:
        gradient, target = self.binding.output_gradient, self.binding.input_gradients[0]
        if target is None:
            return
        if not self.covered:
            self.padded_gradient.fill(0)
        later, mask = self.later.array, self.mask.array
        later.fill(False)
        for number in reversed(range(len(self.targets))):
            if number:
                np.greater(self.beats[number - 1], later, out=mask)
                np.logical_or(later, mask, out=later)
            else:
                np.logical_not(later, out=mask)
            part = self.targets[number]
            if self.apart:
                np.multiply(gradient, mask, out=part)
            else:
                np.multiply(gradient, mask, out=self.part.array)
                part += self.part.array
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
