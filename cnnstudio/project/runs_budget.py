"""What all kept runs together may take on disk: beyond it weights go, those of runs that ended longest ago first."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from cnnstudio.files.limit import limit_of, set_limit
from cnnstudio.project.run_folder import SUMMARY, open_elsewhere, runs_folder, summary_of

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
    return sum(_size(path) for folder in _folders() for path in _files(folder))


def keep_within_budget() -> None:
    """Remove weights until what is left is within the budget. What a run has said stays, and all of one that is under
    way or has a star."""
    over = taken() - budget()
    for folder in sorted(_folders(), key=lambda folder: _changed(folder / SUMMARY)) if over > 0 else ():
        if over <= 0:
            return
        if (summary_of(folder) or {}).get("starred") or open_elsewhere(folder):
            continue
        for path in folder.glob("*.safetensors"):
            size = _size(path)
            with contextlib.suppress(OSError):  # one that cannot be removed still takes its room
                path.unlink()
                over -= size


def _folders() -> list[Path]:
    return [path for path in _files(runs_folder()) if path.is_dir()]


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
