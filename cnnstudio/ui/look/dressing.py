"""Another palette and style sheet for what is seen in the window in front, at once; for the rest when its turn comes.

Qt styles every widget anew where the style sheet of the application changes, also those in workspaces and sheets that
are hidden, and lays all of them out. Here it is made to forget whom it has styled, and each is styled once: what is
seen in the window in front now, what is seen in others later, one window after the other, and what is hidden when it is
shown. No window is painted between the change and its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from weakref import WeakKeyDictionary, WeakMethod

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from cnnstudio.ui.look.living import living_widgets, living_windows

#: milliseconds between two windows: what takes none is done before keys and the mouse are heard
BREATH = 1

_followers: WeakKeyDictionary[QWidget, list[WeakMethod[Callable[[], None]]]] = WeakKeyDictionary()


def follow(widget: QWidget, recolour: Callable[[], None]) -> None:
    """Call a method of a widget's whenever it is dressed anew. It is painted anew without asking; this is for icons,
    pictures and words that have colours in them."""
    _followers.setdefault(widget, []).append(WeakMethod(recolour))


def recolour(widget: QWidget) -> None:
    """Let a widget do what it does whenever it is dressed anew."""
    for method in _followers.get(widget, ()):
        if (recolour := method()) is not None:
            recolour()


def recolour_all() -> None:
    """Let every widget do what it does whenever it is dressed anew."""
    for widget in living_widgets():
        if isValid(widget):
            recolour(widget)


def change(app: QApplication, palette: QPalette, sheet: str) -> None:
    """Put a palette and a style sheet in the place of those there are. Sizes may not differ: nothing is laid out."""
    app.style().unpolish(app)  # it forgets what it knows of widgets, and so restyles none for the new sheet
    app.setPalette(palette)
    app.setStyleSheet(sheet)
    windows = living_windows()
    seen = [window for window in windows if window.isVisible()]
    front = app.activeWindow() or next(iter(seen), None)
    now = [window for window in seen if front in (window, _owner(window))]
    later = [window for window in seen if window not in now]
    for window in later:
        window.setUpdatesEnabled(False)
    _dress_in_turn(later)
    for window in windows:
        if window in now:
            _dress(window)
        elif window not in later:
            window.installEventFilter(_later())


def _owner(window: QWidget) -> QWidget | None:
    """The window that a menu or dialog belongs to."""
    around = window.parentWidget()
    return None if around is None else around.window()


def _dress_in_turn(windows: Sequence[QWidget]) -> None:
    """Dress the windows one after the other, each when the one before it has been painted, so that the program answers
    in between."""
    if windows:
        take_turn = partial(_take_turn, windows)
        # the first comes with the painting that is due, the second after it
        QTimer.singleShot(BREATH, _later(), lambda: QTimer.singleShot(BREATH, _later(), take_turn))


def _take_turn(windows: Sequence[QWidget]) -> None:
    first, *rest = windows
    _dress_in_turn(rest)
    if isValid(first):
        first.setUpdatesEnabled(True)
        _dress(first)


def _dress(widget: QWidget) -> None:
    """Let a widget and what is seen in it wear the style there is; what is hidden is waited for."""
    if not widget.isVisible():  # also where it was closed before its turn
        widget.installEventFilter(_later())
        return
    recolour(widget)
    widget.style().polish(widget)
    widget.update()
    for child in widget.children():
        if isValid(child) and isinstance(child, QWidget) and not child.isWindow():
            _dress(child)


class _Later(QObject):
    """Dresses what is shown."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget):
            watched.removeEventFilter(self)
            _dress(watched)
        return False


_made: list[_Later] = []


def _later() -> _Later:
    """One for the whole application; it filters a widget once, however often it is told to."""
    if not _made:
        _made.append(_Later())
    return _made[0]
