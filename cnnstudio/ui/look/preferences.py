"""What the window remembers between starts: texts in one JSON file, read as strictly as any file."""

from __future__ import annotations

import base64
import binascii
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QStandardPaths

from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError, dump, parse
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import is_plain, read_plain
from cnnstudio.files.printable import printable

MOST_RECENT = 8
#: the longest text that is remembered
_LONGEST = 100_000

_log = logging.getLogger(__name__)
#: what this process has remembered, by file; it holds whatever another process writes there, or nobody can
_own: dict[Path, dict[str, str]] = {}
#: the files to be written at the end of ``together``; None outside of it
_waiting: set[Path] | None = None
#: what was read last, by file, and how the file was then
_last_read: dict[Path, tuple[tuple[int, ...], dict[str, str]]] = {}


def folder() -> Path:
    """The folder of the settings; it may not be there yet."""
    return _folder(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation))


@cache
def _folder(settings: str) -> Path:
    return Path(settings) / "cnnstudio"


def mend() -> str:
    """Set preferences aside that cannot be read, and say so in a sentence; "" where all is well."""
    path = _path()
    try:
        _read(path)
        return ""
    except FileNotFoundError:
        return ""
    except (FileFormatError, OSError) as error:
        reason = error.reason if isinstance(error, FileFormatError) else f"{error.strerror or error}."
    bad = path.with_name(path.name + ".bad")
    try:
        path.replace(bad)
    except OSError as error:
        return printable(f"{path}: The preferences cannot be read, nor set aside ({error.strerror}). {reason}")
    return printable(f"The preferences could not be read and begin anew; the old ones are {bad}. {reason}")


def text(key: str, default: str = "") -> str:
    """A remembered text."""
    return _all().get(key, default)


def remember(key: str, value: str) -> None:
    """Remember a text; where that cannot be written, until the program ends."""
    path, value = _path(), value.encode(errors="replace").decode()
    if _all().get(key) == value or len(value) > _LONGEST:
        return
    _own.setdefault(path, {})[key] = value
    if _waiting is None:
        _keep(path)
    else:
        _waiting.add(path)


@contextmanager
def together() -> Iterator[None]:
    """What is remembered within is written once, at the end: a disk takes its time for each."""
    global _waiting
    if _waiting is not None:  # those around it will
        yield
        return
    _waiting = set()
    try:
        yield
    finally:
        paths, _waiting = _waiting, None
        for path in paths:
            _keep(path)


def forget_all() -> None:
    """As before the first start."""
    _own.pop(_path(), None)
    _write(_path(), {})


def state(key: str) -> QByteArray | None:
    """A remembered window or splitter state, or None."""
    try:
        return QByteArray(base64.b64decode(text(key), validate=True)) or None
    except (binascii.Error, ValueError):
        return None


def remember_state(key: str, value: QByteArray) -> None:
    """Remember a window or splitter state."""
    remember(key, base64.b64encode(value.data()).decode("ascii"))


def recent_files() -> list[Path]:
    """Files opened or saved lately that are still there, newest first."""
    try:
        items = parse(text("recent", "[]").encode(), "recent").items(10 * MOST_RECENT)
        paths = [Path(item.text(4096)) for item in items]
    except FileFormatError:
        return []
    # what a relative path meant depends on where that start was made
    return [path for path in paths if path.is_absolute() and is_plain(path)][:MOST_RECENT]


def remember_file(path: Path) -> None:
    """Put a file at the head of the recent ones, wherever the next start is made."""
    path = path.absolute()
    others = [other for other in recent_files() if other != path]
    # a name that is no Unicode cannot be written down
    names = [
        str(item) for item in [path, *others][:MOST_RECENT] if os.fsencode(item).decode(errors="replace") == str(item)
    ]
    remember("recent", dump(names).decode())


def _keep(path: Path) -> None:
    if trouble := mend():
        _log.warning(trouble)
    _write(path, _all())


def _path() -> Path:
    return _file(folder())


@cache
def _file(within: Path) -> Path:
    return within / "preferences.json"


def _all() -> dict[str, str]:
    path = _path()
    try:
        about = path.stat()
        seen = about.st_mtime_ns, about.st_size, about.st_ino
        if _last_read.get(path, ((), {}))[0] != seen:
            _last_read[path] = seen, _read(path)
        found = _last_read[path][1]
    except (FileFormatError, OSError):
        found = {}  # the start has told of it
    return found | _own.get(path, {})


def _read(path: Path) -> dict[str, str]:
    found = parse(read_plain(path, LARGEST_JSON), path.name).mapping()
    return {key: item.text(_LONGEST) for key, item in found.items()}


def _write(path: Path, values: dict[str, str]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, lambda file: file.write(dump(values)), _read, backup=False)
    except (OSError, FileFormatError) as error:
        _log.warning("the preferences cannot be written: %s", error)
