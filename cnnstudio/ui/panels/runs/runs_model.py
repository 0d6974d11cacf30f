"""The kept runs as a table of Qt's; order and words are those of ``columns``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt, Signal
from PySide6.QtGui import QBrush, QColor

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.project.kept.listing import ListedRun
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.panels.runs.columns import (
    BEGAN,
    COLUMNS,
    NAME,
    SHOWN,
    STAR,
    STATE,
    WRITTEN,
    arranged,
    names_of,
    title_of,
)

Roles = Qt.ItemDataRole
#: the colour of a run's curve, where it is drawn
COLOUR = Roles.UserRole


class RunsModel(QAbstractTableModel):
    """One row a run. ``noted`` carries a folder and what somebody has noted of its run, by its name."""

    noted = Signal(object, str, object)
    #: other runs are in the table, or in another order: rows are others now
    about_to_arrange = Signal()
    rearranged = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.runs: tuple[ListedRun, ...] = ()
        self.rows: list[ListedRun] = []
        self.column, self.descending, self.words = BEGAN, True, ""
        self._names: dict[str, str] = {}
        self._colours: Mapping[Path, QColor] = {}

    def show(self, runs: Sequence[ListedRun]) -> None:
        """Show other runs; where they are the same ones, only what is written of them."""
        if tuple(runs) != self.runs:
            self.runs, self._names = tuple(runs), names_of(runs)
            self._arrange()

    def search(self, words: str) -> None:
        """Show only runs in which each of these words is found."""
        self.words = words
        self._arrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Order by a column; of what is wanted large the greatest first."""
        self.column, self.descending = column, order == Qt.SortOrder.DescendingOrder
        self._arrange()

    def colour(self, colours: Mapping[Path, QColor]) -> None:
        """Whose curves are drawn, and in which colours, by their folders."""
        self._colours = dict(colours)
        if self.rows:
            self.dataChanged.emit(self.index(0, SHOWN), self.index(len(self.rows) - 1, SHOWN))

    def _arrange(self) -> None:
        found = arranged(self.runs, self.column, self.descending, self.words)
        if [each.run.folder for each in found] == [each.run.folder for each in self.rows]:
            self.rows = found
            if found:
                self.dataChanged.emit(self.index(0, 0), self.index(len(found) - 1, len(COLUMNS) - 1))
            return
        self.about_to_arrange.emit()
        self.beginResetModel()
        self.rows = found
        self.endResetModel()
        self.rearranged.emit()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() in WRITTEN else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = COLUMNS[section]
        if role == Roles.DisplayRole:
            return column.title
        if role == Roles.ToolTipRole:
            return plain_tip(column.tip)
        return _aligned(section) if role == Roles.TextAlignmentRole else None

    def data(self, index: AnyIndex, role: int = Roles.DisplayRole) -> Any:
        if not (index.isValid() and index.row() < len(self.rows)):
            return None
        each, column = self.rows[index.row()], index.column()
        text = COLUMNS[column].text(each, self._names)
        if role == Roles.DisplayRole:
            return " ".join(text.split())
        if role == Roles.AccessibleTextRole:
            return ("no star", "starred")[each.run.starred] if column == STAR else f"{COLUMNS[column].title} {text}"
        if role == Roles.EditRole and column in WRITTEN:
            return getattr(each.run, WRITTEN[column])
        if role == Roles.ToolTipRole:
            return plain_tip(self._tip(each, column))
        if role == Roles.TextAlignmentRole:
            return _aligned(column)
        if role == COLOUR:
            return self._colours.get(each.run.folder)
        return self._ink(each, column) if role == Roles.ForegroundRole else None

    def setData(self, index: AnyIndex, value: Any, role: int = Roles.EditRole) -> bool:
        if role != Roles.EditRole or index.column() not in WRITTEN:
            return False
        each, name = self.rows[index.row()], WRITTEN[index.column()]
        if (text := str(value).strip()) != getattr(each.run, name):
            self.noted.emit(each.run.folder, name, text)
        return True

    def _tip(self, each: ListedRun, column: int) -> str:
        if column == STAR:
            return "Take its star" if each.run.starred else COLUMNS[STAR].tip
        if column == SHOWN:
            return COLUMNS[SHOWN].tip
        run = each.run
        lines = [f"{title_of(each)}: {run.design or 'Untitled'} on {run.data}, {amount(run.epochs, 'epoch')}"]
        lines += [f"Run {run.id}", run.note]
        return "\n".join(line for line in lines if line)

    def _ink(self, each: ListedRun, column: int) -> QBrush | None:
        look = theme.current()
        if column == STAR:
            return QBrush(look.warning if each.run.starred else look.secondary)
        if column == STATE:
            return QBrush({"under way": look.accent, "not ended": look.warning}.get(each.state, look.secondary))
        return None if column == NAME or COLUMNS[column].figures else QBrush(look.secondary)


def _aligned(column: int) -> int:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[column].figures else Qt.AlignmentFlag.AlignLeft
    side = Qt.AlignmentFlag.AlignHCenter if column == STAR else side
    return int(side | Qt.AlignmentFlag.AlignVCenter)
