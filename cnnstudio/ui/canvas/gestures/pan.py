"""Pan: the view follows the hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnstudio.ui.canvas.gestures.gesture import Gesture, Pointer


class PanGesture(Gesture):
    """Scroll by what the pointer moves. Cancelling goes back to where it began."""

    cursor = Qt.CursorShape.ClosedHandCursor

    def begin(self, at: Pointer) -> None:
        self._start = at.pixel
        self._home = self.view.camera.corner

    def move(self, at: Pointer) -> None:
        self.view.camera.corner = self._home - (at.pixel - self._start)
        self.view.camera.chosen = True

    def finish(self, at: Pointer) -> None:
        self.move(at)

    def cancel(self) -> None:
        self.view.camera.corner = self._home
