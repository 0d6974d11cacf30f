"""What the window remembers between starts. Values are texts, so that reading them can run nothing."""

from __future__ import annotations

import base64
import binascii
import json
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

MOST_RECENT = 8


def _settings() -> QSettings:
    return QSettings(QSettings.Format.IniFormat, QSettings.Scope.UserScope, "cnnstudio", "cnnstudio")


def folder() -> Path:
    """The folder of the settings; it may not be there yet."""
    return Path(_settings().fileName()).parent


def text(key: str, default: str = "") -> str:
    """A remembered text."""
    return str(_settings().value(key, default, type=str))


def remember(key: str, value: str) -> None:
    """Remember a text."""
    _settings().setValue(key, value)


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
        found = json.loads(text("recent", "[]"))
    except json.JSONDecodeError:
        return []
    paths = [Path(item) for item in found if isinstance(item, str)] if isinstance(found, list) else []
    # what a relative path meant depends on where that start was made
    return [path for path in paths if path.is_absolute() and path.is_file()][:MOST_RECENT]


def remember_file(path: Path) -> None:
    """Put a file at the head of the recent ones, wherever the next start is made."""
    path = path.absolute()
    others = [other for other in recent_files() if other != path]
    remember("recent", json.dumps([str(item) for item in [path, *others][:MOST_RECENT]]))
