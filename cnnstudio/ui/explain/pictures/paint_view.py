"""A picture of weights that can be painted."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent

from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.widgets.brush_keys import BrushKeys


class PaintView(VolumeView):
    """Weights that are painted with the mouse or by keys: ``painted`` carries (row, column) and whether it rubs out."""

    painted = Signal(object, bool)
    finished = Signal()

    def __init__(self, name: str) -> None:
        super().__init__(name)
        #: the cell that keys would paint
        self.brush = (0, 0)
        self._keys = BrushKeys(self, self._move, lambda erase: self.painted.emit(self.brush, erase), self.finished.emit)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._keys.lead:
            self._move(0, 0)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.mark_spot(None)

    def _move(self, down: int, right: int) -> None:
        rows, columns = self.values.shape
        self.brush = (min(max(self.brush[0] + down, 0), rows - 1), min(max(self.brush[1] + right, 0), columns - 1))
        self.mark_spot(self.brush)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mark_spot(None)
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
            self.brush = cell
            self.painted.emit(cell, erase)
