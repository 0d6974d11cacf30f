"""What takes the place of pixels that are taken away: the picture's mean colour, the picture out of focus, or noise."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.attribution.class_score import pixels

Fill = Literal["blur", "mean", "noise"]
FILLS: tuple[Fill, ...] = get_args(Fill)
#: pixels to each side over which a blur takes the mean, and how often
_RADIUS, _TIMES = 5, 3


def filled(picture: Array, fill: Fill, seed: int = 0) -> Floats:
    """A picture uint8 (H, W, C) with all of it taken away, between 0 and 1."""
    whole = pixels(picture)
    if fill == "mean":
        return np.full_like(whole, whole.mean(axis=(0, 1)))
    if fill == "noise":
        drawn = np.random.default_rng(seed).standard_normal(whole.shape)
        noisy = whole.mean(axis=(0, 1)) + whole.std(axis=(0, 1)) * drawn
        clipped: Floats = np.clip(noisy, 0, 1).astype(whole.dtype)
        return clipped
    return blurred(whole, _RADIUS)


def blurred(whole: Floats, radius: int) -> Floats:
    """A picture (H, W, C) out of focus: the mean over so many pixels to each side, three times over; beyond its rim it
    goes on as it ends there."""
    found = whole.astype(np.float64)
    for _ in range(_TIMES):
        for axis in (0, 1):
            reach = [(0, 0)] * 3
            reach[axis] = (radius + 1, radius)
            sums = np.cumsum(np.pad(found, reach, mode="edge"), axis=axis)
            many, wide = found.shape[axis], 2 * radius + 1
            found = (np.take(sums, range(wide, wide + many), axis) - np.take(sums, range(many), axis)) / wide
    return found.astype(whole.dtype)
