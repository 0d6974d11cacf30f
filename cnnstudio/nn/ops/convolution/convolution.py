"""Convolution (cross-correlation, as the field computes it) on the inner layout (H, C, W, N).

All three passes of a convolution rest on two computations: a *correlation* slides weights (F, kh, kw, C) over a
padded volume (the output; with stride 1 also the input's gradient, from the output's gradient and turned weights),
and a *weight gradient* sums gradient × window over all positions. Each algorithm offers both; the plan chooses for
each pass: ``"winograd/slices/winograd"`` names output, weight gradient and input gradient, ``"rows"`` all three.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.convolution import im2col, lines, slices, winograd
from cnnstudio.nn.ops.convolution.phases import Phases
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.ops.windows import Padded, shifted
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.sliding_window import Window


class Correlation(Protocol):
    """Slides weights over a source; made once for its arrays, run at every step."""

    @staticmethod
    def can(window: Window) -> bool: ...
    def __init__(self, source: Floats, window: Window, target: Floats, workspace: Workspace | None = None) -> None: ...
    def run(self, weights: Floats, bias: Floats | None) -> None: ...


class WeightGradient(Protocol):
    """Sums gradient × window over all positions."""

    @staticmethod
    def can(window: Window) -> bool: ...
    def __init__(
        self, source: Floats, window: Window, gradient: Floats, workspace: Workspace | None = None
    ) -> None: ...
    def run(self, out: Floats) -> None: ...


ALGORITHMS = ("slices", "lines", "rows", "winograd", "reference")
_CORRELATIONS: dict[str, type[Correlation]] = {
    "slices": slices.Correlation,
    "lines": lines.Correlation,
    "rows": im2col.Correlation,
    "winograd": winograd.Correlation,
}
_WEIGHT_GRADIENTS: dict[str, type[WeightGradient]] = {
    "slices": slices.WeightGradient,
    "rows": im2col.WeightGradient,
    "winograd": winograd.WeightGradient,
}


def operation(binding: Binding, window: Window) -> Operation:
    """The convolution of ``binding``, computed by ``binding.algorithm`` where it can, by im2col where it cannot."""
    if binding.algorithm == "reference":
        return Reference(binding, window)
    return Convolution(binding, window)


class Convolution(Operation):
    """Output, weight gradient and input gradient, each by an algorithm of its own."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding = binding
        named = binding.algorithm.split("/")
        forward, weights, backward = named if len(named) == 3 else named * 3
        source, target = binding.inputs[0], binding.output
        self.output = _correlation(forward, window)(source, window, target, binding.workspace)
        if not binding.learns:
            return
        gradient = binding.output_gradient
        self.bias_gradient = binding.gradients.get("bias")
        self.by_filter = gradient.reshape(gradient.shape[0], gradient.shape[1], -1)
        self.ones = np.ones(self.by_filter.shape[2], gradient.dtype)
        self.by_row = np.empty(self.by_filter.shape[:2], gradient.dtype)
        gather = _WEIGHT_GRADIENTS.get(weights, im2col.WeightGradient)
        if not gather.can(window):
            gather = im2col.WeightGradient
        self.weight_gradient = gather(source, window, gradient, binding.workspace)
        self.input_gradient: Correlation | None = None
        if binding.input_gradients[0] is not None:
            turned = _turned(window)
            if turned is None:
                spread = Phases if backward == "slices" and Phases.can(window) else im2col.Scatter
                self.scatter = spread(gradient, window, binding.input_gradients[0], binding.workspace)
            else:
                backwards = _correlation(backward, turned)
                self.input_gradient = backwards(gradient, turned, binding.input_gradients[0], binding.workspace)

    def forward(self) -> None:
        self.output.run(self.binding.parameters["weights"], self.binding.parameters.get("bias"))

    def backward(self) -> None:
        binding = self.binding
        if self.bias_gradient is not None:
            np.matmul(self.by_filter, self.ones, out=self.by_row)
            np.add.reduce(self.by_row, axis=0, out=self.bias_gradient)
        self.weight_gradient.run(binding.gradients["weights"])
        self._spread_back()

    def parts(self) -> tuple[Callable[[], None], ...]:
        gather = partial(self.weight_gradient.run, self.binding.gradients["weights"])
        return self.forward, gather, self._spread_back

    def _spread_back(self) -> None:
        weights = self.binding.parameters["weights"]
        if self.binding.input_gradients[0] is None:
            return
        if self.input_gradient is None:
            self.scatter.run(weights)
        else:
            self.input_gradient.run(weights[:, ::-1, ::-1].transpose(3, 1, 2, 0), None)


def _correlation(name: str, window: Window) -> type[Correlation]:
    """The named algorithm where it can compute this window, else im2col, which can compute any."""
    found = _CORRELATIONS.get(name, im2col.Correlation)
    return found if found.can(window) else im2col.Correlation


def _turned(window: Window) -> Window | None:
    """The window with which the output's gradient is correlated to give the input's; None unless the stride is 1."""
    (kernel_y, kernel_x), (dilation_y, dilation_x) = window.kernel, window.dilation
    top, bottom, left, right = window.padding
    vertical, horizontal = dilation_y * (kernel_y - 1), dilation_x * (kernel_x - 1)
    padding = (vertical - top, vertical - bottom, horizontal - left, horizontal - right)
    if window.stride != (1, 1) or min(padding) < 0:
        return None
    return Window(window.kernel, padding=padding, dilation=window.dilation)


class Reference(Operation):
    """Slow and obvious: for every kernel cell, filters × channels times the shifted image."""

    def __init__(self, binding: Binding, window: Window) -> None:
        self.binding, self.window = binding, window
        self.padded = Padded(binding.inputs[0], window.padding)

    def forward(self) -> None:
        self.padded.fill()
        weights, output = self.binding.parameters["weights"], self.binding.output
        bias = self.binding.parameters.get("bias")
        output[:] = 0 if bias is None else bias[:, None, None]
        rows, _, columns, _ = output.shape
        for ky, kx in np.ndindex(self.window.kernel):
            cells = shifted(self.padded.array, self.window, ky, kx, rows, columns)
            output += np.tensordot(weights[:, ky, kx], cells, (1, 1)).transpose(1, 0, 2, 3)

    def backward(self) -> None:
        binding, window = self.binding, self.window
        gradient, weights = binding.output_gradient, binding.parameters["weights"]
        rows, _, columns, _ = gradient.shape
        if "bias" in binding.gradients:
            binding.gradients["bias"][:] = gradient.sum((0, 2, 3))
        padded_gradient = np.zeros_like(self.padded.array)
        for ky, kx in np.ndindex(window.kernel):
            cells = shifted(self.padded.array, window, ky, kx, rows, columns)
            binding.gradients["weights"][:, ky, kx] = np.tensordot(gradient, cells, ((0, 2, 3), (0, 2, 3)))
            target = shifted(padded_gradient, window, ky, kx, rows, columns)
            target += np.tensordot(weights[:, ky, kx], gradient, (0, 1)).transpose(1, 0, 2, 3)
        if binding.input_gradients[0] is not None:
            top, _, left, _ = window.padding
            height, _, width, _ = binding.inputs[0].shape
            binding.input_gradients[0][:] = padded_gradient[top : top + height, :, left : left + width]
