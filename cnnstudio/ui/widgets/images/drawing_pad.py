"""A pad to draw an image on with the mouse."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import theme

#: pixels of the pad, of which there are many for each of the image; and how thick its pen is, as part of that
SIDE, PEN = 224, 0.085

Pixels = NDArray[np.uint8]


class DrawingPad(QWidget):
    """The left button draws, the right one rubs out. ``drawn`` follows each stroke as it goes."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing pad")
        self.setToolTip("Draw with the left button, rub out with the right one")
        self.ground, self.ink = QColor(0, 0, 0), QColor(255, 255, 255)
        self._image = QImage(SIDE, SIDE, QImage.Format.Format_RGB888)
        self._last: QPointF | None = None
        self.empty = True
        self.clear()

    def set_colours(self, ground: QColor, ink: QColor) -> None:
        """What it is drawn with, and on; the pad is then empty."""
        self.ground, self.ink = ground, ink
        self.clear()

    def clear(self) -> None:
        """Begin anew."""
        self._image.fill(self.ground)
        self.empty = True
        self.update()

    def pixels(self, height: int, width: int, channels: int) -> Pixels:
        """The drawing as an image (height, width, channels); each pixel is the mean of what lies under it."""
        size = QSize(width, height)
        mode = Qt.TransformationMode.SmoothTransformation
        small = self._image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, mode)
        small = small.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(small.constBits(), np.uint8).reshape(height, small.bytesPerLine())
        colours = rows[:, : 3 * width].reshape(height, width, 3)
        if channels == 3:
            return colours.copy()
        grey = np.rint(colours.astype(np.float32) @ np.array([0.299, 0.587, 0.114], np.float32)).astype(np.uint8)
        return np.repeat(grey[:, :, None], channels, axis=2)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(0, 0, self._image)
        if self.empty:
            painter.setPen(theme.mixed(self.ink, self.ground, 0.6))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Draw here")
        painter.setPen(theme.current().field_border)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = event.position()
        self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._stroke(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._last = None

    def _stroke(self, event: QMouseEvent) -> None:
        rubs = bool(event.buttons() & Qt.MouseButton.RightButton)
        pen = QPen(self.ground if rubs else self.ink, SIDE * PEN * (2 if rubs else 1))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        assert self._last is not None
        painter.drawLine(self._last, event.position() + QPointF(0.01, 0))
        painter.end()
        self._last, self.empty = event.position(), False
        self.update()
        self.drawn.emit()
