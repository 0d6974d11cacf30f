"""Convolution without copying windows.

In the layout (H, C, W, N) the rows under a window, all their channels and a run of columns are one matrix with a
regular stride. One product per kernel column reads it in place; the products are then added up.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Window
from cnnstudio.nn.ops.windows import Padded
from cnnstudio.nn.workspace import Workspace

#: bytes of the products of one block of rows: inside the second-level cache
BLOCK_BYTES = 512 * 1024


def _slices(padded: Floats, window: Window, rows: int, columns: int) -> Floats:
    """(rows, kernel width, kernel height · C, columns · N), a view."""
    row, channel, column, _ = padded.strides
    kernel_y, kernel_x = window.kernel
    shape = (rows, kernel_x, kernel_y * padded.shape[1], columns * padded.shape[3])
    strides = (row * window.stride[0], column * window.dilation[1], channel, padded.itemsize)
    return as_strided(padded, shape, strides, writeable=False)


class Correlation:
    """Windows that move one column at a time and have no gaps between their rows."""

    @staticmethod
    def can(window: Window) -> bool:
        return window.stride[1] == 1 and (window.dilation[0] == 1 or window.kernel[0] == 1)

    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        self.padded, self.window = Padded(source, window.padding, workspace=workspace), window
        rows, filters, self.columns, batch = target.shape
        kernel_y, kernel_x = window.kernel
        self.matrices = np.empty((kernel_x, filters, kernel_y * source.shape[1]), target.dtype)
        self.targets = target.reshape(rows, filters, -1)
        run = self.columns * batch
        self.block = max(1, min(rows, BLOCK_BYTES // (kernel_x * filters * run * target.itemsize)))
        self.products = workspace.reserve("products", (self.block, kernel_x, filters, run), target.dtype)

    @cached_property
    def slices(self) -> Floats:
        """What the products read."""
        return _slices(self.padded.array, self.window, len(self.targets), self.columns)

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, kernel width, C)."""
        filters, kernel_y, kernel_x, channels = weights.shape
        self.matrices.reshape(kernel_x, filters, kernel_y, channels)[:] = weights.transpose(2, 0, 1, 3)
        self.padded.fill()
        for start in range(0, len(self.targets), self.block):
            target = self.targets[start : start + self.block]
            products = self.products.array[: len(target)]
            np.matmul(self.matrices, self.slices[start : start + self.block], out=products)
            total = products[:, 0]
            if bias is not None:
                total += bias[:, None]
            for number in range(1, kernel_x):
                np.add(total, products[:, number], out=target)
                total = target
            if kernel_x == 1:
                np.copyto(target, total)


class WeightGradient:
    """The products of gradient and slices, added up over the rows."""

    @staticmethod
    def can(window: Window) -> bool:
        return Correlation.can(window)

    def __init__(self, source: Floats, window: Window, gradient: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        rows, filters, self.columns, _ = gradient.shape
        self.padded, self.window = Padded(source, window.padding, workspace=workspace), window
        # slices × gradient rather than the other way round: BLAS is up to twice as fast with many rows
        self.gradients = gradient.reshape(rows, 1, filters, -1).transpose(0, 1, 3, 2)
        shape = (window.kernel[1], window.kernel[0] * source.shape[1], filters)
        self.total = np.empty(shape, gradient.dtype)
        self.block = max(1, min(rows, BLOCK_BYTES // self.total.nbytes))
        self.parts = workspace.reserve("parts", (self.block, *shape), gradient.dtype)

    @cached_property
    def slices(self) -> Floats:
        """What the products read."""
        return _slices(self.padded.array, self.window, len(self.gradients), self.columns)

    def run(self, out: Floats) -> None:
        """Write the gradient of the weights (F, kernel height, kernel width, C)."""
        filters, kernel_y, kernel_x, channels = out.shape
        self.padded.fill()
        self.total.fill(0)
        for start in range(0, len(self.gradients), self.block):
            gradients = self.gradients[start : start + self.block]
            parts = self.parts.array[: len(gradients)]
            np.matmul(self.slices[start : start + self.block], gradients, out=parts)
            for part in parts:
                self.total += part
        np.copyto(out, self.total.reshape(kernel_x, kernel_y, channels, filters).transpose(3, 1, 0, 2))
