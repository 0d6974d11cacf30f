"""The one rule by which curves are smoothed: an exponentially weighted mean without a bias towards where it began."""

from __future__ import annotations

import math

#: weights to choose from; 0 smooths nothing
WEIGHTS = (0.0, 0.6, 0.9, 0.97)


class Smoothing:
    """m ← w·m + (1 − w)·x, told as m / (1 − wⁿ) after n values (the correction of Kingma and Ba, 2015): the first
    values count as much as they should. What is no number is left out."""

    def __init__(self, weight: float) -> None:
        self._weight, self._mean, self._count = weight, 0.0, 0

    def follow(self, value: float) -> float:
        """The smoothed value after one more; no number before there was one."""
        if math.isfinite(value):
            self._mean += (1 - self._weight) * (value - self._mean)
            self._count += 1
        return self._mean / (1 - self._weight**self._count) if self._count else math.nan
