"""Convolution with kernels three columns wide by minimal filtering along the width.

F(4, 3) of Lavin and Gray, “Fast algorithms for convolutional neural networks” (2015), after Winograd (1980): four
neighbouring outputs of a row from six products instead of twelve. The rows under a window and their channels stay
one matrix with a regular stride, so the products need no copied windows.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Window

#: bytes of the transformed rows and products of one block
BLOCK_BYTES = 768 * 1024

#: weights (3,) → the six factors
_FILTER = np.array(
    [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ]
)


class Correlation:
    """Kernels three wide that move one column at a time, without dilation; any height."""

    @staticmethod
    def can(window: Window) -> bool:
        return window.kernel[1] == 3 and window.stride[1] == 1 and window.dilation == (1, 1)

    def __init__(self, source: Floats, window: Window, target: Floats) -> None:
        self.source, self.window, self.target = source, window, target
        height, channels, width, batch = source.shape
        rows, filters, columns, _ = target.shape
        top, bottom, left, _ = window.padding
        tiles = -(-columns // 4)
        self.dtype = target.dtype
        #: the padded input, split by column modulo 4: (4, rows, C, tiles + 1, N)
        self.split = np.zeros((4, height + top + bottom, channels, tiles + 1, batch), self.dtype)
        self.fills = []
        for part in range(4):
            first = (part - left) % 4
            place = (first + left - part) // 4
            count = min(len(range(first, width, 4)), tiles + 1 - place)
            inside = self.split[part, top : top + height, :, place : place + count]
            self.fills.append((inside, source[:, :, first : first + 4 * count : 4]))
        kernel_y, stride = window.kernel[0], window.stride[0]
        run = tiles * batch
        row_bytes = (6 * channels * stride + 6 * filters) * run * target.itemsize
        self.block = max(1, min(rows, BLOCK_BYTES // row_bytes))
        reach = (self.block - 1) * stride + kernel_y
        self.factors = np.empty((6, 1, filters, kernel_y * channels), self.dtype)
        self.transformed = np.empty((6, reach, channels, run), self.dtype)
        plane, row, channel, item = self.transformed.strides
        shape = (6, self.block, kernel_y * channels, run)
        self.slices = as_strided(self.transformed, shape, (plane, row * stride, channel, item), writeable=False)
        self.products = np.empty((6, self.block, filters, run), self.dtype)
        self.scratch = [np.empty((reach, channels, run), self.dtype) for _ in range(2)]
        self.sums = [np.empty((self.block, filters, tiles, batch), self.dtype) for _ in range(3)]

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, 3, C)."""
        filters, kernel_y, _, channels = weights.shape
        factors = np.tensordot(_FILTER.astype(self.dtype), weights, (1, 2))
        self.factors[:] = factors.reshape(6, 1, filters, kernel_y * channels)
        for inside, source in self.fills:
            np.copyto(inside, source)
        rows, stride = self.target.shape[0], self.window.stride[0]
        for start in range(0, rows, self.block):
            count = min(self.block, rows - start)
            self._transform(start * stride, (count - 1) * stride + kernel_y)
            products = self.products[:, :count]
            np.matmul(self.factors, self.slices[:, :count], out=products)
            self._combine(products, bias, start, count)

    def _transform(self, start: int, count: int) -> None:
        """The input transform of some rows, element by element."""
        part = self.split[:, start : start + count].reshape(4, count, self.split.shape[2], -1)
        batch = self.split.shape[4]
        d0, d1, d2, d3 = (part[number, :, :, :-batch] for number in range(4))
        d4, d5 = (part[number, :, :, batch:] for number in range(2))
        v0, v1, v2, v3, v4, v5 = self.transformed[:, :count]
        a, b = (scratch[:count] for scratch in self.scratch)
        number = self.dtype.type
        np.multiply(d2, number(4), out=a)
        np.subtract(d4, a, out=a)  # d4 − 4 d2
        np.multiply(d1, number(4), out=b)
        np.subtract(d3, b, out=b)  # d3 − 4 d1
        np.add(a, b, out=v1)
        np.subtract(a, b, out=v2)
        np.subtract(d0, d2, out=v0)
        v0 *= number(4)
        np.subtract(d4, d2, out=a)
        v0 += a  # 4 d0 − 5 d2 + d4
        np.subtract(d3, d1, out=b)
        np.multiply(b, number(-4), out=v5)
        v5 -= d3
        v5 += d5  # 4 d1 − 5 d3 + d5
        b *= number(2)
        np.add(a, b, out=v3)
        np.subtract(a, b, out=v4)

    def _combine(self, products: Floats, bias: Floats | None, start: int, count: int) -> None:
        """The output transform: four columns from six products."""
        tiles, batch = self.split.shape[3] - 1, self.split.shape[4]
        target = self.target[start : start + count]
        columns = target.shape[2]
        m0, m1, m2, m3, m4, m5 = products.reshape(6, count, -1, tiles, batch)
        number = self.dtype.type
        even, odd, late = (array[:count] for array in self.sums)

        def write(part: int, first: Floats, second: Floats) -> None:
            kept = len(range(part, columns, 4))
            if kept:
                np.add(first[:, :, :kept], second[:, :, :kept], out=target[:, :, part::4])

        if bias is not None:
            m0 += bias[:, None, None]
            m5 += bias[:, None, None]
        np.subtract(m1, m2, out=odd)
        np.add(m1, m2, out=even)
        np.subtract(m3, m4, out=late)  # odd parts carry 1, 2, 4, 8 of it
        m3 += m4
        m0 += even
        write(0, m0, m3)
        late *= number(2)
        if bias is not None:
            odd += bias[:, None, None]
        write(1, odd, late)
        m3 *= number(4)
        if bias is not None:
            even += bias[:, None, None]
        write(2, even, m3)
        late *= number(4)
        if bias is not None:
            odd -= bias[:, None, None]
        odd += m5
        write(3, odd, late)
