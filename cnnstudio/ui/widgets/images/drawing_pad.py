"""A pad to draw an image on, with the mouse or by keys."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import theme
from cnnstudio.ui.widgets.brush_keys import BrushKeys

#: pixels of the pad, of which there are many for each of the image; and how thick its pen is, as part of that
SIDE, PEN = 224, 0.085
#: pixels that an arrow key moves the brush
_STEP = 8

Pixels = NDArray[np.uint8]


class DrawingPad(QWidget):
    """The left button draws, the right one rubs out; see ``BrushKeys`` for the keys. ``drawn`` follows each stroke as
    it goes."""

    drawn = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(SIDE, SIDE)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName("Drawing pad")
        self.setToolTip(
            "Draw with the left button, rub out with the right one; or move the brush with the arrow keys, draw with "
            "Space and rub out with Backspace"
        )
        self.ground, self.ink = QColor(0, 0, 0), QColor(255, 255, 255)
        self._image = QImage(SIDE, SIDE, QImage.Format.Format_RGB888)
        self._last: QPointF | None = None
        #: where keys would draw
        self.brush = QPointF(SIDE / 2, SIDE / 4)
        self._keys = BrushKeys(self, self._move, self._draw_here, self._lift)
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
        if self.hasFocus() and self._keys.lead:
            for ink in (QPen(self.ground, 3), QPen(self.ink, 1)):
                painter.setPen(ink)
                painter.drawEllipse(self.brush, SIDE * PEN / 2, SIDE * PEN / 2)
        painter.setPen(theme.current().field_border)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._last = event.position()
        self._stroke(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._last is not None:
            self._stroke(event)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._lift()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _move(self, down: int, right: int) -> None:
        self.brush = self._within(self.brush + QPointF(right * _STEP, down * _STEP))
        self.update()

    @staticmethod
    def _within(point: QPointF) -> QPointF:
        return QPointF(min(max(point.x(), 0.0), SIDE), min(max(point.y(), 0.0), SIDE))

    def _draw_here(self, rubs: bool) -> None:
        self._last = self._last or self.brush
        self._stroke_to(self.brush, rubs)

    def _lift(self) -> None:
        self._last = None

    def _stroke(self, event: QMouseEvent) -> None:
        self.brush = self._within(event.position())
        self._stroke_to(event.position(), bool(event.buttons() & Qt.MouseButton.RightButton))

    def _stroke_to(self, point: QPointF, rubs: bool) -> None:
        pen = QPen(self.ground if rubs else self.ink, SIDE * PEN * (2 if rubs else 1))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter = QPainter(self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen)
        assert self._last is not None
        painter.drawLine(self._last, point + QPointF(0.01, 0))
        painter.end()
        self._last, self.empty = point, False
        self.update()
        self.drawn.emit()
