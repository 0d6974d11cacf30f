"""Opening what is a file and nothing else: a pipe would wait for ever for a writer, and a device has no end."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

#: a pipe that has taken a file's place since it was looked at is opened without waiting
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class NotAFile(OSError):
    """There is something at a path, but it is a folder, a pipe, a socket or a device."""

    def __init__(self, path: Path) -> None:
        super().__init__(errno.EINVAL, "it is no file", str(path))


def open_plain(path: Path) -> BinaryIO:
    """A file, open for reading.

    Raises:
        NotAFile: it is something else; nothing of it was opened.
        OSError: the system does not let us, there is nothing, or no file can have this name.
    """
    _check(path, look(path))  # first: to open a device may do something
    file = os.fdopen(os.open(path, _HOW), "rb")
    try:
        _check(path, os.fstat(file.fileno()))
    except NotAFile:
        file.close()
        raise
    return file


def read_plain(path: Path, most: int) -> bytes:
    """The bytes of a file; of a longer one than ``most`` one more than that, which tells so.

    Raises:
        NotAFile, OSError: as ``open_plain``.
    """
    with open_plain(path) as file:
        # room is made for what is asked for, whether it is there or not
        return file.read(min(most, os.fstat(file.fileno()).st_size) + 1)


def exists(path: str | Path) -> bool:
    """Whether there is anything at a path; nothing is where no file can have the name, as one of 5,000 characters."""
    return _mode(path) != 0


def is_plain(path: str | Path) -> bool:
    """Whether there is a file at a path."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | Path) -> bool:
    """Whether there is a folder at a path."""
    return stat.S_ISDIR(_mode(path))


def expanded(path: str | Path) -> Path:
    """A path whose ~ stands for somebody's folder; a ~ of nobody's stays."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


def _mode(path: str | Path) -> int:
    try:
        return look(Path(path)).st_mode
    except OSError:
        return 0


def look(path: Path) -> os.stat_result:
    """What the system says of what lies at a path; nothing is opened.

    Raises:
        OSError: there is nothing, we may not know, or no file can have this name.
    """
    try:
        return path.stat()
    except ValueError as error:  # a NUL or half a character in the name
        raise OSError(errno.EINVAL, "no file can have this name", str(path)) from error


def _check(path: Path, found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotAFile(path)
