"""A window that is let live between two acts of a test."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, QTimer

_PATIENCE = 120.0


def live(milliseconds: int) -> None:
    """Let the window and its workers live; Qt's own wait for tests keeps Python's lock all the while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def wait_until(true: Callable[[], bool]) -> None:
    """Let the window live until something is so.

    Raises:
        TimeoutError: it does not become so.
    """
    until = time.monotonic() + _PATIENCE
    while not true():
        if time.monotonic() > until:
            raise TimeoutError("the window does not come to rest")
        live(5)
