"""A comparison as a table: a mark, the layer of one design, that of the other, and what is different."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QObject, Qt
from PySide6.QtGui import QBrush, QColor

from cnnstudio.design.analysis.comparison import Comparison, Kind, Row, Side
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.model_index import AnyIndex

MARKS = {"same": "", "changed": "~", "added": "+", "removed": "−"}
WORDS = {"same": "equal", "changed": "changed", "added": "added", "removed": "removed"}
MARK, FIRST, FIRST_SHAPE, FIRST_SIZE, SECOND, SECOND_SHAPE, SECOND_SIZE, WHAT = range(8)
#: the columns whose words may take several lines
WORDY = (FIRST, SECOND, WHAT)

Roles = Qt.ItemDataRole


class CompareModel(QAbstractTableModel):
    """One row for each layer of either design."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[Row, ...] = ()
        self._names = ("", "")

    def show(self, found: Comparison, names: tuple[str, str]) -> None:
        """Show another comparison."""
        self.beginResetModel()
        self.rows, self._names = found.rows, names
        self.endResetModel()

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return WHAT + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Roles.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role in (Roles.DisplayRole, Roles.ToolTipRole):
            sides = [[name, "Shape", "Parameters"] for name in self._names]
            return ["", *sides[0], *sides[1], "What is different"][section]
        if role == Roles.TextAlignmentRole:
            right = section in (FIRST_SIZE, SECOND_SIZE)
            side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def data(self, index: AnyIndex, role: int = Roles.DisplayRole) -> Any:
        row, column = self.rows[index.row()], index.column()
        if role == Roles.DisplayRole:
            return self._text(row, column)
        if role in (Roles.ToolTipRole, Roles.AccessibleTextRole):
            return WORDS[row.kind] if column == MARK else self._text(row, column)
        if role == Roles.TextAlignmentRole and column in (MARK, FIRST_SIZE, SECOND_SIZE):
            side = Qt.AlignmentFlag.AlignHCenter if column == MARK else Qt.AlignmentFlag.AlignRight
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Roles.BackgroundRole and row.kind != "same":
            return QBrush(theme.mixed(_colour(row.kind), theme.current().panel, 0.10))
        if role == Roles.ForegroundRole:
            return self._ink(row, column)
        if role == Roles.FontRole and (column == MARK or _reshaped(row, column)):
            return theme.title_font()
        return None

    def _ink(self, row: Row, column: int) -> QBrush | None:
        look = theme.current()
        if column == MARK:
            return QBrush(_colour(row.kind))
        if column in (FIRST_SIZE, SECOND_SIZE, WHAT):
            return QBrush(look.text if row.kind != "same" and column == WHAT else look.secondary)
        if _reshaped(row, column):
            return QBrush(_colour("changed"))
        return None

    def _text(self, row: Row, column: int) -> str:
        if column == MARK:
            return MARKS[row.kind]
        if column == WHAT:
            return what(row)
        side = row.first if column <= FIRST_SIZE else row.second
        if side is None:
            return ""
        if column in (FIRST, SECOND):
            return _named(side)
        if column in (FIRST_SHAPE, SECOND_SHAPE):
            return shape_text(side.shape) if side.shape is not None else "—"
        return thousands(side.parameters) if side.parameters else ""


def what(row: Row) -> str:
    """What is different between the two sides of a row, in words."""
    parts = [f"{c.title.lower()} {setting_text(c.before)} → {setting_text(c.after)}" for c in row.changes]
    if row.rewired:
        parts.append("reads other layers")
    if row.kind in ("added", "removed"):
        parts.append(WORDS[row.kind])
    return ", ".join(parts)


def _named(side: Side) -> str:
    summary = worded(side.layer.summary())
    return f"{side.name} · {summary}" if summary else side.name


def _reshaped(row: Row, column: int) -> bool:
    return column in (FIRST_SHAPE, SECOND_SHAPE) and row.reshaped


def _colour(kind: Kind) -> QColor:
    look = theme.current()
    return {"added": look.good, "removed": look.error, "changed": look.accent}.get(kind, look.secondary)
