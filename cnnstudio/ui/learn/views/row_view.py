"""One row of a picture, the filter on it, and the places where it has been: drag it, or use the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.pictures.inks import hatched
from cnnstudio.ui.learn.place_grid import kept_place
from cnnstudio.ui.look import theme

_HIGH, _TOP, _GAP = 28, 20, 20


class RowView(QWidget):
    """``moved`` carries the place, from 0."""

    moved = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.positions = Positions(32, 5)
        self.place, self.counted = 0, True
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("One row of the picture with the filter on it")
        self.setToolTip("Drag the filter, or press the left and right arrow keys")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.SizeHorCursor)

    def show_positions(self, positions: Positions, *, counted: bool = True) -> None:
        """Another row or another filter; the place is kept where it still exists, the last one as the last. Where it is
        not to be ``counted``, the map and the number of the place are left out."""
        kept = kept_place(self.place, self.positions.count, positions.count)
        self.positions, self.counted = positions, counted
        self.go_to(kept)
        self.update()

    def go_to(self, place: int) -> None:
        """Put the filter on a place."""
        place = max(0, min(place, self.positions.count - 1))
        if place != self.place:
            self.place = place
            self.update()
            self.moved.emit(place)

    def sizeHint(self) -> QSize:
        return QSize(520, _TOP + 2 * _HIGH + _GAP + 6)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.sizeHint().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        ends = {Qt.Key.Key_Home: 0, Qt.Key.Key_End: self.positions.count - 1}
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in ends:
            self.go_to(ends[Qt.Key(event.key())])
        elif event.key() in steps:
            self.go_to(self.place + steps[Qt.Key(event.key())])
        else:
            event.ignore()

    def _drag(self, at: QPointF) -> None:
        """Bring the middle of the filter under the pointer."""
        cell = at.x() / self._pitch - (self.positions.reach - 1) / 2 - 0.5
        self.go_to(round(cell / self.positions.stride))

    @property
    def _pitch(self) -> float:
        return min(26.0, (self.width() - 2) / max(1, self.positions.padded))

    def box(self, cell: int, top: float = _TOP) -> QRectF:
        """Where a cell of the picture is drawn; padding has places outside."""
        pitch = self._pitch
        return QRectF(1 + (cell + self.positions.before) * pitch, top, pitch - min(2.0, pitch / 6), _HIGH)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter, positions = theme.current(), QPainter(self), self.positions
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        lit = set(positions.cells(self.place)) if positions.count else set()
        unseen = set(positions.unseen)
        for cell in range(-positions.before, positions.extent + positions.after):
            padded = not 0 <= cell < positions.extent
            painter.setPen(QPen(look.accent if cell in lit else look.field_border if padded else look.line, 1.2))
            plain = hatched() if padded else theme.mixed(look.secondary, look.card, 0.12)
            if cell in unseen:
                plain = theme.mixed(look.warning, look.card, 0.35)
            painter.setBrush(theme.mixed(look.accent, look.card, 0.45) if cell in lit and not padded else plain)
            painter.drawRoundedRect(self.box(cell), 2, 2)
        if not positions.count:
            painter.setPen(look.error)
            why = f"The filter reaches over {amount(positions.reach, 'cell')}; there are only {positions.padded}."
            painter.drawText(QRectF(0, _TOP + _HIGH + 8, self.width(), 20), Qt.AlignmentFlag.AlignLeft, why)
            return
        first, last = positions.cells(self.place)[0], positions.cells(self.place)[-1]
        span = self.box(first).united(self.box(last))
        painter.setPen(look.accent)
        words = QRectF(max(0.0, min(span.center().x() - 70, self.width() - 140.0)), 0, 140, _TOP - 3)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignCenter, f"filter at place {self.place + 1}" if self.counted else "filter"
        )
        if self.counted:
            self._paint_map(painter, look, span)

    def _paint_map(self, painter: QPainter, look: theme.Theme, span: QRectF) -> None:
        positions, top = self.positions, _TOP + _HIGH + _GAP
        for place in range(positions.count):
            middle = self.box(positions.cells(place)[0]).united(self.box(positions.cells(place)[-1])).center().x()
            pitch = self._pitch
            box = QRectF(middle - pitch / 2 + pitch / 12, top, pitch - min(2.0, pitch / 6), _HIGH - 8)
            if place == self.place:
                painter.setPen(QPen(look.accent, 1))
                for end in (span.left(), span.right()):
                    painter.drawLine(QPointF(end, span.bottom()), QPointF(box.center().x(), box.top()))
                painter.setBrush(look.accent)
            else:
                painter.setPen(QPen(look.good, 1))
                share = 0.4 if place < self.place else 0.06
                painter.setBrush(theme.mixed(look.good, look.card, share))
            painter.drawRoundedRect(box, 2, 2)
