"""A CSV whose rows are pictures: a label and as many numbers as there are pixels, or all of them in one cell.

Rows are read some at a time and become bytes at once, so that a table of a gigabyte needs no gigabyte.
"""

from __future__ import annotations

import contextlib
import csv
import gzip
import io
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from cnnstudio.data.arrays.numbers import Array, sides_of
from cnnstudio.data.dataset import Cancelled, DataError, Part, Pixels
from cnnstudio.data.importing.layout import part_named
from cnnstudio.data.importing.name_table import LABELS, PART_COLUMNS
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.files.plain import open_plain

ENDINGS = (".csv", ".tsv", ".csv.gz", ".tsv.gz")
#: bytes of a line and of a whole table, packed or not; rows that are read at once and that a first look takes
_LONGEST, _MOST, _ROWS, _FIRST = 8 << 20, 8 << 30, 500, 400
#: bytes that a first look takes at most
_LOOK = 4 << 20
_PIXELS = ("pixels", "pixel", "image")
#: headings of columns that hold a pixel each: pixel0, px_3, 2x3, 17
_NUMBERED = re.compile(r"(?:pixels?|pix|px|p|x)?[ _\-]?\d+(?:x\d+)?")
_IDS = ("id", "index", "imageid", "image_id", "row", "")


@dataclass(frozen=True)
class Form:
    """How the rows of a table are to be read.

    Attributes:
        comma: what stands between cells.
        headed: whether the first row names the columns.
        width: cells of a row.
        label: the column of the label; None where there is none.
        part: the column that names the part; None where there is none.
        packed: the column that holds all pixels, with spaces between; None where each has its own.
        skipped: columns that are neither.
        sides: (height, width, channels) of the pictures.
    """

    comma: str
    headed: bool
    width: int
    label: int | None
    part: int | None
    packed: int | None
    skipped: tuple[int, ...]
    sides: tuple[int, int, int]

    @property
    def is_plain(self) -> bool:
        """Whether a row is its label and its pixels, in this order or the other way round."""
        at_an_end = self.label in (0, self.width - 1)
        return at_an_end and self.part is None and self.packed is None and not self.skipped


def form_of(path: Path, label_column: str = "", size: tuple[int, int] = (0, 0)) -> Form | None:
    """How the rows of a table are to be read, by a look at the first of them; None if they are no pictures.

    Raises:
        DataError: no column is called as the label was said to be.
    """
    rows, comma = _first_rows(path)
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    headings = [cell.strip().lower() for cell in rows[0]]
    headed = not all(_is_number(cell) for cell in rows[0]) and any(name and not _is_number(name) for name in headings)
    headed = headed and (headings != [cell.strip().lower() for cell in rows[1]])
    if any(all(map(_is_number, cells)) for cells in (rows[0][1:], rows[0][:-1])):  # a class beside its pixels
        headed = False
    body = [row for row in rows[headed:] if len(row) == len(rows[0])]
    if not body:
        return None
    names = headings if headed else [""] * len(rows[0])
    packed = next((at for at, cell in enumerate(body[0]) if " " in cell.strip() and _are_numbers(cell)), None)
    part = next((at for at, name in enumerate(names) if name in PART_COLUMNS), None)
    if packed is not None:
        sides = sides_of(len(body[0][packed].split()), size)
        label = _packed_label(names, packed, part, label_column, path)
        return sides and Form(comma, headed, len(names), label, part, packed, (), sides)
    return _unpacked(path, body, names, headed, comma, part, label_column, size)


