"""Numbers from files as pictures and labels: brightness of any type becomes uint8, whatever the form."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Cancelled, DataError, Pixels
from cnnstudio.data.reader import Cancel
from cnnstudio.nn.telling.told import Told, told

Array: TypeAlias = npt.NDArray[Any]

LARGEST_SIDE = 4096
#: numbers that are looked at or changed at once
_BLOCK = 1 << 22


def as_pictures(array: Array, name: str, size: tuple[int, int] = (0, 0)) -> Array:
    """An array of any usual form as (N, H, W, C) with one or three channels, of the same numbers.

    Rows of numbers are square pictures, grey or in colours, unless ``size`` (height, width) says otherwise.

    Raises:
        DataError: it has no such form, or pictures larger than 4,096 on a side.
    """
    shape = array.shape
    if array.ndim == 2 and (sides := sides_of(shape[1], size)):
        height, width, channels = sides
        array = array.reshape(-1, height, width, channels)
    elif array.ndim == 3:
        array = array[..., np.newaxis]
    elif array.ndim == 4 and shape[3] not in (1, 3) and shape[1] in (1, 3):
        array = array.transpose(0, 2, 3, 1)
    elif array.ndim == 4 and shape[3] == 4:
        array = array[..., :3]
    if array.ndim != 4 or array.shape[3] not in (1, 3):
        raise DataError(
            "{name} holds {shape:# number, which is no picture|# numbers, which are no pictures}: give N × height × "
            "width, with 3 more for colours.",
            name=name,
            shape=shape,
        )
    if 0 in array.shape or max(array.shape[1:3]) > LARGEST_SIDE:
        raise DataError(
            "{name} holds pictures of {size:shape}, {count:thousands} in all: give sides from 1 to {largest:thousands} "
            "and at least one picture.",
            name=name,
            size=array.shape[1:3],
            count=len(array),
            largest=LARGEST_SIDE,
        )
    return array


def sides_of(numbers: int, size: tuple[int, int] = (0, 0)) -> tuple[int, int, int] | None:
    """(height, width, channels) of pictures of so many numbers; None where they make no square."""
    if all(size):
        pixels = size[0] * size[1]
        return (*size, numbers // pixels) if numbers in (pixels, 3 * pixels) else None
    for channels in (1, 3):
        side = math.isqrt(numbers // channels)
        if side and side * side * channels == numbers:
            return side, side, channels
    return None


def as_uint8(array: Array, name: str, cancelled: Cancel = None) -> tuple[Pixels, Told | None]:
    """Brightness of any type as uint8, and what is to be said if levels are lost.

    Truth is black and white; numbers up to 255 are taken as they are, floating point up to 1 times 255, all up to
    65,535 divided by 257. Only a block at a time becomes floating point.

    Raises:
        DataError: the numbers are no brightness.
        Cancelled: ``cancelled`` answered yes.
    """
    if array.dtype == np.uint8:
        return array, None
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255), None
    rows = max(1, _BLOCK // max(1, int(np.prod(array.shape[1:]))))
    blocks = [slice(start, start + rows) for start in range(0, len(array), rows)]
    low, high = 0.0, 0.0
    for block in blocks:
        if cancelled and cancelled():
            raise Cancelled
        least, most = float(array[block].min()), float(array[block].max())
        low, high = min(low, least), max(high, most)
        if not (least >= 0 and most <= 65_535):  # also for what is no number
            raise DataError(
                "{name} holds numbers from {low:g} to {high:g}: give pictures from 0 to 1, to 255 or to 65\u202f535.",
                name=name,
                low=least,
                high=most,
            )
    wide = array.dtype.kind == "f"
    times = 255.0 if wide and high <= 1 else 1.0 if high <= 255 else 1 / 257
    pixels = np.empty(array.shape, dtype=np.uint8)
    for block in blocks:
        if cancelled and cancelled():
            raise Cancelled
        pixels[block] = array[block] if times == 1 and not wide else np.rint(array[block].astype(np.float64) * times)
    return pixels, told("levels-lost", name=name, high=high) if high > 255 else None


def as_labels(array: Array, count: int, name: str, images: str) -> Array:
    """Labels (N,): whole numbers or names; a row for each picture with a single 1 in it is its place.

    Raises:
        DataError: they are no labels, or not one for each picture.
    """
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if (
        array.ndim == 2
        and array.shape[1] > 1
        and np.array_equal(np.sort(array, 1)[:, -2:], np.tile([0, 1], (len(array), 1)))
    ):
        array = array.argmax(1)
    if array.ndim != 1 or array.dtype.kind not in "biufU" or (array.dtype.kind == "f" and not _are_whole(array)):
        raise DataError("{name} holds no labels: give one whole number or name for each picture.", name=name)
    if len(array) != count:
        raise DataError(
            "{images} holds {count:# picture|# pictures} but {name} {labels:# label|# labels}: give two that belong "
            "together.",
            images=images,
            count=count,
            name=Path(name).name,
            labels=len(array),
        )
    return array if array.dtype.kind == "U" else array.astype(np.int64)


def _are_whole(array: Array) -> bool:
    return bool(np.isfinite(array).all() and np.array_equal(array, np.rint(array)))
