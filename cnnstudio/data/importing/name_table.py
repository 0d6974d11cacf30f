"""A table beside pictures that names a class for each: a CSV file with names of files in one of its columns."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from cnnstudio.data.dataset import DataError, LeftOut, Part
from cnnstudio.data.importing.layout import Labelled, Plan, is_picture, part_named, planned, why_no_picture
from cnnstudio.data.importing.listing import NAME_TABLES, File, Listing, showable
from cnnstudio.nn.telling.told import Sentence, told

ENDINGS = (*NAME_TABLES, ".txt")
#: headings of columns that name the class, the surest first
LABELS = (
    "label", "class", "labels", "classes", "class_name", "classname", "label_name", "category", "class_id", "classid",
    "label_id", "target", "y", "species", "breed", "diagnosis", "emotion", "digit",
)  # fmt: skip
#: headings of columns that name the part, and more names of parts in them
PART_COLUMNS = ("split", "set", "subset", "partition", "part", "usage", "data set", "dataset")
#: characters of a field; rows that decide whether a table is about pictures
_LONGEST, _TRIED = 4096, 200
_YES = ("1", "1.0")


@dataclass
class _Table:
    """Rows of equal length without their heading; headings are small letters, "" where there are none, ``names`` the
    same as they are written."""

    file: File
    headings: list[str]
    rows: list[list[str]]

    def __post_init__(self) -> None:
        self.names = [cell.strip() for cell in self.rows[0]]


def by_table(listing: Listing, label_column: str, sure: bool) -> Plan | None:
    """The classes that tables name; None where no table names pictures and classes.

    ``sure`` asks for a column that was chosen or is headed as columns of classes are, or is the only other one.

    Raises:
        DataError: the chosen column is in no table.
    """
    files = [file for file in listing.files if file.ending in ENDINGS and listing.table in ("", file.path)]
    tables = [table for file in files if (table := _read(listing, file))]
    places = _Places(filter(is_picture, listing.files) if tables else ())
    labelled: dict[str, Labelled] = {}
    left_out: list[LeftOut] = []
    used: list[File] = []
    headings: list[str] = []
    columns: dict[str, None] = {}
    for table in tables:
        where = _file_column(table, places)
        if where is None:
            continue
        headings += table.headings
        what = _label_column(table, where, label_column, sure)
        if what is None:
            continue
        used.append(table.file)
        columns |= dict.fromkeys(_columns(table, where))
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
    plan = planned(listing, told("table-of-names", tables=names), list(labelled.values()), [], left_out)
    return replace(plan, columns=tuple(columns))


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
        """The one picture that is meant; of a path that was one elsewhere the end counts."""
        path = name.strip().replace("\\", "/").removeprefix("./").lstrip("/").casefold()
        parts = path.split("/")
        shorter = () if ".." in parts else (3, 2, 1)
        ends = [path, *("/".join(parts[-count:]) for count in shorter if count < len(parts))]
        return next((self._found[end] for end in ends if end in self._found), None)


def _read(listing: Listing, file: File) -> _Table | None:
    try:
        text = _text(listing.read(file))
    except (OSError, DataError):
        return None
    first = text[: text.find("\n")] if "\n" in text else text
    comma = max((",", ";", "\t", "|"), key=first.count)
    comma = comma if comma in first else " "
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=comma) if row]
    except csv.Error:
        return None
    if len(rows) < 2 or len(rows[0]) < 2 or any(len(cell) > _LONGEST for cell in rows[0]):
        return None
    return _Table(file, [cell.strip().lower() for cell in rows[0]], rows)


def _text(content: bytes) -> str:
    """In UTF-8 or UTF-16 where it says so or can be; else as Windows writes in the West, where every byte is one."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


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
    if (flags := _flags(table, others)) is not None:
        return _with_names(table, flags)
    counts = {at: len({row[at] for row in table.rows if len(row) > at}) for at in others}
    several = [at for at in others if 2 <= counts[at] <= max(2, len(table.rows) // 2)]
    return min(several, key=lambda at: (counts[at], at)) if several and not sure else None


def _columns(table: _Table, where: int) -> list[str]:
    """The names of columns that may name the class, as they are written."""
    others = (at for at, name in enumerate(table.headings) if at != where and name and name not in PART_COLUMNS)
    return [table.names[at] for at in others]


def _flags(table: _Table, columns: list[int]) -> list[int] | None:
    """The columns that stand for a class each: a 1 in one of them in every row, a 0 in all others; None if there are
    none."""
    values = {at: {row[at].strip() for row in table.rows if len(row) > at} for at in columns if table.headings[at]}
    flags = [at for at, found in values.items() if found <= {"0", "1", "0.0", "1.0"}]
    rows = ([row[at].strip() for at in flags] for row in table.rows if len(row) == len(table.headings))
    sole = len(flags) > 1 and all(sum(cell in _YES for cell in row) == 1 for row in rows)
    return flags if sole else None


def _with_names(table: _Table, flags: list[int]) -> int:
    """A column of the names of classes, in place of one for each of them."""
    for row in table.rows:
        if len(row) == len(table.headings):
            row.append(next(table.names[at] for at in flags if row[at].strip() in _YES))
    return len(table.headings)


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
