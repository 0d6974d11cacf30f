"""A network that is shown whole stays whole when its room changes: other workspace, other window size."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer

from cnnstudio.ui.canvas.view import CanvasView

#: how much of the room, in one direction, a network must fill to count as framed
_TIGHT = 0.75


class KeepFramed(QObject):
    """Frames the network anew after a resize if it was framed before; a view someone has chosen stays."""

    def __init__(self, canvas: CanvasView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(canvas.frame_all)
        canvas.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The viewport still has its old size when the view is told of the new one.
        if event.type() == QEvent.Type.Resize and not self._timer.isActive() and self._framed():
            self._timer.start()
        return False

    def _framed(self) -> bool:
        whole = QRectF()
        for card in self._canvas.canvas.cards.values():
            whole = whole.united(card.scene_outline())
        seen, zoom = self._canvas.camera.seen(), self._canvas.camera.zoom
        if whole.isEmpty() or not seen.contains(whole):
            return False
        tight = whole.width() > _TIGHT * seen.width() or whole.height() > _TIGHT * seen.height()
        return tight or zoom == 1.0
