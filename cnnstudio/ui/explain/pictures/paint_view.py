"""A picture of weights that can be painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from cnnstudio.ui.explain.pictures.volume_view import VolumeView


class PaintView(VolumeView):
    """Weights that are painted with the mouse: ``painted`` carries (row, column) and whether the right button does."""

    painted = Signal(object, bool)
    finished = Signal()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._stroke(event.position(), event.button() == Qt.MouseButton.RightButton)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & (Qt.MouseButton.LeftButton | Qt.MouseButton.RightButton):
            self._stroke(event.position(), bool(event.buttons() & Qt.MouseButton.RightButton))
        else:
            super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.finished.emit()

    def _stroke(self, point: QPointF, erase: bool) -> None:
        cell = self.cell_at(point)
        if cell is not None:
            self.painted.emit(cell, erase)
