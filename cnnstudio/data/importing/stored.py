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
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from cnnstudio.data import cache
from cnnstudio.data.dataset import Cancelled, DataError, DataSet, Pixels
from cnnstudio.data.importing.note import Note, note_from_json
from cnnstudio.data.reader import Cancel
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.limit import limit_of, set_limit
from cnnstudio.files.plain import open_plain, read_plain
from cnnstudio.nn.telling.told import Sentence

#: counts up whenever an import of the same files gives anything else
VERSION = 5
#: bytes that all imports together may take where nothing else was chosen
BUDGET = 5 * 10**9
#: bytes that are left free on the disk
_SPARE = 64 << 20
_PIXELS, _NOTE = ".pixels", ".json"
_LARGEST_NOTE = 256 << 20
_BLOCK, _STALE = 1024, 3600.0


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
        note = note_from_json(json.loads(text))
        count = sum(map(len, note.labels.values()))
        with open_plain(pixel_file) as pixels:
            if pixels.seek(0, os.SEEK_END) != count * math.prod(note.shape):
                return None
        found = note.assembled(np.memmap(pixel_file, np.uint8, "r", shape=(count, *note.shape)))
    except (OSError, ValueError, RecursionError):
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
    what = Sentence("The pictures of {source} would take {size:bytes}", source=str(source), size=size)
    how = Sentence("choose a smaller size or fewer pictures a class")
    if size > budget():
        raise DataError(
            "{what}, more than the {budget:bytes} that imports may take: {how}.", what=what, budget=budget(), how=how
        )
    here = next((place for place in (folder(), *folder().parents) if place.is_dir()), folder())
    with contextlib.suppress(OSError):
        free = shutil.disk_usage(here).free + taken()
        if free < size + _SPARE:
            raise DataError(
                "{what}, but only {free:bytes} are free on the disk of {folder}: {how}.",
                what=what,
                free=free,
                folder=folder(),
                how=how,
            )


def budget() -> int:
    """Bytes that all imports together may take: kept beside them, so that window and command line agree."""
    return limit_of(folder(), BUDGET)


def set_budget(size: int) -> None:
    """Let all imports together take so many bytes; those beyond it go when the next comes.

    Raises:
        OSError: it cannot be written down.
    """
    set_limit(folder(), size)


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

    def write(file: BinaryIO) -> None:
        for start in range(0, len(order), _BLOCK):
            if cancelled and cancelled():
                raise Cancelled
            file.write(pixels[order[start : start + _BLOCK]].data)

    try:
        folder().mkdir(parents=True, exist_ok=True)
        replace_file(target, write, lambda written: None, backup=False)
        found = note.assembled(np.memmap(target, np.uint8, "r", shape=(len(order), *note.shape)))
        text = json.dumps(replace(note, fingerprint=found.fingerprint).to_json()).encode()
        signed = _sum(text).encode() + b"\n" + text
        replace_file(target.with_suffix(_NOTE), lambda file: file.write(signed), lambda written: None, backup=False)
        return found
    except OSError:
        with contextlib.suppress(OSError):
            target.unlink(missing_ok=True)
        return note.assembled(pixels[order])


def _sum(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


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
