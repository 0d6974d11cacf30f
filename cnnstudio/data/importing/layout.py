"""What the names of files say: which picture belongs to which part and class, without a question."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from cnnstudio.data.dataset import PARTS, DataError, LeftOut, Part
from cnnstudio.data.importing.listing import File, Listing
from cnnstudio.data.importing.one_class import one_class
from cnnstudio.data.pictures.picture import ENDINGS
from cnnstudio.nn.telling.told import Told, told

#: the usual names of the folders (and files) of each part
PART_NAMES: dict[str, Part] = {
    **dict.fromkeys(("train", "training", "train set", "training set", "trainset", "tr", "learn"), "train"),
    **dict.fromkeys(("val", "valid", "validation", "validation set", "valset", "dev", "devel"), "validation"),
    **dict.fromkeys(("test", "testing", "test set", "testset", "t10k", "tst", "eval", "evaluation", "holdout"), "test"),
}
#: what ends a name of a picture that begins with its class: cat.12, cat_12, cat-12, cat (12), cat12, 7_12; a number
#: alone tells none
_NUMBER = re.compile(r"^(?P<label>.*?[^\W\d_])[ ._\-]*\(?\d+\)?$|^(?P<digit>.*?[^\W_])[ ._\-]+\(?\d+\)?$")


class Labelled(NamedTuple):
    """A picture with what its name or a table says of it; the part is None where that is left open."""

    file: File
    label: str
    part: Part | None


@dataclass(frozen=True)
class Plan:
    """What an import takes.

    Attributes:
        layout: how the files are laid out.
        pictures: those with a label, sorted by part, class and name.
        classes: their names in order, with those of empty folders.
        left_out: files that are not taken.
        remarks: what is unusual.
        columns: those of a table beside the pictures that may name the class, where they have names.
    """

    layout: Told
    pictures: tuple[Labelled, ...]
    classes: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Told, ...] = ()
    columns: tuple[str, ...] = ()


@lru_cache(4096)
def part_named(name: str) -> Part | None:
    """The part that a folder or file of this name is meant for: “Train”, “test_set”, “validation-1”."""
    words = re.sub(r"[\s_\-.]+", " ", name).strip().lower()
    return PART_NAMES.get(words) or PART_NAMES.get(re.sub(r" ?\d+$", "", words))


def parts_among(names: Iterable[str]) -> dict[str, Part]:
    """The parts that folders beside each other are meant for: by their whole names, or by one word of each where that
    tells at least two of them apart, as in “seg_train” and “seg_test”. A class may be called “steam train”."""
    found = {name: part for name in names if (part := part_named(name))}
    within = {name: next(iter(parts)) for name in names if len(parts := _parts_within(name)) == 1}
    return within | found if len({*within.values(), *found.values()}) > 1 else found


def _parts_within(name: str) -> set[Part]:
    spaced = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    return {PART_NAMES[word] for word in re.split(r"[^a-z]+", spaced.lower()) if word in PART_NAMES}


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Names of classes: numbers by their value, all else by the alphabet, whatever the case."""
    found = list(dict.fromkeys(names))
    if all(name.isdecimal() for name in found):
        return tuple(sorted(found, key=lambda name: (int(name), name)))
    return tuple(sorted(found, key=lambda name: (name.casefold(), name)))


def is_picture(file: File) -> bool:
    """Whether a file is named like a picture that can be read."""
    return file.name.lower().endswith(ENDINGS)


def by_folders_or_names(listing: Listing) -> Plan:
    """The classes that folders or the beginnings of names tell.

    Raises:
        DataError: neither tells at least two classes; the sentence says what was looked for.
    """
    pictures: list[File] = []
    left_out: list[LeftOut] = []
    for file in listing.files:  # of which there may be hundreds of thousands: each is looked at once
        if is_picture(file):
            pictures.append(file)
        else:
            left_out.append(LeftOut(file.path, why_no_picture(file)))
    outer = _outer(listing, pictures)
    if not pictures:
        raise DataError(
            "{path} holds no pictures: choose a folder that holds a folder of pictures per class.", path=listing.path
        )
    parts = parts_among({file.folders[outer] for file in pictures if len(file.folders) > outer})
    if "train" in parts.values() and not _is_class(pictures, outer, parts):
        return _in_parts(listing, pictures, outer, parts, left_out)
    labelled, empty, layout = _in_classes(listing, pictures, outer, None, left_out)
    return planned(listing, told(layout, parts=()), labelled, empty, left_out)


def _is_class(pictures: list[File], outer: int, parts: dict[str, Part]) -> bool:
    """Whether the one folder that is called like a part is a class beside others: “train” beside “bus”."""
    beside = any(len(file.folders) > outer and file.folders[outer] not in parts for file in pictures)
    inside = any(len(file.folders) > outer + 1 for file in pictures if file.folders[outer : outer + 1] == tuple(parts))
    return len(parts) == 1 and beside and not inside


