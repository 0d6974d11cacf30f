"""How far the network's answer is from the truth, and the gradient of that."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats


@dataclass(frozen=True)
class BatchLoss:
    """The loss summed over some images, and for how many of them the largest logit was the true class."""

    total: float
    correct: int


def softmax_cross_entropy(logits: Floats, labels: Array, probabilities: Floats) -> BatchLoss:
    """Cross-entropy of softmax, computed from the logits in one step: log Σ exp(xⱼ) − x_label.

    ``logits`` (classes, N) in the inner layout, ``labels`` (N,); ``probabilities`` (classes, N) receives the softmax.
    """
    columns = np.arange(labels.size)
    np.subtract(logits, logits.max(0), out=probabilities)
    chosen = probabilities[labels, columns]
    np.exp(probabilities, out=probabilities)
    sums = probabilities.sum(0)
    probabilities /= sums
    total = float((np.log(sums) - chosen).sum(dtype=np.float64))
    return BatchLoss(total, int(np.count_nonzero(logits.argmax(0) == labels)))


def cross_entropy_gradient(probabilities: Floats, labels: Array, whole: int) -> None:
    """Turn probabilities, in place, into the gradient of the mean loss over n = ``whole`` images: (p − y) / n."""
    probabilities[labels, np.arange(labels.size)] -= 1
    probabilities *= 1 / whole
