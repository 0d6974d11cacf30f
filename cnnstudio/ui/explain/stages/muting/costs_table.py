"""The filters of a layer ranked by what muting them costs, with the cost class by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
)

from cnnstudio.nn.looking.muting import Score
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip

#: points from which on a cell has its full colour
_FULL = 20.0


class CostsTable(QTreeWidget):
    """``chosen`` carries a filter, from 0; ``mute_asked`` comes with the key M. Costs are in points: +2 is two of a
    hundred images more that are right without the filter, −2 two fewer."""

    chosen = Signal(int)
    mute_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Filters, ranked by what muting them costs")
        self.setToolTip(
            "In points of accuracy: −2 means that two images of a hundred more are taken for something else"
        )
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setItemDelegate(_Tinted(self))
        self._shown: tuple[Score | None, Mapping[int, Score], Sequence[str], frozenset[int]] = (
            None,
            {},
            (),
            frozenset(),
        )
        self._rows: dict[int, QTreeWidgetItem] = {}
        self.currentItemChanged.connect(self._chosen)
        dressing.follow(self, self._fill)

    @property
    def order(self) -> list[int]:
        """The filters as they are ranked: the dearest first."""
        whole, found, _, _ = self._shown
        if whole is None:
            return []
        return sorted(found, key=lambda item: (-whole.cost(found[item]).accuracy, item))

    def show_costs(
        self, whole: Score | None, found: Mapping[int, Score], classes: Sequence[str], muted: frozenset[int]
    ) -> None:
        """The score with all filters, and without each of those found so far."""
        shown = (whole, dict(found), tuple(classes), muted)
        if shown != self._shown:
            self._shown = shown
            self._fill()

    def mark(self, item: int) -> None:
        """Show which filter is chosen."""
        row = self._rows.get(item)
        if row is not None and row is not self.currentItem():
            self.blockSignals(True)
            self.setCurrentItem(row)
            self.blockSignals(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_M:  # a list would look for a row that begins with it
            self.mute_asked.emit()
        else:
            super().keyPressEvent(event)

    def _fill(self) -> None:
        whole, found, classes, muted = self._shown
        current = next((item for item, row in self._rows.items() if row is self.currentItem()), None)
        self.blockSignals(True)
        self.clear()
        self._rows = {}
        self.setColumnCount(2 + len(classes))
        self.setHeaderLabels(["filter", "costs", *classes])
        for item in self.order if whole is not None else ():
            assert whole is not None
            cost = whole.cost(found[item])
            row = QTreeWidgetItem(self, [f"{item + 1}{' (muted)' if item in muted else ''}", points(-cost.accuracy)])
            font = row.font(1)
            font.setBold(True)
            row.setFont(1, font)
            for place, lost in enumerate(cost.classes.tolist()[: len(classes)], start=2):
                row.setText(place, points(-lost))
                row.setBackground(place, _colour(-100 * lost))
                row.setToolTip(
                    place, plain_tip(f"“{classes[place - 2]}” without filter {item + 1}: {points(-lost)} points")
                )
            for place in range(1, 2 + len(classes)):
                row.setTextAlignment(place, Qt.AlignmentFlag.AlignCenter)
            self._rows[item] = row
        header = self.header()
        header.setStretchLastSection(False)
        for place in range(2 + len(classes)):
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.ResizeToContents)
        if current in self._rows:
            self.setCurrentItem(self._rows[current])
        self.blockSignals(False)

    def _chosen(self, row: QTreeWidgetItem | None, _before: QTreeWidgetItem | None) -> None:
        found = next((item for item, known in self._rows.items() if known is row), None)
        if found is not None:
            self.chosen.emit(found)


class _Tinted(QStyledItemDelegate):
    """Cells with a ground of their own, which the style sheet leaves out. It stays where the row is chosen, or the cost
    that one looks at would be the one without its colour."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        ground = index.data(Qt.ItemDataRole.BackgroundRole)
        if ground is None:
            super().paint(painter, option, index)
            return
        plain = QStyleOptionViewItem(option)
        plain.state &= ~(QStyle.StateFlag.State_Selected | QStyle.StateFlag.State_MouseOver)
        painter.fillRect(option.rect.adjusted(1, 1, -1, -1), ground)
        super().paint(painter, plain, index)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.current().accent, 1))
            painter.drawLine(option.rect.topLeft(), option.rect.topRight())
            painter.drawLine(option.rect.bottomLeft(), option.rect.bottomRight())


def points(share: float) -> str:
    """A share of 1 in points of a hundred, with its sign; what is no number is a dash."""
    if share != share:
        return "–"
    rounded = round(100 * share, 1)
    if not rounded:
        return "0"
    return f"{'+' if rounded > 0 else '−'}{abs(rounded):.1f}"


def _colour(change: float) -> QColor:
    """The warmer, the more is lost; the bluer, the more is won."""
    look = theme.current()
    strength = min(1.0, abs(change) / _FULL) if change == change else 0.0
    return theme.mixed(look.error if change < 0 else look.accent, look.card, 0.55 * strength)
