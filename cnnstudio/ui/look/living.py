"""All widgets and all windows there are.

PySide is given bare pointers by Qt and wraps one after the other. If Python collects garbage in between, and a window
is among it, the pointers to its widgets that have not been wrapped yet lead nowhere, and the program ends with a
segmentation fault. So garbage waits until the list is whole.
"""

from __future__ import annotations

import gc
from collections.abc import Callable

from PySide6.QtWidgets import QApplication, QWidget


def living_widgets() -> list[QWidget]:
    """Every widget that there is."""
    return _wrapped_in_peace(QApplication.allWidgets)


def living_windows() -> list[QWidget]:
    """Every widget without a parent."""
    return _wrapped_in_peace(QApplication.topLevelWidgets)


def _wrapped_in_peace(ask: Callable[[], list[QWidget]]) -> list[QWidget]:
    collects = gc.isenabled()
    gc.disable()
    try:
        return ask()
    finally:
        if collects:
            gc.enable()
