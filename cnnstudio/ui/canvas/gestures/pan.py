"""Pan: the view follows the hand."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from cnnstudio.ui.canvas.gestures.gesture import Gesture, Pointer


class PanGesture(Gesture):
    """Scroll by what the pointer moves. Cancelling goes back to where it began."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def begin(self, at: Pointer) -> None:
        self._last = at.pixel
        self._gone = QPointF()

    def move(self, at: Pointer) -> None:
        self._scroll(self._last - at.pixel)
        self._last = at.pixel

    def finish(self, at: Pointer) -> None:
        self.move(at)

    def cancel(self) -> None:
        self._scroll(-self._gone)

    def _scroll(self, by: QPointF) -> None:
        self.view.camera.scroll(by.x(), by.y())
        self._gone += by
