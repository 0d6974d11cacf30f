"""What can be done to pictures: moved, turned, enlarged, made lighter, with more contrast, noise, or out of focus.

All take pictures uint8 (N, H, W, C) and give copies; augmentation and changes that are made by hand consist of them.
Black comes in where a picture ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.looking.attribution.fills import blurred

Images = NDArray[np.uint8]
Reals = NDArray[np.floating[Any]]


def shifted(images: Images, by: NDArray[np.int64]) -> Images:
    """Moved by whole pixels, (N, 2) down and to the right."""
    count, height, width, channels = images.shape
    most = int(np.abs(by).max(initial=0))
    padded = np.zeros((count, height + 2 * most, width + 2 * most, channels), np.uint8)
    padded[:, most : most + height, most : most + width] = images
    moved = np.empty_like(images)
    for number, (down, right) in enumerate(by):
        top, left = most - down, most - right
        moved[number] = padded[number, top : top + height, left : left + width]
    return moved


def warped(images: Images, angle: Reals, size: Reals, middle: Reals) -> Images:
    """Turned about a ``middle`` (N, 2), in pixels down and to the right of the picture's own, by an ``angle`` (N,) in
    radians, of which a part ``size`` (N,) of the sides is seen; the colours between pixels are mixed from their four
    neighbours."""
    count, height, width, channels = images.shape
    y, x = np.meshgrid(
        np.arange(height, dtype=np.float32) - (height - 1) / 2,
        np.arange(width, dtype=np.float32) - (width - 1) / 2,
        indexing="ij",
    )
    cos, sin = (size * np.cos(angle))[:, None, None], (size * np.sin(angle))[:, None, None]
    rows = cos * y - sin * x + (middle[:, 0] + (height - 1) / 2)[:, None, None]
    columns = sin * y + cos * x + (middle[:, 1] + (width - 1) / 2)[:, None, None]
    # a border of black on every side, into which whatever lies outside falls
    padded = np.zeros((count, height + 2, width + 2, channels), np.float32)
    padded[:, 1:-1, 1:-1] = images
    rows = np.clip(rows + 1, 0, height + 0.999)
    columns = np.clip(columns + 1, 0, width + 0.999)
    top, left = rows.astype(np.int64), columns.astype(np.int64)
    down, right = (rows - top)[..., None], (columns - left)[..., None]
    flat = padded.reshape(-1, channels)
    place = (np.arange(count)[:, None, None] * (height + 2) + top) * (width + 2) + left
    above = flat[place] * (1 - right) + flat[place + 1] * right
    below = flat[place + width + 2] * (1 - right) + flat[place + width + 3] * right
    mixed: Images = (above * (1 - down) + below * down + 0.5).astype(np.uint8)
    return mixed


def brightened(images: Images, factors: Reals) -> Images:
    """Every number times a factor (N,) of its picture."""
    return _levels(images * factors[:, None, None, None])


def contrasted(images: Images, factor: float) -> Images:
    """Every number so many times as far from the mean of its picture."""
    mean = images.mean(axis=(1, 2, 3), keepdims=True)
    return _levels(mean + factor * (images - mean))


def noisy(images: Images, deviation: float, seed: int) -> Images:
    """Normal noise of a deviation in levels of 255 added: the same to every picture, drawn from ``seed``."""
    drawn = np.random.default_rng(seed).standard_normal(images.shape[1:])
    return _levels(images + deviation * drawn)


def out_of_focus(images: Images, radius: int) -> Images:
    """Blurred over so many pixels to each side."""
    return np.stack([_levels(255 * blurred(image.astype(np.float32) / 255, radius)) for image in images])


def _levels(numbers: Reals) -> Images:
    levels: Images = np.clip(numbers + 0.5, 0, 255).astype(np.uint8)
    return levels
