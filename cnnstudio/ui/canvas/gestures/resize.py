"""Resize a frame, or make a note wider, by its lower right corner."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from cnnstudio.design.edits import frames_and_notes
from cnnstudio.design.value.design import Design
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Keys, Pointer
from cnnstudio.ui.canvas.placing.snapping import on_grid
from cnnstudio.ui.canvas.viewport.scene_view import SceneView


class ResizeGesture(Gesture):
    """The corner follows the hand in steps of the grid; Alt suspends the steps."""

    cursor = Qt.CursorShape.SizeFDiagCursor
    scrolls = True

    def __init__(self, view: SceneView, item: str) -> None:
        super().__init__(view)
        self._item = item

    def begin(self, at: Pointer) -> None:
        self._rect = self.scene.annotations[self._item].scene_outline()
        self._offset = self._rect.bottomRight() - at.scene

    def move(self, at: Pointer) -> None:
        self.scene.preview(self._resized(at))

    def finish(self, at: Pointer) -> None:
        what = "Resize frame" if self._item in self.scene.design.frames else "Resize note"
        self.document.edit(what, self._resized(at))
        self.scene.restore()

    def cancel(self) -> None:
        self.scene.restore()

    def _resized(self, at: Pointer) -> Design:
        corner: QPointF = at.scene + self._offset
        if not at.has(Keys.AltModifier):
            corner = on_grid(corner)
        corner = QPointF(min(corner.x(), m.REACH), min(corner.y(), m.REACH))
        left, top = self._rect.left(), self._rect.top()
        size = corner.x() - left, corner.y() - top
        return frames_and_notes.reshape(self.scene.design, self._item, (left, top, *size))
