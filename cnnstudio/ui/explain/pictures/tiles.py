"""Small pictures to choose from: the filters with their maps, or the channels of the input."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QSizePolicy, QToolTip, QWidget

from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip

#: makes the pictures of one item when they are first seen
Painter = Callable[[int], Sequence[QImage]]


class Tiles(QAbstractScrollArea):
    """A row or a column of items, each of one or more pictures and its number. Only what is seen is drawn."""

    chosen = Signal(int)

    def __init__(self, name: str, *, upright: bool, tile: int = 44, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.viewport().setAutoFillBackground(False)
        self.viewport().setMouseTracking(True)
        off = Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        (self.setHorizontalScrollBarPolicy if upright else self.setVerticalScrollBarPolicy)(off)
        self._upright, self.tile = upright, tile
        #: whether each item shows its number, and the current one is marked
        self.numbered = True
        self._count, self._across = 0, 1
        self._names: tuple[str, ...] = ()
        self._current = 0
        self._paint: Painter = lambda _item: ()
        self._tip: Callable[[int], str] = lambda item: str(item + 1)
        self._made: dict[int, Sequence[QImage]] = {}
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if not upright:
            self.setFixedHeight(tile + 22)
        dressing.follow(self, self.forget)

    @property
    def count(self) -> int:
        """How many items there are."""
        return self._count

    def show_items(
        self, count: int, across: int, paint: Painter, tip: Callable[[int], str], names: Sequence[str] = ()
    ) -> None:
        """``count`` items of ``across`` pictures each, called by their ``names`` where they have any."""
        self._count, self._across, self._paint, self._tip = count, across, paint, tip
        self._names = tuple(names)
        if self._upright:
            self.setFixedWidth(self._pitch_across + 16 + self._label)
        self.forget()
        self._range()
        self._reveal()

    def forget(self) -> None:
        """The pictures have changed."""
        self._made.clear()
        self.viewport().update()

    def mark(self, item: int) -> None:
        """Show which item is chosen, and bring it into sight."""
        if item != self._current:
            self._current = item
            self._reveal()
            self.viewport().update()

    def _reveal(self) -> None:
        """Scroll to the chosen item where it is out of sight."""
        box, bar = self._box(self._current), self._bar
        first, last = (box.top(), box.bottom()) if self._upright else (box.left(), box.right())
        room = self.viewport().height() if self._upright else self.viewport().width()
        if first < 0:
            bar.setValue(bar.value() + first)
        elif last > room:
            bar.setValue(bar.value() + last - room)

    @property
    def _label(self) -> int:
        """How wide the names or numbers are."""
        metrics = self.fontMetrics()
        return max(26, *(metrics.horizontalAdvance(name) + 10 for name in self._names)) if self._names else 26

    def _named(self, item: int) -> str:
        return self._names[item] if item < len(self._names) else str(item + 1)

    @property
    def _pitch_across(self) -> int:
        return self._across * (self.tile + 4) + 4

    @property
    def _pitch(self) -> int:
        return self.tile + 8 if self._upright else self._pitch_across

    @property
    def _bar(self) -> QScrollBar:
        return self.verticalScrollBar() if self._upright else self.horizontalScrollBar()

    def _box(self, item: int) -> QRect:
        start = item * self._pitch - self._bar.value()
        if self._upright:
            return QRect(1, start + 1, self._pitch_across + self._label, self.tile + 6)
        return QRect(start + 1, 1, self._pitch_across - 2, self.tile + 18)

    def _at(self, point: QPoint) -> int | None:
        along = (point.y() if self._upright else point.x()) + self._bar.value()
        item = along // self._pitch
        return item if 0 <= item < self._count else None

    def _range(self) -> None:
        room = self.viewport().height() if self._upright else self.viewport().width()
        self._bar.setRange(0, max(0, self._count * self._pitch + 2 - room))
        self._bar.setPageStep(max(1, room))
        self._bar.setSingleStep(self._pitch)
        if not self._upright:  # the bar takes nothing from the tiles
            self.setFixedHeight(self.tile + 22 + (self._bar.sizeHint().height() if self._bar.maximum() else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._range()
        self._reveal()

    def sizeHint(self) -> QSize:
        return QSize(self._pitch_across + 42, 200) if self._upright else QSize(200, self.tile + 22)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._bar.setValue(self._bar.value() - event.angleDelta().y() // 2)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self._at(event.position().toPoint())
        if item is not None:
            self.chosen.emit(item)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Left: -1}.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
        elif 0 <= self._current + by < self._count:
            self.chosen.emit(self._current + by)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            item = self._at(event.pos())
            if item is not None:
                QToolTip.showText(event.globalPos(), plain_tip(self._tip(item)), self)
            return True
        return super().viewportEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self.viewport())
        painter.setFont(theme.tabular(theme.drawn_font()))
        look = theme.current()
        room = self.viewport().height() if self._upright else self.viewport().width()
        first = max(0, self._bar.value() // self._pitch)
        last = min(self._count, (self._bar.value() + room) // self._pitch + 1)
        for item in range(first, last):
            box = self._box(item)
            if item not in self._made:
                self._made[item] = self._paint(item)
            for place, picture in enumerate(self._made[item]):
                spot = QRectF(box.left() + 3 + place * (self.tile + 4), box.top() + 3, self.tile, self.tile)
                _draw_whole(painter, spot, picture)
            if not self.numbered:
                continue
            if item == self._current:
                painter.setPen(QPen(look.accent, 2))
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.drawRoundedRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.setPen(look.text if item == self._current else look.secondary)
            if self._upright:
                label = QRect(box.right() - self._label, box.top(), self._label - 2, box.height())
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._named(item))
            else:
                label = QRect(box.left(), box.bottom() - 15, box.width(), 14)
                painter.drawText(label, Qt.AlignmentFlag.AlignCenter, self._named(item))


def _draw_whole(painter: QPainter, spot: QRectF, picture: QImage) -> None:
    """A picture as large as fits, its pixels kept sharp where they are enlarged."""
    if picture.isNull():
        return
    share = min(spot.width() / picture.width(), spot.height() / picture.height())
    size = picture.width() * share, picture.height() * share
    box = QRectF(spot.center().x() - size[0] / 2, spot.center().y() - size[1] / 2, *size)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, share < 1)
    painter.drawImage(box, picture)
    painter.setPen(QPen(theme.current().line, 1))
    painter.drawRect(box.adjusted(-0.5, -0.5, 0.5, 0.5))
