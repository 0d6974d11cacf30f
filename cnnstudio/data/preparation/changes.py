"""What somebody has changed in a data set without touching its files: labels, pictures left out, moved and added."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import PARTS, DataError, DataSet, Examples, Part, fingerprint


@dataclass(frozen=True)
class Added:
    """A picture that is in no file of the data: uint8 ``pixels``, height, width and channels (``shape``), its class and
    the part that it belongs to."""

    part: Part
    label: int
    shape: tuple[int, int, int]
    pixels: bytes

    def __post_init__(self) -> None:
        height, width, channels = self.shape
        if len(self.pixels) != height * width * channels or not self.pixels:
            raise ValueError("A picture that was added has other pixels than its size says.")


@dataclass(frozen=True)
class Changes:
    """Changes to one data set, kept with a design and never in the folder of the data.

    A picture is named by its part and its ``indices`` there, as the data set was opened; the order in which changes
    were made is of no account.

    Attributes:
        data: fingerprint of the data set as it is without them; "" where nothing is changed.
        labels: (part, index, class) of pictures with another label.
        excluded: (part, index) of pictures that are left out.
        moved: (part, index, new part) of pictures that belong to another part.
        added: pictures that follow those of their part in this order, so that they too have an index there.

    Raises:
        ValueError: a picture is named twice, is left out and moved, is moved where it is, or no data is named.
    """

    data: str = ""
    labels: tuple[tuple[Part, int, int], ...] = ()
    excluded: tuple[tuple[Part, int], ...] = ()
    moved: tuple[tuple[Part, int, Part], ...] = ()
    added: tuple[Added, ...] = ()

    def __post_init__(self) -> None:
        for name in ("labels", "excluded", "moved"):
            object.__setattr__(self, name, tuple(sorted(getattr(self, name))))
        gone = [*self.excluded, *((part, index) for part, index, _ in self.moved)]
        if len(set(gone)) != len(gone):
            raise ValueError("A picture is left out or moved twice.")
        relabelled = [(part, index) for part, index, _ in self.labels]
        if len(set(relabelled)) != len(relabelled):
            raise ValueError("A picture has two new labels.")
        if any(part == target for part, _, target in self.moved):
            raise ValueError("A picture is moved to where it is.")
        if bool(self) != bool(self.data):
            raise ValueError("Changes and the data they belong to go together.")

    def __bool__(self) -> bool:
        return bool(self.labels or self.excluded or self.moved or self.added)


def changed(data: DataSet, changes: Changes) -> DataSet:
    """The data set with the changes made; its fingerprint is that of what it holds then.

    Pictures that came from another part follow those that were there, in the order part, index.

    Raises:
        DataError: the changes belong to other data, name what is not there, or leave nothing to train or test on.
    """
    if not changes:
        return data
    if changes.data != data.fingerprint:
        raise DataError(
            "The changes to labels and splits were made on other images than those of {data}: choose "
            "the images they belong to, or remove the changes.",
            data=data.title,
        )
    _check_added(data, changes)
    _check(extended(data, changes.added), changes)
    return applied(data, changes)


def applied(data: DataSet, changes: Changes) -> DataSet:
    """The data set, or the first pictures of it, with those changes made whose pictures are there."""
    data = extended(data, changes.added)
    relabelled = {part: _with_labels(examples, part, changes) for part, examples in data.parts.items()}
    parts = {part: _with_moved(part, relabelled, changes) for part in relabelled}
    for part, examples in parts.items():
        if not len(examples):
            raise DataError("The changes leave no picture in the part “{part}” of {data}.", part=part, data=data.title)
    mark = fingerprint(data.classes, parts["train"], parts["test"], parts.get("validation"))
    return replace(data, train=parts["train"], test=parts["test"], validation=parts.get("validation"), fingerprint=mark)


def extended(data: DataSet, added: tuple[Added, ...]) -> DataSet:
    """The data set and the pictures that fit it, each after those of its part: the very same one each time. By its
    fingerprint it is still the data that the changes belong to."""
    return _extended(data, added) if added else data


@lru_cache(maxsize=4)
def _extended(data: DataSet, added: tuple[Added, ...]) -> DataSet:
    parts = data.parts
    for part in parts:
        more = [each for each in added if each.part == part and each.shape == data.image_shape]
        if more:
            pixels = np.stack([np.frombuffer(each.pixels, np.uint8).reshape(each.shape) for each in more])
            parts[part] = parts[part].joined(Examples(pixels, [each.label for each in more]))
    return replace(data, train=parts["train"], test=parts["test"], validation=parts.get("validation"))


def part_after(data: DataSet, part: Part, changes: Changes) -> Examples:
    """The pictures of one part with those changes made whose pictures are there; none may be left."""
    relabelled = {each: _with_labels(examples, each, changes) for each, examples in data.parts.items()}
    return _with_moved(part, relabelled, changes)


def _check_added(data: DataSet, changes: Changes) -> None:
    for each in changes.added:
        if each.part not in data.parts or each.shape != data.image_shape or not each.label < len(data.classes):
            raise DataError(
                "A picture was added to {data} that does not fit it: remove the changes, or choose the images they "
                "belong to.",
                data=data.title,
            )


def _check(data: DataSet, changes: Changes) -> None:
    parts = data.parts
    named = [(part, index) for part, index, _ in (*changes.labels, *changes.moved)]
    for part, index in (*named, *changes.excluded):
        if part not in parts or not 0 <= index < len(parts[part]):
            raise DataError(
                "{data} has no picture {index:thousands} in the part “{part}”, which a change names.",
                data=data.title,
                index=index,
                part=part,
            )
    for _, _, target in changes.moved:
        if target not in parts:
            raise DataError(
                "{data} sets no pictures aside for {target}, so none can be moved there.",
                data=data.title,
                target=target,
            )
    for part, index, label in changes.labels:
        if not 0 <= label < len(data.classes):
            raise DataError(
                "The new label {label} of picture {index:thousands} ({part}) is no class of {data}.",
                label=label,
                index=index,
                part=part,
                data=data.title,
            )


def _with_labels(examples: Examples, part: Part, changes: Changes) -> Examples:
    new = {index: label for where, index, label in changes.labels if where == part}
    if not new:
        return examples
    labels = examples.labels.copy()
    for place in np.flatnonzero(_among(examples, list(new))):
        labels[place] = new[int(examples.indices[place])]
    return examples.relabelled(labels)


def _with_moved(part: Part, parts: dict[Part, Examples], changes: Changes) -> Examples:
    gone = [index for where, index in changes.excluded if where == part]
    gone += [index for where, index, _ in changes.moved if where == part]
    stays = parts[part].take(np.flatnonzero(~_among(parts[part], gone))) if gone else parts[part]
    for source in PARTS:
        coming = [index for where, index, target in changes.moved if (where, target) == (source, part)]
        if coming and source in parts:
            stays = stays.joined(parts[source].take(np.flatnonzero(_among(parts[source], coming))))
    return stays


def _among(examples: Examples, indices: list[int]) -> npt.NDArray[np.bool_]:
    return np.isin(examples.indices, np.array(indices, dtype=np.int64))
