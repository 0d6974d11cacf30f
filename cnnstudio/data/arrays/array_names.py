"""Which of several named arrays are pictures and which labels, of which part: x_train, train_images, y, labels_test…"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from cnnstudio.data.arrays.assembling import Found, assembled
from cnnstudio.data.arrays.numbers import Array, as_labels, as_pictures, as_uint8
from cnnstudio.data.dataset import PARTS, DataError, DataSet, Part
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.importing.layout import PART_NAMES
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.nn.telling.told import Sentence, Told, told

Content = Literal["images", "labels", "names"]

_IMAGES = frozenset(("x", "images", "image", "imgs", "img", "data", "pixels", "pictures", "features", "inputs"))
_LABELS = frozenset(("y", "labels", "label", "targets", "target", "lbls", "answers"))
_NAMES = frozenset(("classes", "names", "categories"))
_LIKE: dict[str, Content] = {
    **dict.fromkeys(_IMAGES, "images"),
    **dict.fromkeys(_LABELS, "labels"),
    **dict.fromkeys(_NAMES, "names"),
}
HOW = Sentence("name arrays x_train, y_train, x_test and y_test, or x and y")


@dataclass(frozen=True)
class Meant:
    """What an array is by its name."""

    content: Content
    part: Part | None


def meant_by(name: str) -> Meant | None:
    """What an array of this name is; None where the name does not tell."""
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    words = [part for word in words for part in _apart(word)]
    contents = [_LIKE[word] for word in words if word in _LIKE]
    parts = [PART_NAMES[word] for word in words if word in PART_NAMES]
    if not contents or len(set(parts)) > 1:
        return None
    content: Content = "names" if "names" in contents else contents[-1] if words[-1] in _LIKE else contents[0]
    return Meant(content, parts[0] if parts else None)


def _apart(word: str) -> list[str]:
    """“xtrain” and “trainx” as two words."""
    for part in ("train", "test", "valid", "val"):
        rest = word.removeprefix(part) if word.startswith(part) else word.removesuffix(part)
        if rest != word and rest in _LIKE:
            return [part, rest]
    return [word]


def from_arrays_by_name(
    path: Path,
    names: Iterable[str],
    read: Callable[[str], Array],
    choices: SplitChoices,
    layout: Told,
    progress: Progress = None,
    cancelled: Cancel = None,
) -> DataSet:
    """The data set of arrays by what their names or, where there are only two, their shapes say.

    Raises:
        DataError: pictures or labels are missing, or they do not fit together.
        Cancelled: ``cancelled`` answered yes.
    """
    listed = list(names)
    places = _places(listed) or _by_shape(path, listed, read)
    parts: dict[Part, Found] = {}
    remarks: list[Told] = []
    wanted = [part for part in PARTS if (part, "images") in places]
    for done, part in enumerate(wanted):
        images, labels = places[part, "images"], places.get((part, "labels"))
        if labels is None:
            if part == "train":
                raise DataError(
                    "{path} holds pictures but no labels: they can be classified, but not learned from; {how}.",
                    path=path,
                    how=HOW,
                )
            remarks.append(told("array-unlabelled", name=images))
            continue
        given = read(images)
        if given.ndim and not len(given):
            continue
        pixels, lost = as_uint8(as_pictures(given, f"{path}, {images}"), f"{path}, {images}", cancelled)
        numbers = as_labels(read(labels), len(pixels), f"{path}, {labels}", f"{path}, {images}")
        parts[part] = Found(np.ascontiguousarray(pixels), numbers)
        remarks += [lost] if lost else []
        if progress:
            progress((done + 1) / len(wanted))
    if "train" not in parts:
        raise DataError("{path} holds no arrays to learn from: {how}.", path=path, how=HOW)
    classes = _class_names(path, places, read)
    return assembled(path, layout, parts, choices, classes, tuple(remarks))


def _places(names: list[str]) -> dict[tuple[str, str], str]:
    """Names by (part, content); {} where they tell no pictures with labels."""
    found: dict[tuple[str, str], str] = {}
    for name in names:
        if meant := meant_by(name):
            part = "" if meant.content == "names" else meant.part or "train"
            found.setdefault((part, meant.content), name)
    return found if ("train", "images") in found else {}


def _by_shape(path: Path, names: list[str], read: Callable[[str], Array]) -> dict[tuple[str, str], str]:
    """What shapes say of two or four arrays: those with more dimensions hold pictures, and each goes with the labels
    that are as many; the larger part is that of training, the other the test."""
    by_size = sorted(names, key=lambda name: (read(name).ndim, read(name).size))
    labels, images = by_size[: len(names) // 2], by_size[len(names) // 2 :]
    if len(names) == 2:
        return {("train", "images"): images[0], ("train", "labels"): labels[0]}
    counts = [{len(read(name)) for name in some if read(name).ndim} for some in (labels, images)]
    if len(names) != 4 or counts[0] != counts[1] or len(counts[0]) != 2 or read(labels[1]).ndim > 2:
        raise DataError(
            "{path} holds arrays called {names:commas}: {how}.",
            path=path,
            names=tuple(names[:8]) or ("nothing",),
            how=HOW,
        )
    of_part = {max(counts[0]): "train", min(counts[0]): "test"}
    found = {(of_part[len(read(name))], "images"): name for name in images}
    return found | {(of_part[len(read(name))], "labels"): name for name in labels}


def _class_names(path: Path, places: Mapping[tuple[str, str], str], read: Callable[[str], Array]) -> tuple[str, ...]:
    name = places.get(("", "names"))
    if name is None:
        return ()
    found = read(name)
    if found.ndim != 1 or found.dtype.kind != "U":
        return ()
    classes = tuple(str(each) for each in found)
    if len(set(classes)) != len(classes):
        raise DataError("{path}: “{name}” names a class twice.", path=path, name=name)
    return classes
