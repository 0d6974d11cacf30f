"""Convolution with kernels three columns wide by minimal filtering along the width.

F(4, 3) of Lavin and Gray, “Fast algorithms for convolutional neural networks” (2015), after Winograd (1980): four
neighbouring outputs of a row from six products instead of twelve. The rows under a window and their channels stay
one matrix with a regular stride, so the products need no copied windows.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Window
from cnnstudio.nn.workspace import Workspace

#: bytes of the products of one block of rows
BLOCK_BYTES = 768 * 1024

#: the three weights of a row → six factors
_FACTORS = np.array(
    [
        [1 / 4, 0, 0],
        [-1 / 6, -1 / 6, -1 / 6],
        [-1 / 6, 1 / 6, -1 / 6],
        [1 / 24, 1 / 12, 1 / 6],
        [1 / 24, -1 / 12, 1 / 6],
        [0, 0, 1],
    ]
)


def _can(window: Window) -> bool:
    return window.kernel[1] == 3 and window.stride[1] == 1 and window.dilation == (1, 1)


class _Input:
    """The transformed input, a few rows at a time; each row is transformed once."""

    def __init__(self, source: Floats, window: Window, columns: int, block: int, workspace: Workspace) -> None:
        height, channels, _, batch = source.shape
        self.source, self.padding, self.tiles = source, window.padding, -(-columns // 4)
        self.kernel, self.stride, self.block = window.kernel[0], window.stride[0], block
        top, bottom, _, _ = window.padding
        #: the padded input, split by column modulo 4
        split = (4, height + top + bottom, channels, self.tiles + 1, batch)
        self._split = workspace.reserve("padded", split, source.dtype)
        reach = (block - 1) * self.stride + self.kernel
        shape = (reach, channels, self.tiles * batch)
        self._transformed = workspace.reserve("transformed", (6, *shape), source.dtype)
        self._scratch = [workspace.reserve(f"transform {number}", shape, source.dtype) for number in range(2)]
        self.held = 0

    @cached_property
    def split(self) -> Floats:
        """(4, rows, C, tiles + 1, N)"""
        return self._split.array

    @cached_property
    def transformed(self) -> Floats:
        """(6, rows, C, tiles · N)"""
        return self._transformed.array

    @cached_property
    def scratch(self) -> tuple[Floats, ...]:
        """Two arrays (rows, C, tiles · N)."""
        return tuple(scratch.array for scratch in self._scratch)

    @cached_property
    def slices(self) -> Floats:
        """(6, block, kernel height · C, tiles · N), a view of ``transformed``."""
        plane, row, channel, item = self.transformed.strides
        shape = (6, self.block, self.kernel * self.transformed.shape[2], self.transformed.shape[3])
        return as_strided(self.transformed, shape, (plane, row * self.stride, channel, item), writeable=False)

    def fill(self) -> None:
        """Read the source anew."""
        (top, _, left, _), (height, _, width, _) = self.padding, self.source.shape
        self.split[:, :top] = 0
        self.split[:, top + height :] = 0
        for part in range(4):
            first = (part - left) % 4
            place = (first + left - part) // 4
            count = min(len(range(first, width, 4)), self.tiles + 1 - place)
            inside = self.split[part, top : top + height]
            np.copyto(inside[:, :, place : place + count], self.source[:, :, first : first + 4 * count : 4])
            inside[:, :, :place] = 0
            inside[:, :, place + count :] = 0
        self.held = 0

    def rows_from(self, start: int, count: int) -> Floats:
        """The slices of ``count`` output rows from ``start``; calls go down the image block by block."""
        first, last = start * self.stride, (start + count - 1) * self.stride + self.kernel
        kept = max(0, self.held - first)
        if kept:  # the block before was a full one
            self.transformed[:, :kept] = self.transformed[:, -kept:]
        self._transform(first + kept, last - first - kept, kept)
        self.held = last
        return self.slices[:, :count]

    def _transform(self, start: int, count: int, place: int) -> None:
        batch = self.split.shape[4]
        part = self.split[:, start : start + count].reshape(4, count, self.split.shape[2], -1)
        d0, d1, d2, d3 = (part[number, :, :, :-batch] for number in range(4))
        d4, d5 = (part[number, :, :, batch:] for number in range(2))
        v0, v1, v2, v3, v4, v5 = self.transformed[:, place : place + count]
        a, b = (scratch[:count] for scratch in self.scratch)
        number = part.dtype.type
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


class Correlation:
    """Kernels three wide that move one column at a time, without dilation; any height."""

    @staticmethod
    def can(window: Window) -> bool:
        return _can(window)

    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        rows, filters, columns, batch = target.shape
        self.target, self.tiles = target, -(-columns // 4)
        run = self.tiles * batch
        self.block = max(1, min(rows, BLOCK_BYTES // (6 * filters * run * target.itemsize)))
        self.input = _Input(source, window, columns, self.block, workspace)
        self.factors = np.empty((6, 1, filters, window.kernel[0] * source.shape[1]), target.dtype)
        self.products = workspace.reserve("products", (6, self.block, filters, run), target.dtype)
        shape = (self.block, filters, self.tiles, batch)
        self.sums = [workspace.reserve(f"sum {number}", shape, target.dtype) for number in range(3)]

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, 3, C)."""
        factors = np.tensordot(_FACTORS.astype(weights.dtype), weights, (1, 2))
        self.factors[:] = factors.reshape(self.factors.shape)
        self.input.fill()
        rows = self.target.shape[0]
        for start in range(0, rows, self.block):
            count = min(self.block, rows - start)
            products = self.products.array[:, :count]
            np.matmul(self.factors, self.input.rows_from(start, count), out=products)
            self._combine(products, bias, self.target[start : start + count])

    def _combine(self, products: Floats, bias: Floats | None, target: Floats) -> None:
        """Four columns from six products."""
        count, _, columns, batch = target.shape
        m0, m1, m2, m3, m4, m5 = products.reshape(6, count, -1, self.tiles, batch)
        number = target.dtype.type
        even, odd, late = (scratch.array[:count] for scratch in self.sums)

        def write(part: int, first: Floats, second: Floats) -> None:
            kept = len(range(part, columns, 4))
            if kept:
                np.add(first[:, :, :kept], second[:, :, :kept], out=target[:, :, part::4])

        if bias is not None:  # every column has exactly one of these two in it
            m1 += bias[:, None, None]
        np.add(m1, m2, out=even)
        np.subtract(m1, m2, out=odd)
        np.subtract(m3, m4, out=late)
        m3 += m4
        m0 += even
        write(0, m0, m3)
        late *= number(2)
        write(1, odd, late)
        m3 *= number(4)
        write(2, even, m3)
        late *= number(4)
        odd += m5
        write(3, odd, late)


