"""Two runs side by side, as a sheet over the window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from cnnstudio.project.kept.groups import ReadRun
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, rule
from cnnstudio.ui.panels.runs.columns import began_text, title_of
from cnnstudio.ui.panels.runs.difference import Line, designs, recipes, results
from cnnstudio.ui.widgets.overlay import Overlay

_SIZE = QSize(680, 480)


def open_difference(window: QWidget, one: ReadRun, two: ReadRun) -> Overlay:
    """Show in what two runs differ."""
    wanted = QSize(theme.scaled(_SIZE.width()), theme.scaled(_SIZE.height()))
    return Overlay(window, "Two runs", DifferencePage(one, two), wanted)


class DifferencePage(QWidget):
    """Results first, all of them; of recipe and design what is not the same."""

    def __init__(self, one: ReadRun, two: ReadRun) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 4, 24, 24)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(6)
        for place, stretch in enumerate((4, 3, 3)):
            self._grid.setColumnStretch(place, stretch)
        column.addLayout(self._grid)
        column.addStretch(1)
        for place, run in enumerate((one, two), start=1):
            self._grid.addWidget(label(title_of(run.listed), "title", wrap=True), 0, place)
            self._grid.addWidget(label(began_text(run.listed.run.began), "secondary"), 1, place)
        self.lines = {"Result": results(one, two), "Recipe": recipes(one, two), "Design": designs(one, two)}
        known = one.begun is not None and two.begun is not None
        for title, lines in self.lines.items():
            self._section(title, lines, "the same in both" if known else "not known of both")

    def _section(self, title: str, lines: list[Line], otherwise: str) -> None:
        grid = self._grid
        grid.addWidget(rule(), grid.rowCount(), 0, 1, 3)
        grid.addWidget(label(title, "section"), row := grid.rowCount(), 0)
        if not lines:
            grid.addWidget(label(otherwise, "secondary"), row, 1, 1, 2)
        for line in lines:
            row = grid.rowCount()
            grid.addWidget(label(line.title, "soft", wrap=True), row, 0, Qt.AlignmentFlag.AlignTop)
            for place, text in enumerate((line.first, line.second), start=1):
                figure = label(text, "title" if line.differs else "", wrap=True)
                figure.setFont(theme.tabular(figure.font()))
                grid.addWidget(figure, row, place, Qt.AlignmentFlag.AlignTop)
