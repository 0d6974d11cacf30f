"""A column that scrolls up and down only, and is never narrower than what stands in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea

#: no column is narrower, in pixels
_NARROWEST = 216
#: how often a resize may lead to another
_OFTEN = 4


class SteadyArea(QScrollArea):
    """Comes to an end where what stands in it wants a scroll bar when it is wide, and none once the bar has made it
    narrower: Qt would resize it from within itself until the stack is full."""

    _resizing = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self.widget() or event.type() != QEvent.Type.Resize:
            return super().eventFilter(watched, event)
        if self._resizing >= _OFTEN:
            return False
        self._resizing += 1
        try:
            return super().eventFilter(watched, event)
        finally:
            self._resizing -= 1


class ScrolledColumn(SteadyArea):
    """Without a bar for what is too wide, so nothing may be: the right ends of numbers would be cut."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def minimumSizeHint(self) -> QSize:
        inside = self.widget()
        least = max(inside.minimumSizeHint().width(), inside.minimumWidth()) if inside else 0
        needed = least + self.verticalScrollBar().sizeHint().width()
        return QSize(max(_NARROWEST, needed), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
