"""How much a folder may take on disk, kept in it, so that window and command line agree."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain

_NAME = "limit"


def limit_of(folder: Path, usual: int) -> int:
    """The bytes that a folder may take; ``usual`` where nothing else was chosen."""
    try:
        words = read_plain(folder / _NAME, 20).decode()
        return int(words) if words.isdigit() else usual
    except (OSError, ValueError):
        return usual


def set_limit(folder: Path, size: int) -> None:
    """Let a folder take so many bytes; those beyond it go when the next come.

    Raises:
        OSError: it cannot be written down.
    """
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(folder / _NAME, lambda file: file.write(str(size).encode()), lambda written: None, backup=False)
