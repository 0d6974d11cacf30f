"""Lets the marks of window and cell glide from one position to the next while the window slides by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPointF, QVariantAnimation
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.look import motion

#: milliseconds a mark is on its way at most; at shorter intervals than the least it jumps
LONGEST, LEAST = 140, 60
#: a mark that goes further than this many of its own widths jumps
_FAR = 4.0


class Glide(QObject):
    """``prepare`` notes where the marks of some views in a widget are, ``begin`` lets them come from there; ``joined``
    is called after each little move."""

    def __init__(self, around: QWidget, views: Callable[[], Iterable[VolumeView]], joined: Callable[[], None]) -> None:
        super().__init__(around)
        self._around, self._views, self._joined = around, views, joined
        self._from: dict[VolumeView, QPointF] = {}
        self._ways: dict[VolumeView, QPointF] = {}
        self._motion = QVariantAnimation(self)
        self._motion.setStartValue(1.0)
        self._motion.setEndValue(0.0)
        self._motion.valueChanged.connect(self._show)

    def prepare(self) -> None:
        """Note where the marks are."""
        self.stop()
        boxes = {view: view.marked_box() for view in self._views()}
        self._from = {view: box.center() for view, box in boxes.items() if box is not None}

    def begin(self, interval: int) -> None:
        """The marks are at their new places: let them come there within ``interval`` milliseconds, if there is time
        and there may be motion; otherwise, and where nothing was noted, they are there at once."""
        begun, self._from = self._from, {}
        self.stop()
        if begun and interval >= LEAST and not motion.still(self._around):
            self._ways = {view: way for view, start in begun.items() if (way := _way(view, start)) is not None}
        if self._ways:
            self._motion.setDuration(min(LONGEST, interval * 7 // 10))
            self._motion.start()
        self._joined()

    def stop(self) -> None:
        """Put the marks where they belong."""
        self._motion.stop()
        for view in self._ways:
            view.shift_marks(0.0, 0.0)
        self._ways = {}

    def _show(self, share: float) -> None:
        for view, way in self._ways.items():
            view.shift_marks(way.x() * share, way.y() * share)
        self._joined()


def _way(view: VolumeView, start: QPointF) -> QPointF | None:
    """How far back a mark begins; None where it did not move, or far."""
    box = view.marked_box()
    if box is None:
        return None
    way = start - box.center()
    near = abs(way.x()) <= _FAR * box.width() and abs(way.y()) <= _FAR * box.height()
    return way if near and not way.isNull() else None
