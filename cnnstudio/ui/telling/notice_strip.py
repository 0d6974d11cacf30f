"""The notices over the top of the canvas."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.telling.notices import Notice, Notices

_WIDEST, _NARROWEST = 640, 320
#: pixels to the edges, and those that the zoom has in the corner at the right
_EDGE, _CORNER = 12, 160
#: place of the text in a row
_TEXT = 1
_ICONS = {"info": "info", "good": "check", "warning": "warning", "error": "error"}


class NoticeStrip(QWidget):
    """Lies over ``over`` and takes only the room its notices need, so the canvas does not move: at the bottom, where
    networks end, because all begin at the top."""

    def __init__(self, notices: Notices, over: QWidget) -> None:
        super().__init__(over)
        self._notices = notices
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
        while (item := self._column.takeAt(0)) is not None:
            row = item.widget()
            row.hide()
            row.deleteLater()
        for notice in self._notices.current:
            self._column.addWidget(self._row(notice))
        self.setVisible(bool(self._notices.current))
        self._place()
        self.raise_()

    def _place(self) -> None:
        over = self.parentWidget()
        beside = over.width() - _EDGE - _CORNER
        # over what is not shown yet there is no room
        width = max(0, min(_WIDEST, beside if beside >= _NARROWEST else over.width() - 2 * _EDGE))
        height = 0
        for place in range(self._column.count()):
            row = self._column.itemAt(place).widget()
            row.setFixedSize(width, _height(row, width))
            height += row.height() + (self._column.spacing() if place else 0)
        left = (over.width() - width) // 2
        if left < _CORNER:
            left = _EDGE
        self.setGeometry(left, max(_EDGE, over.height() - height - _EDGE), width, height)

    def _row(self, notice: Notice) -> QFrame:
        chosen = theme.current()
        colour = {
            "info": chosen.accent,
            "good": chosen.good,
            "warning": chosen.warning,
            "error": chosen.error,
        }
        row = QFrame()
        row.setProperty("role", f"notice-{notice.kind}")
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 8, 8, 8)
        line.setSpacing(8)
        mark = QLabel()
        mark.setPixmap(icons.pixmap(_ICONS[notice.kind], 16, colour[notice.kind], self.devicePixelRatioF()))
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        text = label(notice.text, wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        text.setAccessibleName(f"{notice.kind}: {notice.text}")
        line.addWidget(text, 1)
        for title, action in ((notice.action_title, notice.action), (notice.other_title, notice.other)):
            if action is not None:
                act = QPushButton(title)
                act.clicked.connect(partial(self._act, notice, action))
                line.addWidget(act)
        if notice.details:
            copy = QPushButton("Copy details")
            copy.clicked.connect(partial(self._copy, notice))
            line.addWidget(copy)
        close = QToolButton()
        close.setProperty("role", "bare")
        close.setIcon(icons.icon("close", chosen.secondary))
        close.setIconSize(QSize(14, 14))
        close.setToolTip("Dismiss")
        close.setAccessibleName("Dismiss")
        close.clicked.connect(partial(self._notices.dismiss, notice))
        line.addWidget(close)
        return row

    def _act(self, notice: Notice, action: Callable[[], object]) -> None:
        self._notices.dismiss(notice)
        action()

    def _copy(self, notice: Notice) -> None:
        QGuiApplication.clipboard().setText(f"{notice.text}\n\n{notice.details}")


def _height(row: QWidget, width: int) -> int:
    """How tall a row must be for its text to fit beside its buttons."""
    line = row.layout()
    margins = line.contentsMargins()
    others = sum(line.itemAt(i).sizeHint().width() for i in range(line.count()) if i != _TEXT)
    room = width - others - margins.left() - margins.right() - line.spacing() * (line.count() - 1) - 2
    tallest = max(line.itemAt(i).sizeHint().height() for i in range(line.count()) if i != _TEXT)
    text = line.itemAt(_TEXT).widget().heightForWidth(max(room, 40))
    return max(text, tallest) + margins.top() + margins.bottom() + 2