def _unpacked(
    path: Path,
    body: list[list[str]],
    names: list[str],
    headed: bool,
    comma: str,
    part: int | None,
    label_column: str,
    size: tuple[int, int],
) -> Form | None:
    width = len(names)
    numbered = [at for at, name in enumerate(names) if _NUMBERED.fullmatch(name)]
    if len(numbered) >= 4 and sides_of(len(numbered), size):
        label = _named_label(names, label_column, path)
        beside = tuple(at for at in range(width) if at not in numbered and at not in (label, part))
        label = beside[0] if label is None and len(beside) == 1 else label
        skipped = tuple(at for at in beside if at != label)
        sides = sides_of(len(numbered), size)
        return sides and Form(comma, headed, width, label, part, None, skipped, sides)
    skipped = tuple(at for at, name in enumerate(names) if headed and name in _IDS and at != part)
    columns = [at for at in range(width) if at not in skipped and at != part]
    label = _named_label(names, label_column, path)
    if label is None and not sides_of(len(columns), size) and sides_of(len(columns) - 1, size):
        label = _guessed_label(body, columns)
    pixels = [at for at in columns if at != label]
    sides = sides_of(len(pixels), size)
    if sides is None or len(pixels) < 4 or not all(_is_number(row[at]) for row in body[:20] for at in pixels[:50]):
        return None
    return Form(comma, headed, width, label, part, None, skipped, sides)


def _named_label(names: list[str], chosen: str, path: Path) -> int | None:
    if chosen:
        if chosen.strip().lower() in names:
            return names.index(chosen.strip().lower())
        if chosen.isdecimal() and 1 <= int(chosen) <= len(names):
            return int(chosen) - 1
        raise DataError(
            "{path} has no column “{chosen}”: name one, or give its number from 1 to {names}.",
            path=path,
            chosen=chosen,
            names=len(names),
        )
    return next((names.index(name) for name in LABELS if name in names), None)


def _packed_label(names: list[str], packed: int, part: int | None, chosen: str, path: Path) -> int | None:
    label = _named_label(names, chosen, path)
    others = [at for at, name in enumerate(names) if at not in (packed, part) and name not in _IDS[:-1]]
    return others[0] if label is None and len(others) == 1 else label


def _guessed_label(body: list[list[str]], columns: list[int]) -> int:
    """The first or the last column: the one with text, else with fewer different values, but more than one."""
    first, last = columns[0], columns[-1]
    for at in (first, last):
        if 2 * sum(_is_number(row[at]) for row in body) < len(body):
            return at
    values = {at: len({float(row[at]) for row in body if _is_number(row[at])}) for at in (first, last)}
    whole = {at: 2 * sum(_is_whole(row[at]) for row in body) >= len(body) for at in (first, last)}
    return min((first, last), key=lambda at: (not whole[at], values[at] < 2, values[at], at))


def read_table(
    path: Path, form: Form, progress: Progress = None, cancelled: Cancel = None
) -> tuple[Pixels, list[str], list[Part | None]]:
    """Pixels uint8 (N, H, W, C), the text of each label and the part of each row.

    Raises:
        DataError: a row is damaged; the sentence names it.
        Cancelled: ``cancelled`` answered yes.
    """
    blocks: list[Pixels] = []
    labels: list[str] = []
    parts: list[Part | None] = []
    whole = path.stat().st_size
    times = 0.0
    line = 1 + form.headed
    with _Lines(path) as lines:
        if form.headed:
            next(lines)
        while rows := _some(lines):
            if cancelled and cancelled():
                raise Cancelled
            numbers = _numbers(path, form, rows, line, labels, parts)
            times = times or _white(numbers)
            low, high = float(numbers.min()), float(numbers.max())
            if not (low >= 0 and high * times < 255.5):
                raise DataError(
                    "{path}, rows {first:thousands} to {last:thousands}: numbers from {low:g} to {high:g} are no "
                    "pixels; give those from 0 to 255, or all from 0 to 1.",
                    path=path,
                    first=line,
                    last=line + len(rows) - 1,
                    low=low,
                    high=high,
                )
            blocks.append(np.rint(numbers * times).astype(np.uint8))
            line += len(rows)
            if progress and whole:
                progress(min(0.99, lines.place / whole))
    if not blocks:
        raise DataError("{path} holds no pictures.", path=path)
    return np.concatenate(blocks).reshape(-1, *form.sides), labels, parts


def _white(numbers: Array) -> float:
    """What brings the first rows to 255: 255 for fractions up to 1, 1 for bytes, 1/257 for 16 bits."""
    high = float(numbers.max(initial=0))
    if high <= 1 and not np.array_equal(numbers, np.rint(numbers)):
        return 255.0
    return 1.0 if high <= 255 else 1 / 257


