"""The input's gradient of a convolution that moves several cells at a time.

Input cells at the same place within a stride lie under the same cells of the kernel. So each such phase of the input's
gradient is a correlation of the output's gradient with a part of the kernel, without a wasted product.
"""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.convolution import slices
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window


class Phases:
    """Any stride, no dilation."""

    @staticmethod
    def can(window: Window) -> bool:
        return window.dilation == (1, 1)

    def __init__(self, gradient: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None:
        #: rows and columns of the kernel, turned, and what they are slid over
        self.correlations: list[tuple[slice, slice, slices.Correlation]] = []
        #: cells that no window reaches
        self.unreached: list[Floats] = []
        (kernel_y, kernel_x), (stride_y, stride_x) = window.kernel, window.stride
        for y, x in np.ndindex(window.stride):
            part = target[y::stride_y, :, x::stride_x]
            if not part.size:
                continue
            rows, above = _phase(y + window.padding[0], kernel_y, stride_y)
            columns, left = _phase(x + window.padding[2], kernel_x, stride_x)
            kernel = len(range(kernel_y)[rows]), len(range(kernel_x)[columns])
            if 0 in kernel:
                self.unreached.append(part)
            else:
                seen = Window(kernel, padding=(above, 0, left, 0))
                self.correlations.append((rows, columns, slices.Correlation(gradient, seen, part, workspace)))

    def run(self, weights: Floats) -> None:
        """Write the gradient of the input; ``weights`` (F, kernel height, kernel width, C)."""
        for part in self.unreached:
            part.fill(0)
        for rows, columns, correlation in self.correlations:
            correlation.run(weights[:, rows, columns].transpose(3, 1, 2, 0), None)


def _phase(place: int, kernel: int, stride: int) -> tuple[slice, int]:
    """Which cells of the kernel lie over a place of the padded input, last one first, and how far before the start of
    the output the first of them looks."""
    cells = range(place % stride, kernel, stride)
    turned = slice(cells[-1], place % stride - 1 if place % stride else None, -stride) if cells else slice(0)
    return turned, len(cells) - 1 - place // stride
