"""Layer normalisation: all numbers of one image are brought to mean 0 and variance 1, then scaled and shifted."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Binding, Operation
from cnnstudio.nn.ops.blocks import row_blocks


class ByImage(Operation):
    """Everything here is (H, C, W, N) or (units, N); sums run over all axes but the last."""

    def __init__(self, binding: Binding, epsilon: float) -> None:
        self.binding, self.epsilon = binding, epsilon
        shape, dtype = binding.output.shape, binding.output.dtype
        self.blocks = list(row_blocks(shape, binding.output.itemsize))
        self.scratch = np.empty((self.blocks[0].stop, *shape[1:]), dtype)
        self.cells = int(np.prod(shape[:-1]))
        self.axes = tuple(range(len(shape) - 1))
        self.sums = np.empty((2, len(self.blocks), shape[-1]), dtype)

    def forward(self) -> None:
        binding, sums = self.binding, self.sums[0]
        source, output = binding.inputs[0], binding.output
        scale, shift = (_inner(binding.parameters[name]) for name in ("scale", "shift"))
        for rows, total in zip(self.blocks, sums, strict=True):
            np.sum(source[rows], axis=self.axes, out=total)
        self.mean = (sums.sum(0, dtype=np.float64) / self.cells).astype(output.dtype)
        for rows, total in zip(self.blocks, sums, strict=True):
            apart = np.subtract(source[rows], self.mean, out=output[rows])
            np.multiply(apart, apart, out=self._scratch(rows))
            np.sum(self._scratch(rows), axis=self.axes, out=total)
        variance = sums.sum(0, dtype=np.float64) / self.cells
        self.inverse = (1 / np.sqrt(variance + self.epsilon)).astype(output.dtype)
        for rows in self.blocks:
            block = output[rows]
            block *= self.inverse
            block *= scale[rows]
            block += shift[rows]

    def backward(self) -> None:
        binding = self.binding
        source, gradient, target = binding.inputs[0], binding.output_gradient, binding.input_gradients[0]
        scale = _inner(binding.parameters["scale"])
        by_scale, by_shift = (_inner(binding.gradients[name]) for name in ("scale", "shift"))
        for number, rows in enumerate(self.blocks):
            block = gradient[rows]
            np.sum(block, axis=-1, keepdims=True, out=by_shift[rows])
            normal = np.subtract(source[rows], self.mean, out=self._scratch(rows))
            normal *= self.inverse
            np.vecdot(block, normal, out=by_scale[rows][..., 0])
            block *= scale[rows]
            np.sum(block, axis=self.axes, out=self.sums[0, number])
            normal *= block
            np.sum(normal, axis=self.axes, out=self.sums[1, number])
        if target is None:
            return
        # ∂x = (g − Σg/n − x̂ · Σ(g·x̂)/n) / deviation, with g already times scale
        mean, along = (self.sums.sum(1, dtype=np.float64) / self.cells).astype(target.dtype)
        for rows in self.blocks:
            normal = np.subtract(source[rows], self.mean, out=self._scratch(rows))
            normal *= self.inverse * along
            block = np.subtract(gradient[rows], mean, out=target[rows])
            block -= normal
            block *= self.inverse

    def _scratch(self, rows: slice) -> Floats:
        return self.scratch[: rows.stop - rows.start]


def _inner(parameter: Floats) -> Floats:
    """A parameter (H, W, C) or (units,) as a view that fits the inner layout: (H, C, W, 1) or (units, 1)."""
    return parameter.transpose(0, 2, 1)[..., None] if parameter.ndim == 3 else parameter[:, None]
