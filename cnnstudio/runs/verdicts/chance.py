"""What guessing gets, so that what a network gets can be compared with it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.rules.losses import CROSS_ENTROPY, Loss

#: a probability that a guess gives to a class that never occurs
_NEVER = 1e-12


@dataclass(frozen=True)
class Chance:
    """How well somebody does who never looks at the images. ``share`` 0…1 is the accuracy of always answering with the
    largest class; ``loss`` is that of the best answer that is always the same; ``images`` is how many are judged, 0
    where that is not known."""

    classes: int
    share: float
    loss: float
    images: int = 0

    @classmethod
    def even(cls, classes: int, loss: Loss = CROSS_ENTROPY) -> Chance:
        """Where only the number of classes is known: all are taken to be equally frequent, so the cross-entropy is the
        logarithm of their number."""
        return cls(classes, 1 / classes, _constant(np.full(classes, 1 / classes), loss))

    @classmethod
    def of(cls, labels: NDArray[np.int64], classes: int, loss: Loss = CROSS_ENTROPY) -> Chance:
        """On images with these labels (N,), from 0 to ``classes`` − 1."""
        if not len(labels):
            return cls.even(classes, loss)
        shares = np.bincount(labels, minlength=classes) / len(labels)
        return cls(classes, float(shares.max()), _constant(shares, loss), len(labels))

    @property
    def noise(self) -> float:
        """By how much the accuracy of a guess differs from ``share`` by luck: two standard deviations."""
        return 2 * math.sqrt(self.share * (1 - self.share) / self.images) if self.images else 0.0


def _constant(shares: NDArray[np.float64], loss: Loss) -> float:
    """The mean loss of answering every image of classes with these shares by the same probabilities: the shares
    themselves, or even ones where a loss that smooths its targets likes those better."""
    classes = len(shares)
    found = math.inf
    for guess in (shares, np.full(classes, 1 / classes)):
        total = 0.0
        for label in np.flatnonzero(shares):
            logits = np.log(np.maximum(guess, _NEVER)).reshape(-1, 1)
            measured = loss.plain.measure(logits, np.array([label]), np.empty_like(logits))
            total += shares[label] * measured.total
        found = min(found, float(total))
    return found
