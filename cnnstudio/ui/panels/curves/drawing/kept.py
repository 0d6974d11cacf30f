"""What is painted the same again and again, kept as a picture."""

from __future__ import annotations

import math
from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPaintEngine, QPainter


class Kept:
    """The picture of something, until it is forgotten; lines and letters where it is printed. It is an image, which any
    thread may throw away."""

    def __init__(self) -> None:
        self._image, self._drawn_for = QImage(), (QRectF(), QPointF(), 0.0)

    def forget(self) -> None:
        """It looks otherwise now."""
        self._image = QImage()

    def paint(self, painter: QPainter, room: QRectF, anew: Callable[[QPainter], object]) -> None:
        """Paint what lies in this room, ``anew`` if need be; ``painter`` counts pixels, from wherever it does."""
        if painter.paintEngine().type() != QPaintEngine.Type.Raster:
            anew(painter)
            return
        at = painter.transform().map(room.topLeft())
        whole = QPointF(math.floor(at.x()), math.floor(at.y()))
        ratio = painter.deviceTransform().m11()  # that of a file, where it is painted for one
        drawn_for = room, at - whole, ratio
        if self._image.isNull() or drawn_for != self._drawn_for:
            self._drawn_for = drawn_for
            size = QSizeF(room.width() + 1, room.height() + 1) * ratio
            self._image = QImage(size.toSize() + QSize(1, 1), QImage.Format.Format_ARGB32_Premultiplied)
            self._image.setDevicePixelRatio(ratio)
            self._image.fill(Qt.GlobalColor.transparent)
            inner = QPainter(self._image)
            try:
                inner.translate(at - whole - room.topLeft())
                anew(inner)
            finally:
                inner.end()
        painter.save()
        try:
            painter.resetTransform()
            painter.drawImage(whole, self._image)
        finally:
            painter.restore()
