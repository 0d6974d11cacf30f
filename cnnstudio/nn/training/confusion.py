"""What a network takes for what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.training.evaluation import Evaluation

#: classes are even as long as the commonest has at most so many times as many images as the rarest
EVEN = 1.5


@dataclass(frozen=True, eq=False)
class Confusion:
    """The cells of an evaluation."""

    evaluation: Evaluation

    @property
    def labels(self) -> NDArray[np.int64]:
        """The right classes (N,)."""
        return self.evaluation.labels

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """(classes, classes): how many images of the class of the row were taken for that of the column."""
        classes = self.evaluation.probabilities.shape[1]
        counts = np.zeros((classes, classes), np.int64)
        np.add.at(counts, (self.labels, self.evaluation.predictions), 1)
        return counts

    @property
    def right(self) -> int:
        """How many images it gets right."""
        return int(np.diagonal(self.counts).sum())

    @cached_property
    def recalls(self) -> NDArray[np.float64]:
        """(classes,): which share 0…1 of the images of each class it gets right; no number where there are none."""
        with np.errstate(invalid="ignore"):
            found: NDArray[np.float64] = np.diagonal(self.counts) / self.counts.sum(1)
        return found

    @cached_property
    def balanced_accuracy(self) -> float:
        """The accuracy 0…1 in which every class that occurs counts as much as any other: the mean of their recalls
        (Brodersen et al., “The balanced accuracy and its posterior distribution”, 2010)."""
        known = self.recalls[~np.isnan(self.recalls)]
        return float(known.mean()) if len(known) else 0.0

    @property
    def uneven(self) -> bool:
        """Whether the classes differ so much in number that accuracy alone misleads."""
        counts = np.bincount(self.labels, minlength=len(self.counts))
        return bool(counts.max() > EVEN * counts.min())

    @cached_property
    def mistakes(self) -> NDArray[np.int64]:
        """Indices of the images it gets wrong, the surest first."""
        return self._surest(self.labels != self.evaluation.predictions)

    def cell(self, right: int, answer: int) -> NDArray[np.int64]:
        """Indices of the images of one class taken for another, or for itself, the surest first."""
        return self._surest((self.labels == right) & (self.evaluation.predictions == answer))

    def sureness(self, index: int) -> float:
        """The probability 0…1 of the answer it gave to an image."""
        return float(self.evaluation.probabilities[index].max())

    def _surest(self, chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        indices = np.flatnonzero(chosen)
        return indices[np.argsort(-self.evaluation.probabilities[indices].max(axis=1), kind="stable")]
