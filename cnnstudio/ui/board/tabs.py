"""Panels that share one place below the canvas, as tabs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.ui.board.seat import Seat
from cnnstudio.ui.look import preferences
from cnnstudio.ui.studio.declared import Panel, Stop
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.choosing.segments import Segments

#: pixels of width below which the tabs stand closer together, and leave more to what the panels say beside them
TIGHT = 700
#: the share of all tabs together beside other panels below the canvas
SHARE = 700


class Tabs(QWidget):
    """Each workspace has its own tabs and remembers which of them it shows."""

    #: another tab is shown
    changed = Signal(str)

    def __init__(self, studio: Studio, panels: Sequence[Panel[Any, Any]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._studio, self._workspace = studio, ""
        self._seats = {panel.name: Seat(studio, panel) for panel in panels}
        self._stack = QStackedWidget()
        names, tips = tuple(self._seats), {name: seat.panel.tip for name, seat in self._seats.items()}
        self._switch = Segments("Panels", names, names[0], self, tips=tips, tight=False, evenly=False)
        self._switch.changed.connect(self.choose)
        self.buttons = self._switch.buttons
        for seat in self._seats.values():
            self._stack.addWidget(seat)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        self._switch.installEventFilter(self)
        self._switch.raise_()
        self.changed.connect(studio.live_maps.look_again)
        self._make_room()

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return list(self._seats)[self._stack.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Show a tab."""
        self._switch.show_choice(name)
        self._seats[name].fill()
        self._stack.setCurrentWidget(self._seats[name])
        self._make_room()
        self.changed.emit(name)

    def show_workspace(self, name: str) -> None:
        """Show what this workspace showed last, of the tabs that belong to it."""
        self._workspace = name
        here = [tab for tab, seat in self._seats.items() if seat.belongs_to(name)]
        for tab, button in self.buttons.items():
            button.setVisible(tab in here)
        if here:
            first = next((tab for tab in here if name in self._seats[tab].panel.first_in), here[0])
            chosen = preferences.text(f"workspace/{name}/tab", first)
            self.show_tab(chosen if chosen in here else first)

    @property
    def stop(self) -> Stop:
        """F6 halts here once, at what is used most in the tab that is shown."""
        return Stop(self, first=self._first)

    def _first(self) -> QWidget | None:
        panel = self._seats[self.tab].panel
        if panel.stop is None or not self._studio.made(panel):
            return None
        stop = panel.stop(self._studio.get(panel))
        return stop.first() if stop.first is not None else None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Polish, QEvent.Type.Show):
            self._make_room()
        return False

    def choose(self, name: str) -> None:
        """Show a tab, now and whenever this workspace is shown."""
        self.show_tab(name)
        if self._workspace:
            preferences.remember(f"workspace/{self._workspace}/tab", name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._switch.be_tight(event.size().width() < TIGHT)
        self._make_room()

    def _make_room(self) -> None:
        """The tabs stand where each panel's title would: the panels leave them their room."""
        size = self._switch.sizeHint()
        self._switch.setGeometry(8, 6, size.width(), size.height())
        for seat in self._seats.values():
            if seat.panel.room is not None and self._studio.made(seat.panel):
                seat.panel.room(self._studio.get(seat.panel), QSize(size.width() - 4, size.height() - 4))
