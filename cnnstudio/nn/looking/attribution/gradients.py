"""Attributions made of slopes by the pixels: the slope itself, and the mean of slopes under noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.attribution.class_score import BATCH, ClassScore, pixels
from cnnstudio.nn.network.shard import Abandoned, never

#: how many noisy copies are looked at, and how strong their noise is, as a share of the picture's range
COPIES, NOISE = 50, 0.15


def gradient(score: ClassScore, picture: Array, label: int) -> Floats:
    """How much the score of a class grows with each number of a picture (H, W, C), uint8 (Simonyan et al., “Deep
    inside convolutional networks”, 2014)."""
    found: Floats = score.slopes(pixels(picture)[None], label).slopes[score.ends.input][0]
    return found


def noise_for(picture: Array, copies: int = COPIES, share: float = NOISE, seed: int = 0) -> Floats:
    """Noise (copies, H, W, C), normal, of a deviation that is a share of the picture's range between 0 and 1."""
    spread = share * float(np.ptp(pixels(picture)))
    drawn = np.random.default_rng(seed).standard_normal((copies, *picture.shape), np.float32)
    return drawn * np.float32(spread)


def smooth_gradient(
    score: ClassScore,
    picture: Array,
    label: int,
    noise: Floats,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Floats:
    """The mean slope (H, W, C) over copies of a picture with this ``noise`` (copies, H, W, C) added (Smilkov et al.,
    “SmoothGrad”, 2017).

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    total, whole = np.zeros(picture.shape, np.float64), pixels(picture)
    for start in range(0, len(noise), BATCH):
        if cancelled():
            raise Abandoned
        found = score.slopes(whole + noise[start : start + BATCH], label).slopes[score.ends.input]
        total += found.sum(axis=0, dtype=np.float64)
        if progress is not None:
            progress(min(1.0, (start + BATCH) / len(noise)))
    return (total / len(noise)).astype(np.float32)
