"""CSV files of pixels, as competitions give them: one file, or one for training and one for the test."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

import numpy as np

from cnnstudio.data.arrays.assembling import Found, assembled
from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.arrays.pixel_table import ENDINGS, Form, form_of, read_table
from cnnstudio.data.dataset import PARTS, DataError, DataSet, Part
from cnnstudio.data.importing.choices import LARGEST_SIDE, SplitChoices
from cnnstudio.data.importing.layout import part_named
from cnnstudio.data.importing.listing import holds_pictures, is_litter
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.nn.settings import Described, setting
from cnnstudio.nn.telling.told import Sentence, told

#: tables of a folder that are looked into; numbers of a row that are pixels where pictures lie beside the table, and
#: not columns that say something of them
_MOST, _LEAST = 20, 64


@dataclass(frozen=True)
class TableChoices(SplitChoices):
    """How the rows of a table are read."""

    size: tuple[int, int] = setting(
        (0, 0), "Size", "Height and width of every picture; 0 takes a square.", type="pair", low=0, high=LARGEST_SIDE,
        unit="pixels",
    )  # fmt: skip
    label_column: str = setting(
        "", "Label column", "The name or number of the column of the class; empty finds it.", type="text", high=256
    )


class CsvPixels(Reader):
    """Pictures as rows of numbers."""

    kind: ClassVar[str] = "csv"
    paths: ClassVar[str] = "a CSV with a label and the pixels of a picture in each row"
    choices: ClassVar[type[Described]] = TableChoices
    files: ClassVar[tuple[str, ...]] = ("*.csv", "*.tsv", "*.gz")

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the endings and a look at the first rows."""
        least = _LEAST if path.is_dir() and holds_pictures(path) else 0
        if any(_seems_one(file, least) for file in _tables(path)):
            return None
        return Sentence(
            "{path} holds no CSV of pixels: give one with a label and the pixels of a square picture in each row.",
            path=path,
        )

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """Pictures uint8 (N, H, W, C) in the order of the rows. Of one file with a part in its name the others beside
        it are read, too.

        Raises:
            DataError: there are no labels, or a row is damaged.
            Cancelled: ``cancelled`` answered yes.
        """
        path = path.absolute()
        chosen = cast(TableChoices, choices)
        files = _belonging(path)
        forms = {file: form for file in files if (form := form_of(file, chosen.label_column, chosen.size))}
        if not forms:
            other = Sentence("{path} holds no pictures of {size:shape}.", path=path, size=chosen.size)
            raise DataError(self.why_not(path) or other)
        labelled = {file: form for file, form in forms.items() if form.label is not None}
        if not labelled:
            raise DataError(
                "{path} has no labels: its pictures can be classified, but not learned from. Name the "
                "column of the labels, or give a table that has one.",
                path=path,
            )
        remarks = tuple(told("table-unlabelled", name=file.name) for file in forms if file not in labelled)
        parts = _read_all(path, labelled, progress, cancelled)
        if progress:
            progress(1.0)
        return assembled(path, told("table-of-pixels"), parts, chosen, remarks=remarks)


def _read_all(path: Path, forms: dict[Path, Form], progress: Progress, cancelled: Cancel) -> dict[Part, Found]:
    pixels: dict[Part, list[Array]] = {}
    labels: dict[Part, list[str]] = {}
    for number, (file, form) in enumerate(forms.items()):

        def tell(share: float, number: int = number) -> None:
            if progress:
                progress((number + share) / len(forms))

        found, texts, of_rows = read_table(file, form, tell, cancelled)
        usual = _part_of(file) if len(forms) > 1 else None
        rows: list[Part] = [each or usual or "train" for each in (of_rows or [None] * len(texts))]
        for part in PARTS:
            places = np.flatnonzero([each == part for each in rows])
            if len(places):
                pixels.setdefault(part, []).append(found if len(places) == len(found) else found[places])
                labels.setdefault(part, []).extend(texts[place] for place in places)
    if "train" not in pixels:
        raise DataError("{path} holds no pictures to learn from: give the table for training, too.", path=path)
    shapes = {each.shape[1:] for found in pixels.values() for each in found}
    if len(shapes) > 1:
        raise DataError("{path} holds tables with pictures of different size: open one of them.", path=path)
    # longer numbers are names: floating point does not tell them apart
    whole = all(re.fullmatch(r"-?\d{1,15}(\.0*)?", text) for texts in labels.values() for text in texts)
    return {
        part: Found(
            found[0] if len(found) == 1 else np.concatenate(found),
            np.array([int(float(text)) for text in labels[part]], np.int64) if whole else np.array(labels[part]),
        )
        for part, found in pixels.items()
    }


def _belonging(path: Path) -> list[Path]:
    """The tables of a folder, or a table and those beside it that are called alike but for the part."""
    files = _tables(path)
    if path.is_dir() or _part_of(path) is None:
        return files
    same = _but_part(path)
    beside = [file for file in _tables(path.parent) if _part_of(file) and _but_part(file) == same]
    return sorted({path, *beside})


def _tables(path: Path) -> list[Path]:
    if path.is_dir():
        try:
            files = sorted(entry for entry in path.iterdir() if not is_litter(entry.name))
        except OSError:
            return []
        return [file for file in files if file.name.lower().endswith(ENDINGS) and file.is_file()][:_MOST]
    return [path] if path.name.lower().endswith(ENDINGS) and path.is_file() else []


def _seems_one(file: Path, least: int) -> bool:
    form = form_of(file)
    return form is not None and math.prod(form.sides) >= least


def _words(file: Path) -> list[str]:
    return [word for word in re.split(r"[^a-z0-9]+", file.name.lower().partition(".")[0]) if word]


def _part_of(file: Path) -> Part | None:
    return next(filter(None, map(part_named, _words(file))), None)


def _but_part(file: Path) -> list[str]:
    return [word for word in _words(file) if part_named(word) is None]
