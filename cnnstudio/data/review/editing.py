"""Changes to some pictures of a catalogue, as values: another label, left out or taken back, used for another part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from cnnstudio.data.dataset import PARTS, DataError, Part
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.review.catalogue import Catalogue

#: what names a picture in changes
_Name = tuple[Part, int]


def relabelled(catalogue: Catalogue, changes: Changes, rows: Iterable[int], label: int) -> Changes:
    """The changes with these pictures under a class; under their own one nothing is left of it."""
    labels = _labels(changes)
    for name in map(catalogue.where, rows):
        labels[name] = label
        if int(catalogue.data.parts[name[0]].labels[name[1]]) == label:
            del labels[name]
    return _changes(catalogue, labels, set(changes.excluded), _moved(changes))


def left_out(catalogue: Catalogue, changes: Changes, rows: Iterable[int], out: bool) -> Changes:
    """The changes with these pictures left out, or taken back to where they are stored."""
    excluded, moved = set(changes.excluded), _moved(changes)
    for name in map(catalogue.where, rows):
        moved.pop(name, None)
        (excluded.add if out else excluded.discard)(name)
    return _changes(catalogue, _labels(changes), excluded, moved)


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
    return _changes(catalogue, _labels(changes), excluded, moved)


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
    catalogue: Catalogue, labels: Mapping[_Name, int], excluded: set[_Name], moved: Mapping[_Name, Part]
) -> Changes:
    if not (labels or excluded or moved):
        return Changes()
    return Changes(
        catalogue.data.fingerprint,
        tuple((*name, label) for name, label in labels.items()),
        tuple(excluded),
        tuple((*name, part) for name, part in moved.items()),
    )
