"""Max pooling on the inner layout (H, C, W, N). Padding counts as −∞; of equal values the first one wins."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import Padded, by_position, shifted
from cnnstudio.nn.sliding_window import Window


class Shifts(Operation):
    """One element-wise pass over a few rows for every cell of the window, on a copy without gaps.

    Each cell but the first notes where it beat all before it; going back, the last to have done so is the winner.
    """

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.border, -np.inf)
        shape = binding.output.shape
        rows, _, columns, _ = shape
        cells = list(np.ndindex(window.kernel))
        self.cells = [by_position(shifted(self.padded.array, window, ky, kx, rows, columns)) for ky, kx in cells]
        self.output = by_position(binding.output)
        self.blocks = list(row_blocks(shape, binding.output.itemsize))
        block = (self.blocks[0].stop, *shape[1:])
        self._scratch = binding.workspace.reserve("cells", block, binding.output.dtype)
        gradient = binding.input_gradients[0] if binding.learns else None
        self.beats = [np.empty(shape, bool) for _ in cells[1:]] if gradient is not None else []
        if gradient is None:
            return
        self._later, self._mask = (binding.workspace.reserve(name, block, bool) for name in ("later", "mask"))
        self.apart = window.stride == window.kernel and self.padded.trivial
        self.padded_gradient = gradient if self.padded.trivial else np.empty_like(self.padded.array)
        self.targets = [shifted(self.padded_gradient, window, ky, kx, rows, columns) for ky, kx in cells]
        (stride_y, stride_x), (height, _, width, _) = window.stride, gradient.shape
        self.covered = self.apart and (rows * stride_y, columns * stride_x) == (height, width)

    def forward(self) -> None:
        self.padded.fill()
        first, *others = self.cells
        scratch = self._scratch.array
        for rows in self.blocks:
            best, cell = self.binding.output[rows], scratch[: rows.stop - rows.start]
            np.copyto(self.output[rows], first[rows])
            for number, other in enumerate(others):
                np.copyto(by_position(cell), other[rows])
                if self.beats:
                    np.greater(cell, best, out=self.beats[number][rows])
                np.maximum(best, cell, out=best)

    def backward(self) -> None:
        target = self.binding.input_gradients[0]
        if target is None:
            return
        if not self.covered:
            self.padded_gradient.fill(0)
        scratch = self._later.array, self._mask.array, self._scratch.array
        for rows in self.blocks:
            self._pass_back(rows, *(array[: rows.stop - rows.start] for array in scratch))
        if not self.padded.trivial:
            top, _, left, _ = self.window.padding
            height, _, width, _ = target.shape
            np.copyto(target, self.padded_gradient[top : top + height, :, left : left + width])

    def _pass_back(self, rows: slice, later: Floats, mask: Floats, part: Floats) -> None:
        gradient = self.binding.output_gradient[rows]
        later.fill(False)
        for number in reversed(range(len(self.targets))):
            if number:
                np.greater(self.beats[number - 1][rows], later, out=mask)
                np.logical_or(later, mask, out=later)
            else:
                np.logical_not(later, out=mask)
            np.multiply(gradient, mask, out=part)
            target = self.targets[number][rows]
            if self.apart:
                np.copyto(by_position(target), by_position(part))
            else:
                target += part


class Reference(Operation):
    """Slow and obvious: one window after the other."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.border, -np.inf)

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
