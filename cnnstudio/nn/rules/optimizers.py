"""Rules that turn gradients into new weights, on the one flat vector that holds them all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from typing import Any, ClassVar

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.settings import Described, registry, setting

#: how many numbers are moved at a time: with everything that belongs to them they fit into the cache
_BLOCK = 1 << 16


@dataclass
class OptimizerState:
    """What an optimizer remembers: flat vectors by name, in the layout of the parameters, and its count of steps."""

    step: int = 0
    vectors: dict[str, Floats] = field(default_factory=dict)

    def copy(self) -> OptimizerState:
        """An independent copy."""
        return OptimizerState(self.step, {name: vector.copy() for name, vector in self.vectors.items()})


def _decay(default: float) -> Any:
    return setting(
        default, "Weight decay", "How strongly weights are drawn to zero; biases are not.",
        type="real", low=0.0, high=10.0, step=0.001,
    )  # fmt: skip


@dataclass(frozen=True)
class Optimizer(Described):
    """Base of the optimizers: settings only; what they remember is an ``OptimizerState``.

    Weight decay adds λ·w to the gradient (L2) of the parameters that decay; an optimizer that decays ``apart`` moves
    them by −η·λ·w instead, so that its own memory does not see it.
    """

    kind: ClassVar[str]
    memory: ClassVar[tuple[str, ...]]
    decays_apart: ClassVar[bool] = False

    learning_rate: float = setting(
        0.01, "Learning rate", "How far the weights move at each step.", type="real", low=0.0, high=100.0, stays=True
    )
    _: KW_ONLY
    weight_decay: float = _decay(0.0)

    def start(self, size: int, dtype: Any = np.float32) -> OptimizerState:
        """The state before the first step, for ``size`` parameters."""
        return OptimizerState(0, {name: np.zeros(size, dtype) for name in self.memory})

    def update(
        self,
        vector: Floats,
        gradient: Floats,
        state: OptimizerState,
        *,
        rate: float | None = None,
        decayed: Floats | None = None,
        free: Sequence[slice] | None = None,
    ) -> None:
        """Move ``vector`` one step along ``gradient`` (which is used up), in place.

        ``rate`` stands in for the learning rate where a schedule gives one. ``decayed`` is 1 for parameters that decay
        and 0 for others; without it all do. ``free`` are the parts of the vector that may move, without it all of it;
        of the rest neither the parameters nor what is remembered of them are touched.
        """
        state.step += 1
        rate = self.learning_rate if rate is None else rate
        number = vector.dtype.type
        scratch = np.empty(min(_BLOCK, vector.size), vector.dtype)
        for part in _blocks((slice(0, vector.size),) if free is None else free):
            weights, slope = vector[part], gradient[part]
            spare = scratch[: weights.size]
            if self.weight_decay:
                np.multiply(weights, number(self.weight_decay), out=spare)
                if decayed is not None:
                    spare *= decayed[part]
                if self.decays_apart:
                    spare *= number(rate)
                    weights -= spare
                else:
                    slope += spare
            self._move(weights, slope, [state.vectors[name][part] for name in self.memory], rate, state.step, spare)

    def _move(
        self, weights: Floats, gradient: Floats, memory: list[Floats], rate: float, step: int, spare: Floats
    ) -> None:
        """Move a part of the weights at the ``step``-th step (from 1); ``gradient`` and ``spare`` may be written to."""
        raise NotImplementedError


@dataclass(frozen=True)
class SGD(Optimizer):
    """Stochastic gradient descent with momentum: v ← m·v + g, w ← w − η·v; with Nesterov's, w ← w − η·(g + m·v)
    (Sutskever et al., 2013)."""

    kind: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"
    about: ClassVar[str] = "Stochastic gradient descent: each weight moves against its gradient, with momentum"
    memory: ClassVar[tuple[str, ...]] = ("velocity",)

    momentum: float = setting(
        0.9, "Momentum", "How much of its last move it carries into the next.", type="real", low=0.0, high=0.9999
    )
    nesterov: bool = setting(
        False, "Nesterov", "Looks ahead to where the gathered speed leads, and steps from there.", type="switch"
    )

    def _move(
        self, weights: Floats, gradient: Floats, memory: list[Floats], rate: float, step: int, spare: Floats
    ) -> None:
        number, (velocity,) = weights.dtype.type, memory
        velocity *= number(self.momentum)
        velocity += gradient
        if self.nesterov:
            np.multiply(velocity, number(self.momentum), out=spare)
            gradient += spare
            gradient *= number(rate)
        else:
            np.multiply(velocity, number(rate), out=gradient)
        weights -= gradient


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """RMSProp (Tieleman and Hinton, 2012): s ← ρ·s + (1 − ρ)·g², w ← w − η·g / (√s + ε)."""

    kind: ClassVar[str] = "rmsprop"
    title: ClassVar[str] = "RMSProp"
    about: ClassVar[str] = "Divides each gradient by its usual size, so that all weights move about equally fast"
    memory: ClassVar[tuple[str, ...]] = ("square",)

    learning_rate: float = setting(
        0.001, "Learning rate", "How far the weights move at each step.", type="real", low=0.0, high=100.0, stays=True
    )
    rho: float = setting(0.9, "ρ", "Memory of the gradient's square.", type="real", low=0.0, high=0.999999)
    epsilon: float = setting(1e-8, "ε", "Keeps the division from zero.", type="real", low=1e-16, high=1.0)

    def _move(
        self, weights: Floats, gradient: Floats, memory: list[Floats], rate: float, step: int, spare: Floats
    ) -> None:
        number, (square,) = weights.dtype.type, memory
        square *= number(self.rho)
        np.multiply(gradient, gradient, out=spare)
        spare *= number(1 - self.rho)
        square += spare
        np.sqrt(square, out=spare)
        spare += number(self.epsilon)
        gradient /= spare
        gradient *= number(rate)
        weights -= gradient


@dataclass(frozen=True)
class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015), with the bias corrections folded into the step size and ε."""

    kind: ClassVar[str] = "adam"
    title: ClassVar[str] = "Adam"
    about: ClassVar[str] = (
        "Momentum, and steps divided by the usual size of each weight’s gradient; a good first choice"
    )
    memory: ClassVar[tuple[str, ...]] = ("mean", "square")

    learning_rate: float = setting(
        0.001, "Learning rate", "How far the weights move at each step.", type="real", low=0.0, high=100.0, stays=True
    )
    beta1: float = setting(0.9, "β₁", "Memory of the gradient's mean.", type="real", low=0.0, high=0.9999)
    beta2: float = setting(0.999, "β₂", "Memory of the gradient's square.", type="real", low=0.0, high=0.999999)
    epsilon: float = setting(1e-8, "ε", "Keeps the division from zero.", type="real", low=1e-16, high=1.0)

    def _move(
        self, weights: Floats, gradient: Floats, memory: list[Floats], rate: float, step: int, spare: Floats
    ) -> None:
        number, (mean, square) = weights.dtype.type, memory
        np.subtract(gradient, mean, out=spare)
        spare *= number(1 - self.beta1)
        mean += spare
        np.multiply(gradient, gradient, out=gradient)
        gradient -= square
        gradient *= number(1 - self.beta2)
        square += gradient
        correction = math.sqrt(1 - self.beta2**step)
        np.sqrt(square, out=spare)
        spare += number(self.epsilon * correction)
        np.divide(mean, spare, out=spare)
        spare *= number(rate * correction / (1 - self.beta1**step))
        weights -= spare


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay of its own, apart from the gradient (Loshchilov and Hutter, 2019)."""

    kind: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    about: ClassVar[str] = "Adam, with weight decay apart from the gradients"
    memory: ClassVar[tuple[str, ...]] = ("mean", "square")
    decays_apart: ClassVar[bool] = True

    _: KW_ONLY
    weight_decay: float = _decay(0.01)


def _blocks(parts: Sequence[slice]) -> Iterator[slice]:
    """These parts in pieces that fit the cache."""
    for part in parts:
        for start in range(part.start, part.stop, _BLOCK):
            yield slice(start, min(start + _BLOCK, part.stop))


OPTIMIZERS: Mapping[str, type[Optimizer]] = registry(SGD, RMSProp, Adam, AdamW)
