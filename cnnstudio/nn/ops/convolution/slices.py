"""Convolution that copies windows once for each column of the kernel, not for each of its cells.

In the layout (H, C, W, N) rows are outermost: put the columns that lie under one kernel column side by side, for every
kernel column, and the rows under a window are one matrix with a regular stride. One product does the rest. Blocks of a
few rows and columns keep it all in the second-level cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.ops.blocks import columns_at_once, odd_lines, side
from cnnstudio.nn.ops.windows import by_position, inside
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window

#: bytes of the copies of one block
BLOCK_BYTES = 768 * 1024
#: the most numbers in a run of a block
LONGEST_RUN = 512
#: … and in a sum over positions
LONGEST_SUM = 512
#: multiplications in one product, up to which BLAS does not pack its operands first
SMALL = 10**6


@dataclass(frozen=True)
class Block:
    """Output rows and columns, what to copy for them, and the matrices under their windows."""

    rows: slice
    columns: slice
    copies: list[tuple[Array, Array]]
    zeros: list[Floats]
    #: (rows, kernel height · kernel width · C, run), a view
    windows: Floats

    def fill(self) -> None:
        """Copy, and clear what lies in the padding."""
        for zero in self.zeros:
            zero.fill(0)
        for target, source in self.copies:
            np.copyto(target, source)


class Blocks:
    """All blocks of an image. Padding may be negative: then the edge is cut off."""

    def __init__(
        self, source: Floats, window: Window, rows: int, columns: int, longest: int, workspace: Workspace
    ) -> None:
        self.source, self.window, self.rows, self.columns = source, window, rows, columns
        (kernel_y, kernel_x), (stride_y, _) = window.kernel, window.stride
        _, channels, _, self.batch = source.shape
        self.lines = kernel_x * channels
        self.depth = kernel_y * self.lines
        column_bytes = self.lines * self.batch * source.itemsize
        few = 3 * stride_y + kernel_y
        self.across = columns_at_once(columns, min(longest // self.batch, BLOCK_BYTES // (few * column_bytes)))
        pitch = odd_lines(self.across * self.batch, source.itemsize)
        most = BLOCK_BYTES // (self.lines * pitch * source.itemsize)
        self.down = max(1, min(rows, (most - kernel_y) // stride_y + 1))
        held = (self.down - 1) * stride_y + kernel_y
        self._held = workspace.reserve("columns", (held, kernel_x, channels, pitch), source.dtype)

    @cached_property
    def all(self) -> list[Block]:
        """From the top left to the bottom right."""
        return [
            self._block(slice(row, min(row + self.down, self.rows)), slice(col, min(col + self.across, self.columns)))
            for row in range(0, self.rows, self.down)
            for col in range(0, self.columns, self.across)
        ]

    def _block(self, rows: slice, columns: slice) -> Block:
        (kernel_y, kernel_x), (stride_y, stride_x) = self.window.kernel, self.window.stride
        height, channels, width, batch = self.source.shape
        down, across = rows.stop - rows.start, columns.stop - columns.start
        held = self._held.array[: (down - 1) * stride_y + kernel_y]
        top = rows.start * stride_y - self.window.padding[0]
        above, below = inside(top, len(held), 1, height)
        copies, zeros = [], [held[:above], held[below:]]
        for number in range(kernel_x):
            left = columns.start * stride_x - self.window.padding[2] + number * self.window.dilation[1]
            before, after = inside(left, across, stride_x, width)
            place = held[above:below, number, :, : across * batch].reshape(below - above, channels, across, batch)
            zeros += [place[:, :, :before], place[:, :, after:]]
            first = left + before * stride_x
            cells = slice(first, first + (after - before - 1) * stride_x + 1, stride_x)
            if before < after and above < below:
                seen = self.source[top + above : top + below, :, cells]
                copies.append((by_position(place[:, :, before:after]), by_position(seen)))
        row, _, line, item = held.strides
        windows = as_strided(held, (down, self.depth, across * batch), (row * stride_y, line, item), writeable=False)
        return Block(rows, columns, copies, [zero for zero in zeros if zero.size], windows)


class Correlation:
    """Windows without gaps between their rows."""

    @staticmethod
    def can(window: Window) -> bool:
        return window.dilation[0] == 1 or window.kernel[0] == 1

    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        rows, filters, columns, self.batch = target.shape
        self.target = target
        self.blocks = Blocks(source, window, rows, columns, LONGEST_RUN, workspace)
        self.matrix = np.empty((filters, self.blocks.depth), target.dtype)
        # products of some columns each, short enough for BLAS
        most = max(1, SMALL // (self.batch * self.matrix.size))
        self.part = max(
            count for count in range(1, self.blocks.across + 1) if self.blocks.across % count == 0 and count <= most
        )
        self.direct = target.strides[2] == self.batch * target.itemsize
        shape = (self.blocks.down, filters, self.blocks.across * self.batch)
        self._products = None if self.direct else workspace.reserve("products", shape, target.dtype)

    @cached_property
    def products(self) -> list[tuple[Block, Floats, Floats, Floats, Floats]]:
        """For each block: (rows, parts, depth, run) under its windows, where the product (rows, parts, filters, run)
        goes, and that place and the target as (rows, filters, columns, N)."""
        found = []
        for block in self.blocks.all:
            target = self.target[block.rows, :, block.columns]
            place = target
            if self._products is not None:
                place = self._products.array[: len(target), :, : target.shape[2] * self.batch].reshape(target.shape)
            merged = place.reshape(*place.shape[:2], -1)
            run = self.part * self.batch if target.shape[2] % self.part == 0 else merged.shape[2]
            found.append((block, _cut(block.windows, run), _cut(merged, run), place, target))
        return found

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, kernel width, C)."""
        np.copyto(self.matrix.reshape(weights.shape), weights)
        for block, windows, products, place, target in self.products:
            block.fill()
            np.matmul(self.matrix, windows, out=products)
            if bias is not None:
                place += bias[:, None, None]
            if place is not target:
                np.copyto(by_position(target), by_position(place))


