"""Convolution with kernels three rows high by minimal filtering along the height.

F(4, 3) of Lavin and Gray, “Fast algorithms for convolutional neural networks” (2015), after Winograd (1980): four
neighbouring outputs of a column from six products instead of twelve. Rows are outermost, so a tile of six rows is a
matrix as it lies in memory, and each transformation is one small matrix product over long runs. The kernel's columns
are shifts along such a run.

Work goes tile by tile and, within a tile, over a few columns at a time: what belongs to a block fits the second-level
cache, and its products are short enough for those routines of BLAS that need not pack their operands first.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.blocks import columns_at_once, odd_lines, side
from cnnstudio.nn.ops.normalization.moments import as_rows
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window

#: bytes of everything that belongs to one block
BLOCK_BYTES = 768 * 1024
#: the most numbers in a run of a block: beyond, BLAS begins to pack
LONGEST_RUN = 512
#: … and in a sum over positions
LONGEST_SUM = 256

#: six rows of the input → six planes
_INPUT = np.array(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ]
)
#: the three weights of a column → six factors
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
#: six products → four rows of the output; turned around: four rows of its gradient → six planes
_OUTPUT = np.array(
    [
        [1, 1, 1, 1, 1, 0],
        [0, 1, -1, 2, -2, 0],
        [0, 1, 1, 4, 4, 0],
        [0, 1, -1, 8, -8, 1],
    ]
)


def _can(window: Window) -> bool:
    return window.kernel[0] == 3 and window.stride == (1, 1) and window.dilation[0] == 1


@dataclass(frozen=True)
class _Piece:
    """A small matrix times rows of an array, written to planes; and what of the planes is zero."""

    matrix: Floats
    source: Floats
    target: Floats
    zeros: tuple[Floats, ...] = ()

    def run(self) -> None:
        for zero in self.zeros:
            zero.fill(0)
        np.matmul(self.matrix, self.source, out=self.target)


class _Input:
    """The six planes of a block of the input."""

    def __init__(self, source: Floats, window: Window, width: int, workspace: Workspace) -> None:
        self.rows, self.padding, self.batch = as_rows(source), window.padding, source.shape[3]
        self.shift = window.dilation[1] * self.batch
        self.kernel = window.kernel[1]
        self.reach = self.shift * (self.kernel - 1)
        pitch = odd_lines(width * self.batch + self.reach, source.itemsize)
        self._planes = workspace.reserve("transformed", (6, source.shape[1], pitch), source.dtype)
        self.matrix = _INPUT.astype(source.dtype)

    @cached_property
    def planes(self) -> Floats:
        """(6, C, run), longer than a block's run by what its windows reach beyond."""
        return self._planes.array

    def piece(self, tile: int, first: int, run: int) -> _Piece:
        """How the planes of ``run`` numbers from ``first`` come about; what lies in the padding is zero."""
        height, _, width = self.rows.shape
        top, left = 4 * tile - self.padding[0], first - self.padding[2] * self.batch
        extent = run + self.reach
        above, below = min(max(0, -top), 6), max(min(6, height - top), 0)
        before, after = min(max(0, -left), extent), max(min(extent, width - left), 0)
        if above >= below or before >= after:
            top = left = above = below = before = after = 0
        zeros = (self.planes[:, :, :before], self.planes[:, :, after:extent])
        return _Piece(
            self.matrix[:, above:below],
            self.rows[top + above : top + below, :, left + before : left + after].transpose(1, 0, 2),
            self.planes[:, :, before:after].transpose(1, 0, 2),
            tuple(zero for zero in zeros if zero.size),
        )

    def shifted(self, run: int) -> Floats:
        """(6, kernel width, C, run): the planes under each column of the kernel."""
        plane, channel, item = self.planes.strides
        shape = (6, self.kernel, self.planes.shape[1], run)
        return as_strided(self.planes, shape, (plane, self.shift * item, channel, item), writeable=False)


