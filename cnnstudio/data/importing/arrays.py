"""Arrays from files as labelled pictures: numbers of any type become uint8, labels of any kind places of classes."""

from __future__ import annotations

import hashlib
import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import PARTS, Cancelled, DataError, DataSet, Labels, Part, Pixels
from cnnstudio.data.importing import stored
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.held_back import with_test
from cnnstudio.data.importing.layout import in_order
from cnnstudio.data.importing.wording import one_class
from cnnstudio.data.reader import Cancel

Array: TypeAlias = npt.NDArray[Any]

LARGEST_SIDE, MOST_CLASSES = 4096, 10_000
#: numbers that are looked at or changed at once
_BLOCK = 1 << 22
#: bytes of pictures that are brought into another order in memory
_IN_MEMORY = 256 << 20
_TOLD = 5


@dataclass(frozen=True, eq=False)
class Found:
    """Pictures and labels of one part as a file holds them: pixels (N, H, W, C), labels (N,) of numbers or names."""

    pixels: Pixels
    labels: Array


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
        told = " × ".join(f"{side:,}" for side in shape) or "one number"
        raise DataError(
            f"{name} holds {told} numbers, which are no pictures: give N × height × width, with 3 more for colours."
        )
    if 0 in array.shape or max(array.shape[1:3]) > LARGEST_SIDE:
        raise DataError(
            f"{name} holds pictures of {array.shape[1]:,}×{array.shape[2]:,}, {len(array):,} in all: give sides from 1 "
            f"to {LARGEST_SIDE:,} and at least one picture."
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


def as_uint8(array: Array, name: str, cancelled: Cancel = None) -> tuple[Pixels, str]:
    """Brightness of any type as uint8, and a sentence if levels are lost.

    Truth is black and white; numbers up to 255 are taken as they are, floating point up to 1 times 255, all up to
    65,535 divided by 257. Only a block at a time becomes floating point.

    Raises:
        DataError: the numbers are no brightness.
        Cancelled: ``cancelled`` answered yes.
    """
    if array.dtype == np.uint8:
        return array, ""
    if array.dtype == np.bool_:
        return array.astype(np.uint8) * np.uint8(255), ""
    rows = max(1, _BLOCK // max(1, int(np.prod(array.shape[1:]))))
    blocks = [slice(start, start + rows) for start in range(0, len(array), rows)]
    low, high = 0.0, 0.0
    for block in blocks:
        if cancelled and cancelled():
            raise Cancelled
        least, most = float(array[block].min()), float(array[block].max())
        low, high = min(low, least), max(high, most)
        if not (least >= 0 and most <= 65_535):  # also for what is no number
            span = f"from {least:g} to {most:g}".replace("-", "−")
            raise DataError(f"{name} holds numbers {span}: give pictures from 0 to 1, to 255 or to 65,535.")
    wide = array.dtype.kind == "f"
    times = 255.0 if wide and high <= 1 else 1.0 if high <= 255 else 1 / 257
    pixels = np.empty(array.shape, dtype=np.uint8)
    for block in blocks:
        if cancelled and cancelled():
            raise Cancelled
        pixels[block] = array[block] if times == 1 and not wide else np.rint(array[block].astype(np.float64) * times)
    lost = high > 255
    return pixels, f"{name} holds numbers up to {high:,.0f}: of 65,536 levels 256 are left." if lost else ""


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
        raise DataError(f"{name} holds no labels: give one whole number or name for each picture.")
    if len(array) != count:
        raise DataError(
            f"{images} holds {count:,} pictures but {Path(name).name} {len(array):,} labels: give two that belong "
            "together."
        )
    return array if array.dtype.kind == "U" else array.astype(np.int64)


def _are_whole(array: Array) -> bool:
    return bool(np.isfinite(array).all() and np.array_equal(array, np.rint(array)))


def assembled(
    path: Path,
    layout: str,
    parts: Mapping[Part, Found],
    choices: SplitChoices,
    names: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
    title: str = "",
) -> DataSet:
    """The data set of the parts that files hold. Classes are the labels that occur in any part, in order; where
    ``names`` are given, labels are places in these.

    Raises:
        DataError: parts do not fit together, labels have no name, or there is one class only.
    """
    _check_sizes(path, parts)
    classes, places, missing = _classes(path, {part: found.labels for part, found in parts.items()}, names)
    taken = {part: _at_most(labels, choices.per_class) for part, labels in places.items()}
    note = stored.Note(
        name=title or path.name or str(path),
        source=str(path),
        layout=layout,
        classes=classes,
        shape=next(iter(parts.values())).pixels.shape[1:],
        labels={part: places[part][taken[part]].tolist() for part in PARTS if part in parts},
        sizes=(),
        left_out=(),
        remarks=(*remarks, *missing),
    )
    if "train" in parts and "test" in parts:
        _refuse_one_class(path, classes, places)
        pixels = {part: _picked(found.pixels, taken[part]) for part, found in parts.items()}
        return note.over(pixels)
    return _with_share(path, parts, places, taken, classes, choices, note)


def _with_share(
    path: Path,
    parts: Mapping[Part, Found],
    places: dict[Part, Labels],
    taken: dict[Part, Labels],
    classes: tuple[str, ...],
    choices: SplitChoices,
    note: stored.Note,
) -> DataSet:
    """A share is held back as test pictures; what is large goes through the cache."""
    (part, first), *others = [(part, parts[part]) for part in PARTS if part in parts and part != "validation"]
    assert not others
    pixels, labels = _picked(first.pixels, taken[part]), places[part][taken[part]]
    marks = np.array([hashlib.blake2b(picture.tobytes(), digest_size=16).digest() for picture in pixels])
    none = np.zeros(0, dtype=np.int64)
    divided = with_test({"train": none, "validation": none, "test": none}, labels, marks, classes, choices, str(path))
    aside: dict[Part, list[int]] = {each: kept for each, kept in note.labels.items() if each == "validation"}
    given: dict[Part, list[int]] = {
        "train": labels[divided["train"]].tolist(),
        **aside,
        "test": labels[divided["test"]].tolist(),
    }
    note = replace(note, labels=given)
    if pixels.nbytes > _IN_MEMORY and "validation" not in parts:
        key = stored.key_of(str(path), path.stat().st_mtime_ns, path.stat().st_size, note.labels, choices)
        stored.room_for(pixels.nbytes, path)
        return stored.load(key) or stored.keep(key, note, pixels, np.concatenate([divided["train"], divided["test"]]))
    shown: dict[Part, Pixels] = {"train": pixels[divided["train"]], "test": pixels[divided["test"]]}
    if "validation" in parts:
        shown["validation"] = _picked(parts["validation"].pixels, taken["validation"])
    return note.over(shown)


def _picked(pixels: Pixels, places: Labels) -> Pixels:
    """Those pictures; the array itself where it is all of them."""
    return pixels if len(places) == len(pixels) else pixels[places]


def _check_sizes(path: Path, parts: Mapping[Part, Found]) -> None:
    shapes = {found.pixels.shape[1:] for found in parts.values()}
    if len(shapes) > 1:
        told = " and ".join("×".join(map(str, shape)) for shape in sorted(shapes))
        raise DataError(f"{path} holds pictures of different size ({told}): give those of one data set.")


def _classes(
    path: Path, labels: dict[Part, Array], names: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[Part, Labels], tuple[str, ...]]:
    """Names of the classes in order, the places of the labels among them, and a sentence about those without any."""
    if names:
        low = min(int(found.min()) for found in labels.values())
        high = max(int(found.max()) for found in labels.values())
        if low < 0 or high >= len(names):
            raise DataError(f"{path} names {len(names):,} classes, but its labels go from {low} to {high}.")
        bare = sorted(set(range(len(names))) - {int(label) for found in labels.values() for label in np.unique(found)})
        places = {part: found.astype(np.int64) for part, found in labels.items()}
        return names, places, _without([f"“{names[place]}”" for place in bare])
    occurring = np.unique(np.concatenate([np.unique(found) for found in labels.values()]))
    if len(occurring) > MOST_CLASSES:
        raise DataError(f"{path} has {len(occurring):,} different labels: those are hardly classes; choose others.")
    if occurring.dtype.kind == "U":
        texts = in_order(map(str, occurring))
        at = {name: place for place, name in enumerate(texts)}
        return texts, {part: np.array([at[str(name)] for name in found]) for part, found in labels.items()}, ()
    whole = [int(label) for label in occurring]
    missing: list[str] = []
    for before, after in itertools.pairwise(whole):
        missing += map(str, range(before + 1, min(after, before + 1 + MOST_CLASSES)))
    places = {part: np.searchsorted(occurring, found).astype(np.int64) for part, found in labels.items()}
    return tuple(map(str, whole)), places, _without(missing)


def _without(names: list[str]) -> tuple[str, ...]:
    if not names:
        return ()
    if len(names) == 1:
        return (f"No picture is of class {names[0]}.",)
    if len(names) <= _TOLD:
        return (f"No pictures are of the classes {', '.join(names[:-1])} and {names[-1]}.",)
    return (f"No pictures are of the classes {', '.join(names[:_TOLD])} and {len(names) - _TOLD:,} more.",)


def _at_most(labels: Labels, per_class: int) -> Labels:
    """The places int64 of the first so many of each class; of all for 0."""
    if not per_class:
        return np.arange(len(labels))
    return np.sort(np.concatenate([np.flatnonzero(labels == label)[:per_class] for label in np.unique(labels)]))


def _refuse_one_class(path: Path, classes: tuple[str, ...], places: dict[Part, Labels]) -> None:
    present = np.unique(np.concatenate(list(places.values())))
    if len(present) < 2:
        raise one_class(str(path), [classes[label] for label in present])
