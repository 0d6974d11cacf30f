"""The parts of a recipe in Keras: the rule of an optimizer and the loss, each found by its kind.

Keras has optimizers of these names, but with the learning rate inside the momentum, or another place for ε: another
training. So the rules of this program are written out, and Keras keeps what they remember.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnstudio.exchange.code.spelling import spelt
from cnnstudio.nn.rules.losses import CrossEntropy
from cnnstudio.nn.rules.optimizers import SGD, Adam, Optimizer, RMSProp

#: lines that say how far a weight moves as ``move``, of its ``gradient``, the ``rate`` and what is remembered
_ADAM = """
step = ops.cast(self.iterations + 1, "float32")
correction = ops.sqrt(1.0 - {beta2} ** step)
self.assign(mean, mean + {rest1} * (gradient - mean))
self.assign(square, square + {rest2} * (gradient * gradient - square))
move = rate * correction / (1.0 - {beta1} ** step) * mean / (ops.sqrt(square) + {epsilon} * correction)
"""
_SGD = """
self.assign(velocity, {momentum} * velocity + gradient)
move = rate * {ahead}
"""
_RMSPROP = """
self.assign(square, {rho} * square + {rest} * gradient * gradient)
move = rate * gradient / (ops.sqrt(square) + {epsilon})
"""


def _sgd(rule: SGD) -> str:
    momentum = spelt(rule.momentum)
    ahead = f"(gradient + {momentum} * velocity)" if rule.nesterov else "velocity"
    return _SGD.format(momentum=momentum, ahead=ahead)


def _rmsprop(rule: RMSProp) -> str:
    return _RMSPROP.format(rho=spelt(rule.rho), rest=spelt(1 - rule.rho), epsilon=spelt(rule.epsilon))


def _adam(rule: Adam) -> str:
    numbers = {"beta1": rule.beta1, "beta2": rule.beta2, "rest1": 1 - rule.beta1, "rest2": 1 - rule.beta2}
    return _ADAM.format(epsilon=spelt(rule.epsilon), **{name: spelt(value) for name, value in numbers.items()})


#: by kind
OPTIMIZERS: Mapping[str, Callable[[Any], str]] = {"sgd": _sgd, "rmsprop": _rmsprop, "adam": _adam, "adamw": _adam}


def _cross_entropy(rule: CrossEntropy) -> str:
    if not rule.label_smoothing:
        return "keras.losses.sparse_categorical_crossentropy(labels, logits, from_logits=True)"
    left, spread = spelt(1 - rule.label_smoothing), spelt(rule.label_smoothing)
    wanted = f"({left} * ops.one_hot(labels, logits.shape[1]) + {spread} / logits.shape[1])"
    return f"-ops.sum({wanted} * ops.log_softmax(logits), -1)"


#: by kind: the loss of each image (N,), of ``logits`` and ``labels``
LOSSES: Mapping[str, Callable[[Any], str]] = {
    "cross_entropy": _cross_entropy,
    "mean_squared_error": lambda _rule: (
        "ops.mean(ops.square(ops.softmax(logits) - ops.one_hot(labels, logits.shape[1])), -1)"
    ),
}


def rule_lines(rule: Optimizer) -> list[str]:
    """The rule as lines, with its settings as numbers; what it remembers is called as in the engine."""
    return OPTIMIZERS[rule.kind](rule).strip().splitlines()
