"""The notices over the top of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.telling.notices import Notice, Notices

_WIDEST, _NARROWEST = 640, 320
#: pixels to the edges, and those that the zoom has in the corner at the right
_EDGE, _CORNER = 12, 160
_ICONS = {"info": "info", "good": "check", "warning": "warning", "error": "error"}


class NoticeStrip(QWidget):
    """Lies over ``over`` and takes only the room its notices need, so the canvas does not move: at the bottom, where
    networks end, because all begin at the top."""

    def __init__(self, notices: Notices, over: QWidget) -> None:
        super().__init__(over)
        self._notices, self._over = notices, over
        self._rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        notices.changed.connect(self._show_current)
        theme.changed.connect(self._show_current)
        over.installEventFilter(self)
        self._show_current()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False

    def _show_current(self) -> None:
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(notice) for notice in self._notices.current]
        for row in self._rows:
            self._column.addWidget(row)
        self.setVisible(bool(self._notices.current))
        self._place()
        self.raise_()

    def _place(self) -> None:
        over = self._over
        beside = over.width() - _EDGE - _CORNER
        # over what is not shown yet there is no room
        width = max(0, min(_WIDEST, beside if beside >= _NARROWEST else over.width() - 2 * _EDGE))
        height = self._column.spacing() * max(0, len(self._rows) - 1)
        for row in self._rows:
            row.take_width(width)
            height += row.height()
        left = (over.width() - width) // 2
        if left < _CORNER:
            left = _EDGE
        self.setGeometry(left, max(_EDGE, over.height() - height - _EDGE), width, height)

    def _row(self, notice: Notice) -> _Row:
        row = _Row(notice)
        for title, action in ((notice.action_title, notice.action), (notice.other_title, notice.other)):
            if action is not None:
                row.add(QPushButton(title), partial(self._act, notice, action))
        if notice.details:
            row.add(QPushButton("Copy details"), partial(self._copy, notice))
        close = QToolButton()
        close.setProperty("role", "bare")
        close.setIcon(icons.icon("close", theme.current().secondary))
        close.setIconSize(QSize(14, 14))
        close.setToolTip("Dismiss")
        close.setAccessibleName("Dismiss")
        row.add(close, partial(self._notices.dismiss, notice))
        return row

    def _act(self, notice: Notice, action: Callable[[], object]) -> None:
        self._notices.dismiss(notice)
        action()

    def _copy(self, notice: Notice) -> None:
        QGuiApplication.clipboard().setText(f"{notice.text}\n\n{notice.details}")


class _Row(QFrame):
    """One notice: a mark, its text, and the buttons that are added."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self.setProperty("role", f"notice-{notice.kind}")
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(12, 8, 8, 8)
        self._line.setSpacing(8)
        look, mark = theme.current(), QLabel()
        colours = {"info": look.accent, "good": look.good, "warning": look.warning, "error": look.error}
        mark.setPixmap(icons.pixmap(_ICONS[notice.kind], 16, colours[notice.kind], self.devicePixelRatioF()))
        self._line.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        self._text = label(notice.text, wrap=True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setAccessibleName(f"{notice.kind}: {notice.text}")
        self._line.addWidget(self._text, 1)

    def add(self, button: QAbstractButton, action: Callable[[], object]) -> None:
        """Put a button at its end."""
        button.clicked.connect(action)
        self._line.addWidget(button)

    def take_width(self, width: int) -> None:
        """Be as wide as this, and as tall as the text then needs beside the buttons."""
        items = [item for place in range(self._line.count()) if (item := self._line.itemAt(place)) is not None]
        others = [item.sizeHint() for item in items if item.widget() is not self._text]
        margins = self._line.contentsMargins()
        beside = sum(size.width() for size in others) + self._line.spacing() * len(others)
        room = width - beside - margins.left() - margins.right() - 2
        tallest = max(self._text.heightForWidth(max(room, 40)), *(size.height() for size in others))
        self.setFixedSize(width, tallest + margins.top() + margins.bottom() + 2)
