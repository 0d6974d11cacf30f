"""Convolution line by line: each row of the source meets all rows of the kernel in one product.

With few filters a product over whole windows has few rows, and BLAS is slow. Here those of all rows of the kernel lie
below each other; what belongs to one output row is then added up along a diagonal. Each source row is copied once.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import as_strided

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.blocks import odd_lines
from cnnstudio.nn.ops.convolution.slices import SMALL, Block, Blocks
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window

#: bytes of the products of one block
BLOCK_BYTES = 512 * 1024


class Correlation:
    """Kernels that move one row and one column at a time, over padding that cuts nothing off."""

    @staticmethod
    def can(window: Window) -> bool:
        return window.stride == (1, 1) and window.dilation[0] == 1 and min(window.padding) >= 0

    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        workspace = workspace or Workspace()
        (kernel_y, kernel_x), (self.top, _, left, right) = window.kernel, window.padding
        rows, filters, columns, batch = target.shape
        height, channels = source.shape[:2]
        self.target = target
        self.matrix = np.empty((kernel_y * filters, kernel_x * channels), target.dtype)
        lines = rows + kernel_y - 1
        longest = min(SMALL // self.matrix.size, BLOCK_BYTES // (lines * len(self.matrix) * target.itemsize))
        line = Window((1, kernel_x), padding=(0, 0, left, right), dilation=window.dilation)
        self.blocks = Blocks(source, line, height, columns, longest, workspace)
        pitch = odd_lines(self.blocks.across * batch, target.itemsize)
        # with rows of zeros above and below, where the window looks at the padding
        self._products = workspace.reserve("padded", (lines, kernel_y, filters, pitch), target.dtype)

    @cached_property
    def parts(self) -> list[tuple[list[tuple[Block, Floats]], Floats, Floats]]:
        """For each run of columns: its blocks and where their products go; the products along their diagonals (rows,
        kernel height, filters, run); and the target."""
        products = self._products.array
        row, below, line, item = products.strides
        found = []
        for columns in [block.columns for block in self.blocks.all if block.rows.start == 0]:
            target = self.target[:, :, columns]
            target = target.reshape(*target.shape[:2], -1)
            blocks = []
            for block in self.blocks.all:
                if block.columns == columns:
                    place = products[self.top + block.rows.start : self.top + block.rows.stop]
                    place = place.reshape(len(place), len(self.matrix), -1)
                    blocks.append((block, place[:, :, : target.shape[2]]))
            shape = (len(target), products.shape[1], *target.shape[1:])
            diagonals = as_strided(products, shape, (row, row + below, line, item), writeable=False)
            found.append((blocks, diagonals, target))
        return found

    def run(self, weights: Floats, bias: Floats | None) -> None:
        """Write Σ weights · window + bias into the target; ``weights`` (F, kernel height, kernel width, C)."""
        filters, kernel_y, kernel_x, channels = weights.shape
        np.copyto(self.matrix.reshape(kernel_y, filters, kernel_x, channels), weights.transpose(1, 0, 2, 3))
        products = self._products.array
        products[: self.top].fill(0)
        products[self.top + self.blocks.rows :].fill(0)
        for blocks, diagonals, target in self.parts:
            for block, place in blocks:
                block.fill()
                np.matmul(self.matrix, block.windows, out=place)
            np.add.reduce(diagonals, axis=1, out=target)
            if bias is not None:
                target += bias[:, None]
