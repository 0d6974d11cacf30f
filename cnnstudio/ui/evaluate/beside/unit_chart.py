"""A square of shares: both axes go from nothing to all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import theme

_LEFT, _BELOW, _EDGE = 48.0, 40.0, 8.0


class UnitChart(QWidget):
    """``across`` and ``up`` say what the axes are; whoever derives paints into it."""

    def __init__(self, across: str, up: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.wear(self, "small-figures")
        self._across, self._up = across, up
        self.setMinimumSize(180, 150)

    def sizeHint(self) -> QSize:
        return QSize(280, 260)

    @property
    def box(self) -> QRectF:
        """The square, as large as there is room."""
        side = min(self.width() - _LEFT - _EDGE, self.height() - _BELOW - _EDGE)
        return QRectF(_LEFT, _EDGE, max(20.0, side), max(20.0, side))

    def place(self, across: float, up: float) -> QPointF:
        """Where two shares are."""
        box = self.box
        return QPointF(box.left() + across * box.width(), box.bottom() - up * box.height())

    def line(self, across: Sequence[float], up: Sequence[float]) -> QPolygonF:
        """A curve of shares."""
        return QPolygonF([self.place(x, y) for x, y in zip(across, up, strict=True)])

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter, box = theme.current(), QPainter(self), self.box
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(box)
        for share in (0.0, 0.5, 1.0):
            words, at = f"{100 * share:.0f}\u202f%", self.place(share, share)
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(at.x(), box.top()), QPointF(at.x(), box.bottom()))
            painter.drawLine(QPointF(box.left(), at.y()), QPointF(box.right(), at.y()))
            painter.setPen(look.secondary)
            beside = QRectF(12, at.y() - 8, _LEFT - 17, 16)
            painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
            wide = 44.0
            below = QRectF(min(at.x() - wide / 2, self.width() - wide), box.bottom() + 8, wide, 15)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, words)
        painter.drawText(
            QRectF(box.left(), box.bottom() + 22, box.width(), 16), Qt.AlignmentFlag.AlignCenter, self._across
        )
        painter.save()
        try:
            painter.translate(0, box.bottom())
            painter.rotate(-90)
            room = QRectF(0, 0, box.height(), 14)
            whole = painter.fontMetrics().horizontalAdvance(self._up) <= room.width()
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self._up if whole else self._up.partition(" (")[0])
        finally:
            painter.restore()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.paint_shares(painter)

    def paint_shares(self, painter: QPainter) -> None:
        """Paint what is to be seen in it."""
        raise NotImplementedError
