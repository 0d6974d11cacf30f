"""Means and variances by channel: in one pass over memory, and put together from shares of a batch.

Everything here sees an inner array as rows (H, C, M): M is width times batch; a vector (units, N) is one row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats
from cnnstudio.nn.ops.blocks import row_blocks

#: so much of a mean square must be left without the square of the mean, or their difference has lost too many digits
LEFT = 0.1


def as_rows(array: Floats) -> Floats:
    """An inner array (H, C, W, N) or (units, N) as a view (H, C, W·N) or (1, units, N)."""
    rows = array.reshape(*array.shape[:2], -1) if array.ndim == 4 else array[None]
    assert np.may_share_memory(rows, array), "the buffer has no such view"
    return rows


@dataclass(frozen=True)
class Moments:
    """Of ``count`` numbers for each channel: the mean (C,) and the sum of squared distances from it (C,)."""

    count: int
    mean: Doubles
    squares: Doubles

    @classmethod
    def together(cls, parts: Iterable[Moments]) -> Moments:
        """The moments of all parts, taken in their order (Chan, Golub and LeVeque, 1979)."""
        total, *others = parts
        for part in others:
            count = total.count + part.count
            apart = part.mean - total.mean
            squares = total.squares + part.squares + apart * apart * (total.count * part.count / count)
            total = cls(count, total.mean + apart * (part.count / count), squares)
        return total


class ByChannel:
    """Sums over H and M of an array (H, C, M), a few rows at a time, so that the second look at them is cheap."""

    def __init__(self, source: Floats) -> None:
        self.source = source
        self.blocks = list(row_blocks(source.shape, source.itemsize))
        self.ones = np.ones(source.shape[2], source.dtype)
        #: two sums for each row and channel
        self.sums = np.empty((2, *source.shape[:2]), source.dtype)

    def moments(self) -> Moments:
        """Mean, and squared distances from it: exact even where the mean is far from 0."""
        count = self.source.shape[0] * self.source.shape[2]
        plain, squares = self._sums()
        mean = plain / count
        about_mean = squares - mean * plain
        if (about_mean >= LEFT * squares).all():
            return Moments(count, mean, about_mean)
        near = mean.astype(self.source.dtype)
        plain, squares = self._sums(near[:, None])
        return Moments(count, near + plain / count, squares - plain * plain / count)

    def _sums(self, origin: Floats | None = None) -> Doubles:
        """Sums of the distances from ``origin`` (C, 1), or 0, and of their squares: (2, C)."""
        for rows in self.blocks:
            block = self.source[rows] if origin is None else self.source[rows] - origin
            np.vecdot(block, self.ones, out=self.sums[0, rows])
            np.vecdot(block, block, out=self.sums[1, rows])
        found: Doubles = self.sums.sum(1, dtype=np.float64)
        return found

    def against(self, gradient: Floats, mean: Floats) -> tuple[Doubles, Doubles]:
        """Σ gradient and Σ gradient · (source − mean), each (C,)."""
        np.vecdot(gradient, self.ones, out=self.sums[0])
        np.vecdot(gradient, self.source, out=self.sums[1])
        plain, weighed = self.sums.sum(1, dtype=np.float64)
        return plain, weighed - mean * plain
