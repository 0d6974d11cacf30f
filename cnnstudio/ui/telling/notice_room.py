"""Messages never move what the mouse is at."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.telling.notice_strip import NoticeStrip
from cnnstudio.ui.widgets.focused import aimed_at

_STRIP = (QEvent.Type.LayoutRequest, QEvent.Type.Show, QEvent.Type.Hide)
_WORK = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Leave)


class NoticeRoom(QWidget):
    """The place of the messages in the column of a window. It is as high as they are, and the ``work`` below moves down
    for them and back. While the mouse is over the work it stays as high as it was, and messages lie over the work: a
    press lands on what was aimed at. The mouse need only leave, and be it for the message."""

    def __init__(self, strip: NoticeStrip, work: QWidget, column: QWidget) -> None:
        super().__init__(column)
        self.setProperty("role", "panel")
        self._strip, self._work = strip, work
        strip.setParent(column)
        strip.installEventFilter(self)
        work.installEventFilter(self)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (_STRIP if watched is self._strip else _WORK):
            self._fit()
        return False

    def _fit(self) -> None:
        needed = self._strip.height_in(self._work.width()) if not self._strip.isHidden() else 0
        if not aimed_at(self._work):
            self.setFixedHeight(needed)
            self.setVisible(needed > 0)  # the work may have moved by now
        work = self._work.geometry()
        top = work.top() - (0 if self.isHidden() else self.height())
        self._strip.setGeometry(work.left(), top, work.width(), needed)
        self._strip.raise_()
