"""Build and Train on the same panels, Explain and Learn on pages that are made when they are first shown.

Switching destroys nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from cnnstudio.ui.look import preferences
from cnnstudio.ui.panels.volumes.panel import MAPS, VOLUMES, BelowPanel

if TYPE_CHECKING:
    from cnnstudio.ui.learn.page import LearnPage

BUILD, TRAIN, EXPLAIN, LEARN = "Build", "Train", "Explain", "Learn"
NAMES = (BUILD, TRAIN, EXPLAIN, LEARN)

#: widths of palette, canvas and inspector in a wide and in a narrow window
_WIDE, _NARROW = (208, 900, 300), (192, 700, 272)
#: how much of the height the panels below take
_SHARE_BELOW = {BUILD: 0.28, TRAIN: 0.34}
_BELOW = {BUILD: (500, 0, 700), TRAIN: (0, 560, 640)}


class Workspaces(QObject):
    """The splitters between palette, canvas, inspector and the panels below, for each workspace its own sizes."""

    changed = Signal(str)

    def __init__(
        self,
        palette: QWidget,
        centre: QWidget,
        inspector: QWidget,
        problems: QWidget,
        curves: QWidget,
        maps: BelowPanel,
        pages: Mapping[str, Callable[[], QWidget]],
    ) -> None:
        super().__init__()
        self.current = ""
        self._problems, self._curves, self._maps = problems, curves, maps
        self._columns = _splitter(Qt.Orientation.Horizontal, palette, centre, inspector)
        self._below = _splitter(Qt.Orientation.Horizontal, problems, curves, maps)
        self._rows = _splitter(Qt.Orientation.Vertical, self._columns, self._below)
        self._columns.setStretchFactor(1, 1)
        self._rows.setStretchFactor(0, 1)
        for place in range(3):
            self._below.setStretchFactor(place, 1)
        self.widget = QStackedWidget()
        self.widget.addWidget(self._rows)
        self._pages = pages
        self._palette, self._centre, self._inspector = palette, centre, inspector

    def show(self, name: str) -> None:
        """Show a workspace."""
        if name == self.current:
            return
        self.remember()
        self.current = name
        page = self._pages[name]() if name in self._pages else self._rows
        self._hand_over(page)
        if self.widget.indexOf(page) < 0:
            self.widget.addWidget(page)
        self.widget.setCurrentWidget(page)
        if page is not self._rows:
            self.changed.emit(name)
            return
        self._problems.setVisible(name == BUILD)
        self._curves.setVisible(name == TRAIN)
        self._maps.show_workspace(name, VOLUMES if name == BUILD else MAPS)
        wide = self.widget.window().width() >= 1280
        self._restore(self._columns, "columns", _WIDE if wide else _NARROW)
        height = max(self._rows.height(), self.widget.window().height() - 120)
        below = min(max(round(height * _SHARE_BELOW[name]), 150), 300)
        self._restore(self._rows, "rows", (height - below, below))
        self._restore(self._below, "below", _BELOW[name])
        self.changed.emit(name)

    def _hand_over(self, page: LearnPage | QWidget) -> None:
        """There is one palette, one canvas and one inspector: they go where they are needed."""
        if self.current == LEARN:
            page.hold(self._palette, self._centre, self._inspector)
        elif self._columns.indexOf(self._centre) < 0:
            self._columns.insertWidget(0, self._palette)
            self._columns.insertWidget(1, self._centre)
            self._columns.addWidget(self._inspector)
            self._columns.setStretchFactor(1, 1)

    def remember(self) -> None:
        """Keep the sizes of the workspace that is shown for the next time."""
        if not self.current or self.current in self._pages:
            return
        for splitter, part in ((self._columns, "columns"), (self._rows, "rows"), (self._below, "below")):
            sizes = ",".join(str(size) for size in splitter.sizes())
            preferences.remember(f"workspace/{self.current}/{part}", sizes)

    def _restore(self, splitter: QSplitter, part: str, default: tuple[int, ...]) -> None:
        words = preferences.text(f"workspace/{self.current}/{part}").split(",")
        sizes = [int(word) for word in words if word.isdigit()]
        splitter.setSizes(sizes if len(sizes) == splitter.count() and any(sizes) else list(default))


def _splitter(direction: Qt.Orientation, *parts: QWidget) -> QSplitter:
    splitter = QSplitter(direction)
    splitter.setHandleWidth(1)
    splitter.setChildrenCollapsible(False)
    for part in parts:
        splitter.addWidget(part)
    return splitter
