"""How far the network's answer is from the truth, and the gradient of that.

Both losses are computed from the logits (classes, N), the numbers before the Softmax layer, in the inner layout.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.settings import Described, setting


@dataclass(frozen=True)
class BatchLoss:
    """The loss summed over some images, and for how many of them the largest logit was the true class."""

    total: float
    correct: int


@dataclass(frozen=True)
class Loss(Described):
    """Base of the losses."""

    kind: ClassVar[str]

    def measure(self, logits: Floats, labels: Array, probabilities: Floats) -> BatchLoss:
        """The loss of logits (classes, N) for ``labels`` (N,); ``probabilities`` (classes, N) receives the softmax."""
        raise NotImplementedError

    def differentiate(self, probabilities: Floats, labels: Array, whole: int) -> None:
        """Turn probabilities, in place, into the gradient of the mean loss over n = ``whole`` images by the logits."""
        raise NotImplementedError


@dataclass(frozen=True)
class CrossEntropy(Loss):
    """−Σ tₖ · log pₖ. The target t is 1 for the true class; with smoothing ε (Szegedy et al., 2016) it is
    1 − ε + ε/K for the true one of K classes and ε/K for the others."""

    kind: ClassVar[str] = "cross_entropy"
    title: ClassVar[str] = "Cross-entropy"
    about: ClassVar[str] = "−log of the probability of the right class: the usual loss for classes"

    smoothing: float = setting(
        0.0, "Label smoothing", "The part of the answer spread over all classes.", type="real", low=0.0, high=0.99
    )

    def measure(self, logits: Floats, labels: Array, probabilities: Floats) -> BatchLoss:
        return softmax_cross_entropy(logits, labels, probabilities, self.smoothing)

    def differentiate(self, probabilities: Floats, labels: Array, whole: int) -> None:
        cross_entropy_gradient(probabilities, labels, whole, self.smoothing)


@dataclass(frozen=True)
class MeanSquaredError(Loss):
    """Σ (pₖ − tₖ)² / K over the K classes, where the target t is 1 for the true class and 0 for the others."""

    kind: ClassVar[str] = "mean_squared_error"
    title: ClassVar[str] = "Mean squared error"
    about: ClassVar[str] = "The mean of the squared distances between probabilities and the right answer"

    def measure(self, logits: Floats, labels: Array, probabilities: Floats) -> BatchLoss:
        correct = softmax_cross_entropy(logits, labels, probabilities).correct
        # Σ (p − t)² = Σ p² − 2·p_label + 1
        chosen = probabilities[labels, np.arange(labels.size)]
        squares = np.einsum("cn,cn->n", probabilities, probabilities) - 2 * chosen + 1
        return BatchLoss(float(squares.sum(dtype=np.float64)) / len(logits), correct)

    def differentiate(self, probabilities: Floats, labels: Array, whole: int) -> None:
        columns = np.arange(labels.size)
        apart = probabilities.copy()
        apart[labels, columns] -= 1
        apart -= np.einsum("cn,cn->n", apart, probabilities)
        probabilities *= apart
        probabilities *= 2 / (len(probabilities) * whole)


#: the usual one
CROSS_ENTROPY = CrossEntropy()

LOSSES: Mapping[str, type[Loss]] = {kind.kind: kind for kind in (CrossEntropy, MeanSquaredError)}


def softmax_cross_entropy(logits: Floats, labels: Array, probabilities: Floats, smoothing: float = 0.0) -> BatchLoss:
    """Cross-entropy of softmax, computed from the logits in one step: log Σ exp(xⱼ) − Σ tₖ·xₖ.

    ``logits`` (classes, N) in the inner layout, ``labels`` (N,); ``probabilities`` (classes, N) receives the softmax.
    """
    columns = np.arange(labels.size)
    np.subtract(logits, logits.max(0), out=probabilities)
    chosen = probabilities[labels, columns]
    if smoothing:
        chosen = (1 - smoothing) * chosen + smoothing * probabilities.mean(0)
    np.exp(probabilities, out=probabilities)
    sums = probabilities.sum(0)
    probabilities /= sums
    total = float((np.log(sums) - chosen).sum(dtype=np.float64))
    return BatchLoss(total, int(np.count_nonzero(logits.argmax(0) == labels)))


def cross_entropy_gradient(probabilities: Floats, labels: Array, whole: int, smoothing: float = 0.0) -> None:
    """Turn probabilities, in place, into the gradient of the mean loss over n = ``whole`` images: (p − t) / n."""
    probabilities[labels, np.arange(labels.size)] -= 1 - smoothing
    if smoothing:
        probabilities -= smoothing / len(probabilities)
    probabilities *= 1 / whole
