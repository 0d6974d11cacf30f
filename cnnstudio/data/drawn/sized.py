"""Drawn pictures made smaller or larger, grey or coloured: in whole numbers, so that all machines have the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cnnstudio.data.dataset import DataSet, Examples, Pixels, fingerprint
from cnnstudio.nn.arrays import Floats

#: what red, green and blue add to the brightness, in 65 536ths (ITU-R BT.601)
_BRIGHT = np.array([19595, 38470, 7471], np.int32)
_BLOCK = 500


def made_to_be(data: DataSet, shape: tuple[int, int, int]) -> DataSet:
    """The same pictures with this height, width and number of channels (1 or 3); each pixel is the mean of the area
    that it covers of the picture before."""
    if shape == data.image_shape:
        return data
    train, test = (Examples(_made(part, shape), part.labels) for part in (data.train, data.test))
    return replace(data, train=train, test=test, fingerprint=fingerprint(data.classes, train, test))


def _made(examples: Examples, shape: tuple[int, int, int]) -> Pixels:
    (height, width, _), (rows, columns, channels) = examples.image_shape, shape
    down, across = _shares(height, rows), _shares(width, columns)
    area = height * width
    pixels = np.empty((len(examples), *shape), np.uint8)
    for start in range(0, len(examples), _BLOCK):
        block = _coloured(examples.read(slice(start, start + _BLOCK)), channels)
        count = len(block)
        lower = down @ block.reshape(count, height, width * channels).astype(np.float32)
        # up to 255 times an area of at most 256 × 256: whole numbers that float32 holds exactly
        sums = across @ lower.reshape(count * rows, width, channels)
        whole = sums.astype(np.int32).reshape(count, *shape)
        pixels[start : start + _BLOCK] = (2 * whole + area) // (2 * area)
    return pixels


def _shares(before: int, after: int) -> Floats:
    """How much of each old cell lies in each new one, float32 (after, before): whole numbers that sum to ``before``."""
    new, old = np.arange(after)[:, None] * before, np.arange(before) * after
    overlap = np.minimum(new + before, old + after) - np.maximum(new, old)
    shares: Floats = np.maximum(overlap, 0).astype(np.float32)
    return shares


def _coloured(pixels: Pixels, channels: int) -> Pixels:
    if pixels.shape[3] == channels:
        return pixels
    if channels == 3:
        return np.repeat(pixels, 3, axis=3)
    return ((pixels.astype(np.int32) @ _BRIGHT + 32768) >> 16).astype(np.uint8)[..., None]
