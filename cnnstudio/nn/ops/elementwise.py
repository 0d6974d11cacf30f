"""Functions of one number, applied to every cell by itself, a cache-sized block at a time."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.ops.blocks import row_blocks
from cnnstudio.nn.ops.operation import Binding, Operation


class Curve(Protocol):
    """A function of one number and its slope, on arrays of any shape. ``scratch`` is theirs to write to.

    For a layer that works in place, ``out`` may be ``x`` itself, and later only ``y`` is left.
    """

    def value(self, x: Floats, out: Floats, scratch: Floats) -> None:
        """Write f(x) to ``out``."""

    def slope(self, x: Floats, y: Floats, out: Floats, scratch: Floats) -> None:
        """Write f′(x) to ``out``, where y = f(x)."""


class Elementwise(Operation):
    """y = f(x) and ∂x = ∂y · f′(x). Keeps nothing but input and output."""

    def __init__(self, binding: Binding, curve: Curve) -> None:
        self.curve = curve
        x, y = binding.inputs[0], binding.output
        target, gradient = binding.input_gradients[0] if binding.input_gradients else None, binding.output_gradient
        rows = list(row_blocks(y.shape, y.itemsize))
        scratch = np.empty((rows[0].stop, *y.shape[1:]), y.dtype)
        self.forward_blocks = [(x[r], y[r], scratch[: r.stop - r.start]) for r in rows]
        self.backward_blocks = []
        if target is not None:
            slope = np.empty_like(scratch)
            self.backward_blocks = [
                (x[r], y[r], gradient[r], target[r], slope[: r.stop - r.start], scratch[: r.stop - r.start])
                for r in rows
            ]

    def forward(self) -> None:
        for x, y, scratch in self.forward_blocks:
            self.curve.value(x, y, scratch)

    def backward(self) -> None:
        for x, y, gradient, target, slope, scratch in self.backward_blocks:
            self.curve.slope(x, y, slope, scratch)
            np.multiply(gradient, slope, out=target)
