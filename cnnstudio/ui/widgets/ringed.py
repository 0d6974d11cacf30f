"""A drawing that shows where the keyboard is: a ring around it, once Tab has led there."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import theme


class Ringed(QWidget):
    """Takes the keyboard and hears the pointer; it paints all of itself. Call ``paint_ring`` last when painting."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(name)

    def paint_ring(self, painter: QPainter, inset: float) -> None:
        """The ring, where there is to be one, so many pixels from the sides."""
        if self._ring:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.current().accent, 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(inset, 0.75, -inset, -0.75), 6, 6)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._ring = event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._ring = False
        self.update()
