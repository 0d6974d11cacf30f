"""The classes, each with its mean picture, what its pictures are used for, and how many there are."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from cnnstudio.data.dataset import PARTS
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.model_index import AnyIndex
from cnnstudio.ui.panels.importing.painted import drawn_in, part_colours

_COUNTS, _MOST, _PICTURE = (Qt.ItemDataRole.UserRole + place for place in range(3))
_ROW, _SIDE = 32, 24
#: how long the bar of the largest class is, and how short it may become
_BAR, _LEAST_BAR = 60, 24


class ClassList(QListView):
    """``chosen`` carries a class, -1 for all."""

    chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Classes")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)
        self._row = _Row(self)
        self.setItemDelegate(self._row)
        self._items = QStandardItemModel(self)
        self.setModel(self._items)
        self._classes: tuple[str, ...] | None = None
        self.selectionModel().currentChanged.connect(lambda now, _before: self.chosen.emit(now.row() - 1))

    @property
    def label(self) -> int | None:
        """The class that is chosen; None for all."""
        row = self.currentIndex().row()
        return row - 1 if row > 0 else None

    def show_catalogue(self, catalogue: Catalogue, *, whole: bool = True) -> None:
        """Show the classes of other data, all of them chosen, or other counts of the same ones; none unless the
        ``whole`` data are there."""
        if catalogue.data.classes != self._classes:
            self._classes = self._row.names = catalogue.data.classes
            blocked = self.blockSignals(True)
            self._items.clear()
            for name in ("All pictures", *catalogue.data.classes):
                self._items.appendRow(QStandardItem(name))
            self.setCurrentIndex(self._items.index(0, 0))
            self.blockSignals(blocked)
        counts = catalogue.counts
        for row in range(self._items.rowCount()):
            item, own = self._items.item(row), (counts[row - 1] if row else counts.sum(0)).tolist()
            item.setSizeHint(QSize(160, _ROW))
            item.setData(own if whole else None, _COUNTS)
            if not whole:
                item.setToolTip("")
                item.setData(item.text(), Qt.ItemDataRole.AccessibleTextRole)
                continue
            item.setData(int(counts.sum(1).max(initial=1)) if row else sum(own), _MOST)
            used = ", ".join(f"{thousands(count)} {part}" for part, count in zip(PARTS, own, strict=True) if count)
            item.setToolTip(plain_tip(f"{item.text()}: {amount(sum(own), 'picture')}\n{used}".rstrip()))
            item.setData(f"{item.text()}, {amount(sum(own), 'picture')}: {used}", Qt.ItemDataRole.AccessibleTextRole)

    def show_pictures(self, pictures: list[QImage]) -> None:
        """Show a picture for each class."""
        for row, picture in enumerate(pictures, start=1):
            if row < self._items.rowCount():
                self._items.item(row).setData(picture, _PICTURE)


@lru_cache(maxsize=4)
def _widest(names: tuple[str, ...], _pixels: int) -> int:
    """Pixels that the longest of some names needs in the font there is, which is so large."""
    metrics = QFontMetrics(theme.body_font())
    return max((metrics.horizontalAdvance(name) for name in names), default=0)


class _Row(QStyledItemDelegate):
    """The bars give way to names, all by as much."""

    names: tuple[str, ...] = ()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        look, rect = theme.current(), QRect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        try:
            if chosen:
                painter.fillRect(rect, theme.mixed(look.accent, look.panel, 2 * theme.TINT))
            inner = rect.adjusted(14, 0, -10, 0)
            picture, counts = index.data(_PICTURE), index.data(_COUNTS)
            left = inner.left()
            if index.row():
                box = QRect(left, inner.center().y() - _SIDE // 2, _SIDE, _SIDE)
                if isinstance(picture, QImage):
                    drawn_in(painter, picture, box)
                else:
                    painter.fillRect(box, look.line)
                left = box.right() + 9
            painter.setFont(theme.tabular(theme.body_font()))
            painter.setPen(look.text)
            number = thousands(sum(counts)) if counts else ""
            painter.drawText(inner, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, number)
            right = inner.right() - max(42, painter.fontMetrics().horizontalAdvance(number) + 8)
            if index.row() and counts:
                wide = min(_BAR, max(_LEAST_BAR, right - 8 - left - _widest(self.names, theme.body_font().pixelSize())))
                bar = QRect(right - wide, inner.center().y() - 3, wide, 7)
                self._paint_bar(painter, bar, counts, index.data(_MOST))
                right -= wide + 8
            font = theme.body_font()
            font.setBold(not index.row())
            painter.setFont(font)
            name = QFontMetrics(font).elidedText(index.data(), Qt.TextElideMode.ElideMiddle, right - left)
            painter.drawText(
                QRect(left, inner.top(), right - left, inner.height()), Qt.AlignmentFlag.AlignVCenter, name
            )
        finally:
            painter.restore()

    @staticmethod
    def _paint_bar(painter: QPainter, box: QRect, counts: list[int], most: int) -> None:
        left = float(box.left())
        for count, colour in zip(counts, part_colours(), strict=True):
            width = box.width() * count / max(1, most)
            painter.fillRect(QRect(round(left), box.top(), max(0, round(left + width) - round(left)), 7), colour)
            left += width
