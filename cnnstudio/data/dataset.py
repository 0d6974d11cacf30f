"""A data set is two splits of uint8 pictures with labels; only a batch ever becomes floating point."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Pixels: TypeAlias = npt.NDArray[np.uint8]
Labels: TypeAlias = npt.NDArray[np.int64]

VALIDATION_SHARE = 10


class DataError(Exception):
    """A data set cannot be had: one sentence that says what, where and what to do."""


class Cancelled(Exception):
    """The caller's `cancelled` answered yes while a data set was being made or read."""


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Examples:
    """One split: N labelled pictures. Equal only to itself, never writable.

    A subset shares the stored pixels (often a memory map) and keeps only which of them are its own.
    """

    labels: Labels
    """int64 (N,), the class of each example."""
    indices: Labels
    """int64 (N,), the place of each example in the split it was stored in; stable under `take`."""
    _stored: Pixels

    def __init__(self, pixels: Pixels, labels: npt.ArrayLike, indices: Labels | None = None) -> None:
        """`pixels` uint8 (M, H, W, C), array or memory map; `labels` integers (N,); `indices` int64 (N,)
        says which of the M pictures are meant, all of them in order when left out.

        Raises ValueError when types, shapes or counts do not fit.
        """
        if pixels.dtype != np.uint8 or pixels.ndim != 4:
            raise ValueError(f"pixels must be uint8 (N, H, W, C), not {pixels.dtype} {pixels.shape}")
        if indices is None:
            indices = np.arange(len(pixels), dtype=np.int64)
        own_labels = np.array(labels, dtype=np.int64)
        if own_labels.shape != (len(indices),):
            raise ValueError(f"{len(indices)} pictures need as many labels, not {own_labels.shape}")
        _within(indices, len(pixels))
        # A plain view of the memory map: indexing np.memmap itself costs Python calls for every batch.
        stored = pixels.view(np.ndarray)
        stored.flags.writeable = False
        own_labels.flags.writeable = False
        object.__setattr__(self, "labels", own_labels)
        object.__setattr__(self, "indices", indices)
        object.__setattr__(self, "_stored", stored)

    def __len__(self) -> int:
        return len(self.labels)

    def __repr__(self) -> str:
        height, width, channels = self.image_shape
        return f"Examples({len(self):,} × {height}×{width}×{channels})"

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of every picture."""
        height, width, channels = self._stored.shape[1:]
        return height, width, channels

    @cached_property
    def pixels(self) -> Pixels:
        """uint8 (N, H, W, C). The stored array itself, or for a scattered subset a copy made once: a batch
        is better asked for with `read`."""
        first = int(self.indices[0]) if len(self) else 0
        if np.array_equal(self.indices, np.arange(first, first + len(self))):
            return self._stored[first : first + len(self)]
        own = self._stored[self.indices]
        own.flags.writeable = False
        return own

    def read(self, indices: slice | npt.NDArray[np.integer], out: Pixels | None = None) -> Pixels:
        """Copy n pictures, uint8 (n, H, W, C), into `out` when given (C-contiguous, exactly that shape).

        `indices` count from 0 within these examples. Raises IndexError outside 0…N-1, ValueError when `out`
        does not fit.
        """
        if not isinstance(indices, slice):
            _within(indices, len(self))
        rows = self.indices[indices]
        if out is None:
            out = np.empty((len(rows), *self.image_shape), dtype=np.uint8)
        # "clip" writes straight into `out`; the default checks bounds again and goes through a buffer.
        return np.take(self._stored, rows, axis=0, out=out, mode="clip")

    def take(self, indices: slice | npt.NDArray[np.integer]) -> "Examples":
        """Those examples, sharing the stored pixels. Raises IndexError outside 0…N-1."""
        if not isinstance(indices, slice):
            _within(indices, len(self))
        return Examples(self._stored, self.labels[indices], self.indices[indices])


@dataclass(frozen=True, eq=False)
class DataSet:
    """A named data set. Two are the same data exactly when their fingerprints are equal."""

    name: str
    title: str
    classes: tuple[str, ...]
    train: Examples
    test: Examples
    fingerprint: str
    """sha256 in hex over classes, shapes, labels and pixels of both splits."""
    source: str
    """What `open_data` needs to find it again: a built-in name or an absolute path."""
    sentence: str

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """(H, W, C) of every picture."""
        return self.train.image_shape


def fingerprint(classes: tuple[str, ...], train: Examples, test: Examples) -> str:
    """sha256 in hex over everything a network could notice: classes, shapes, labels, pixels."""
    digest = hashlib.sha256("\0".join(classes).encode())
    for split in (train, test):
        digest.update(repr((len(split), *split.image_shape)).encode())
        digest.update(split.labels.astype("<i8").tobytes())
        for start in range(0, len(split), 1024):
            digest.update(split.read(slice(start, start + 1024)).data)
    return digest.hexdigest()


def split_validation(examples: Examples, seed: int) -> tuple[Examples, Examples]:
    """(training, validation): validation is the last tenth, at least one, of a permutation keyed by `seed`.

    Both keep their examples in stored order and share the pixels. Raises ValueError below two examples.
    """
    if len(examples) < 2:
        raise ValueError("a validation split needs at least two examples")
    order = keyed(seed, "validation split").permutation(len(examples))
    cut = len(examples) - max(1, len(examples) // VALIDATION_SHARE)
    return examples.take(np.sort(order[:cut])), examples.take(np.sort(order[cut:]))


def keyed(*key: int | str) -> np.random.Generator:
    """A generator of its own for each key, such as (seed, "purpose", index); never a running stream."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=16).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest, "little")))


def _within(indices: npt.NDArray[np.integer], count: int) -> None:
    if not indices.size:
        return
    lowest, highest = int(indices.min()), int(indices.max())
    if lowest < 0 or highest >= count:
        raise IndexError(f"there are {count:,} examples; {lowest:,}…{highest:,} reaches outside")
