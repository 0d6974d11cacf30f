"""What a network takes for what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.training.evaluation import Evaluation


@dataclass(frozen=True, eq=False)
class Confusion:
    """An evaluation beside the right answers, ``labels`` (N,)."""

    evaluation: Evaluation
    labels: NDArray[np.int64]

    @cached_property
    def counts(self) -> NDArray[np.int64]:
        """(classes, classes): how many images of the class of the row were taken for that of the column."""
        classes = self.evaluation.probabilities.shape[1]
        counts = np.zeros((classes, classes), np.int64)
        np.add.at(counts, (self.labels, self.evaluation.predictions), 1)
        return counts

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
