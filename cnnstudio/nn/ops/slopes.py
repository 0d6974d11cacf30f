"""A curve with a bend at 0 whose slope below is learned, one for each map or unit."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.operation import Binding, Operation


class LearnedSlopes(Operation):
    """y = x where x > 0, else slope · x; ∂x = ∂y or ∂y · slope, and ∂slope = Σ ∂y · x over x ≤ 0 of its map.

    Everything is seen as (H, C, W·N), a vector as (1, units, N).
    """

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.x, self.y = _by_channel(binding.inputs[0]), _by_channel(binding.output)
        self.blocks = list(row_blocks(self.y.shape, self.y.itemsize))
        self.scratch = np.empty((self.blocks[0].stop, *self.y.shape[1:]), self.y.dtype)
        self.slopes = np.empty((self.y.shape[1], 1), self.y.dtype)

    def forward(self) -> None:
        self.slopes[:, 0] = self.binding.parameters["slope"]
        for rows in self.blocks:
            below = self._below(rows)
            np.maximum(self.x[rows], 0, out=self.y[rows])
            below *= self.slopes
            self.y[rows] += below

    def backward(self) -> None:
        gradient = _by_channel(self.binding.output_gradient)
        target = self.binding.input_gradients[0]
        sums = np.zeros(len(self.slopes), np.float64)
        for rows in self.blocks:
            below = self._below(rows)
            below *= gradient[rows]
            sums += below.sum(2).sum(0, dtype=np.float64)
            if target is not None:
                slope = np.less_equal(self.x[rows], 0, out=below, casting="unsafe")
                slope *= self.slopes - 1
                slope += 1
                np.multiply(gradient[rows], slope, out=_by_channel(target)[rows])
        self.binding.gradients["slope"][...] = sums

    def _below(self, rows: slice) -> Floats:
        """What of the input is not above 0, and 0 elsewhere."""
        return np.minimum(self.x[rows], 0, out=self.scratch[: rows.stop - rows.start])


def _by_channel(array: Floats) -> Floats:
    height, channels = array.shape[:2] if array.ndim == 4 else (1, array.shape[0])
    found = array.reshape(height, channels, -1)
    assert np.may_share_memory(found, array), "the buffer has no such view"
    return found
