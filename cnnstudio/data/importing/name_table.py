"""A table beside pictures that names a class for each: a CSV file with names of files in one of its columns."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cnnstudio.data.dataset import DataError, LeftOut, Part
from cnnstudio.data.importing.layout import Labelled, Plan, is_picture, part_named, planned, why_no_picture
from cnnstudio.data.importing.listing import File, Listing, showable
from cnnstudio.nn.telling.told import Sentence, told

ENDINGS = (".csv", ".tsv")
#: headings of columns that name the class, the surest first
LABELS = (
    "label", "class", "labels", "classes", "class_name", "classname", "label_name", "category", "class_id", "classid",
    "label_id", "target", "y", "species", "breed", "diagnosis", "emotion", "digit",
)  # fmt: skip
#: headings of columns that name the part, and more names of parts in them
PART_COLUMNS = ("split", "set", "subset", "partition", "part", "usage", "data set", "dataset")
#: characters of a field; rows that decide whether a table is about pictures
_LONGEST, _TRIED = 4096, 200


@dataclass
class _Table:
    """Rows of equal length without their heading; headings are small letters, "" where there are none."""

    file: File
    headings: list[str]
    rows: list[list[str]]


def by_table(listing: Listing, label_column: str, sure: bool) -> Plan | None:
    """The classes that tables name; None where no table names pictures and classes.

    ``sure`` asks for a column that was chosen or is headed as columns of classes are, or is the only other one.

    Raises:
        DataError: the chosen column is in no table.
    """
    tables = [table for file in listing.files if file.ending in ENDINGS and (table := _read(listing, file))]
    places = _Places(file for file in listing.files if tables and is_picture(file))
    labelled: dict[str, Labelled] = {}
    left_out: list[LeftOut] = []
    used: list[File] = []
    headings: list[str] = []
    for table in tables:
        where = _file_column(table, places)
        if where is None:
            continue
        headings += table.headings
        what = _label_column(table, where, label_column, sure)
        if what is None:
            continue
        used.append(table.file)
        _take_rows(table, where, what, places, labelled, left_out)
    if not used:
        if label_column and headings:
            named = tuple(filter(None, headings)) or (Sentence("none that has a name"),)
            raise DataError(
                "{path} has no column “{column}” beside names of pictures: there are {named:commas}.",
                path=listing.path,
                column=label_column,
                named=named,
            )
        return None
    names = tuple(file.path for file in used)
    refused = {each.file for each in left_out}
    for file in listing.files:
        if not is_picture(file) and file not in used:
            left_out.append(LeftOut(file.path, why_no_picture(file)))
        elif is_picture(file) and file.path not in labelled and file.path not in refused:
            left_out.append(LeftOut(file.path, told("in-no-row", tables=names)))
    return planned(listing, told("table-of-names", tables=names), list(labelled.values()), [], left_out)


class _Places:
    """Pictures by the ends of their names, with and without the ending, where that says which is meant."""

    def __init__(self, files: Iterable[File]) -> None:
        self._found: dict[str, File | None] = {}
        for file in files:
            path = file.path.casefold()
            parts = path.split("/")
            for name in {"/".join(parts[-count:]) for count in (1, 2, 3, len(parts))}:
                for spelling in (name, name[: len(name) - len(file.ending)]):
                    self._found[spelling] = None if spelling in self._found else file

    def find(self, name: str) -> File | None:
        """The one picture that is meant."""
        return self._found.get(name.strip().replace("\\", "/").removeprefix("./").lstrip("/").casefold())


def _read(listing: Listing, file: File) -> _Table | None:
    try:
        text = listing.read(file).decode("utf-8-sig")
    except (OSError, DataError, UnicodeDecodeError):
        return None
    first = text[: text.find("\n")] if "\n" in text else text
    comma = max((",", ";", "\t", "|"), key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=comma) if row]
    except csv.Error:
        return None
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(cell) > _LONGEST for cell in rows[0]):
        return None
    return _Table(file, [cell.strip().lower() for cell in rows[0]], rows)


def _file_column(table: _Table, places: _Places) -> int | None:
    """The column that names pictures in at least half of the rows; its heading is taken off."""
    some = table.rows[:_TRIED]
    hits = Counter(at for row in some for at, cell in enumerate(row) if places.find(cell))
    if not hits:
        return None
    where, count = max(hits.items(), key=lambda item: (item[1], -item[0]))
    if 2 * count < len(some) - 1:
        return None
    if places.find(table.rows[0][where]):
        table.headings = [""] * len(table.rows[0])
    else:
        del table.rows[0]
    return where


def _label_column(table: _Table, where: int, chosen: str, sure: bool) -> int | None:
    others = [at for at in range(len(table.headings)) if at != where]
    if chosen:
        return next((at for at in others if table.headings[at] == chosen.strip().lower()), None)
    for name in LABELS:
        if name in table.headings and table.headings.index(name) != where:
            return table.headings.index(name)
    others = [at for at in others if table.headings[at] not in PART_COLUMNS]
    if len(others) == 1:
        return others[0]
    counts = {at: len({row[at] for row in table.rows if len(row) > at}) for at in others}
    several = [at for at in others if 2 <= counts[at] <= max(2, len(table.rows) // 2)]
    return min(several, key=lambda at: (counts[at], at)) if several and not sure else None


def _take_rows(
    table: _Table, where: int, what: int, places: _Places, labelled: dict[str, Labelled], left_out: list[LeftOut]
) -> None:
    part_column = next((at for at, name in enumerate(table.headings) if name in PART_COLUMNS), None)
    of_table = _part_in(table.file.name[: -len(table.file.ending)])
    for row in table.rows:
        name = row[where] if len(row) > where else ""
        file = places.find(name)
        if file is None:
            left_out.append(LeftOut(showable(name)[:200], told("only-in-a-row", table=table.file.path)))
            continue
        label = showable(row[what].strip()) if len(row) > what else ""
        if not label:
            left_out.append(LeftOut(file.path, told("row-without-class", table=table.file.path)))
            continue
        part = of_table
        if part_column is not None:
            part = part_named(row[part_column]) if len(row) > part_column else None
        if part is None:
            part = next(filter(None, map(part_named, file.folders)), None)
        labelled.setdefault(file.path, Labelled(file, label[:200], part))


def _part_in(stem: str) -> Part | None:
    """The part that a table of this name is about: “train”, “labels_test”, “trainLabels”."""
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in stem).replace("_", " ").replace("-", " ")
    return part_named(stem) or next(filter(None, map(part_named, words.split())), None)
