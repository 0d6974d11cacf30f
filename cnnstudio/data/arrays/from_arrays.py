"""Arrays that somebody gives in a notebook, as the engine takes them; what cannot be meant is refused in a sentence."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.dataset import DataError, DataSet, Examples, fingerprint
from cnnstudio.nn.telling.told import Sentence

_HOW = Sentence("Images are one array (N, height, width, channels), uint8 from 0 to 255 or floating point from 0 to 1")


def as_images(images: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """Images of the ``shape`` (H, W, C): (N, H, W, C), uint8 0…255 or float32 0…1. Grey ones may lack the last axis.

    Raises:
        DataError: they have another shape, or numbers that are no brightness.
    """
    try:
        found = np.asarray(images)
    except ValueError:
        raise DataError("{how}; these do not all have the same size.", how=_HOW) from None
    if found.dtype.kind not in "biuf" or found.ndim == 0:
        raise DataError("{how}, not {type}.", how=_HOW, type=type(images).__name__)
    if shape[2] == 1 and found.shape[1:] == shape[:2]:
        found = found[..., None]
    if found.shape[1:] != shape:
        raise DataError(_misfit(found.shape, shape))
    return _scaled(found) if found.size else found.astype(np.uint8)


def as_data(images: Any, labels: Any, shape: tuple[int, ...], classes: int) -> DataSet:
    """Images and labels (N,) of a network's input shape and number of classes, as a data set whose test images are
    the same ones. Floating-point images are rounded to the 256 steps that pictures have.

    Raises:
        DataError: the images or labels make no sense.
    """
    pixels = as_images(images, shape)
    if pixels.dtype != np.uint8:
        pixels = np.rint(pixels * np.float32(255)).astype(np.uint8)
    numbers = _as_labels(labels, len(pixels), classes)
    names = tuple(str(number) for number in range(classes))
    examples = Examples(np.ascontiguousarray(pixels), numbers)
    mark = fingerprint(names, examples, examples)
    return DataSet("given", "Given images", names, examples, examples, mark, "")


def _scaled(images: NDArray[Any]) -> NDArray[Any]:
    low, high = images.min(), images.max()
    span = Sentence("these go from {low:.6g} to {high:.6g}", low=low, high=high)
    match images.dtype.kind:
        case "b":
            return images.astype(np.uint8) * np.uint8(255)
        case "f":
            if not (np.isfinite(low) and np.isfinite(high)):
                raise DataError("Some of the images' numbers are none (NaN or infinite).")
            if low < 0 or high > 1:
                raise DataError(
                    "Floating-point images go from 0 (black) to 1 (white), but {span}. {remedy}",
                    span=span,
                    remedy=_to_unit(float(low), float(high)),
                )
            return images.astype(np.float32, copy=False)
    if low < 0 or high > 255:
        raise DataError(
            "Whole numbers in images go from 0 (black) to 255 (white), but {span}. {remedy}",
            span=span,
            remedy=_to_unit(float(low), float(high)),
        )
    return images.astype(np.uint8, copy=False)


def _to_unit(low: float, high: float) -> Sentence:
    """What brings images from ``low`` to ``high`` between 0 and 1, with the usual black and white where they fit."""
    if low >= 0:
        white = next((white for white in (16, 255, 65535) if high <= white), math.ceil(high))
        return Sentence("Give images.clip(0, 1)." if high < 1.5 else "Give images / {white}.", white=white)
    for black, above in ((-0.5, 0.5), (-1.0, 1.0), (-128.0, 127.0)):
        if black <= low and high <= above and high - low > (above - black) / 4:
            return Sentence("Give (images + {shift:.1f}) / {span:g}.", shift=-black, span=above - black)
    return Sentence("Give (x - x.min()) / (x.max() - x.min()), where x = images.astype(float).")


def _misfit(found: tuple[int, ...], shape: tuple[int, ...]) -> Sentence:
    wanted = Sentence("The network takes images of {shape:shape}, as an array (N, {shape:commas})", shape=shape)
    if found == shape or (shape[2] == 1 and found == shape[:2]):
        return Sentence("{wanted}; this is a single one: give images[None].", wanted=wanted)
    if found[1:] == (shape[2], *shape[:2]):
        return Sentence("{wanted}; here the channels come first: give images.transpose(0, 2, 3, 1).", wanted=wanted)
    return Sentence("{wanted}, but these are ({found:commas}).", wanted=wanted, found=found)


def _as_labels(labels: Any, images: int, classes: int) -> NDArray[np.int64]:
    if not images:
        raise DataError("There are no images to learn from.")
    try:
        found = np.asarray(labels)
    except ValueError:
        found = np.empty((0, 0))
    if found.ndim == 2 and found.shape == (images, classes) and classes > 1:
        raise DataError("Labels are one whole number for each image, not a row for each: give labels.argmax(1).")
    if found.shape != (images,):
        raise DataError(
            "There must be one whole number for {images:the image|each of the # images}, (N,) in all, not an array "
            "({shape:commas}).",
            images=images,
            shape=found.shape,
        )
    if found.dtype.kind not in "biuf" or (found.dtype.kind == "f" and not np.array_equal(found, np.rint(found))):
        raise DataError("Labels are whole numbers, 0 for the first class, 1 for the second and so on.")
    low, high = int(found.min()), int(found.max())
    if low < 0 or high >= classes:
        raise DataError(
            "Labels must lie between 0 and {last}, the classes the network tells apart, but these go from {low} to "
            "{high}. {remedy}",
            last=classes - 1,
            low=low,
            high=high,
            remedy=_from_zero(low, high, classes),
        )
    return found.astype(np.int64)


def _from_zero(low: int, high: int, classes: int) -> Sentence:
    """What makes labels from ``low`` to ``high`` places among the classes."""
    if high - low < classes:
        return Sentence("Give labels - {low}." if low > 0 else "Give labels + {shift}.", low=low, shift=-low)
    if low >= 0:
        return Sentence("Give the last Dense layer {units:# unit|# units}.", units=high + 1)
    return Sentence(
        "Give labels + {shift}, and the last Dense layer {units:# unit|# units}.", shift=-low, units=high - low + 1
    )
