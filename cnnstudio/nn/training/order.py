"""Which training images an epoch goes through, and in which order; decided by seed and epoch alone."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.randomness import draws

#: ways to draw: every image once, or as many of every class
EACH_ONCE, BALANCED = "each once", "balanced"


def order_of(seed: int, epoch: int, labels: NDArray[np.int64], drawing: str = EACH_ONCE) -> NDArray[np.int64]:
    """The places int64 (N,) of an epoch's images, from 1, of N with these ``labels`` (N,)."""
    if drawing == BALANCED:
        return balanced_order(seed, epoch, labels)
    return draws(seed, "order", epoch).permutation(len(labels))


def balanced_order(seed: int, epoch: int, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Places int64 (N,) of as many images of every class that there are, but for one. Those of a rare class come
    several times, each as often as the others but for one; of a frequent class another part in every epoch."""
    generator = draws(seed, "order", epoch)
    classes = np.unique(labels)
    share, more = divmod(len(labels), len(classes))
    counts = share + (generator.permutation(len(classes)) < more)
    drawn = []
    for label, count in zip(classes, counts, strict=True):
        own = np.flatnonzero(labels == label)
        rounds = [generator.permutation(own) for _ in range(math.ceil(count / len(own)))]
        drawn.append(np.concatenate([own[:0], *rounds])[:count])
    return generator.permutation(np.concatenate(drawn))
