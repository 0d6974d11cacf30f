"""Mean and deviation of the pictures to learn from, which the Input layer takes off them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnstudio.data.dataset import Examples, Pixels
from cnnstudio.nn.settings import Reals

#: pictures that are summed up at once, and significant digits that are kept
_BLOCK, _DIGITS = 1024, 4
#: an Input layer divides by no less
_SMALLEST = 1e-3


@dataclass(frozen=True)
class Brightness:
    """Mean and standard deviation of pixels between 0 and 1: one number for grey pictures, else one a channel."""

    mean: Reals
    deviation: Reals


def brightness(examples: Examples) -> Brightness:
    """That of all pixels of N > 0 pictures, to four significant digits; where all are alike the deviation is 1.

    Raises:
        ValueError: there are no pictures.
    """
    if not len(examples):
        raise ValueError("there are no pictures to measure")
    channels = examples.image_shape[2]
    counts = np.zeros((channels, 256), np.int64)
    for start in range(0, len(examples), _BLOCK):
        counts += histograms(examples.read(slice(start, start + _BLOCK)))
    levels = np.arange(256) / 255
    shares = counts / counts.sum(1, keepdims=True)
    means = shares @ levels
    deviations = np.sqrt(np.maximum(0.0, (shares * (levels - means[:, None]) ** 2).sum(1)))
    return Brightness(_told(means), _told(np.where(deviations < _SMALLEST, 1.0, deviations)))


def histograms(pixels: Pixels) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """How often each of 256 levels occurs in each channel of pictures (N, H, W, C): int64 (C, 256)."""
    return np.stack([np.bincount(pixels[..., c].reshape(-1), minlength=256) for c in range(pixels.shape[-1])])


def _told(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> Reals:
    rounded = tuple(float(f"{value:.{_DIGITS}g}") for value in values)
    return rounded if len(rounded) > 1 else rounded[0]
