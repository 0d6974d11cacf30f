"""The parts of a recipe in PyTorch: optimizer and loss, each found by its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from cnnstudio.exchange.code.spelling import called, unless
from cnnstudio.nn.rules.losses import CrossEntropy
from cnnstudio.nn.rules.optimizers import SGD, Adam, Optimizer, RMSProp


def _sgd(rule: SGD) -> str:
    # with no momentum there is nothing to look ahead with
    nesterov = unless(rule.nesterov and rule.momentum > 0, False)
    return called(
        "torch.optim.SGD", "groups", lr=rule.learning_rate, momentum=unless(rule.momentum, 0.0), nesterov=nesterov
    )


def _rmsprop(rule: RMSProp) -> str:
    return called("torch.optim.RMSprop", "groups", lr=rule.learning_rate, alpha=rule.rho, eps=rule.epsilon)


def _adam(name: str) -> Callable[[Adam], str]:
    return lambda rule: called(
        f"torch.optim.{name}", "groups", lr=rule.learning_rate, betas=(rule.beta1, rule.beta2), eps=rule.epsilon
    )


#: by kind: an optimizer of the parameter ``groups``, which say what decays
OPTIMIZERS: Mapping[str, Callable[[Any], str]] = {
    "sgd": _sgd,
    "rmsprop": _rmsprop,
    "adam": _adam("Adam"),
    "adamw": _adam("AdamW"),
}


def _cross_entropy(rule: CrossEntropy) -> str:
    return called(
        "F.cross_entropy", "logits", "labels", reduction="none", label_smoothing=unless(rule.label_smoothing, 0.0)
    )


#: by kind: the loss of each image (N,), of ``logits`` and ``labels``
LOSSES: Mapping[str, Callable[[Any], str]] = {
    "cross_entropy": _cross_entropy,
    "mean_squared_error": lambda _rule: "((logits.softmax(1) - F.one_hot(labels, logits.shape[1])) ** 2).mean(1)",
}


def optimizer_code(rule: Optimizer) -> str:
    """The optimizer as an expression."""
    return OPTIMIZERS[rule.kind](rule)
