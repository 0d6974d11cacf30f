"""Many small images; one of them is being looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QVBoxLayout, QWidget

from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip

SIDE, GAP, LINE = 52, 8, 14
#: most room for the words below an image
WIDEST = 136


@dataclass(frozen=True, eq=False)
class Thumb:
    """An image, one or two words below it, and a sentence about it."""

    key: int
    picture: QImage
    words: str
    tip: str


class ImageGrid(QScrollArea):
    """``chosen`` carries the key of an image; so does ``opened``, by a double click or Return."""

    chosen = Signal(int)
    opened = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        holder = QWidget()
        holder.setProperty("role", "scrolled")
        self._tiles = _Tiles(self)
        column = QVBoxLayout(holder)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._tiles)
        column.addStretch(1)
        self.setWidget(holder)
        holder.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)

    @property
    def tiles(self) -> QWidget:
        """The images themselves, which take mouse and keyboard."""
        return self._tiles

    def show_images(self, thumbs: Sequence[Thumb]) -> None:
        """Show other images, from the first on."""
        self._tiles.thumbs = tuple(thumbs)
        self._tiles.marked = -1
        self._tiles.lay_out(self.viewport().width())
        self.verticalScrollBar().setValue(0)

    def mark(self, key: int) -> None:
        """The image that is looked at; -1 for none of these."""
        self._tiles.marked = key
        self._tiles.update()

    def rect_of(self, number: int) -> QRectF:
        """Where the image of this number, from 0, is on ``tiles``."""
        return self._tiles.rect_of(number)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tiles.lay_out(self.viewport().width())


class _Tiles(QWidget):
    def __init__(self, grid: ImageGrid) -> None:
        super().__init__()
        self._grid = grid
        self._columns = 1
        self._pitch = SIDE + GAP
        self.thumbs: tuple[Thumb, ...] = ()
        self.marked = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.wear(self, "small-figures")
        self.setAccessibleName("Images")

    def lay_out(self, width: int) -> None:
        words = max((self.fontMetrics().horizontalAdvance(thumb.words) for thumb in self.thumbs), default=0)
        self._pitch = min(max(SIDE, words) + GAP, WIDEST)
        self._columns = max(1, (width + GAP - 4) // self._pitch)
        rows = -(-len(self.thumbs) // self._columns)
        self.setFixedHeight(rows * (SIDE + LINE + GAP))
        self.update()

    def rect_of(self, number: int) -> QRectF:
        row, column = divmod(number, self._columns)
        left = 2 + column * self._pitch + (self._pitch - SIDE - GAP) / 2
        return QRectF(left, 2 + row * (SIDE + LINE + GAP), SIDE, SIDE)

    def sizeHint(self) -> QSize:
        return QSize(SIDE, self.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        for number, thumb in enumerate(self.thumbs):
            box = self.rect_of(number)
            if not box.adjusted(0, 0, 0, LINE).intersects(QRectF(event.rect())):
                continue
            painter.drawImage(box, thumb.picture)
            if thumb.key == self.marked:
                painter.setPen(QPen(look.accent, 2))
                painter.drawRect(box.adjusted(-1, -1, 1, 1))
            painter.setPen(look.secondary)
            words = painter.fontMetrics().elidedText(thumb.words, Qt.TextElideMode.ElideRight, self._pitch)
            below = QRectF(box.center().x() - self._pitch / 2, box.bottom(), self._pitch, LINE)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)

    def _at(self, point: QPointF) -> int:
        return next((i for i in range(len(self.thumbs)) if self.rect_of(i).contains(point)), -1)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), plain_tip(self.thumbs[number].tip) if number >= 0 else "", self)
            return True
        return super().event(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._choose(number)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        number = self._at(event.position())
        if number >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._grid.opened.emit(self.thumbs[number].key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.marked in [each.key for each in self.thumbs]:
            self._grid.opened.emit(self.marked)
            return
        by = {
            Qt.Key.Key_Left: -1,
            Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -self._columns,
            Qt.Key.Key_Down: self._columns,
        }.get(Qt.Key(event.key()))
        if by is None or not self.thumbs:
            super().keyPressEvent(event)
            return
        here = next((i for i, thumb in enumerate(self.thumbs) if thumb.key == self.marked), None)
        number = 0 if here is None else here + by
        if 0 <= number < len(self.thumbs):
            self._choose(number)
            box = self.rect_of(number)
            self._grid.ensureVisible(round(box.center().x()), round(box.center().y()), 0, SIDE)

    def _choose(self, number: int) -> None:
        self._grid.chosen.emit(self.thumbs[number].key)
