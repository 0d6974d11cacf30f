"""All pictures in a grid, class after class: only those in sight are drawn, so a hundred thousand scroll like ten."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractScrollArea, QToolTip, QWidget

from cnnstudio.data.dataset import Labels
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.data.decisions import decision_of
from cnnstudio.ui.data.grid.grid_layout import GridLayout
from cnnstudio.ui.data.grid.tiles import Tiles
from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import plain_tip

#: sides of a tile that can be chosen, in pixels, and the first one
SMALLEST, LARGEST, USUAL = 28, 128, 52
_RADIUS = 3.0


class PictureGrid(QAbstractScrollArea):
    """Rows of a catalogue in a grid; one of them is chosen.

    ``chosen`` carries the row of a picture that arrows or a click came to, ``opened`` that of one that Return or a
    double click asked for, ``decided`` what a key decides about the chosen one and all that are ``marked``.
    """

    chosen = Signal(int)
    opened = Signal(int)
    decided = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)  # rows keep their places
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Pictures")
        self.setMinimumWidth(220)
        self.viewport().setAutoFillBackground(False)
        self.tiles = Tiles(self)
        self.tiles.came.connect(self.viewport().update)
        self.side = USUAL
        self.layout_of = GridLayout((), 0, USUAL)
        self._catalogue: Catalogue | None = None
        self._rows: Labels = np.zeros(0, np.int64)
        self._titles: tuple[str, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._left_out: tuple[int, ...] = ()
        self.current: int | None = None
        self.marked: set[int] = set()
        self.verticalScrollBar().valueChanged.connect(self._scrolled)

    @property
    def rows(self) -> Labels:
        """The rows that are shown, int64 (n,), in their order."""
        return self._rows

    @property
    def place(self) -> int | None:
        """The place of the chosen picture among those that are shown; None where it is not among them."""
        if self.current is None:
            return None
        found = np.flatnonzero(self._rows == self.current)
        return int(found[0]) if len(found) else None

    def show_rows(
        self, catalogue: Catalogue | None, rows: Labels, titles: Sequence[str], counts: Sequence[int]
    ) -> None:
        """Show other rows, in sections with these titles and so many pictures each."""
        self._catalogue, self._rows, self._titles = catalogue, rows, tuple(titles)
        self._counts = tuple(counts)
        starts = np.concatenate([[0], np.cumsum(self._counts, dtype=np.int64)])
        out = np.zeros(0, bool) if catalogue is None else catalogue.parts[rows] == LEFT_OUT
        self._left_out = tuple(int(out[first:last].sum()) for first, last in pairwise(starts.tolist()))
        self._lay_out()

    def counted(self, section: int) -> str:
        """How many pictures a section has, as its heading says it: those that are left out apart."""
        out = self._left_out[section]
        used = thousands(self._counts[section] - out)
        return f"{used} · {thousands(out)} left out" if out else used

    def set_side(self, side: int) -> None:
        """Show larger or smaller pictures; what is in the middle stays in sight."""
        first = next(iter(self.in_sight()), None)
        self.side = side
        self._lay_out()
        keep = self.place if self.place is not None else first
        if keep is not None:
            self._bring_into_sight(keep)

    def choose(self, row: int, *, told: bool = True) -> None:
        """Choose a picture and bring it into sight if it is shown."""
        self.current = row
        if (place := self.place) is not None:
            self._bring_into_sight(place)
        self.viewport().update()
        if told:
            self.chosen.emit(row)

    def mark(self, row: int) -> None:
        """Let decisions be about this picture too, or not any more."""
        self.marked ^= {row}
        self.viewport().update()

    def leave_marks(self) -> None:
        """Decisions are about the chosen picture alone again."""
        self.marked.clear()
        self.viewport().update()

    def step(self, by: int) -> None:
        """Choose the next (1) or previous (-1) picture."""
        self._go(0 if self.place is None else self.place + by)

    def in_sight(self) -> range:
        """The places of the pictures that can be seen."""
        top = self.verticalScrollBar().value()
        return self.layout_of.between(top, top + self.viewport().height())

    def rect_of(self, place: int) -> QRect:
        """Where a picture is on the viewport."""
        box = self.layout_of.box(place)
        return QRect(box.left, box.top - self.verticalScrollBar().value(), box.width, box.height)

    # the grid

    def _lay_out(self) -> None:
        counts = self._counts if self._catalogue is not None else ()
        self.layout_of = GridLayout(counts, self.viewport().width(), self.side)
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setRange(0, max(0, self.layout_of.height - height))
        bar.setPageStep(height)
        bar.setSingleStep(max(24, self.side // 2))
        self.tiles.show(self._catalogue, round(self.side * self.devicePixelRatioF()))
        self._scrolled()

    def _scrolled(self) -> None:
        if self.isVisible():
            seen, more = self.in_sight(), 2 * self.layout_of.columns
            first, last = max(0, seen.start - more), min(len(self._rows), seen.stop + more)
            near = [*seen, *range(seen.stop, last), *range(first, seen.start)]
            self.tiles.want(self._rows[near].tolist())
        self.viewport().update()

    def _bring_into_sight(self, place: int) -> None:
        bar, box = self.verticalScrollBar(), self.layout_of.box(place)
        heading = self.layout_of.heading if place in self.layout_of.firsts else 0
        top, bottom = box.top - heading - 4, box.top + box.height + self.layout_of.margin
        if top < bar.value():
            bar.setValue(top)
        elif bottom > bar.value() + self.viewport().height():
            bar.setValue(bottom - self.viewport().height())

    def _at(self, point: QPoint) -> int | None:
        return self.layout_of.at(point.x(), point.y() + self.verticalScrollBar().value())

    def _go(self, place: int) -> None:
        if len(self._rows):
            self.choose(int(self._rows[min(max(0, place), len(self._rows) - 1)]))

    # Qt's events

    def paintEvent(self, event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self.viewport())
        if self._catalogue is None:
            return
        top, grid = self.verticalScrollBar().value(), self.layout_of
        self._paint_headings(painter, top)
        seen = grid.between(top + event.rect().top(), top + event.rect().bottom() + 1)
        rows = self._rows[seen.start : seen.stop]
        left_out = (self._catalogue.parts[rows] == LEFT_OUT).tolist()
        ratio = self.devicePixelRatioF()
        veil = QColor(look.accent)
        veil.setAlphaF(0.35)
        tick = icons.pixmap("check", 14, look.on_accent, ratio)
        for place, row, out in zip(seen, rows.tolist(), left_out, strict=True):
            box, tile = grid.box(place), self.tiles.get(row)
            if tile is None:
                painter.fillRect(box.left, box.top - top, box.width, box.height, look.line)
                continue
            width, height = round(tile.place.width() / ratio), round(tile.place.height() / ratio)
            left, down = box.left + (box.width - width) // 2, box.top - top + (box.height - height) // 2
            if out:
                painter.setOpacity(0.25)
            painter.drawImage(QRect(left, down, width, height), tile.image, tile.place)
            if out:
                painter.setOpacity(1.0)
            if row in self.marked:
                painter.fillRect(left, down, width, height, veil)
                painter.drawPixmap(left + 3, down + 3, tick)
        self._paint_chosen(painter)

    def _paint_headings(self, painter: QPainter, top: int) -> None:
        look, grid = theme.current(), self.layout_of
        bold, small = theme.body_font(), theme.tabular(theme.small_font())
        bold.setBold(True)
        for section in grid.sections(top, top + self.viewport().height()):
            line = QRect(grid.margin, grid.tops[section] - top, grid.width - 2 * grid.margin, grid.heading)
            painter.setFont(bold)
            painter.setPen(look.text)
            metrics = painter.fontMetrics()
            title = metrics.elidedText(self._titles[section], Qt.TextElideMode.ElideRight, line.width() - 60)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, title)
            line.setLeft(line.left() + metrics.horizontalAdvance(title) + 8)
            painter.setFont(small)
            painter.setPen(look.secondary)
            painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, self.counted(section))

    def _paint_chosen(self, painter: QPainter) -> None:
        place = self.place
        if place is None:
            return
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect_of(place))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.panel, 1))
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), _RADIUS, _RADIUS)
        painter.setPen(QPen(look.accent, 2.5 if self.hasFocus() else 1.5))
        painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), _RADIUS, _RADIUS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        first = next(iter(self.in_sight()), None)
        self._lay_out()
        if self.place is not None:
            self._bring_into_sight(self.place)
        elif first:
            self._bring_into_sight(first)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._scrolled()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._decides(event):
            event.accept()  # elsewhere these keys do other things
            return True
        return super().event(event)

    def _decides(self, event: QKeyEvent) -> bool:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        own = event.key() == Qt.Key.Key_Space or (event.key() == Qt.Key.Key_Escape and bool(self.marked))
        return plain and self.place is not None and (own or decision_of(event.key()) is not None)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._at(event.pos())
            file = self._catalogue.file(int(self._rows[place])) if self._catalogue and place is not None else ""
            QToolTip.showText(event.globalPos(), plain_tip(file), self)
            return True
        return super().viewportEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (place := self._at(_point(event.position()))) is not None:
            self._go(place)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (place := self._at(_point(event.position()))) is not None:
            self.opened.emit(int(self._rows[place]))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, place = Qt.Key(event.key()), self.place
        page = max(1, self.viewport().height() // (self.side + self.layout_of.gap) - 1)
        rows = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -page, Qt.Key.Key_PageDown: page}
        if event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.ShiftModifier):
            super().keyPressEvent(event)
        elif self._decides(event) and self.current is not None:
            classes = self._catalogue.data.classes if self._catalogue is not None else ()
            if (decision := decision_of(key, classes)) is not None:
                self.decided.emit(decision)
            elif key == Qt.Key.Key_Space:
                self.mark(self.current)
                self.chosen.emit(self.current)
            else:
                self.leave_marks()
                self.chosen.emit(self.current)
        elif key in rows or key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            if place is None:
                self._go(next(iter(self.in_sight()), 0))
            elif key in rows:
                self._go(self.layout_of.above_or_below(place, rows[key]))
            else:
                self.step(1 if key == Qt.Key.Key_Right else -1)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go(0 if key == Qt.Key.Key_Home else len(self._rows) - 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and place is not None and self.current is not None:
            self.opened.emit(self.current)
        else:
            super().keyPressEvent(event)


def _point(position: QPointF) -> QPoint:
    return QPoint(int(position.x()), int(position.y()))
