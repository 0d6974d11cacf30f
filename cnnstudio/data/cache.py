"""Keeps drawn pixels between starts, one file per set, named by its fingerprint.

The name says what the content must be, so a damaged file is never used, and two processes that write at
once write the same bytes under the same name. Without a usable folder all still works, only slower.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import platformdirs

from cnnstudio.data.arrays.npy_file import read_npy
from cnnstudio.data.dataset import DataError, DataSet, Pixels
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import open_plain


def folder() -> Path:
    """CNNSTUDIO_CACHE, else the user's cache folder of this system. It need not exist."""
    return Path(os.environ.get("CNNSTUDIO_CACHE") or platformdirs.user_cache_dir("cnnstudio"))


def load(
    name: str,
    version: int,
    shape: tuple[int, int, int, int],
    assemble: Callable[[Pixels], DataSet],
) -> DataSet | None:
    """The stored set over a read-only memory map of uint8 ``shape``, or None when there is no sound file."""
    with contextlib.suppress(OSError):
        for path in sorted(folder().glob(f"{name}-v{version}-*.npy")):
            found = _open(path, shape, assemble)
            if found is not None:
                return found
            path.unlink()
    return None


def store(name: str, version: int, drawn: DataSet, assemble: Callable[[Pixels], DataSet]) -> DataSet:
    """Write the pixels and answer with the set over their memory map; ``drawn`` itself where that fails."""
    pixels = np.concatenate([drawn.train.pixels, drawn.test.pixels])
    target = folder() / f"{name}-v{version}-{drawn.fingerprint}.npy"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_file(target, lambda file: np.save(file, pixels, allow_pickle=False), lambda written: None, backup=False)
        return _open(target, pixels.shape, assemble) or drawn
    except OSError:
        return drawn


def _open(path: Path, shape: tuple[int, ...], assemble: Callable[[Pixels], DataSet]) -> DataSet | None:
    try:
        with open_plain(path):
            pixels = read_npy(path)
    except DataError:
        return None
    if pixels.shape != shape or pixels.dtype != np.uint8:
        return None
    found = assemble(pixels)
    return found if path.stem.endswith(f"-{found.fingerprint}") else None