class WeightGradient:
    """The same filtering turned around: the gradient's four columns become six, and their products with the
    transformed input three weights."""

    @staticmethod
    def can(window: Window) -> bool:
        return _can(window)

    def __init__(self, source: Floats, window: Window, gradient: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        rows, filters, columns, batch = gradient.shape
        self.gradient, tiles = gradient, -(-columns // 4)
        depth = window.kernel[0] * source.shape[1]
        row_bytes = 6 * filters * (tiles * batch + depth) * gradient.itemsize
        self.block = max(1, min(rows, BLOCK_BYTES // row_bytes))
        self.input = _Input(source, window, columns, self.block, workspace)
        shape = (self.block, filters, tiles, batch)
        self.spread = workspace.reserve("products", (6, *shape), gradient.dtype)
        self.sums = [workspace.reserve(f"sum {number}", shape, gradient.dtype) for number in range(2)]
        self.parts = workspace.reserve("parts", (6, self.block, depth, filters), gradient.dtype)
        self.total = np.empty((6, depth, filters), gradient.dtype)

    def run(self, out: Floats) -> None:
        """Write the gradient of the weights (F, kernel height, 3, C)."""
        self.input.fill()
        self.total.fill(0)
        rows = self.gradient.shape[0]
        for start in range(0, rows, self.block):
            count = min(self.block, rows - start)
            self._spread(self.gradient[start : start + count])
            spread = self.spread.array[:, :count].reshape(6, count, out.shape[0], -1)
            parts = self.parts.array[:, :count]
            np.matmul(self.input.rows_from(start, count), spread.transpose(0, 1, 3, 2), out=parts)
            for row in range(count):
                self.total += parts[:, row]
        weights = np.tensordot(_FACTORS.astype(out.dtype), self.total, (0, 0))
        np.copyto(out, weights.reshape(3, out.shape[1], out.shape[3], -1).transpose(3, 1, 0, 2))

    def _spread(self, gradient: Floats) -> None:
        """Six columns from the gradient's four; columns past its edge count as zero."""
        count, _, columns, _ = gradient.shape
        g0, g1, g2, g3, g4, g5 = self.spread.array[:, :count]
        a, b = (scratch.array[:count] for scratch in self.sums)
        number = gradient.dtype.type
        for part, place in ((0, g0), (1, g1), (2, g2), (3, g5)):
            kept = len(range(part, columns, 4))
            np.copyto(place[:, :, :kept], gradient[:, :, part::4])
            place[:, :, kept:] = 0
        # g1 and g2 hold columns 1 and 2 until their sums are formed
        np.multiply(g5, number(4), out=a)
        a += g1
        a *= number(2)  # 2 o1 + 8 o3
        np.multiply(g2, number(4), out=b)
        b += g0  # o0 + 4 o2
        np.add(b, a, out=g3)
        np.subtract(b, a, out=g4)
        np.add(g1, g5, out=a)
        np.add(g0, g2, out=b)
        np.add(b, a, out=g1)
        np.subtract(b, a, out=g2)
