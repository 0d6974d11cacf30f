"""Rows and columns of places in a picture, one of which is pointed out, by mouse or by keys."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.widgets.brush_keys import ARROWS


def kept_place(place: int, before: int, after: int) -> int:
    """Where a place, from 0, is once there are so many places ``after`` and not so many ``before``: the last stays the
    last, and no other becomes it."""
    return max(0, min(place, after - 1 if place >= before - 1 else after - 2))


class PlaceGrid(QWidget):
    """``place`` is the row and column that are pointed out, from 0; ``pointed`` carries them when they change."""

    pointed = Signal(int, int)

    def __init__(self) -> None:
        super().__init__()
        self.place = (0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def places(self) -> tuple[int, ...]:
        """How many rows and columns there are."""
        raise NotImplementedError

    def go_to(self, row: int, column: int) -> None:
        """Point a place out, or the nearest that there is."""
        rows, columns = self.places
        place = (max(0, min(row, rows - 1)), max(0, min(column, columns - 1)))
        if place != self.place:
            self.place = place
            self.update()
            self.pointed.emit(*place)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = ARROWS.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.go_to(self.place[0] + step[0], self.place[1] + step[1])
