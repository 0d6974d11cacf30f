"""What is painted here: maps as pictures, one cell of them in a ring, and figures beside them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.nn.arrays import Floats
from cnnstudio.ui.look import dressing, pictures, theme


class SmallFigures(QWidget):
    """Painted by whoever derives, with small figures in whatever size text is."""

    #: how high a line of text is at least
    least = 14.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.wear(self, "small-figures")
        dressing.follow(self, self._grow)

    @property
    def line(self) -> float:
        """How high a line of text is."""
        return max(self.least, float(self.fontMetrics().height()))

    def _grow(self) -> None:
        self.updateGeometry()


def map_image(values: Floats, scale: pictures.Scale | None = None, *, signed: bool = False) -> QImage:
    """A map (H, W) in colours: from nothing to bright, or where it is signed from blue over white to red."""
    chosen = scale or pictures.scale_of(values, signed)
    return pictures.indexed(pictures.levels(values, chosen), chosen.table(theme.current()))


def fitted(box: QRectF, rows: int, columns: int) -> QRectF:
    """The largest box of that shape in the middle of another."""
    side = min(box.width() / max(1, columns), box.height() / max(1, rows))
    wide, tall = side * columns, side * rows
    return QRectF(box.center().x() - wide / 2, box.center().y() - tall / 2, wide, tall)


def cell_box(box: QRectF, rows: int, columns: int, cell: tuple[int, int]) -> QRectF:
    """Where a cell of a map in a box is."""
    wide, tall = box.width() / columns, box.height() / rows
    return QRectF(box.left() + cell[1] * wide, box.top() + cell[0] * tall, wide, tall)


def paint_ring(painter: QPainter, box: QRectF, rows: int, columns: int, cell: tuple[int, int]) -> None:
    """A ring around a cell, seen on dark and on bright ones."""
    ring = cell_box(box, rows, columns, cell).adjusted(-1, -1, 1, 1)
    painter.save()
    try:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, wide in ((QColor("white"), 3.0), (theme.current().accent, 1.5)):
            painter.setPen(QPen(colour, wide))
            painter.drawRect(ring)
    finally:
        painter.restore()


def paint_hatched(painter: QPainter, box: QRectF) -> None:
    """Lines across a map that failed a test."""
    painter.save()
    try:
        painter.setPen(QPen(theme.current().warning, 1.5))
        painter.setClipRect(box)
        step = 9.0
        start = box.left() - box.height()
        while start < box.right():
            painter.drawLine(round(start), round(box.bottom()), round(start + box.height()), round(box.top()))
            start += step
    finally:
        painter.restore()
