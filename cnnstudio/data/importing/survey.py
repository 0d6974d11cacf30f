"""A first look at pictures in files: all classes and counts by the names, and what the heads of a sample tell, at once;
then the other heads, then whether each can be read to its end, as an import will have to."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.data.dataset import PARTS, Cancelled, LeftOut, Part
from cnnstudio.data.importing.choices import PictureChoices
from cnnstudio.data.importing.layout import Labelled
from cnnstudio.data.importing.listing import NAME_TABLES, Listing, list_beside, list_folder
from cnnstudio.data.importing.pictures import SAMPLE, at_most, decode, mixed, plan_of
from cnnstudio.data.importing.target import target
from cnnstudio.data.importing.zip_listing import list_zip
from cnnstudio.data.pictures.picture import Look, PictureError, in_silence, look_at, reason_of
from cnnstudio.data.reader import Cancel, reader_of
from cnnstudio.files.plain import is_folder
from cnnstudio.nn.telling.told import Told

#: heads that the first answer waits for, those between two answers afterwards, and pictures that are read between two
FIRST, BETWEEN, READ = 200, 2000, 500
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
        columns: those of a table that may name the class, see ``Plan``.
        read: how many were read to their end, or are known to be broken; what is left may turn out to be.
    """

    source: str
    layout: Told
    classes: tuple[str, ...]
    counts: dict[tuple[Part | None, str], int]
    pictures: tuple[Labelled, ...]
    looks: tuple[Look | None, ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Told, ...]
    columns: tuple[str, ...]
    read: int

    @property
    def heads_known(self) -> bool:
        """Whether every head was looked at; else ``looks`` are those of a sample."""
        return len(self.looks) == len(self.pictures)

    @property
    def complete(self) -> bool:
        """Whether an import can find nothing else."""
        return self.read == len(self.pictures)

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

    def taken(self, per_class: int) -> dict[tuple[Part | None, str], int]:
        """How many an import takes by (part, class) where each class has at most so many in each part; 0 takes all."""
        if not per_class:
            return self.counts
        broken = {each.file for each in self.left_out}
        chosen = at_most(self.pictures, per_class)
        found = Counter(dict.fromkeys(self.counts, 0))
        found.update((each.part, each.label) for each in chosen if each.file.path not in broken)
        return dict(found)

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
    """The files of a folder or zip, or those that lie beside a table of their names.

    Raises:
        DataError: it cannot be listed, or holds too many.
        Cancelled: ``cancelled`` answered yes.
    """
    path = path.absolute()
    if is_folder(path):
        return list_folder(path, cancelled)
    return list_beside(path, cancelled) if path.suffix.lower() in NAME_TABLES else list_zip(path)


def surveyed(listing: Listing, choices: PictureChoices, cancelled: Cancel = None) -> Iterator[Survey]:
    """What a listing holds, better and better known; the last answer is complete. Nothing is kept of what is read.

    Raises:
        DataError: nothing says of which classes the pictures are.
        Cancelled: ``cancelled`` answered yes.
    """
    plan = plan_of(listing, choices)
    pictures = tuple(mixed(plan.pictures))
    counts = Counter([(part, label) for _, label, part in pictures])
    looks: list[Look | None] = []
    faults: list[LeftOut] = []

    def known(read: int = 0) -> Survey:
        left_out = (*sorted(faults, key=lambda each: each.file), *plan.left_out)
        source, layout, classes = str(listing.path), plan.layout, plan.classes
        found = dict(counts), pictures, tuple(looks), left_out, plan.remarks, plan.columns
        return Survey(source, layout, classes, *found, read)

    def leave_out(each: Labelled, why: Exception) -> None:
        faults.append(LeftOut(each.file.path, reason_of(why)))
        counts[each.part, each.label] -= 1

    for at, each in enumerate(pictures):
        if cancelled and cancelled():
            raise Cancelled
        if at == FIRST or (at > FIRST and at % BETWEEN == 0):
            yield known()
        try:
            with in_silence():
                looks.append(look_at(io.BytesIO(listing.read(each.file)), each.file.path))
        except (OSError, PictureError) as error:
            looks.append(None)
            leave_out(each, error)
    if len(pictures) > FIRST:
        yield known()
    wanted, _ = target([look for look in looks if look is not None][:SAMPLE], choices)
    for at, each in enumerate(pictures):
        if cancelled and cancelled():
            raise Cancelled
        if at and at % READ == 0:
            yield known(at)
        if looks[at] is None:
            continue
        try:
            with in_silence():
                _, looks[at] = decode(listing, each, wanted)
        except (OSError, PictureError) as error:
            looks[at] = None
            leave_out(each, error)
    yield known(len(pictures))
