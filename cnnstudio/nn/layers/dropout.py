"""Dropout: some numbers are left out while training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Shape, shape_text, to_public
from cnnstudio.nn.layer import Binding, Category, Layer, Operation
from cnnstudio.nn.randomness import bit_stream
from cnnstudio.nn.settings import setting

#: float32 draws that one count of the Philox counter yields (4 × 64 bits)
_DRAWS_PER_COUNT = 8


@dataclass(frozen=True)
class Dropout(Layer):
    """Inverted dropout (Srivastava et al., 2014): each number is set to 0 with probability ``rate``, the others are
    divided by 1 − rate, while training; otherwise nothing happens."""

    kind: ClassVar[str] = "dropout"
    title: ClassVar[str] = "Dropout"
    category: ClassVar[Category] = "dense"
    sentence: ClassVar[str] = (
        "While training, leaves out numbers at random, so that no unit can rely on a single other one."
    )
    in_place: ClassVar[bool] = True
    rereads_output: ClassVar[bool] = False

    rate: float = setting(0.5, "Rate", "The part of the numbers that is left out.", type="real", low=0.0, high=0.99)

    def summary(self) -> str:
        return f"{self.rate:.0%} left out".replace("%", "\u2009%")

    def explanation(self, inputs: Sequence[Shape]) -> str:
        return (
            f"At each training step every one of the {shape_text(inputs[0])} numbers becomes 0 with probability "
            f"{self.rate:g}; the others are divided by {1 - self.rate:g}, so that the sum stays the same on average. "
            "Outside training nothing is left out."
        )

    def operation(self, binding: Binding) -> Operation:
        return _LeaveOut(binding, self.rate) if binding.mode == "train" and self.rate > 0 else _PassOn(binding)


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

    def __init__(self, binding: Binding, rate: float) -> None:
        self.binding, self.rate = binding, rate
        cells = math.prod(binding.output.shape[:-1])
        self.counts = math.ceil(cells / _DRAWS_PER_COUNT)
        self.drawn = np.empty((binding.batch, self.counts * _DRAWS_PER_COUNT), np.float32)
        public = to_public(binding.output).shape
        kept = self.drawn[:, :cells].reshape(public)
        self.chances = kept.transpose(1, 3, 2, 0) if kept.ndim == 4 else kept.T
        self.factor = np.empty_like(binding.output)

    def forward(self) -> None:
        clock, binding = self.binding.clock, self.binding
        stream = bit_stream(clock.seed, "dropout", clock.step, binding.node)
        stream.advance(binding.first * self.counts)
        np.random.Generator(stream).random(dtype=np.float32, out=self.drawn)
        np.greater_equal(self.chances, self.rate, out=self.factor, casting="unsafe")
        self.factor *= 1 / (1 - self.rate)
        np.multiply(binding.inputs[0], self.factor, out=binding.output)

    def backward(self) -> None:
        if self.binding.input_gradients[0] is not None:
            np.multiply(self.binding.output_gradient, self.factor, out=self.binding.input_gradients[0])
