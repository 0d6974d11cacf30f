"""Changes to some pictures of a catalogue, as values: another label, left out or taken back, used for another part, and
added."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cnnstudio.data.dataset import PARTS, DataError, DataSet, Part, Pixels
from cnnstudio.data.preparation.changes import Added, Changes
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.nn.arrays import shape_text

#: bytes of pixels that a design holds of pictures that are in no file
MOST_ADDED = 2 << 20
#: what names a picture in changes
_Name = tuple[Part, int]


def relabelled(catalogue: Catalogue, changes: Changes, rows: Iterable[int], label: int) -> Changes:
    """The changes with these pictures under a class; under their own one nothing is left of it."""
    labels = _labels(changes)
    for name in map(catalogue.where, rows):
        labels[name] = label
        if int(catalogue.data.parts[name[0]].labels[name[1]]) == label:
            del labels[name]
    return _changes(catalogue, changes, labels, set(changes.excluded), _moved(changes))


def left_out(catalogue: Catalogue, changes: Changes, rows: Iterable[int], out: bool) -> Changes:
    """The changes with these pictures left out, or taken back to where they are stored."""
    excluded, moved = set(changes.excluded), _moved(changes)
    for name in map(catalogue.where, rows):
        moved.pop(name, None)
        (excluded.add if out else excluded.discard)(name)
    return _changes(catalogue, changes, _labels(changes), excluded, moved)


def used_for(catalogue: Catalogue, changes: Changes, rows: Iterable[int], part: Part) -> Changes:
    """The changes with these pictures used for something, and no longer left out.

    Raises:
        DataError: for validation, where the data sets no pictures aside for it; for training, where all of these are
            in the share of the training pictures that validation gets.
    """
    if part not in catalogue.data.parts:
        raise DataError(
            "Validation gets a share of the training pictures of {data}, so none can be moved there: "
            "how large the share is stands in the recipe.",
            data=catalogue.data.title,
        )
    rows = tuple(rows)
    if part == "train" and catalogue.data.validation is None:
        _refuse_held_back(catalogue, rows)
    excluded, moved = set(changes.excluded), _moved(changes)
    for name in map(catalogue.where, rows):
        excluded.discard(name)
        moved[name] = part
        if name[0] == part:
            del moved[name]
    return _changes(catalogue, changes, _labels(changes), excluded, moved)


def with_picture(data: DataSet, changes: Changes, pixels: Pixels, label: int, part: Part = "train") -> Changes:
    """The changes to a data set with a picture uint8 (H, W, C) more, of a class and for a part.

    Raises:
        DataError: it has another size than those of the data, or there are too many.
    """
    height, width, channels = pixels.shape
    if pixels.shape != data.image_shape:
        raise DataError(
            "The pictures of {data} are {theirs}, this one is {this}: give the Input layer their size.",
            data=data.title, theirs=shape_text(data.image_shape), this=shape_text(pixels.shape),
        )  # fmt: skip
    more = Added(part, label, (height, width, channels), pixels.tobytes())
    if sum(len(each.pixels) for each in changes.added) + len(more.pixels) > MOST_ADDED:
        raise DataError(
            "A design holds at most {most:bytes} of pictures of its own: save more as files in a folder and open that.",
            most=MOST_ADDED,
        )
    mark = changes.data or data.fingerprint
    return Changes(mark, changes.labels, changes.excluded, changes.moved, (*changes.added, more))


def _refuse_held_back(catalogue: Catalogue, rows: tuple[int, ...]) -> None:
    if all(int(catalogue.parts[row]) == PARTS.index("validation") for row in rows):
        raise DataError(
            "{pictures:This picture is|These pictures are} in the share of the training pictures that validation gets: "
            "which ones these are is decided by the seed of the split in the recipe.",
            pictures=len(rows),
        )


def _labels(changes: Changes) -> dict[_Name, int]:
    return {(part, index): label for part, index, label in changes.labels}


def _moved(changes: Changes) -> dict[_Name, Part]:
    return {(part, index): target for part, index, target in changes.moved}


def _changes(
    catalogue: Catalogue,
    before: Changes,
    labels: Mapping[_Name, int],
    excluded: set[_Name],
    moved: Mapping[_Name, Part],
) -> Changes:
    if not (labels or excluded or moved or before.added):
        return Changes()
    return Changes(
        catalogue.data.fingerprint,
        tuple((*name, label) for name, label in labels.items()),
        tuple(excluded),
        tuple((*name, part) for name, part in moved.items()),
        before.added,
    )
