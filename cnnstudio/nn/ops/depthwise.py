"""Depthwise convolution on the inner layout (H, C, W, N): each channel has filters of its own.

Weights are (C · multiplier, kernel height, kernel width, 1); the filters of a channel follow each other. Nothing is
summed over channels, so there is no matrix to multiply: element-wise passes over a few rows that stay in the cache.
"""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.layer import Binding, Operation, Window
from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.windows import Padded, shifted


class Rows(Operation):
    """Arrays are seen as (rows, C, multiplier, columns, N)."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding = binding
        self.padded = Padded(binding.inputs[0], window.padding)
        rows, _, columns, _ = binding.output.shape
        self.channels = binding.inputs[0].shape[1]
        self.cells = list(np.ndindex(window.kernel))
        self.views = [shifted(self.padded.array, window, ky, kx, rows, columns)[:, :, None] for ky, kx in self.cells]
        self.output = self._by_channel(binding.output)
        self.blocks = list(row_blocks(self.output.shape, self.output.itemsize))
        self.scratch = np.empty((self.blocks[0].stop, *self.output.shape[1:]), self.output.dtype)
        if not binding.learns:
            return
        self.gradient = self._by_channel(binding.output_gradient)
        #: columns and images as one run, where they lie in one
        self.run = (columns * binding.batch,) if window.stride[1] == 1 else (columns, binding.batch)
        self.runs = [view.reshape(*view.shape[:3], *self.run) for view in self.views]
        self.ones = np.ones(self.run[-1], self.output.dtype)
        target = binding.input_gradients[0]
        if target is not None:
            self.spread = target if self.padded.trivial else np.empty_like(self.padded.array)
            self.targets = [shifted(self.spread, window, ky, kx, rows, columns) for ky, kx in self.cells]
            top, _, left, _ = window.padding
            self.inside = self.spread[top : top + target.shape[0], :, left : left + target.shape[2]]

    def forward(self) -> None:
        weights, bias = (self._factors(self.binding.parameters[name]) for name in ("weights", "bias"))
        self.padded.fill()
        for rows in self.blocks:
            output, scratch = self.output[rows], self.scratch[: rows.stop - rows.start]
            np.multiply(self.views[0][rows], weights[0], out=output)
            output += bias[0]
            for view, weight in zip(self.views[1:], weights[1:], strict=True):
                np.multiply(view[rows], weight, out=scratch)
                output += scratch

    def backward(self) -> None:
        gradients, target = self.binding.gradients, self.binding.input_gradients[0]
        by_cell = np.zeros((len(self.cells) + 1, *self.output.shape[1:3]), self.output.dtype)
        for rows in self.blocks:
            gradient = self.gradient[rows].reshape(-1, *self.output.shape[1:3], *self.run)
            axes = (0, *range(3, gradient.ndim - 1))
            for number, run in enumerate(self.runs):
                by_cell[number] += np.vecdot(gradient, run[rows]).sum(axes)
            by_cell[-1] += np.vecdot(gradient, self.ones).sum(axes)
        gradients["bias"][:] = by_cell[-1].reshape(-1)
        kernel = gradients["weights"].shape[1:3]
        gradients["weights"][..., 0] = by_cell[:-1].reshape(*kernel, -1).transpose(2, 0, 1)
        if target is not None:
            self._pass_back(self._factors(self.binding.parameters["weights"]))
            if not self.padded.trivial:
                np.copyto(target, self.inside)

    def _pass_back(self, weights: Floats) -> None:
        self.spread.fill(0)
        for rows in self.blocks:
            gradient, scratch = self.gradient[rows], self.scratch[: rows.stop - rows.start]
            for target, weight in zip(self.targets, weights, strict=True):
                np.multiply(gradient, weight, out=scratch)
                for number in range(scratch.shape[2]):
                    target[rows] += scratch[:, :, number]

    def _by_channel(self, array: Floats) -> Floats:
        rows, filters, columns, batch = array.shape
        return array.reshape(rows, self.channels, filters // self.channels, columns, batch)

    def _factors(self, parameter: Floats) -> Floats:
        """Weights as (kernel cells, C, multiplier, 1, 1), a bias as (1, C, multiplier, 1, 1)."""
        return np.ascontiguousarray(parameter.reshape(len(parameter), -1).T).reshape(-1, self.channels, *self._end)

    @property
    def _end(self) -> tuple[int, int, int]:
        return (self.output.shape[2], 1, 1)