def _in_parts(
    listing: Listing, pictures: list[File], outer: int, parts_of: dict[str, Part], left_out: list[LeftOut]
) -> Plan:
    """Folders for training, test and perhaps validation, each with classes of its own way."""
    groups: dict[Part, list[File]] = {}
    for file in pictures:
        part = parts_of.get(file.folders[outer]) if len(file.folders) > outer else None
        if part is None:
            left_out.append(LeftOut(file.path, told("beside-the-parts")))
        else:
            groups.setdefault(part, []).append(file)
    labelled: list[Labelled] = []
    empty: list[str] = []
    layouts: list[str] = []
    for part in (part for part in PARTS if part in groups):
        files = groups[part]
        try:
            found, without, layout = _in_classes(listing, files, _inside(files, outer + 1), part, left_out)
        except DataError:
            if part == "train":
                raise
            left_out += [LeftOut(file.path, told("of-no-class")) for file in files]
            continue
        labelled += found
        empty += without
        layouts.append(layout)
    parts = tuple(part for part in dict.fromkeys(each.part for each in labelled) if part)
    return planned(listing, told(layouts[0], parts=parts), labelled, empty, left_out)


def _inside(files: list[File], depth: int) -> int:
    """Where the classes of a part begin: below folders around all of them, as in seg_train/seg_train/sea."""
    while len({file.folders[depth : depth + 1] for file in files}) == 1 and all(
        len(file.folders) > depth + 1 for file in files
    ):
        depth += 1
    return depth


def _in_classes(
    listing: Listing, pictures: list[File], depth: int, part: Part | None, left_out: list[LeftOut]
) -> tuple[list[Labelled], list[str], str]:
    """Labels by the folder at this depth, else by the beginning of names; classes without pictures; the code of which
    it was."""
    inside = [file for file in pictures if len(file.folders) > depth]
    if len(inside) * 2 >= len(pictures):
        loose = [file for file in pictures if len(file.folders) <= depth]
        left_out += [LeftOut(file.path, told("beside-the-classes")) for file in loose]
        above = inside[0].folders[:depth] if inside else ()
        empty = [path[depth] for path in listing.empty if len(path) == depth + 1 and _same(path[:depth], above)]
        return [Labelled(file, file.folders[depth], part) for file in inside], empty, "class-folders"
    found = {file: _beginning(file) for file in pictures}
    counts = Counter(_folded(label) for label in found.values() if label)
    if len(counts) < 2 or sum(counts.values()) < 2 * len(counts):
        raise DataError(
            "{path} holds {pictures:# picture|# pictures}, but nothing says of which class each is: put those "
            "of each class in a folder of its name, or name the classes in a CSV file beside them.",
            path=listing.path,
            pictures=len(pictures),
        )
    left_out += [LeftOut(file.path, told("name-without-class")) for file, label in found.items() if not label]
    labelled = [Labelled(file, label, part) for file, label in found.items() if label]
    return labelled, [], "names-of-files"


def planned(
    listing: Listing, layout: Told, labelled: list[Labelled], empty: list[str], left_out: list[LeftOut]
) -> Plan:
    """The plan of labelled pictures and classes without any: one spelling for each class, everything in its order.

    Raises:
        DataError: there is one class only.
    """
    spelling: dict[str, str] = {}
    for each in labelled:
        spelling.setdefault(_folded(each.label), each.label)
    bare = [name for name in in_order(empty) if _folded(name) not in spelling]
    for name in bare:
        spelling.setdefault(_folded(name), name)
    pictures = [
        each if (name := spelling[_folded(each.label)]) == each.label else Labelled(each.file, name, each.part)
        for each in labelled
    ]
    classes = in_order(spelling.values())
    if len(classes) < 2:
        raise one_class(str(listing.path), classes)
    without = in_order(spelling[_folded(name)] for name in bare)
    remarks = (told("without-pictures", classes=without),) if without else ()
    place = {name: number for number, name in enumerate(classes)}
    pictures.sort(key=lambda each: (each.part or "", place[each.label], each.file.folders, each.file.name))
    return Plan(layout, tuple(pictures), classes, (*listing.left_out, *left_out), remarks)


def _outer(listing: Listing, files: list[File]) -> int:
    """How many folders lie around all of it: a zip of a folder, a folder in a folder of its name."""
    pictures = [file.folders for file in files]
    depth = 0
    while pictures:
        tops = {folders[depth] if len(folders) > depth else "" for folders in pictures}
        beside = {path[depth] for path in listing.empty if len(path) > depth}
        inner = any(len(folders) > depth + 1 for folders in (*pictures, *listing.empty))
        if len(tops | beside) != 1 or "" in tops or not (inner or (depth == 0 and _flat(listing, pictures))):
            break
        depth += 1
    return depth


def _flat(listing: Listing, pictures: list[tuple[str, ...]]) -> bool:
    """One folder with pictures whose names tell at least two classes."""
    labels = Counter(_folded(_beginning(file)) for file in listing.files if is_picture(file))
    return len(labels) > 1 and len(pictures) >= 2 * len(labels)


def _beginning(file: File) -> str:
    stem = file.name[: -len(file.ending)]
    found = _NUMBER.match(stem)
    return (found["label"] or found["digit"]).strip() if found else ""


def why_no_picture(file: File) -> Told:
    """Why a file by another ending is not taken."""
    match file.ending:
        case ".heic" | ".heif" | ".avif":
            return told("unread-ending", format=file.ending[1:].upper())
        case ".zip" | ".rar" | ".7z" | ".tar" | ".gz" | ".tgz":
            return told("packed")
        case _:
            return told("no-picture")


def _same(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return tuple(map(_folded, one)) == tuple(map(_folded, other))


@lru_cache(4096)
def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
