"""A drag near the edge of a view scrolls it, faster the further beyond."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF, QSize, QTimer, Signal

#: how near the edge, in pixels, and pixels per tick at most
EDGE, FASTEST = 24.0, 24.0
TICK_MS = 16


class EdgeScroll(QObject):
    """Says by how many pixels to scroll, for as long as the pointer stays near an edge."""

    scrolled = Signal(QPointF)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._speed = QPointF()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(lambda: self.scrolled.emit(self._speed))

    def pointer_at(self, pixel: QPointF, size: QSize) -> None:
        """The pointer of a drag is here in a view of this size."""
        self._speed = QPointF(_speed(pixel.x(), size.width()), _speed(pixel.y(), size.height()))
        if self._speed == QPointF():
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def stop(self) -> None:
        """The drag is over."""
        self._timer.stop()


def _speed(value: float, size: float) -> float:
    if value < EDGE:
        return -min(FASTEST, (EDGE - value) * 0.5)
    if value > size - EDGE:
        return min(FASTEST, (value - size + EDGE) * 0.5)
    return 0.0
