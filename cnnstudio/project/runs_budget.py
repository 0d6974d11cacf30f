"""What all kept runs together may take on disk: beyond it weights go, of runs that ended longest ago first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from cnnstudio.files.limit import limit_of, set_limit
from cnnstudio.project.kept.notes import notes_of
from cnnstudio.project.run_folder import SUMMARY, needless, open_elsewhere, run_folders, runs_folder

#: bytes that they may take where nothing else was chosen
BUDGET = 5 * 10**9


def budget() -> int:
    """Bytes that all runs together may take."""
    return limit_of(runs_folder(), BUDGET)


def set_budget(size: int) -> None:
    """Let all runs together take so many bytes.

    Raises:
        OSError: it cannot be written down.
    """
    set_limit(runs_folder(), size)


def taken() -> int:
    """Bytes that all runs together take."""
    return sum(_size(path) for folder in run_folders() for path in _files(folder))


def keep_within_budget() -> None:
    """Remove weights until what is left is within the budget: first those that are neither first, best nor last of
    their run, and where that is not enough all of a run. What a run has said stays, and all of one that is under way or
    has a star."""
    over = taken() - budget()
    if over <= 0:
        return
    folders = sorted(run_folders(), key=lambda folder: _changed(folder / SUMMARY))
    spared = [folder for folder in folders if notes_of(folder).starred or open_elsewhere(folder)]
    for weights in (needless, _all_weights):
        for folder in (folder for folder in folders if folder not in spared):
            if over <= 0:
                return
            over -= sum(_removed(path) for path in weights(folder))


def _all_weights(folder: Path) -> list[Path]:
    return list(folder.glob("*.safetensors"))


def _removed(path: Path) -> int:
    """How many bytes are free once a file is removed; one that cannot be removed still takes its room."""
    size = _size(path)
    try:
        path.unlink()
    except OSError:
        return 0
    return size


def _files(folder: Path) -> Iterator[Path]:
    with contextlib.suppress(OSError):
        yield from list(folder.iterdir())


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