class Correlation:
    """Kernels three high that move one row and one column at a time; any width."""

    @staticmethod
    def can(window: Window) -> bool:
        return _can(window)

    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        _, filters, columns, self.batch = target.shape
        channels, kernel = source.shape[1], window.kernel[1]
        self.rows = as_rows(target)
        column_bytes = 6 * (channels + kernel * filters) * self.batch * target.itemsize
        self.width = columns_at_once(columns, min(LONGEST_RUN // self.batch, BLOCK_BYTES // column_bytes))
        self.input = _Input(source, window, self.width, workspace)
        self.factors = np.empty((6, kernel, filters, channels), target.dtype)
        self.by_weight = _FACTORS.astype(target.dtype)
        pitch = odd_lines(self.width * self.batch, target.itemsize)
        # the last plane is the bias: to add it along with the products costs nothing
        self._products = workspace.reserve("products", (6 * kernel + 1, filters, pitch), target.dtype)
        #: adds up the kernel's columns on the way
        self.matrix = np.hstack([np.repeat(_OUTPUT, kernel, axis=1), np.ones((4, 1))]).astype(target.dtype)

    @cached_property
    def blocks(self) -> list[tuple[_Piece, Floats, Floats, list[_Piece]]]:
        """For each block: the input's planes; their shifts, and the products with them; the output without and with
        the bias."""
        planes = self._products.array
        products = planes[:-1].reshape(*self.factors.shape[:3], -1)
        found = []
        for tile in range(-(-len(self.rows) // 4)):
            rows = self.rows[4 * tile : 4 * tile + 4]
            for first in range(0, self.rows.shape[2], self.width * self.batch):
                target = rows[:, :, first : first + self.width * self.batch].transpose(1, 0, 2)
                run = target.shape[2]
                outputs = [
                    _Piece(self.matrix[: len(rows), :count], planes[:count, :, :run].transpose(1, 0, 2), target)
                    for count in (len(planes) - 1, len(planes))
                ]
                piece, shifted = self.input.piece(tile, first, run), self.input.shifted(run)
                found.append((piece, shifted, products[..., :run], outputs))
        return found

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, 3, kernel width, C)."""
        by_row = np.ascontiguousarray(weights.transpose(1, 2, 0, 3))
        np.matmul(self.by_weight, by_row.reshape(3, -1), out=self.factors.reshape(6, -1))
        if bias is not None:
            self._products.array[-1] = bias[:, None]
        for planes, shifted, products, outputs in self.blocks:
            planes.run()
            np.matmul(self.factors, shifted, out=products)
            outputs[bias is not None].run()


class WeightGradient:
    """The same filtering turned around: the gradient's four rows become six planes, and the sums of their products
    with the input's planes three weights."""

    @staticmethod
    def can(window: Window) -> bool:
        return _can(window)

    def __init__(self, source: Floats, window: Window, gradient: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        _, filters, columns, self.batch = gradient.shape
        channels, kernel = source.shape[1], window.kernel[1]
        self.rows = as_rows(gradient)
        column_bytes = 6 * (channels + filters) * self.batch * gradient.itemsize
        self.width = columns_at_once(columns, min(LONGEST_SUM // self.batch, BLOCK_BYTES // column_bytes))
        self.input = _Input(source, window, self.width, workspace)
        self.matrix = np.ascontiguousarray(_OUTPUT.T).astype(gradient.dtype)
        self.by_factor = np.ascontiguousarray(_FACTORS.T).astype(gradient.dtype)
        pitch = odd_lines(self.width * self.batch, gradient.itemsize)
        self._spread = workspace.reserve("products", (6, filters, pitch), gradient.dtype)
        self.sides = side(channels), side(filters)
        shape = (6, kernel, channels // self.sides[0], filters // self.sides[1], *self.sides)
        self._parts = workspace.reserve("parts", shape, gradient.dtype)
        self._total = workspace.reserve("total", shape, gradient.dtype)

    @cached_property
    def blocks(self) -> list[tuple[_Piece, _Piece, Floats, Floats]]:
        """For each block: the input's planes and the gradient's, and both as factors of a product."""
        spread, (one, other) = self._spread.array, self.sides
        found = []
        for tile in range(-(-len(self.rows) // 4)):
            rows = self.rows[4 * tile : 4 * tile + 4]
            for first in range(0, self.rows.shape[2], self.width * self.batch):
                source = rows[:, :, first : first + self.width * self.batch].transpose(1, 0, 2)
                run = source.shape[2]
                gradient = _Piece(self.matrix[:, : len(rows)], source, spread[:, :, :run].transpose(1, 0, 2))
                shifted = self.input.shifted(run)
                left = shifted.reshape(*shifted.shape[:2], -1, 1, one, run)
                right = spread[:, None, None, :, :run].reshape(6, 1, 1, -1, other, run).swapaxes(4, 5)
                found.append((self.input.piece(tile, first, run), gradient, left, right))
        return found

    def run(self, out: Floats) -> None:
        """Write the gradient of the weights (F, 3, kernel width, C)."""
        parts, total = self._parts.array, self._total.array
        total.fill(0)
        for planes, gradient, left, right in self.blocks:
            planes.run()
            gradient.run()
            np.matmul(left, right, out=parts)
            total += parts
        _, kernel, across, down, one, other = total.shape
        weights = (self.by_factor @ total.reshape(6, -1)).reshape(3, *total.shape[1:])
        np.copyto(out.reshape(down, other, 3, kernel, across, one), weights.transpose(3, 5, 0, 1, 2, 4))
