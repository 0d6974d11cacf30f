"""Areas that scroll, and what changes its height with its width."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.ui.widgets.layouts.scrolled_column import SteadyArea


class Undecided(QWidget):
    """High where it is wide, and low where a scroll bar has made it narrower."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.setFixedHeight(500 if event.size().width() >= 300 else 100)


def test_what_flips_with_its_scroll_bar_comes_to_an_end(qtbot: QtBot) -> None:
    area, inside = SteadyArea(), QWidget()
    qtbot.addWidget(area)
    column = QVBoxLayout(inside)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(Undecided())
    area.setWidgetResizable(True)
    area.setWidget(inside)
    area.show()
    for width in range(290, 330):
        area.resize(width, 200)
        assert inside.height() >= 100 and inside.width() <= width
