"""A data set is labelled uint8 pictures in two or three parts; only a batch ever becomes floating point."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from cnnstudio.data.preparation.equal import first_equal, sums
from cnnstudio.files.printable import printable
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Told, WordedError

Pixels: TypeAlias = npt.NDArray[np.uint8]
Labels: TypeAlias = npt.NDArray[np.int64]
Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = get_args(Part)


class DataError(WordedError):
    """A data set cannot be had: one sentence that says what, where and what to do."""

    def __str__(self) -> str:
        return printable(super().__str__())


class Cancelled(Exception):
    """The caller's ``cancelled`` answered yes while a data set was being made or read."""


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Examples:
    """One part of a data set: N labelled pictures. Equal only to itself, never writable.

    A subset shares the stored pixels (often a memory map) and keeps only which of them are its own; pictures that came
    later lie beside them.

    Attributes:
        labels: int64 (N,), the class of each example.
        indices: int64 (N,), the place of each example in the part it was stored in; stable under ``take``.
    """

    labels: Labels
    indices: Labels
    _store: _Store

    def __init__(self, pixels: Pixels | _Store, labels: npt.ArrayLike, indices: Labels | None = None) -> None:
        """``pixels`` uint8 (M, H, W, C), array or memory map; ``labels`` integers (N,); ``indices`` int64 (N,)
        says which of the M pictures are meant, all of them in order when left out.

        Raises:
            ValueError: types, shapes or counts do not fit.
        """
        store = pixels if isinstance(pixels, _Store) else _Store(pixels)
        if indices is None:
            indices = np.arange(store.count, dtype=np.int64)
        own_labels = np.array(labels, dtype=np.int64)
        if own_labels.shape != (len(indices),):
            raise ValueError(f"{amount(len(indices), 'picture')} need as many labels, not {own_labels.shape}")
        _within(indices, store.count)
        own_labels.flags.writeable = False
        object.__setattr__(self, "labels", own_labels)
        object.__setattr__(self, "indices", indices)
        object.__setattr__(self, "_store", store)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        height, width, channels = self.image_shape
        return f"Examples({thousands(len(self))} × {height}×{width}×{channels})"

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of every picture."""
        height, width, channels = self._store.stored.shape[1:]
        return height, width, channels

    @property
    def stored(self) -> int:
        """How many pictures the part had as it was stored; those that came later have places from there on."""
        return len(self._store.stored)

    @property
    def firsts(self) -> Labels:
        """Of each of the M places of the part that of the first picture there that is equal, int64 (M,)."""
        return self._store.firsts

    @cached_property
    def pixels(self) -> Pixels:
        """uint8 (N, H, W, C). The stored array itself, or for a scattered subset a copy made once: a batch
        is better asked for with ``read``."""
        first = int(self.indices[0]) if len(self) else 0
        last = first + len(self)
        if last <= self.stored and np.array_equal(self.indices, np.arange(first, last)):
            return self._store.stored[first:last]
        own = self.read(slice(None))
        own.flags.writeable = False
        return own

    def read(self, indices: slice | npt.NDArray[np.integer], out: Pixels | None = None) -> Pixels:
        """Copy n pictures, uint8 (n, H, W, C), into ``out`` when given (C-contiguous, exactly that shape).

        ``indices`` count from 0 within these examples.

        Raises:
            IndexError: outside 0…N-1.
            ValueError: ``out`` does not fit.
        """
        if not isinstance(indices, slice):
            _within(indices, len(self))
        rows = self.indices[indices]
        if out is None:
            out = np.empty((len(rows), *self.image_shape), dtype=np.uint8)
        return self._store.read(rows, out)

    def take(self, indices: slice | npt.NDArray[np.integer]) -> Examples:
        """Those examples, sharing the stored pixels.

        Raises:
            IndexError: outside 0…N-1.
        """
        if not isinstance(indices, slice):
            _within(indices, len(self))
        return Examples(self._store, self.labels[indices], self.indices[indices])

    def relabelled(self, labels: Labels) -> Examples:
        """The same pictures with other labels, int64 (N,)."""
        return Examples(self._store, labels, self.indices)

    def joined(self, others: Examples) -> Examples:
        """These examples and after them others of the same size, whose places follow all that are here. The others'
        pixels are copied."""
        store = self._store.with_more(others.read(slice(None)))
        places = np.arange(self._store.count, store.count, dtype=np.int64)
        labels = np.concatenate([self.labels, others.labels])
        return Examples(store, labels, np.concatenate([self.indices, places]))


class _Store:
    """The pixels of a part, and those that came later."""

    def __init__(self, pixels: Pixels, later: Pixels | None = None, before: _Store | None = None) -> None:
        if pixels.dtype != np.uint8 or pixels.ndim != 4:
            raise ValueError(f"pixels must be uint8 (N, H, W, C), not {pixels.dtype} {pixels.shape}")
        # A plain view of the memory map: indexing np.memmap itself costs Python calls for every batch.
        self.stored: Pixels = pixels.view(np.ndarray)
        self.stored.flags.writeable = False
        self._later: Pixels = self.stored[:0] if later is None else later
        self._before = before  # the same without the later ones, where there are some

    @property
    def count(self) -> int:
        return len(self.stored) + len(self._later)

    def with_more(self, pixels: Pixels) -> _Store:
        return _Store(self.stored, np.concatenate([self._later, pixels]), self._before or self)

    def read(self, rows: Labels, out: Pixels) -> Pixels:
        if not len(self._later):
            # "clip" writes straight into ``out``; the default checks bounds again and goes through a buffer.
            return np.take(self.stored, rows, axis=0, out=out, mode="clip")
        late = rows >= len(self.stored)
        out[~late] = self.stored[rows[~late]]
        out[late] = self._later[rows[late] - len(self.stored)]
        return out

    @cached_property
    def firsts(self) -> Labels:
        return first_equal(self._sums)

    @cached_property
    def _sums(self) -> npt.NDArray[np.uint64]:
        if self._before is None:
            return sums(self.stored)
        return np.concatenate([self._before._sums, sums(self._later)])


@dataclass(frozen=True)
class LeftOut:
    """A file of a data set that was not taken: its name within the set and the reason."""

    file: str
    why: Told


@dataclass(frozen=True, eq=False)
class DataSet:
    """A named data set. Two are the same data exactly when their fingerprints are equal.

    Attributes:
        train: the pictures to learn from.
        test: those that are never learned from and never validated on.
        fingerprint: sha256 in hex over classes, shapes, labels and pixels of all parts.
        source: what ``open_data`` needs to find it again: a built-in name or an absolute path.
        validation: the pictures that the data itself sets aside for validation; None where it leaves that to a share
            of ``train``, see ``cnnstudio.data.preparation.split.divided``.
        layout: how its files were laid out, such as a folder for each class; None for sets that are drawn.
        left_out: the files that could not be taken, each with its reason.
        remarks: what is unusual in it, such as a class without pictures.
        sizes: (height, width, how many) of the pictures as they were found, the commonest first; () where they were
            all as they are.
        files: the file of each picture as it is stored, by its part and place there; {} where pictures have none.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    train: Examples
    test: Examples
    fingerprint: str
    source: str
    validation: Examples | None = None
    layout: Told | None = None
    left_out: tuple[LeftOut, ...] = ()
    remarks: tuple[Told, ...] = ()
    sizes: tuple[tuple[int, int, int], ...] = ()
    files: Mapping[Part, Sequence[str]] = field(default_factory=dict)

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of every picture."""
        return self.train.image_shape

    def file_of(self, part: Part, index: int) -> str:
        """The file of the picture stored at a place of a part, with its folders; "" where it has none."""
        files = self.files.get(part, ())
        return files[index] if index < len(files) else ""

    @property
    def parts(self) -> dict[Part, Examples]:
        """Training, validation where the data sets it aside, and test."""
        aside: dict[Part, Examples] = {} if self.validation is None else {"validation": self.validation}
        return {"train": self.train, **aside, "test": self.test}

    @cached_property
    def content(self) -> str:
        """sha256 in hex over the labelled pictures of each part in whatever order: the same for the same pictures under
        the same class names, whatever files they came from."""
        digest = hashlib.sha256()
        for part, examples in self.parts.items():
            digest.update(repr((part, len(examples), *examples.image_shape)).encode())
            for mark in sorted(_marks(examples, self.classes)):
                digest.update(mark)
        return digest.hexdigest()


def fingerprint(classes: tuple[str, ...], train: Examples, test: Examples, validation: Examples | None = None) -> str:
    """sha256 in hex over everything a network could notice: classes, shapes, labels, pixels."""
    digest = hashlib.sha256("\0".join(classes).encode())
    for part in (train, test) if validation is None else (train, test, validation):
        digest.update(repr((len(part), *part.image_shape)).encode())
        digest.update(part.labels.astype("<i8").tobytes())
        for start in range(0, len(part), 1024):
            digest.update(part.read(slice(start, start + 1024)).data)
    return digest.hexdigest()


def _marks(examples: Examples, classes: tuple[str, ...]) -> Iterator[bytes]:
    """What a picture and its class are known by, whatever their place."""
    names = [name.encode() for name in classes]
    for start in range(0, len(examples), 1024):
        pixels = examples.read(slice(start, start + 1024))
        for picture, label in zip(pixels, examples.labels[start : start + 1024].tolist(), strict=True):
            yield hashlib.blake2b(picture.data, digest_size=16, key=hashlib.blake2b(names[label]).digest()).digest()


def keyed(*key: int | str) -> np.random.Generator:
    """A generator of its own for each key, such as (seed, "purpose", index); never a running stream."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))


def _within(indices: npt.NDArray[np.integer], count: int) -> None:
    if not indices.size:
        return
    lowest, highest = int(indices.min()), int(indices.max())
    if lowest < 0 or highest >= count:
        asked = f"{thousands(lowest)}…{thousands(highest)}"
        raise IndexError(f"there are {amount(count, 'example')}; {asked} reaches outside")
