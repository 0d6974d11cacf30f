"""Which classes are taken for each other: an order in which those stand together.

The classes are laid on a line so that the sum of counts × squared distance is least: the second eigenvector of the
graph's Laplacian (Fiedler, “A property of eigenvectors of nonnegative symmetric matrices”, 1975).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: how much any two classes are taken to have in common, beside a class that is always taken for another
_ALL = 1e-3
#: places on the line that lie so near are one: what is left between them is rounding
_NEAR = 1e-9


@dataclass(frozen=True)
class Together:
    """``order`` are the classes from 0 as they are to stand; before the place ``split`` are those of one side, from it
    on those of the other, which are seldom taken for each other. 0 where there is but one side."""

    order: tuple[int, ...]
    split: int


def together(counts: NDArray[np.int64]) -> Together:
    """From a confusion matrix (classes, classes), right answers down, the network's across. The order begins with the
    side of the first class; classes that nothing tells apart keep theirs."""
    classes = len(counts)
    images = counts.sum(1, keepdims=True)
    shares = np.divide(counts, images, out=np.zeros(counts.shape), where=images > 0)
    alike = shares + shares.T
    np.fill_diagonal(alike, 0.0)
    if classes < 3 or not alike.any():
        return Together(tuple(range(classes)), 0)
    alike += _ALL
    np.fill_diagonal(alike, 0.0)
    laplacian = np.diag(alike.sum(1)) - alike
    place = np.linalg.eigh(laplacian)[1][:, 1]
    if place[np.argmax(np.abs(place) > _NEAR)] > 0:
        place = -place
    place = np.round(place / _NEAR) * _NEAR
    order = np.argsort(place, kind="stable")
    return Together(tuple(order.tolist()), int(np.count_nonzero(place < 0)))
