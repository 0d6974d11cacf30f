"""A first look at pictures in files: all classes and counts by the names, and what the heads of a sample tell, at once;
the other heads afterwards."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.data.dataset import PARTS, Cancelled, LeftOut, Part
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.layout import Labelled
from cnnstudio.data.importing.listing import Listing, list_folder
from cnnstudio.data.importing.pictures import mixed, plan_of
from cnnstudio.data.importing.zip_listing import list_zip
from cnnstudio.data.pictures.picture import Look, PictureError, in_silence, look_at, reason_of
from cnnstudio.data.reader import Cancel, reader_of
from cnnstudio.files.plain import is_folder
from cnnstudio.nn.telling.told import Told

#: heads that the first answer waits for, and those between two answers afterwards
FIRST, BETWEEN = 200, 2000
#: sizes that are told of
_SIZES = 100


@dataclass(frozen=True, eq=False)
class Survey:
    """What is known of pictures in files before any is imported.

    Attributes:
        source: the path.
        layout: how the files are laid out.
        classes: their names in order.
        counts: how many pictures there are by (part, class), without those that are known to be broken; the part is
            None where nothing says.
        pictures: all of them, in the order in which they are looked at and imported, which mixes the classes.
        looks: what the heads of the first of them tell; None where one cannot be read.
        left_out: files that are not taken, as far as they were looked at.
        remarks: what is unusual.
        complete: whether every head was looked at; else ``looks`` are those of a sample.
    """

    source: str
    layout: Told
    classes: tuple[str, ...]
    counts: dict[tuple[Part | None, str], int]
    pictures: tuple[Labelled, ...]
    looks: tuple[Look | None, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Told, ...]
    complete: bool

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts that the files name."""
        return tuple(part for part in PARTS if any(named == part for named, _ in self.counts))

    @property
    def readable(self) -> tuple[Look, ...]:
        """What those tell that were looked at and can be read."""
        return tuple(look for look in self.looks if look is not None)

    @property
    def sizes(self) -> tuple[tuple[int, int, int], ...]:
        """(height, width, how many) of those that were looked at, the commonest first."""
        found = Counter((look.height, look.width) for look in self.readable)
        return tuple((height, width, count) for (height, width), count in found.most_common(_SIZES))

    def count(self, part: Part | None = None, name: str | None = None) -> int:
        """How many pictures there are of a part (of all where it is None) and a class (of all)."""
        return sum(
            number
            for (where, of), number in self.counts.items()
            if (part is None or where == part) and (name is None or of == name)
        )


def holds_files(path: Path) -> bool:
    """Whether what lies at a path is pictures in files, of which there is something to choose."""
    reader = reader_of(path)
    return reader is not None and issubclass(reader.choices, PictureChoices)


def listing_of(path: Path, cancelled: Cancel = None) -> Listing:
    """The files of a folder or zip.

    Raises:
        DataError: it cannot be listed, or holds too many.
        Cancelled: ``cancelled`` answered yes.
    """
    path = path.absolute()
    return list_folder(path, cancelled) if is_folder(path) else list_zip(path)


def surveyed(listing: Listing, choices: PictureChoices, cancelled: Cancel = None) -> Iterator[Survey]:
    """What a listing holds, better and better known; the last answer is complete.

    Raises:
        DataError: nothing says of which classes the pictures are.
        Cancelled: ``cancelled`` answered yes.
    """
    plan = plan_of(listing, choices)
    pictures = tuple(mixed(plan.pictures))
    counts = Counter([(part, label) for _, label, part in pictures])
    looks: list[Look | None] = []
    faults: list[LeftOut] = []

    def known(complete: bool) -> Survey:
        left_out = (*sorted(faults, key=lambda each: each.file), *plan.left_out)
        source, layout, classes = str(listing.path), plan.layout, plan.classes
        return Survey(source, layout, classes, dict(counts), pictures, tuple(looks), left_out, plan.remarks, complete)

    for at, each in enumerate(pictures):
        if cancelled and cancelled():
            raise Cancelled
        if at == FIRST or (at > FIRST and at % BETWEEN == 0):
            yield known(complete=False)
        with in_silence():
            found = _look(listing, each)
        if isinstance(found, LeftOut):
            faults.append(found)
            counts[each.part, each.label] -= 1
        looks.append(found if isinstance(found, Look) else None)
    yield known(complete=True)


def _look(listing: Listing, each: Labelled) -> Look | LeftOut:
    try:
        return look_at(io.BytesIO(listing.read(each.file)), each.file.path)
    except (OSError, PictureError) as error:
        return LeftOut(each.file.path, reason_of(error))
