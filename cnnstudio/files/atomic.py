"""Replacing a file so that at every moment either the old one or the new one is there, whole.

A save holds a lock on what it has not finished. What nobody holds was left by a process that died: the next save in
that folder, or the next start, removes it, or ends what it began.
"""

from __future__ import annotations

import contextlib
import filecmp
import hashlib
import os
import secrets
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from cnnstudio.files.plain import NotAFile

if sys.platform != "win32":
    import fcntl

#: where the system has no locks, what is older than this was left by a process that died
STALE_SECONDS = 3600.0
#: the new file while it is written, and the old one until it has become the backup
_NEW, _OLD = ".cnnstudio-tmp", ".cnnstudio-old"
#: how the name of a file ends that is the save before the last one
BACKUP = ".bak"
#: the longest name of a file, in bytes
_LONGEST = 255


def replace_file(
    path: Path, write: Callable[[BinaryIO], object], check: Callable[[Path], object], *, backup: bool = True
) -> None:
    """Let ``write`` write the new file beside the old, ``check`` it, then put it in the old one's place.

    The old one stays as ``<name>.bak`` unless ``backup`` says otherwise. Whatever goes wrong, and whenever the
    process is killed, the file at ``path`` is the old one or the new one, and the backup is an older one than that.

    Raises:
        OSError: the disk is full, read-only, the path is no file's, …; whatever ``write`` and ``check`` raise.
    """
    target = Path(os.path.realpath(path))
    sweep(target.parent)
    there = _kind(target)
    with _new_file(target.parent) as (temporary, file):
        write(file)
        file.flush()
        os.fsync(file.fileno())
        if sys.platform == "win32":
            file.close()  # an open file keeps its name there
        check(temporary)
        if there:
            shutil.copymode(target, temporary)
        with _kept(target) if there and backup else contextlib.nullcontext():
            temporary.replace(target)
    _sync_folder(target.parent)


def backup_path(path: Path) -> Path:
    """Where the save before the last one is kept."""
    name = path.name + BACKUP
    if len(os.fsencode(name)) > _LONGEST:
        short = os.fsencode(path.name)[: _LONGEST - 24].decode(errors="ignore")
        name = f"{short}~{_key(path)}{BACKUP}"
    return path.with_name(name)


def sweep(folder: Path) -> None:
    """Clear up what killed processes left half-written in a folder, but not what another is writing now."""
    with contextlib.suppress(OSError):  # housekeeping: a save will say itself what is wrong with the folder
        left = [entry.name for entry in os.scandir(folder) if entry.name.endswith((_NEW, _OLD))]
        for path in (folder / name for name in left if name.startswith(".")):
            with contextlib.suppress(OSError), _held(path) as abandoned:
                if abandoned and path.name.endswith(_NEW):
                    path.unlink()
                elif abandoned:
                    _end_backup(path)


def _kind(target: Path) -> bool:
    """Whether there is a file already.

    Raises:
        NotAFile: it is something else, which no save may replace.
    """
    try:
        mode = target.stat().st_mode
    except FileNotFoundError:
        return False
    if not stat.S_ISREG(mode):
        raise NotAFile(target)
    return True


@contextlib.contextmanager
def _new_file(folder: Path) -> Iterator[tuple[Path, BinaryIO]]:
    """A file that is held until it is done; what is left of it then goes.

    Not tempfile: the new file shall have the rights that any new file gets, or those of the old one.
    """
    while True:
        path = folder / f".{secrets.token_hex(8)}{_NEW}"
        file = path.open("xb")
        if hold(file.fileno()) is not False and path.exists():
            break
        file.close()  # another process swept it in the moment before it was held
        path.unlink(missing_ok=True)
    try:
        yield path, file
    finally:
        with contextlib.suppress(OSError):  # what the disk did not take is tried once more, and told already
            file.close()
        path.unlink(missing_ok=True)


@contextlib.contextmanager
def _kept(target: Path) -> Iterator[None]:
    """A second name for the old file, which becomes the backup once the new one is in place: a backup that was written
    before would be equal to the file where the process dies in between."""
    second = target.with_name(f".{_key(target)}.{secrets.token_hex(4)}{_OLD}")
    try:
        with contextlib.ExitStack() as holding:
            with contextlib.suppress(OSError):  # without room for a copy, the save is worth more than its backup
                _give_name(target, second)
                holding.enter_context(_held(second))
            yield
            with contextlib.suppress(OSError):
                second.replace(backup_path(target))
    finally:
        second.unlink(missing_ok=True)


def _give_name(target: Path, second: Path) -> None:
    """A second name for a file; a copy, at once whole, where the disk has no such thing."""
    try:
        os.link(target, second)
    except OSError:
        with target.open("rb") as old, _new_file(target.parent) as (copy, file):
            shutil.copyfileobj(old, file)
            file.flush()
            os.fsync(file.fileno())
            file.close()
            shutil.copystat(target, copy)
            copy.replace(second)


def _end_backup(second: Path) -> None:
    """The process died around the moment in which the new file took the old one's place: it is the backup if it did."""
    key = second.name.split(".")[1]
    target = next((path for path in list(second.parent.iterdir()) if _key(path) == key), None)
    if target is not None and not (target.samefile(second) or filecmp.cmp(target, second, shallow=False)):
        second.replace(backup_path(target))
    second.unlink(missing_ok=True)


def _key(path: Path) -> str:
    """A name for a file's name that is never too long."""
    return hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]


@contextlib.contextmanager
def _held(path: Path) -> Iterator[bool]:
    """Hold an unfinished file, and say whether nobody else does."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0))
    try:
        found = os.fstat(descriptor)
        held = hold(descriptor) if stat.S_ISREG(found.st_mode) else False
        if sys.platform == "win32":
            os.close(descriptor)
            descriptor = -1
        yield time.time() - found.st_mtime > STALE_SECONDS if held is None else held
    finally:
        if descriptor >= 0:
            os.close(descriptor)


def hold(descriptor: int) -> bool | None:
    """Lock a file until it is closed, by us or by our end; False if somebody else has, None if none can."""
    if sys.platform == "win32":
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _sync_folder(folder: Path) -> None:
    """Make the new name itself last through a power cut, where the system lets a folder be opened."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
