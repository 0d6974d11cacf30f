"""The parts that files hold as one data set: classes from labels, a share held back where there is no test."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.dataset import PARTS, DataError, DataSet, Labels, Part, Pixels
from cnnstudio.data.importing import stored
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.held_back import with_test
from cnnstudio.data.importing.layout import in_order
from cnnstudio.data.importing.note import Note
from cnnstudio.data.importing.one_class import one_class
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.telling.told import Told, told

MOST_CLASSES = 10_000
#: bytes of pictures that are brought into another order in memory
_IN_MEMORY = 256 << 20


@dataclass(frozen=True, eq=False)
class Found:
    """Pictures and labels of one part as a file holds them: pixels (N, H, W, C), labels (N,) of numbers or names."""

    pixels: Pixels
    labels: Array


def assembled(
    path: Path,
    layout: Told,
    parts: Mapping[Part, Found],
    choices: SplitChoices,
    names: tuple[str, ...] = (),
    remarks: tuple[Told, ...] = (),
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
    note = Note(
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
    note: Note,
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
        raise DataError(
            "{path} holds pictures of different size ({shapes:listed}): give those of one data set.",
            path=path,
            shapes=tuple(map(shape_text, sorted(shapes))),
        )


def _classes(
    path: Path, labels: dict[Part, Array], names: tuple[str, ...]
) -> tuple[tuple[str, ...], dict[Part, Labels], tuple[Told, ...]]:
    """Names of the classes in order, the places of the labels among them, and what is to be said of those without
    any."""
    if names:
        low = min(int(found.min()) for found in labels.values())
        high = max(int(found.max()) for found in labels.values())
        if low < 0 or high >= len(names):
            raise DataError(
                "{path} names {names:# class|# classes}, but its labels go from {low} to {high}.",
                path=path,
                names=len(names),
                low=low,
                high=high,
            )
        bare = sorted(set(range(len(names))) - {int(label) for found in labels.values() for label in np.unique(found)})
        places = {part: found.astype(np.int64) for part, found in labels.items()}
        return names, places, _without([names[place] for place in bare])
    occurring = np.unique(np.concatenate([np.unique(found) for found in labels.values()]))
    if len(occurring) > MOST_CLASSES:
        raise DataError(
            "{path} has {labels:# different label|# different labels}: those are hardly classes; choose others.",
            path=path,
            labels=len(occurring),
        )
    if occurring.dtype.kind == "U":
        texts = in_order(map(str, occurring))
        at = {name: place for place, name in enumerate(texts)}
        return texts, {part: np.array([at[str(name)] for name in found]) for part, found in labels.items()}, ()
    whole = [int(label) for label in occurring]
    missing: list[int] = []
    for before, after in itertools.pairwise(whole):
        missing += range(before + 1, min(after, before + 1 + MOST_CLASSES))
    places = {part: np.searchsorted(occurring, found).astype(np.int64) for part, found in labels.items()}
    return tuple(map(str, whole)), places, _without(missing)


def _without(classes: Sequence[str | int]) -> tuple[Told, ...]:
    return (told("without-pictures", classes=tuple(classes)),) if classes else ()


def _at_most(labels: Labels, per_class: int) -> Labels:
    """The places int64 of the first so many of each class; of all for 0."""
    if not per_class:
        return np.arange(len(labels))
    return np.sort(np.concatenate([np.flatnonzero(labels == label)[:per_class] for label in np.unique(labels)]))


def _refuse_one_class(path: Path, classes: tuple[str, ...], places: dict[Part, Labels]) -> None:
    present = np.unique(np.concatenate(list(places.values())))
    if len(present) < 2:
        raise one_class(str(path), [classes[label] for label in present])