def _numbers(path: Path, form: Form, rows: list[str], line: int, labels: list[str], parts: list[Part | None]) -> Array:
    """The pixels (n, P) of some lines; labels and parts are added to their lists."""
    count = math.prod(form.sides)
    texts: list[str] = []
    plain = form.is_plain and not any('"' in row for row in rows)
    comma = form.comma if plain else " "
    for number, row in enumerate(rows):
        if plain:
            label, _, text = row.partition(comma) if form.label == 0 else row.rpartition(comma)[::-1]
            labels.append(label.strip())
            texts.append(text)
            continue
        cells = next(csv.reader([row], delimiter=form.comma)) if '"' in row else row.split(form.comma)
        if len(cells) != form.width:
            raise DataError(
                "{path}, row {line:thousands}: {cells:# cell|# cells}, the others have {width:thousands}: mend the "
                "row.",
                path=path,
                line=line + number,
                cells=len(cells),
                width=form.width,
            )
        labels.append(cells[form.label].strip() if form.label is not None else "")
        if form.part is not None:
            parts.append(part_named(cells[form.part]) or _OTHER_PARTS.get(cells[form.part].strip().lower()))
        if form.packed is not None:
            texts.append(cells[form.packed])
            continue
        for at in sorted(
            {*form.skipped, *(each for each in (form.label, form.part) if each is not None)}, reverse=True
        ):
            del cells[at]
        texts.append(" ".join(cells))
    found = np.empty((0, 0), np.float32)
    with contextlib.suppress(ValueError, DeprecationWarning):
        found = np.array([np.fromstring(text, np.float32, sep=comma) for text in texts])
    if found.shape != (len(rows), count):
        bad = next((at for at, text in enumerate(texts) if not _is_row(text.replace(comma, " "), count)), 0)
        raise DataError(
            "{path}, row {line:thousands}: it does not hold {count:# number|# numbers}: mend the row.",
            path=path,
            line=line + bad,
            count=count,
        )
    return found


#: FER-2013's names of its parts
_OTHER_PARTS: dict[str, Part] = {"publictest": "validation", "privatetest": "test"}


class _Lines(Iterator[str]):
    """The lines of a table, packed or not; empty ones are passed over. ``place`` is how far the file was read."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._raw = open_plain(path)
        packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        self._stream: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=self._raw) if packed else self._raw
        self._read = 0

    @property
    def place(self) -> int:
        return self._raw.tell()

    def __next__(self) -> str:
        while True:
            try:
                line = self._stream.readline(_LONGEST)
            except (OSError, EOFError, zlib.error) as error:
                raise DataError("{path} is damaged ({error}): fetch it again.", path=self._path, error=error) from error
            if not line:
                raise StopIteration
            self._read += len(line)
            if len(line) == _LONGEST or self._read > _MOST:
                raise DataError("{path} is no table of pictures: its lines or all of it are too long.", path=self._path)
            try:
                text = line.decode("utf-8-sig").strip("\r\n")
            except UnicodeDecodeError as error:
                raise DataError("{path} is no text in UTF-8: save it as such.", path=self._path) from error
            if text.strip():
                return text

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *_: object) -> None:
        self._raw.close()


def _some(lines: Iterator[str]) -> list[str]:
    return [line for _, line in zip(range(_ROWS), lines, strict=False)]


def _first_rows(path: Path) -> tuple[list[list[str]], str]:
    """The first rows and what stands between their cells; [] where it is no table."""
    texts: list[str] = []
    try:
        with _Lines(path) as lines:
            for line in lines:
                texts.append(line)
                if len(texts) == _FIRST or sum(map(len, texts[-1:])) * len(texts) > _LOOK:
                    break
    except (DataError, OSError):
        return [], ","
    if not texts:
        return [], ","
    comma = max((",", ";", "\t", "|"), key=texts[0].count)
    try:
        return list(csv.reader(io.StringIO("\n".join(texts)), delimiter=comma)), comma
    except csv.Error:
        return [], comma


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_whole(text: str) -> bool:
    return _is_number(text) and float(text).is_integer()


def _are_numbers(text: str) -> bool:
    return all(map(_is_number, text.split()))


def _is_row(text: str, count: int) -> bool:
    return len(text.split()) == count and _are_numbers(text)
