"""The messages of a window: lines between the top bar and the work."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
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

from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.telling.notices import Notice, Notices
from cnnstudio.ui.widgets.overlay import OverSheets

#: so many lines are shown unasked
LINES = 2
#: least height of a line in pixels; a sentence that does not fit takes a second row of text
LINE = 32
#: more letters than these are shortened: all of them are in what “Copy details” copies
_LONGEST = 320
_ICONS = {"info": "info", "good": "check", "warning": "warning", "error": "error"}


class NoticeStrip(OverSheets):
    """The most urgent notices, the first on top. It takes no keyboard by itself."""

    #: the line that had the keyboard is gone
    left = Signal()

    def __init__(self, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._notices = notices
        self._lines: dict[Notice, _Line] = {}
        self._unfolded = False
        #: those that somebody has been at with the keyboard
        self._visited: frozenset[Notice] = frozenset()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._more = QPushButton()
        self._more.setProperty("role", "link")
        self._more.clicked.connect(self._unfold)
        self._more.setParent(self)
        notices.changed.connect(self._show_current)
        dressing.follow(self, self._dress)
        self._show_current()

    @property
    def first(self) -> QWidget | None:
        """What is used most in the upper line: its first button."""
        return next((line.buttons[0] for line in self._lines.values() if line.isVisibleTo(self)), None)

    @property
    def calls(self) -> bool:
        """Whether there is a message that F6 has not come to."""
        return self.isVisible() and not self._visited.issuperset(self._lines)

    def height_in(self, width: int) -> int:
        """How high it is where it is so wide."""
        return self._column.totalHeightForWidth(width) if self._column.hasHeightForWidth() else self.sizeHint().height()

    def take_keyboard(self) -> None:
        """Give the keyboard to what is used most in the upper line."""
        self._visited = frozenset(self._lines)
        if self.first is not None:
            self.first.setFocus(Qt.FocusReason.TabFocusReason)

    def close_upper(self) -> bool:
        """Take the upper line away; False where there is none."""
        upper = self._notices.by_urgency[:1]
        for notice in upper:
            self._notices.close(notice)
        return bool(upper)

    def _show_current(self) -> None:
        """Lines that stay are left alone: the keyboard may be in one."""
        current = self._notices.by_urgency
        lost = False
        for notice in [notice for notice in self._lines if notice not in current]:
            line = self._lines.pop(notice)
            focused = self.window().focusWidget()
            lost = lost or (focused is not None and line.isAncestorOf(focused))
            line.release(self._more)
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = {notice: self._lines.get(notice) or self._line(notice) for notice in current}
        for place, line in enumerate(self._lines.values()):
            self._column.insertWidget(place, line)
        self._unfolded = self._unfolded and len(current) > LINES
        self._fold()
        self.setVisible(bool(current))
        if lost:
            self.left.emit()

    def _fold(self) -> None:
        shown = len(self._lines) if self._unfolded else LINES
        lines = list(self._lines.values())
        for place, line in enumerate(lines):
            line.setVisible(place < shown)
        hidden = len(lines) - LINES
        self._more.setVisible(hidden > 0)
        if hidden > 0:
            self._more.setText("Fewer" if self._unfolded else f"{hidden} more")
            self._more.setToolTip("Show two messages only" if self._unfolded else "Show every message")
            lines[LINES - 1].hold(self._more)

    def _unfold(self) -> None:
        self._unfolded = not self._unfolded
        self._fold()

    def _dress(self) -> None:
        for line in self._lines.values():
            line.dress()

    def _line(self, notice: Notice) -> _Line:
        line = _Line(notice)
        for title, action in ((notice.action_title, notice.action), (notice.other_title, notice.other)):
            if action is not None:
                line.add(QPushButton(title), partial(self._act, notice, action))
        if notice.later_title:
            line.add(QPushButton(notice.later_title), partial(self._notices.close, notice))
        if notice.details or len(notice.text) > _LONGEST:
            line.add(QPushButton("Copy details"), partial(self._copy, notice))
        line.add(line.cross, partial(self._notices.close, notice))
        return line

    def _act(self, notice: Notice, action: Callable[[], object]) -> None:
        self._notices.dismiss(notice)
        action()

    def _copy(self, notice: Notice) -> None:
        QGuiApplication.clipboard().setText(f"{notice.text}\n\n{notice.details}".rstrip())


class _Line(QFrame):
    """One notice: a mark, its text, and the buttons that are added."""

    def __init__(self, notice: Notice) -> None:
        super().__init__()
        self._notice = notice
        self.setProperty("role", f"notice-{notice.kind}")
        self.setMinimumHeight(LINE)
        self.buttons: list[QAbstractButton] = []
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, 2, 8, 2)
        row.setSpacing(8)
        self._mark = QLabel()
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        text = notice.text if len(notice.text) <= _LONGEST else f"{notice.text[:_LONGEST].rstrip()} …"
        told = label(text, wrap=True)
        told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        told.setAccessibleName(f"{notice.kind}: {notice.text}")
        row.addWidget(told, 1)
        self.cross = QToolButton()
        self.cross.setProperty("role", "bare")
        self.cross.setIconSize(QSize(14, 14))
        self.cross.setToolTip("Dismiss (Esc)")
        self.cross.setAccessibleName("Dismiss")
        self.dress()

    def add(self, button: QAbstractButton, action: Callable[[], object]) -> None:
        """Put a button at its end."""
        button.setProperty("in_line", "true")
        button.clicked.connect(action)
        self._row.addWidget(button)
        self.buttons.append(button)

    def hold(self, widget: QWidget) -> None:
        """Take a widget in, before the cross."""
        self._row.removeWidget(widget)
        self._row.insertWidget(self._row.indexOf(self.cross), widget)

    def release(self, widget: QWidget) -> None:
        """Let a widget go, before the line itself does."""
        if widget.parentWidget() is self:
            widget.setParent(self.parentWidget())

    def dress(self) -> None:
        """Take the colours of the current theme."""
        look = theme.current()
        colours = {"info": look.accent, "good": look.good, "warning": look.warning, "error": look.error}
        kind = self._notice.kind
        self._mark.setPixmap(icons.pixmap(_ICONS[kind], 16, colours[kind], self.devicePixelRatioF()))
        self.cross.setIcon(icons.icon("close", look.secondary))
