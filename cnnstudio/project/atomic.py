"""Replacing a file so that at every moment either the old one or the new one is there, whole."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

#: a temporary file older than this was left by a process that died
STALE_SECONDS = 3600.0
_ENDING = ".cnnstudio-tmp"


def replace_file(
    path: Path, write: Callable[[BinaryIO], None], check: Callable[[Path], object], *, backup: bool = True
) -> None:
    """Let ``write`` write the new file beside the old, ``check`` it, then put it in the old one's place.

    The old one stays as ``<name>.bak`` unless ``backup`` says otherwise. Whatever goes wrong, and whenever the
    process is killed, the file at ``path`` is the old one or the new one.

    Raises:
        OSError: the disk is full, read-only, …; whatever ``write`` and ``check`` raise.
    """
    target = Path(os.path.realpath(path))
    sweep(target)
    temporary = _beside(target)
    try:
        # Not tempfile: the new file shall have the rights that any new file gets, or those of the old one.
        with temporary.open("xb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        check(temporary)
        if target.exists():
            shutil.copymode(target, temporary)
            if backup:
                _keep_backup(target)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(target.parent)


def backup_path(path: Path) -> Path:
    """Where the save before the last one is kept."""
    return path.with_name(path.name + ".bak")


def sweep(target: Path) -> None:
    """Remove what a killed process left half-written for this file, but not what another is writing now."""
    with contextlib.suppress(OSError):  # housekeeping: the save itself will say what is wrong with the folder
        for left in target.parent.glob(f".*{_ENDING}"):
            ours = left.name.startswith(f".{target.name}.")
            if ours and time.time() - left.stat().st_mtime > STALE_SECONDS:
                left.unlink()


def _keep_backup(target: Path) -> None:
    """A second name for the old file, moved into place at once; a copy where the disk has no such thing."""
    temporary = _beside(target)
    try:
        try:
            os.link(target, temporary)
        except OSError:
            shutil.copy2(target, temporary)
        temporary.replace(backup_path(target))
    except OSError:
        pass  # without room for a copy, the save itself is worth more than its backup
    finally:
        # Renaming one name of a file to another of the same file does nothing and says so to nobody.
        temporary.unlink(missing_ok=True)


def _beside(target: Path) -> Path:
    return target.with_name(f".{target.name}.{secrets.token_hex(6)}{_ENDING}")


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last through a power cut, where the system lets a folder be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
