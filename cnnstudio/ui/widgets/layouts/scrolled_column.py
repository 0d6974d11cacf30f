"""A column that scrolls up and down only, and is never narrower than what stands in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

#: no column is narrower, in pixels
_NARROWEST = 216
#: how often a resize may lead to another
_OFTEN = 4


def scroll_down(area: QScrollArea, inside: QWidget | None = None) -> None:
    """Let an area scroll up and down only, without a frame, and leave the keyboard to what is ``inside``."""
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if inside is not None:
        area.setWidget(inside)


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
        scroll_down(self)

    def minimumSizeHint(self) -> QSize:
        inside = self.widget()
        least = max(inside.minimumSizeHint().width(), inside.minimumWidth()) if inside else 0
        needed = least + self.verticalScrollBar().sizeHint().width()
        return QSize(max(_NARROWEST, needed), super().minimumSizeHint().height())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)
