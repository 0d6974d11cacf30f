"""Convolution by copied windows (im2col), a few output rows at a time in a block that fits the cache."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.windows import Padded, shifted, window_view
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window

#: bytes of one block of columns: well inside the second-level cache
BLOCK_BYTES = 512 * 1024


class Columns:
    """Iterates over blocks of output rows: (first row, last row, matrix (rows, depth, columns · N)).

    The depth counts kernel column, kernel row, channel, and last a row of ones, which carries the bias.
    """

    def __init__(self, padded: Padded, window: Window, rows: int, columns: int, workspace: Workspace) -> None:
        self.padded, self.window, self.rows, self.columns = padded, window, rows, columns
        channels, batch = padded.shape[1], padded.shape[3]
        self.cells = window.kernel[0] * window.kernel[1] * channels
        self.depth = self.cells + 1
        run = columns * batch
        self.block = max(1, min(rows, BLOCK_BYTES // (self.depth * run * padded.source.itemsize)))
        self.scratch = workspace.reserve("columns", (self.block, self.depth, run), padded.source.dtype)

    @cached_property
    def blocks(self) -> list[tuple[int, int, Floats, Floats, Floats]]:
        """For each block: rows, the windows to copy, where to, and the whole matrix."""
        matrix = self.scratch.array
        views = window_view(self.padded.array, self.window, self.rows, self.columns)
        found = []
        for start in range(0, self.rows, self.block):
            stop = min(start + self.block, self.rows)
            part = matrix[: stop - start]
            target = part[:, : self.cells].reshape(stop - start, *views.shape[1:])
            found.append((start, stop, views[start:stop], target, part))
        return found

    def __iter__(self) -> Iterator[tuple[int, int, Floats]]:
        self.padded.fill()
        self.scratch.array[:, -1] = 1
        for start, stop, source, target, part in self.blocks:
            np.copyto(target, source)
            yield start, stop, part


class Correlation:
    """Any window; one matrix product over kernel cells, channels and bias at once."""

    @staticmethod
    def can(window: Window) -> bool:
        return True

    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        padded = Padded(source, window.padding, workspace=workspace)
        self.columns = Columns(padded, window, target.shape[0], target.shape[2], workspace)
        self.matrix = np.empty((target.shape[1], self.columns.depth), target.dtype)
        self.targets = target.reshape(target.shape[0], target.shape[1], -1)

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, kernel width, C)."""
        filters, kernel_y, kernel_x, channels = weights.shape
        self.matrix[:, -1] = 0 if bias is None else bias
        self.matrix[:, :-1].reshape(filters, kernel_x, kernel_y, channels)[:] = weights.transpose(0, 2, 1, 3)
        for start, stop, block in self.columns:
            np.matmul(self.matrix, block, out=self.targets[start:stop])


class WeightGradient:
    """Any window; copies the windows again and multiplies them with the gradient."""

    @staticmethod
    def can(window: Window) -> bool:
        return True

    def __init__(self, source: Floats, window: Window, gradient: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        padded = Padded(source, window.padding, workspace=workspace)
        self.columns = Columns(padded, window, gradient.shape[0], gradient.shape[2], workspace)
        # windows × gradient rather than the other way round: BLAS is up to twice as fast with many rows
        self.gradients = gradient.reshape(gradient.shape[0], gradient.shape[1], -1).transpose(0, 2, 1)
        self.total = np.empty((self.columns.depth, gradient.shape[1]), gradient.dtype)
        self.parts = workspace.reserve("parts", (self.columns.block, *self.total.shape), gradient.dtype)

    def run(self, out: Floats) -> None:
        """Write the gradient of the weights (F, kernel height, kernel width, C)."""
        filters, kernel_y, kernel_x, channels = out.shape
        self.total.fill(0)
        for start, stop, block in self.columns:
            parts = self.parts.array[: stop - start]
            np.matmul(block, self.gradients[start:stop], out=parts)
            for part in parts:
                self.total += part
        by_column = self.total[:-1].reshape(kernel_x, kernel_y, channels, filters)
        np.copyto(out, by_column.transpose(3, 1, 0, 2))


class Scatter:
    """The input's gradient at any stride: each output cell's gradient, spread over its window (col2im)."""

    def __init__(self, gradient: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        self.target, self.window = target, window
        self.padded = workspace.reserve("padded", Padded(target, window.padding).shape, target.dtype)
        self.rows, filters, columns, batch = gradient.shape
        kernel_y, kernel_x = window.kernel
        self.gradients = gradient.reshape(self.rows, filters, -1)
        self.matrix = np.empty((kernel_x * kernel_y * target.shape[1], filters), target.dtype)
        row_bytes = self.matrix.shape[0] * columns * batch * target.itemsize
        self.block = max(1, min(self.rows, BLOCK_BYTES // row_bytes))
        spread = (self.block, self.matrix.shape[0], columns * batch)
        self.spread = workspace.reserve("columns", spread, target.dtype)
        self.cell_shape = (kernel_x, kernel_y, target.shape[1], columns, batch)

    def run(self, weights: Floats) -> None:
        """Write the gradient of the input."""
        window, padded = self.window, self.padded.array
        filters, kernel_y, kernel_x, channels = weights.shape
        self.matrix.reshape(kernel_x, kernel_y, channels, filters)[:] = weights.transpose(2, 1, 3, 0)
        padded.fill(0)
        for start in range(0, self.rows, self.block):
            stop = min(start + self.block, self.rows)
            spread = self.spread.array[: stop - start]
            np.matmul(self.matrix, self.gradients[start:stop], out=spread)
            cells = spread.reshape(stop - start, *self.cell_shape)
            reached = padded[start * window.stride[0] :]
            for ky, kx in np.ndindex(window.kernel):
                target = shifted(reached, window, ky, kx, stop - start, self.cell_shape[3])
                target += cells[:, kx, ky]
        top, _, left, _ = window.padding
        height, _, width, _ = self.target.shape
        np.copyto(self.target, padded[top : top + height, :, left : left + width])
