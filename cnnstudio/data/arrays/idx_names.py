"""Names under which IDX files are published and copied, and which of them belong together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from cnnstudio.data.arrays.idx_file import Content
from cnnstudio.data.dataset import DataError
from cnnstudio.data.importing.listing import is_litter

Split = Literal["train", "test"]

#: train-images-idx3-ubyte.gz, emnist-letters-test-labels.idx1-ubyte, qmnist-train-labels-idx2-int (1).gz
_NAME = re.compile(
    r"(?P<set>.*?)(?P<split>train|test|t10k)(?P<content>-images|-labels)[-.]idx\d[-.](?:ubyte|byte|short|int|float|double)"
    r"(?P<copy> ?\(\d+\))?(?P<packed>\.gz)?(?P<copy2> ?\(\d+\))?",
    re.IGNORECASE,
)
ORDER: tuple[tuple[Split, Content], ...] = (
    ("train", "images"), ("train", "labels"), ("test", "images"), ("test", "labels"),
)  # fmt: skip
#: MNIST's own names, to be told where one is missing
_USUAL = {"images": "images-idx3-ubyte", "labels": "labels-idx1-ubyte"}
_MOST_FOLDERS = 200


@dataclass
class IdxSet:
    """Files that belong together: those found for each split and content, the best first."""

    name: str
    files: dict[tuple[Split, Content], list[tuple[bool, bool, str, Path]]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        """Whether all four are there."""
        return len(self.files) == len(ORDER)

    def four(self, asked: Path) -> list[Path]:
        """The four files in their order; ``asked`` before others that are called alike."""
        chosen = [sorted(self.files[each]) for each in ORDER]
        return [next((entry[3] for entry in each if entry[3] == asked), each[0][3]) for each in chosen]

    @property
    def missing(self) -> list[str]:
        """Names of the files that are not there."""
        splits = {"train": "train", "test": "test" if self.name else "t10k"}
        return [
            f"{self.name}{splits[split]}-{_USUAL[part]}" for split, part in ORDER if (split, part) not in self.files
        ]


def is_idx_name(name: str) -> bool:
    """Whether a file of this name is one of an IDX data set."""
    return "idx" in name.lower() and _NAME.fullmatch(name) is not None  # of most names it is said without a search


def idx_sets(folder: Path) -> list[IdxSet]:
    """The data sets of a folder: of the files in it, else of those one or two folders deeper, where folders may also
    hold one file each."""
    for depth in range(3):
        found: dict[tuple[Path, str], IdxSet] = {}
        for place in _folders(folder, depth):
            files = _files(place)
            home = place.parent if len(files) == 1 and depth else place
            for file in files:
                _add(found, home, file)
        if found:
            return sorted(found.values(), key=lambda each: (not each.is_whole, each.name))
    return []


def set_of(path: Path) -> IdxSet | None:
    """The data set of a folder, or of one of its files; None where there is none.

    Raises:
        DataError: a folder holds several.
    """
    if path.is_dir():
        sets = idx_sets(path)
        if sum(each.is_whole for each in sets) > 1:
            first = (each.four(path)[0].relative_to(path).as_posix() for each in sets if each.is_whole)
            raise DataError(
                "{path} holds several IDX data sets: open one of the files {names:commas} instead.",
                path=path,
                names=tuple(first),
            )
        return sets[0] if sets else None
    named = _NAME.fullmatch(path.name)
    if named is None or not path.is_file():
        return None
    alone = len(_files(path.parent)) == 1
    sets = idx_sets(path.parent)
    if alone and (around := [each for each in idx_sets(path.parent.parent) if each.is_whole]):
        sets = around
    return next((each for each in sets if each.name == named["set"].lower()), None)


def _add(found: dict[tuple[Path, str], IdxSet], home: Path, file: Path) -> None:
    named = _NAME.fullmatch(file.name)
    assert named is not None
    name = named["set"].lower()
    split: Split = "train" if named["split"].lower() == "train" else "test"
    content: Content = "images" if named["content"].lower() == "-images" else "labels"
    # raw before packed, the first before its copies
    entry = (bool(named["packed"]), bool(named["copy"] or named["copy2"]), file.name, file)
    found.setdefault((home, name), IdxSet(name)).files.setdefault((split, content), []).append(entry)


def _folders(folder: Path, depth: int) -> Iterator[Path]:
    places = [folder]
    for _ in range(depth):
        places = [Path(inside) for place in places for inside in _entries(place, files=False)][:_MOST_FOLDERS]
    yield from places


def _files(folder: Path) -> list[Path]:
    """The files of a folder that are named like IDX."""
    return [Path(found) for found in _entries(folder, files=True)]


def _entries(folder: Path, files: bool) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            if files:
                return sorted(entry.path for entry in entries if is_idx_name(entry.name) and entry.is_file())
            return sorted(entry.path for entry in entries if entry.is_dir() and not is_litter(entry.name))
    except OSError:
        return []
