"""Dropout: numbers, or whole maps, are left out at random while training."""

from __future__ import annotations

import math

import numpy as np

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.ops.operation import Binding, Operation
from cnnstudio.nn.randomness import bit_stream

#: float32 draws that one count of the Philox counter yields (4 × 64 bits)
_DRAWS_PER_COUNT = 8


def leave_out(binding: Binding, rate: float, drawn: Shape) -> Operation:
    """The operation that leaves out the part ``rate`` while training, and otherwise nothing.

    For each image there is a draw for every place of ``drawn``, in public order: the output's shape, or 1 where a draw
    holds for a whole axis.
    """
    return _LeaveOut(binding, rate, drawn) if binding.mode == "train" and rate > 0 else _PassOn(binding)


class _PassOn(Operation):
    def __init__(self, binding: Binding) -> None:
        self.binding = binding

    def forward(self) -> None:
        np.copyto(self.binding.output, self.binding.inputs[0])

    def backward(self) -> None:
        if self.binding.input_gradients[0] is not None:
            np.copyto(self.binding.input_gradients[0], self.binding.output_gradient)


class _LeaveOut(Operation):
    """Every image's draws lie at their own place in the step's stream: how threads share the batch changes nothing."""

    def __init__(self, binding: Binding, rate: float, drawn: Shape) -> None:
        self.binding, self.rate = binding, rate
        cells = math.prod(drawn)
        self.counts = math.ceil(cells / _DRAWS_PER_COUNT)
        self.drawn = np.empty((binding.batch, self.counts * _DRAWS_PER_COUNT), np.float32)
        kept = self.drawn[:, :cells].reshape(-1, *drawn)
        self.chances = kept.transpose(1, 3, 2, 0) if kept.ndim == 4 else kept.T
        self.factor = np.empty(self.chances.shape, binding.output.dtype)

    def forward(self) -> None:
        clock, binding = self.binding.clock, self.binding
        stream = bit_stream(clock.seed, "dropout", clock.step, binding.node)
        stream.advance(clock.first * self.counts)
        np.random.Generator(stream).random(dtype=np.float32, out=self.drawn)
        np.greater_equal(self.chances, self.rate, out=self.factor, casting="unsafe")
        self.factor *= 1 / (1 - self.rate)
        np.multiply(binding.inputs[0], self.factor, out=binding.output)

    def backward(self) -> None:
        if self.binding.input_gradients[0] is not None:
            np.multiply(self.binding.output_gradient, self.factor, out=self.binding.input_gradients[0])
