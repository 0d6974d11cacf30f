"""The keys of the stages. They work where the stage or something in it has the keyboard, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.explain.place import Place


def on_key(area: QWidget, key: Qt.Key, action: Callable[[], object]) -> None:
    """Do something when a key is pressed in an area."""
    shortcut = QShortcut(QKeySequence(key), area)
    shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    shortcut.activated.connect(lambda: action())


def bind_keys(area: QWidget, place: Place) -> None:
    """Arrows move one position, Page Up and Page Down change the map."""
    for key, action in (
        (Qt.Key.Key_Left, lambda: place.nudge(0, -1)),
        (Qt.Key.Key_Right, lambda: place.nudge(0, 1)),
        (Qt.Key.Key_Up, lambda: place.nudge(-1, 0)),
        (Qt.Key.Key_Down, lambda: place.nudge(1, 0)),
        (Qt.Key.Key_PageUp, lambda: place.choose_map(place.cell[-1] - 1)),
        (Qt.Key.Key_PageDown, lambda: place.choose_map(place.cell[-1] + 1)),
    ):
        on_key(area, key, partial(when_ready, place, action))


def when_ready(place: Place, action: Callable[[], object]) -> None:
    """Do something where there is a layer with numbers to look at."""
    if place.ready:
        action()
