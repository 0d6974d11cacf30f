"""Imported pictures kept beside the program, so that they are opened from a memory map and imported only once.

Two files hold an import: its pixels, and a note with all else, behind a checksum of its own, that is written last. They
are named by a key of what was imported and how; the fingerprint in the note decides whether the pixels are believed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from cnnstudio.data import cache
from cnnstudio.data.dataset import PARTS, Cancelled, DataError, DataSet, Examples, LeftOut, Part, Pixels, fingerprint
from cnnstudio.data.reader import Cancel
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import open_plain, read_plain
from cnnstudio.nn.told import Sentence

#: counts up whenever an import of the same files gives anything else
VERSION = 2
#: bytes that all imports together may take where nothing else was chosen
BUDGET = 5 * 10**9
_LIMIT = "limit"
#: bytes that are left free on the disk
_SPARE = 64 << 20
_PIXELS, _NOTE = ".pixels", ".json"
_LARGEST_NOTE = 256 << 20
_BLOCK, _STALE = 1024, 3600.0


@dataclass(frozen=True)
class Note:
    """All of an import but its pixels, which are those of training, validation and test one after the other."""

    name: str
    source: str
    layout: str
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    labels: dict[Part, list[int]]
    sizes: tuple[tuple[int, int, int], ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...]
    files: dict[Part, list[str]] = field(default_factory=dict)
    fingerprint: str = ""

    def assembled(self, pixels: Pixels) -> DataSet:
        """The data set over its pixels uint8 (N, H, W, C), those of all parts one after the other."""
        parts: dict[Part, Pixels] = {}
        start = 0
        for part in PARTS:
            if part in self.labels:
                parts[part] = pixels[start : start + len(self.labels[part])]
                start += len(self.labels[part])
        return self.over(parts)

    def over(self, pixels: dict[Part, Pixels]) -> DataSet:
        """The data set over the pixels of its parts, each uint8 (N, H, W, C)."""
        parts = {part: Examples(found, self.labels[part]) for part, found in pixels.items()}
        train, validation, test = parts["train"], parts.get("validation"), parts["test"]
        sentence = Sentence(
            "{train:,} training and {test:,# test picture|# test pictures} of {size:×# pixel|# pixels}, "
            "{classes:# class|# classes}, from {source}.",
            train=len(train),
            test=len(test),
            size=self.shape[:2],
            classes=len(self.classes),
            source=self.source,
        )
        return DataSet(
            name=self.name,
            title=self.name,
            classes=self.classes,
            train=train,
            test=test,
            fingerprint=fingerprint(self.classes, train, test, validation),
            source=self.source,
            sentence=str(sentence),
            validation=validation,
            layout=self.layout,
            left_out=self.left_out,
            remarks=self.remarks,
            sizes=self.sizes,
            files=self.files,
        )


def folder() -> Path:
    """Where imports are kept; it need not exist."""
    return cache.folder() / "imports"


def key_of(*what: object) -> str:
    """The name of an import: a hash of what was imported and how."""
    return hashlib.sha256(repr((VERSION, *what)).encode("utf-8", "backslashreplace")).hexdigest()[:32]


def load(key: str) -> DataSet | None:
    """A kept import over its memory map; None where there is none that can be believed."""
    note_file, pixel_file = folder() / f"{key}{_NOTE}", folder() / f"{key}{_PIXELS}"
    try:
        digest, _, text = read_plain(note_file, _LARGEST_NOTE).partition(b"\n")
        if digest.decode() != _sum(text):
            return None
        note = _note(json.loads(text))
        count = sum(map(len, note.labels.values()))
        with open_plain(pixel_file) as pixels:
            if pixels.seek(0, os.SEEK_END) != count * math.prod(note.shape):
                return None
        found = note.assembled(np.memmap(pixel_file, np.uint8, "r", shape=(count, *note.shape)))
    except (OSError, ValueError):
        return None
    if found.fingerprint != note.fingerprint:
        return None
    with contextlib.suppress(OSError):
        os.utime(note_file)  # what was used last goes last
    return found


def refuse_without_room(size: int, source: object) -> None:
    """Take care that an import of so many bytes fits, were all others forgotten for it; nothing is.

    Raises:
        DataError: it fits neither the budget nor the disk.
    """
    what = Sentence("The pictures of {source} would take {size}", source=str(source), size=_large(size))
    how = Sentence("choose a smaller size or fewer pictures a class")
    if size > budget():
        raise DataError(
            "{what}, more than the {budget} that imports may take: {how}.", what=what, budget=_large(budget()), how=how
        )
    here = next((place for place in (folder(), *folder().parents) if place.is_dir()), folder())
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(here).free + taken()
        if free < size + _SPARE:
            raise DataError(
                "{what}, but only {free} are free on the disk of {folder}: {how}.",
                what=what,
                free=_large(free),
                folder=folder(),
                how=how,
            )


def budget() -> int:
    """Bytes that all imports together may take: kept beside them, so that window and command line agree."""
    try:
        words = read_plain(folder() / _LIMIT, 20).decode()
        return int(words) if words.isdigit() else BUDGET
    except (OSError, ValueError):
        return BUDGET


def set_budget(size: int) -> None:
    """Let all imports together take so many bytes; those beyond it go when the next comes.

    Raises:
        OSError: it cannot be written down.
    """
    folder().mkdir(parents=True, exist_ok=True)
    replace_file(folder() / _LIMIT, lambda file: file.write(str(size).encode()), lambda written: None, backup=False)


def taken() -> int:
    """Bytes that all imports together take."""
    return sum(_size(pixels) for pixels in folder().glob(f"*{_PIXELS}"))


def forget_all() -> None:
    """Remove every import. A data set that is open keeps its pixels until it is closed; what is needed again is
    imported again."""
    for note in folder().glob(f"*{_NOTE}"):
        _forget(note)
    for pixels in folder().glob(f"*{_PIXELS}"):
        with contextlib.suppress(OSError):
            pixels.unlink()


def room_for(size: int, source: object) -> None:
    """Make room for an import of so many bytes: those that were used longest ago go.

    Raises:
        DataError: it fits neither the budget nor the disk.
    """
    refuse_without_room(size, source)
    _sweep()
    kept = sorted(folder().glob(f"*{_NOTE}"), key=lambda note: _when(note))
    sizes = {note: _size(note.with_suffix(_PIXELS)) for note in kept}
    left = sum(sizes.values())
    with contextlib.suppress(OSError):
        folder().mkdir(parents=True, exist_ok=True)
        for note in kept:
            if left + size <= budget() and shutil.disk_usage(folder()).free >= size + _SPARE:
                break
            _forget(note)
            left -= sizes[note]


@contextlib.contextmanager
def scratch() -> Iterator[BinaryIO]:
    """A file for pixels that is gone afterwards: in the folder of imports, else where this system keeps such files."""
    try:
        folder().mkdir(parents=True, exist_ok=True)
        file = tempfile.NamedTemporaryFile(dir=folder(), prefix=".cnnstudio-", suffix=".tmp", delete=False)  # noqa: SIM115
    except OSError:
        file = tempfile.NamedTemporaryFile(prefix="cnnstudio-", suffix=".tmp", delete=False)  # noqa: SIM115
    try:
        with file:
            yield cast(BinaryIO, file)
    finally:
        with contextlib.suppress(OSError):
            Path(file.name).unlink(missing_ok=True)


def keep(
    key: str, note: Note, pixels: Pixels, order: np.ndarray[Any, np.dtype[np.int64]], cancelled: Cancel = None
) -> DataSet:
    """Write an import and answer with the data set over its memory map; over memory where that fails.

    ``pixels`` uint8 (M, H, W, C) are brought into ``order`` (N,).

    Raises:
        Cancelled: ``cancelled`` answered yes; nothing is left behind.
    """
    target = folder() / f"{key}{_PIXELS}"
    try:
        with scratch() as file:
            for start in range(0, len(order), _BLOCK):
                if cancelled and cancelled():
                    raise Cancelled
                file.write(pixels[order[start : start + _BLOCK]].data)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            Path(file.name).replace(target)
        found = note.assembled(np.memmap(target, np.uint8, "r", shape=(len(order), *note.shape)))
        with scratch() as file:
            text = json.dumps(asdict(note) | {"fingerprint": found.fingerprint}).encode()
            file.write(_sum(text).encode() + b"\n" + text)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            Path(file.name).replace(target.with_suffix(_NOTE))
        return found
    except OSError:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        return note.assembled(pixels[order])


def _sum(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _note(value: Any) -> Note:
    return Note(
        name=value["name"],
        source=value["source"],
        layout=value["layout"],
        classes=tuple(value["classes"]),
        shape=tuple(value["shape"]),
        labels=value["labels"],
        sizes=tuple(tuple(each) for each in value["sizes"]),
        left_out=tuple(LeftOut(**each) for each in value["left_out"]),
        remarks=tuple(value["remarks"]),
        files=value["files"],
        fingerprint=value["fingerprint"],
    )


def _forget(note: Path) -> None:
    for file in (note, note.with_suffix(_PIXELS)):
        with contextlib.suppress(OSError):
            file.unlink()


def _sweep() -> None:
    """Remove what a killed process left half-written, but not what another is writing now."""
    for file in folder().glob(".cnnstudio-*.tmp"):
        if time.time() - _when(file) > _STALE:
            with contextlib.suppress(OSError):
                file.unlink()


def _when(file: Path) -> float:
    with contextlib.suppress(OSError):
        return file.stat().st_mtime
    return 0.0


def _size(file: Path) -> int:
    with contextlib.suppress(OSError):
        return file.stat().st_size
    return 0


def _large(size: int) -> str:
    return f"{size / 10**9:.1f} GB" if size >= 10**9 else f"{max(1, size // 10**6):,} MB"
