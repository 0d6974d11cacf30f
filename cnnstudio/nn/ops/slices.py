"""Convolution without copying windows.

In the layout (H, C, W, N) the rows under a window, all their channels and a run of columns are one matrix with a
regular stride. One product per kernel column reads it in place; the products are then added up.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Window
from cnnstudio.nn.ops.windows import Padded

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

    def __init__(self, source: Floats, window: Window, target: Floats) -> None:
        self.padded = Padded(source, window.padding)
        rows, filters, columns, batch = target.shape
        self.slices = _slices(self.padded.array, window, rows, columns)
        self.matrices = np.empty((window.kernel[1], filters, self.slices.shape[2]), target.dtype)
        self.targets = target.reshape(rows, filters, -1)
        row_bytes = self.matrices.shape[0] * filters * columns * batch * target.itemsize
        self.block = max(1, min(rows, BLOCK_BYTES // row_bytes))
        self.products = np.empty((self.block, window.kernel[1], filters, columns * batch), target.dtype)

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, kernel width, C)."""
        filters, kernel_y, kernel_x, channels = weights.shape
        self.matrices.reshape(kernel_x, filters, kernel_y, channels)[:] = weights.transpose(2, 0, 1, 3)
        self.padded.fill()
        for start in range(0, len(self.targets), self.block):
            target = self.targets[start : start + self.block]
            products = self.products[: len(target)]
            np.matmul(self.matrices, self.slices[start : start + self.block], out=products)
            if bias is None:
                np.copyto(target, products[:, 0]) if kernel_x == 1 else None
            else:
                np.add(products[:, 0], bias[:, None], out=target if kernel_x == 1 else products[:, 0])
            for number in range(1, kernel_x):
                np.add(products[:, 0] if number == 1 else target, products[:, number], out=target)


class WeightGradient:
    """The products of gradient and slices, added up over the rows."""

    @staticmethod
    def can(window: Window) -> bool:
        return Correlation.can(window)

    def __init__(self, output: object, source: Floats, window: Window, gradient: Floats) -> None:
        rows, filters, columns, _ = gradient.shape
        self.refill = not isinstance(output, Correlation)
        self.padded = output.padded if isinstance(output, Correlation) else Padded(source, window.padding)
        self.slices = _slices(self.padded.array, window, rows, columns).transpose(0, 1, 3, 2)
        self.gradients = gradient.reshape(rows, 1, filters, -1)
        row_bytes = window.kernel[1] * filters * self.slices.shape[3] * gradient.itemsize
        self.block = max(1, min(rows, BLOCK_BYTES // row_bytes))
        self.parts = np.empty((self.block, window.kernel[1], filters, self.slices.shape[3]), gradient.dtype)
        self.total = np.empty(self.parts.shape[1:], gradient.dtype)

    def run(self, out: Floats) -> None:
        """Write the gradient of the weights (F, kernel height, kernel width, C); follows the forward pass."""
        filters, kernel_y, kernel_x, channels = out.shape
        if self.refill:
            self.padded.fill()
        self.total.fill(0)
        for start in range(0, len(self.gradients), self.block):
            gradients = self.gradients[start : start + self.block]
            parts = self.parts[: len(gradients)]
            np.matmul(gradients, self.slices[start : start + self.block], out=parts)
            for part in parts:
                self.total += part
        np.copyto(out, self.total.reshape(kernel_x, filters, kernel_y, channels).transpose(1, 2, 0, 3))
