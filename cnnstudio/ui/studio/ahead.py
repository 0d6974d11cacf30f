"""Parts that are made soon: in moments in which nobody does anything and nothing is trained, a piece at a time, once
the window is painted."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from importlib import import_module
from typing import Any

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from cnnstudio.ui.studio.declared import Part

#: milliseconds without a key, a click or a movement that count as nobody doing anything
QUIET = 1500
#: milliseconds between two pieces
APART = 60

_INPUT = {
    QEvent.Type.MouseMove,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseButtonRelease,
    QEvent.Type.KeyPress,
    QEvent.Type.Wheel,
}


def pieces_of(parts: Iterable[Part[Any, Any]], make: Callable[[Part[Any, Any]], object]) -> list[Callable[[], object]]:
    """What there is to do, in pieces that nobody notices: importing, then making."""
    soon = [part for part in parts if part.when == "soon"]
    imports: list[Callable[[], object]] = [partial(import_module, name) for part in soon for name in part.modules]
    return [*imports, *(partial(make, part) for part in soon)]


class Ahead(QObject):
    """Does the pieces one after another while the window is left alone and not ``busy``, then never stirs again."""

    def __init__(self, window: QWidget, pieces: Iterable[Callable[[], object]], busy: Callable[[], bool]) -> None:
        super().__init__(window)
        self._window, self._busy = window, busy
        self._pieces = deque(pieces)
        self._watched: QObject | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._do_one)

    @property
    def left(self) -> int:
        """How many pieces there are still to do."""
        return len(self._pieces)

    def start(self) -> None:
        """Begin; call it when the window is shown."""
        handle = self._window.windowHandle()
        if self._pieces and handle is not self._watched and handle is not None:
            self._watched = handle  # it hears of all input once, before any widget does
            handle.installEventFilter(self)
        if self._pieces:
            self._timer.start(QUIET)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _INPUT and self._pieces:
            self._timer.start(QUIET)
        return False

    def _do_one(self) -> None:
        if self._busy():
            self._timer.start(QUIET)
            return
        self._pieces.popleft()()
        if self._pieces:
            self._timer.start(APART)
        elif self._watched is not None:
            if isValid(self._watched):  # a window may have got another handle meanwhile
                self._watched.removeEventFilter(self)
            self._watched = None
