"""Of each class how much of it is found, and how much of what is called so is it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.scores import ByClass
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.run.samples import name_of

_SHARE, _CLASS = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_ROW, _BAR = 24, 36
#: how wide the columns of figures are
_WIDE = (58, 68, 80)
_LEFT, _RIGHT = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
#: how the columns stand; the last has a bar at its right
_ALIGNED = (_LEFT, _RIGHT, _RIGHT, _LEFT)
#: what the columns are called, and what they mean
_HEADS = (
    ("class", "What the data calls it"),
    ("recall", "Recall: of the pictures of a class, how many are found"),
    ("precision", "Precision: of the pictures that are called so, how many are it"),
    ("F1", "F1: recall and precision in one number, their harmonic mean; 100 only where both are"),
)


class ClassTable(QTableWidget):
    """``chosen`` carries a class from 0."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(0, len(_HEADS), parent)
        self.setAccessibleName("Classes")
        self.setShowGrid(False)
        self.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        for column, (words, tip) in enumerate(_HEADS):
            head = QTableWidgetItem(words)
            head.setToolTip(plain_tip(tip))
            head.setTextAlignment(_ALIGNED[column] | Qt.AlignmentFlag.AlignVCenter)
            self.setHorizontalHeaderItem(column, head)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(24)
        self.setItemDelegateForColumn(3, _Bar(self))
        self._worst = -1.0
        dressing.follow(self, self._dress)
        self.itemSelectionChanged.connect(self._choose)

    def show_scores(self, scores: ByClass, names: tuple[str, ...], order: Sequence[int]) -> None:
        """Show other scores, the classes in this order; the poorest is marked."""
        chosen = self.chosen_class
        blocked = self.blockSignals(True)
        self.setRowCount(len(order))
        known = [float(f1) for f1 in scores.f1 if not math.isnan(f1)]
        self._worst = min(known, default=0.0) if len(set(known)) > 1 else -1.0
        for row, number in enumerate(order):
            shares = [float(values[number]) for values in (scores.recall, scores.precision, scores.f1)]
            texts = (name_of(names, number), *map(_said, shares[:2]), _hundredths(shares[2]))
            tip = _sentence(name_of(names, number), int(scores.images[number]), *shares[:2])
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(plain_tip(tip))
                item.setData(_CLASS, number)
                item.setTextAlignment(_ALIGNED[column] | Qt.AlignmentFlag.AlignVCenter)
                item.setData(_SHARE, shares[2])
                self.setItem(row, column, item)
        self.blockSignals(blocked)
        self._dress()
        self.show_class(chosen)

    def _dress(self) -> None:
        """As large as text is, and in the colours of the look."""
        for column, wide in enumerate(_WIDE, start=1):
            self.setColumnWidth(column, theme.scaled(wide))
        for row in range(self.rowCount()):
            self.setRowHeight(row, theme.scaled(_ROW))
        self.setMaximumHeight(self.horizontalHeader().sizeHint().height() + self.rowCount() * theme.scaled(_ROW) + 4)
        self._colour()

    def _colour(self) -> None:
        """The poorest class stands out."""
        look, blocked = theme.current(), self.blockSignals(True)
        for row in range(self.rowCount()):
            for column in range(self.columnCount()):
                if (item := self.item(row, column)) is not None:
                    item.setForeground(look.error if item.data(_SHARE) == self._worst else look.text)
        self.blockSignals(blocked)

    @property
    def chosen_class(self) -> int:
        """The class that is chosen; -1 for none."""
        items = self.selectedItems()
        return int(items[0].data(_CLASS)) if items else -1

    def show_class(self, number: int) -> None:
        """Mark a class; -1 for none. Nobody is told."""
        blocked = self.blockSignals(True)
        self.clearSelection()
        for row in range(self.rowCount()):
            if (item := self.item(row, 0)) is not None and item.data(_CLASS) == number:
                self.setCurrentCell(row, 0)
        self.blockSignals(blocked)

    def _choose(self) -> None:
        if self.chosen_class >= 0:
            self.chosen.emit(self.chosen_class)


def _hundredths(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f}"


def _said(share: float) -> str:
    return "–" if math.isnan(share) else f"{_hundredths(share)}\u202f%"


def _sentence(name: str, images: int, recall: float, precision: float) -> str:
    """What the figures of a class mean."""
    found = "none of them to be found" if math.isnan(recall) else f"{_said(recall)} of them are found"
    called = "No picture is called so." if math.isnan(precision) else f"Of those called so {_said(precision)} are it."
    return f"“{name}”: {amount(images, 'test picture')}, {found}. {called} Click to see what it gets wrong of them."


class _Bar(QStyledItemDelegate):
    """A number with a bar behind it."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        super().paint(painter, option, index)
        share, look, rect = index.data(_SHARE), theme.current(), QRectF(option.rect)
        painter.save()
        try:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            box = QRectF(rect.right() - _BAR - 6, rect.center().y() - 3, _BAR, 6)
            painter.setBrush(look.line)
            painter.drawRoundedRect(box, 3, 3)
            if isinstance(share, float) and share > 0:
                painter.setBrush(look.accent)
                painter.drawRoundedRect(QRectF(box.left(), box.top(), max(3.0, box.width() * share), 6), 3, 3)
        finally:
            painter.restore()