def _cut(rows: Floats, run: int) -> Floats:
    """(rows, lines, n) → (rows, n / run, lines, run), a view."""
    row, line, item = rows.strides
    shape = (rows.shape[0], rows.shape[2] // run, rows.shape[1], run)
    return as_strided(rows, shape, (row, run * item, line, item))


class WeightGradient:
    """The products of windows and gradient, added up over all positions."""

    @staticmethod
    def can(window: Window) -> bool:
        return Correlation.can(window)

    def __init__(self, source: Floats, window: Window, gradient: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        rows, self.filters, columns, _ = gradient.shape
        self.gradient = gradient
        self.blocks = Blocks(source, window, rows, columns, LONGEST_SUM, workspace)
        self.sides = side(self.blocks.depth), side(self.filters)
        shape = (self.blocks.depth // self.sides[0], self.filters // self.sides[1], *self.sides)
        self._parts = workspace.reserve("parts", (self.blocks.down, *shape), gradient.dtype)
        self._sums = workspace.reserve("sums", shape, gradient.dtype)
        self._total = workspace.reserve("total", shape, gradient.dtype)

    @cached_property
    def factors(self) -> list[tuple[Block, Floats, Floats, Floats]]:
        """For each block: what stands left and right in its products, and where they go."""
        found = []
        for block in self.blocks.all:
            gradient = self.gradient[block.rows, :, block.columns]
            rows, _, run = block.windows.shape
            left = block.windows.reshape(rows, -1, 1, self.sides[0], run)
            right = gradient.reshape(rows, 1, -1, self.sides[1], run).swapaxes(3, 4)
            found.append((block, left, right, self._parts.array[:rows]))
        return found

    def run(self, out: Floats) -> None:
        """Write the gradient of the weights (F, kernel height, kernel width, C)."""
        total, sums = self._total.array, self._sums.array
        total.fill(0)
        for block, left, right, parts in self.factors:
            block.fill()
            np.matmul(left, right, out=parts)
            np.add.reduce(parts, axis=0, out=sums)
            total += sums
        by_depth = total.swapaxes(1, 2).reshape(self.blocks.depth, self.filters)
        np.copyto(out, by_depth.T.reshape(out.shape))
