"""The board: a canvas with panels at its sides and below it, each workspace with its own panels and sizes."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from cnnstudio.ui.board.seat import Seat
from cnnstudio.ui.board.tabs import SHARE, Tabs
from cnnstudio.ui.look import preferences
from cnnstudio.ui.studio.declared import Place, Stop
from cnnstudio.ui.studio.studio import Studio

#: widths of what is at the left, in the centre and at the right, in a wide and in a narrow window
_WIDE, _NARROW = (208, 900, 300), (192, 700, 272)


class Board(QSplitter):
    """There is one panel at the left, one in the centre and one at the right; they can be lent to another page."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(Qt.Orientation.Vertical, studio.workspaces.widget)
        self.hide()  # it has a place once it is shown
        self._studio = studio
        self._name, self._lower_share = "", 0.3
        self.columns = _splitter(self, *self.sides())
        self.columns.setStretchFactor(1, 1)
        self._seats = [Seat(studio, panel) for panel in studio.panels("below")]
        self.tabs = Tabs(studio, studio.panels("tab"))
        self.below = _splitter(self, *self._seats, self.tabs)
        for place in range(self.below.count()):
            self.below.setStretchFactor(place, 1)
        self.setHandleWidth(1)
        self.setChildrenCollapsible(False)
        self.setStretchFactor(0, 1)
        studio.run_control.changed.connect(self.look_again)

    def sides(self) -> tuple[QWidget, QWidget, QWidget]:
        """What is at the left, in the centre and at the right."""
        return self._at("left"), self._at("centre"), self._at("right")

    def take_back(self) -> None:
        """Bring home what was lent."""
        if self.columns.indexOf(self._at("centre")) < 0:
            left, centre, right = self.sides()
            self.columns.insertWidget(0, left)
            self.columns.insertWidget(1, centre)
            self.columns.addWidget(right)
            self.columns.setStretchFactor(1, 1)

    def arrange(self, name: str, lower_share: float) -> None:
        """Show a workspace; the panels below take this share of the height where no other is remembered."""
        self._name = name
        self.take_back()
        for seat in self._seats:
            seat.setVisible(seat.has_place(name))
            if seat.has_place(name):
                seat.fill()
        self.tabs.show_workspace(name)
        self._lower_share = lower_share
        self._share_room()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._name and not event.spontaneous():
            self._share_room()  # before that there was none

    def _share_room(self) -> None:
        """Give the panels the sizes that are remembered, or what each declares of the room there is."""
        window = self._studio.window
        self.columns.setSizes(self._remembered("columns", _WIDE if window.width() >= 1280 else _NARROW))
        height = max(self.height(), window.height() - 120)
        below = min(max(round(height * self._lower_share), 150), 300)
        self.setSizes(self._remembered("rows", (height - below, below)))
        shares = tuple(seat.panel.share if seat.belongs_to(self._name) else 0 for seat in self._seats)
        self._share_place(self._remembered("below", (*shares, SHARE)))

    def look_again(self) -> None:
        """Panels below the canvas that take turns at one place may have changed."""
        wanted = [seat for seat in self._seats if seat.has_place(self._name)]
        if not self._name or wanted == [seat for seat in self._seats if not seat.isHidden()]:
            return
        sizes, focused = self.below.sizes(), self.window().focusWidget()
        for seat in self._seats:
            seat.setVisible(seat in wanted)
            if seat in wanted:
                seat.fill()
        self._share_place(sizes)
        if focused is not None and not focused.isVisible():
            self._studio.workspaces.take_keyboard()

    def _share_place(self, sizes: list[int]) -> None:
        """Whoever has the place now is as wide as whoever had it."""
        here = [place for place, seat in enumerate(self._seats) if seat.belongs_to(self._name)]
        width = max((sizes[place] for place in here), default=0)
        self.below.setSizes([width if place in here else size for place, size in enumerate(sizes)])

    def remember(self) -> None:
        """Keep the sizes of the workspace that is shown for the next time."""
        if not self._name:
            return
        with preferences.together():
            for splitter, part in ((self.columns, "columns"), (self, "rows"), (self.below, "below")):
                sizes = ",".join(str(size) for size in splitter.sizes())
                preferences.remember(f"workspace/{self._name}/{part}", sizes)

    def leave(self) -> None:
        """Another workspace is shown."""
        self.remember()
        self._name = ""

    def stops(self) -> list[Stop]:
        """Where F6 halts, as it is read."""
        stops = self._studio.stops("left", "centre", "right")
        inner = {seat: self._inner(seat) for seat in self._seats}
        return [*stops, *inner.values(), self.tabs.stop]

    def _inner(self, seat: Seat) -> Stop:
        panel = seat.panel
        if panel.stop is None or not self._studio.made(panel):
            return Stop(seat)
        stop = panel.stop(self._studio.get(panel))
        return Stop(seat, stop.enter, stop.first)

    def _at(self, place: Place) -> QWidget:
        (panel,) = self._studio.panels(place)
        return panel.widget(self._studio.get(panel))

    def _remembered(self, part: str, default: tuple[int, ...]) -> list[int]:
        """The sizes that a part of this workspace had when it was left, also of what is hidden now."""
        words = preferences.text(f"workspace/{self._name}/{part}").split(",")
        sizes = [int(word) for word in words if word.isdigit()]
        return sizes if len(sizes) == len(default) and any(sizes) else list(default)


def _splitter(board: QSplitter, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(Qt.Orientation.Horizontal)
    board.addWidget(splitter)  # before anything is in it, which would be styled anew
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter
