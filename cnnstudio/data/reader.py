"""What reads files as data sets: each format says of itself what it recognises and how it is opened."""

from __future__ import annotations

import importlib
import pkgutil
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import ClassVar, TypeAlias

from cnnstudio.data.dataset import DataError, DataSet, fingerprint
from cnnstudio.data.unreadable import why_unreadable
from cnnstudio.nn.settings import Described
from cnnstudio.nn.telling.told import Sentence

#: hears 0…1
Progress: TypeAlias = Callable[[float], None] | None
#: asked several times a second whether to stop
Cancel: TypeAlias = Callable[[], bool] | None

#: how many training and test pictures a first look shows
PREVIEW_TRAIN, PREVIEW_TEST = 1_000, 200


@dataclass(frozen=True)
class NoChoices(Described):
    """Files that can be read in one way only."""

    title: ClassVar[str] = "The import"


class Reader(ABC):
    """One format. A subclass in a module of ``data/readers`` is the whole of it.

    Attributes:
        kind: its name in the program.
        paths: what it opens, to go on a sentence with: “give the path of …”.
        choices: what can be chosen as it is opened, described.
        general: whether it recognises much that others know better, and is asked after them.
        files: what single files of it are called, as patterns for those who look for one: “*.npz”.
    """

    kind: ClassVar[str]
    paths: ClassVar[str]
    choices: ClassVar[type[Described]] = NoChoices
    general: ClassVar[bool] = False
    files: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def why_not(self, path: Path) -> Sentence | None:
        """Why this existing path is none of this format, in one sentence; None if it seems to be. Opens no file that
        could keep somebody waiting."""

    def recognised(self, path: Path) -> Path:
        """The same path, absolute.

        Raises:
            DataError: it is none of this format.
        """
        path = path.absolute()
        if sentence := self.why_not(path):
            raise DataError(sentence)
        return path

    @abstractmethod
    def open(self, path: Path, choices: Described, progress: Progress = None, cancelled: Cancel = None) -> DataSet:
        """The whole data set at a path that was recognised; ``choices`` is a value of the class ``choices``.

        Raises:
            DataError: it is damaged or incomplete; the sentence says which file, what is wrong and what to do.
            Cancelled: ``cancelled`` answered yes.
        """

    def preview(self, path: Path, choices: Described) -> DataSet:
        """The first pictures; formats that can read these alone do better than this."""
        return head(self.open(path, choices))


def head(data: DataSet) -> DataSet:
    """The first pictures of a data set, with a fingerprint of their own."""
    train, test = data.train.take(slice(PREVIEW_TRAIN)), data.test.take(slice(PREVIEW_TEST))
    validation = None if data.validation is None else data.validation.take(slice(PREVIEW_TEST))
    mark = fingerprint(data.classes, train, test, validation)
    return replace(data, train=train, test=test, validation=validation, fingerprint=mark)


@cache
def readers() -> tuple[Reader, ...]:
    """One of every reader, in the order of their modules' names, general ones last."""
    package = importlib.import_module("cnnstudio.data.readers")
    found: list[Reader] = []
    for info in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Reader) and value.__module__ == module.__name__:
                found.append(value())
    return tuple(sorted(found, key=lambda reader: reader.general))


def file_patterns() -> tuple[str, ...]:
    """What single files of pictures are called that some reader opens."""
    return tuple(dict.fromkeys(pattern for reader in readers() for pattern in reader.files))


def reader_of(path: Path) -> Reader | None:
    """The first reader that recognises an existing path."""
    return next((reader for reader in readers() if not reader.why_not(path)), None)


def either(between: str) -> str:
    """What there are readers for, with this between them."""
    return between.join(reader.paths for reader in readers())


def why_none(path: Path) -> Sentence:
    """Why no reader recognises an existing path, and what to do, in one sentence."""
    if reason := why_unreadable(path):
        return reason
    return Sentence("{path} holds no pictures to learn from: give {paths}.", path=path, paths=either(", or "))
