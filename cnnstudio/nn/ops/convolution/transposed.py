"""Transposed convolution on the inner layout (H, C, W, N): what a convolution does to gradients, as a layer.

Each input cell spreads its weights over a window of the output; ``padding`` is cut off there. So the output is
computed as a convolution computes its input's gradient, and the gradients as a convolution computes its output.
Weights are (filters, kernel height, kernel width, C); for that other convolution filters and channels change places.
"""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.convolution import im2col
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import Padded, shifted
from cnnstudio.nn.sliding_window import Window


class Rows(Operation):
    """By matrix products over blocks of rows."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding = binding
        self.spread = im2col.Scatter(binding.inputs[0], window, binding.output, binding.workspace)
        if not binding.learns:
            return
        target, gradient = binding.input_gradients[0], binding.output_gradient
        self.correlation = None if target is None else im2col.Correlation(gradient, window, target, binding.workspace)
        self.weight_gradient = im2col.WeightGradient(gradient, window, binding.inputs[0], binding.workspace)

    def forward(self) -> None:
        self.spread.run(_swapped(self.binding.parameters["weights"]))
        if "bias" in self.binding.parameters:
            self.binding.output += self.binding.parameters["bias"][:, None, None]

    def backward(self) -> None:
        binding = self.binding
        if "bias" in binding.gradients:
            np.sum(binding.output_gradient, (0, 2, 3), out=binding.gradients["bias"])
        if self.correlation is not None:
            self.correlation.run(_swapped(binding.parameters["weights"]), None)
        self.weight_gradient.run(_swapped(binding.gradients["weights"]))


class Reference(Operation):
    """Slow and obvious: one kernel cell after the other."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window

    def forward(self) -> None:
        source, weights = self.binding.inputs[0], self.binding.parameters["weights"]
        padded = np.zeros_like(Padded(self.binding.output, self.window.padding).array)
        for ky, kx in np.ndindex(self.window.kernel):
            target = shifted(padded, self.window, ky, kx, source.shape[0], source.shape[2])
            target += np.tensordot(weights[:, ky, kx], source, (1, 1)).transpose(1, 0, 2, 3)
        top, _, left, _ = self.window.padding
        rows, _, columns, _ = self.binding.output.shape
        np.copyto(self.binding.output, padded[top : top + rows, :, left : left + columns])
        if "bias" in self.binding.parameters:
            self.binding.output += self.binding.parameters["bias"][:, None, None]

    def backward(self) -> None:
        binding = self.binding
        source, weights, target = binding.inputs[0], binding.parameters["weights"], binding.input_gradients[0]
        if "bias" in binding.gradients:
            binding.gradients["bias"][:] = binding.output_gradient.sum((0, 2, 3))
        padded = Padded(binding.output_gradient, self.window.padding)
        padded.fill()
        if target is not None:
            target.fill(0)
        for ky, kx in np.ndindex(self.window.kernel):
            cells = shifted(padded.array, self.window, ky, kx, source.shape[0], source.shape[2])
            binding.gradients["weights"][:, ky, kx] = np.tensordot(cells, source, ((0, 2, 3), (0, 2, 3)))
            if target is not None:
                target += np.tensordot(weights[:, ky, kx], cells, (0, 1)).transpose(1, 0, 2, 3)


def _swapped(weights: Floats) -> Floats:
    """Filters and channels in each other's place, as a view."""
    return weights.transpose(3, 1, 2, 0)
