"""CIFAR-10 and CIFAR-100 in their binary version: rows of one or two labels and 3,072 colours (Krizhevsky, 2009)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, cast

import numpy as np

from cnnstudio.data.arrays.assembling import Found, assembled
from cnnstudio.data.arrays.numbers import Array
from cnnstudio.data.dataset import Cancelled, DataError, DataSet, Part, Pixels
from cnnstudio.data.importing.choices import SplitChoices
from cnnstudio.data.reader import Cancel, Progress, Reader
from cnnstudio.files.plain import open_plain
from cnnstudio.nn.settings import Described, setting
from cnnstudio.nn.telling.told import Sentence, told

SIDE, COLOURS = 32, 3 * 32 * 32
#: rows that are read at once, and bytes of a file
_ROWS, _MOST = 1000, 2 << 30


@dataclass(frozen=True)
class CifarChoices(SplitChoices):
    """Which labels of CIFAR-100 are the classes."""

    labels: str = setting(
        "fine", "Labels", "Whether CIFAR-100 has its 100 classes (fine) or its 20 groups of them (coarse).",
        type="choice", choices=("fine", "coarse"),
    )  # fmt: skip


@dataclass(frozen=True)
class _Version:
    """One of the two sets: labels of a row, its files and those that name the classes of each label."""

    title: str
    labels: int
    train: tuple[str, ...]
    test: str
    names: dict[str, str]


_TEN = _Version(
    "CIFAR-10", 1, tuple(f"data_batch_{number}.bin" for number in range(1, 6)), "test_batch.bin",
    {"fine": "batches.meta.txt", "coarse": "batches.meta.txt"},
)  # fmt: skip
_HUNDRED = _Version(
    "CIFAR-100", 2, ("train.bin",), "test.bin", {"fine": "fine_label_names.txt", "coarse": "coarse_label_names.txt"}
)


class Cifar(Reader):
    """CIFAR's binary files: their folder, one around it, or one of them."""

    kind: ClassVar[str] = "cifar"
    paths: ClassVar[str] = "a folder with CIFAR's binary files (.bin)"
    choices: ClassVar[type[Described]] = CifarChoices
    files: ClassVar[tuple[str, ...]] = ("*.bin",)

    def why_not(self, path: Path) -> Sentence | None:
        """It goes by the names."""
        if _home(path) is not None:
            return None
        return _none_in(path)

    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """Pictures uint8 (N, 32, 32, 3) in the order of the files.

        Raises:
            DataError: a file is missing or of a wrong length, or a label has no name.
            Cancelled: ``cancelled`` answered yes.
        """
        home = _home(path)
        if home is None:
            raise DataError(_none_in(path))
        folder, version = home
        chosen = cast(CifarChoices, choices)
        missing = [name for name in (*version.train, version.test) if not (folder / name).is_file()]
        if missing:
            raise DataError(
                "{folder} is an incomplete {version}: add {missing:commas}.",
                folder=folder,
                version=version.title,
                missing=tuple(missing),
            )
        names = _names(folder / version.names[chosen.labels])
        column = 0 if chosen.labels == "coarse" else version.labels - 1
        found: list[tuple[Pixels, Array]] = []
        files = (*version.train, version.test)
        for done, name in enumerate(files):
            found.append(_read(folder / name, version, column, cancelled))
            if progress:
                progress((done + 1) / len(files))
        pixels = np.concatenate([each[0] for each in found[:-1]])
        labels = np.concatenate([each[1] for each in found[:-1]])
        parts: dict[Part, Found] = {"train": Found(pixels, labels), "test": Found(*found[-1])}
        layout = told("binary-files", version=version.title)
        return assembled(folder.absolute(), layout, parts, chosen, names, title=folder.name)


def _none_in(path: Path) -> Sentence:
    return Sentence(
        "{path} holds none of CIFAR's binary files: add data_batch_1.bin to 5 and test_batch.bin.", path=path
    )


def _home(path: Path) -> tuple[Path, _Version] | None:
    for folder in (path, path / "cifar-10-batches-bin", path / "cifar-100-binary") if path.is_dir() else (path.parent,):
        for version in (_TEN, _HUNDRED):
            for name in (*version.train, version.test):
                if (path.is_dir() or path.name == name) and (folder / name).is_file():
                    return folder, version
    return None


def _read(path: Path, version: _Version, column: int, cancelled: Cancel) -> tuple[Pixels, Array]:
    """uint8 (N, 32, 32, 3) and labels (N,) of one column."""
    row = version.labels + COLOURS
    try:
        with open_plain(path) as file:
            length = file.seek(0, 2)
            file.seek(0)
            if not length or length % row or length > _MOST:
                raise DataError(
                    "{path} has {length:# byte|# bytes}, which are no rows of {row:thousands}, as {version} has: it is "
                    "damaged, fetch it again.",
                    path=path,
                    length=length,
                    row=row,
                    version=version.title,
                )
            pixels = np.empty((length // row, SIDE, SIDE, 3), dtype=np.uint8)
            labels = np.empty(len(pixels), dtype=np.int64)
            for start in range(0, len(pixels), _ROWS):
                if cancelled and cancelled():
                    raise Cancelled
                rows = np.frombuffer(file.read(row * _ROWS), dtype=np.uint8).reshape(-1, row)
                labels[start : start + _ROWS] = rows[:, column]
                colours = rows[:, version.labels :].reshape(-1, 3, SIDE, SIDE)
                pixels[start : start + _ROWS] = colours.transpose(0, 2, 3, 1)
    except (OSError, ValueError) as error:
        raise DataError(
            "{path} cannot be read ({error}): check that you may open it.", path=path, error=error
        ) from error
    return pixels, labels


def _names(path: Path) -> tuple[str, ...]:
    """The names of the classes; () where nothing tells them, and classes are numbers."""
    try:
        with open_plain(path) as file:
            text = file.read(1 << 16).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ()
    return tuple(line.strip() for line in text.splitlines() if line.strip())
