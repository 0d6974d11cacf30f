"""Rules that turn gradients into new weights, on the one flat vector that holds them all."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.settings import Described, setting


@dataclass
class OptimizerState:
    """What an optimizer remembers: flat vectors by name, in the layout of the parameters, and its count of steps."""

    step: int = 0
    vectors: dict[str, Floats] = field(default_factory=dict)

    def copy(self) -> OptimizerState:
        """An independent copy."""
        return OptimizerState(self.step, {name: vector.copy() for name, vector in self.vectors.items()})


@dataclass(frozen=True)
class Optimizer(Described):
    """Base of the optimizers: settings only; what they remember is an ``OptimizerState``."""

    kind: ClassVar[str]
    memory: ClassVar[tuple[str, ...]]

    learning_rate: float = setting(
        0.01, "Learning rate", "How far the weights move at each step.", type="real", low=0.0, high=100.0
    )

    def start(self, size: int, dtype: Any = np.float32) -> OptimizerState:
        """The state before the first step, for ``size`` parameters."""
        return OptimizerState(0, {name: np.zeros(size, dtype) for name in self.memory})

    def update(self, vector: Floats, gradient: Floats, state: OptimizerState) -> None:
        """Move ``vector`` one step along ``gradient`` (which is used up), in place."""
        raise NotImplementedError


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent with momentum: v ← m·v + g, w ← w − η·v."""

    kind: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"
    memory: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: float = setting(
        0.9, "Momentum", "How much of its last move it carries into the next.", type="real", low=0.0, high=0.9999
    )

    def update(self, vector: Floats, gradient: Floats, state: OptimizerState) -> None:
        velocity = state.vectors["velocity"]
        velocity *= vector.dtype.type(self.momentum)
        velocity += gradient
        np.multiply(velocity, vector.dtype.type(self.learning_rate), out=gradient)
        vector -= gradient
        state.step += 1


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015), with the bias corrections folded into the step size and ε."""

    kind: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    memory: ClassVar[tuple[str, ...]] = ("mean", "square", "scratch")

    learning_rate: float = setting(
        0.001, "Learning rate", "How far the weights move at each step.", type="real", low=0.0, high=100.0
    )
    beta1: float = setting(0.9, "β₁", "Memory of the gradient's mean.", type="real", low=0.0, high=0.9999)
    beta2: float = setting(0.999, "β₂", "Memory of the gradient's square.", type="real", low=0.0, high=0.999999)
    epsilon: float = setting(1e-8, "ε", "Keeps the division from zero.", type="real", low=1e-16, high=1.0)

    def start(self, size: int, dtype: Any = np.float32) -> OptimizerState:
        return super().start(size, dtype)

    def update(self, vector: Floats, gradient: Floats, state: OptimizerState) -> None:
        mean, square, scratch = (state.vectors[name] for name in self.memory)
        number = vector.dtype.type
        state.step += 1
        np.subtract(gradient, mean, out=scratch)
        scratch *= number(1 - self.beta1)
        mean += scratch
        np.multiply(gradient, gradient, out=gradient)
        gradient -= square
        gradient *= number(1 - self.beta2)
        square += gradient
        correction = math.sqrt(1 - self.beta2**state.step)
        np.sqrt(square, out=scratch)
        scratch += number(self.epsilon * correction)
        np.divide(mean, scratch, out=scratch)
        scratch *= number(self.learning_rate * correction / (1 - self.beta1**state.step))
        vector -= scratch


OPTIMIZERS: Mapping[str, type[Optimizer]] = {kind.kind: kind for kind in (SGD, Adam)}
