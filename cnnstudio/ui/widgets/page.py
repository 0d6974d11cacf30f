"""A page over a workspace, for one thing that is set up there and then done."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import rule
from cnnstudio.ui.widgets.overlay import Sheet

#: pixels at the sides
MARGIN = 24
#: from so many pixels on a page is wide
WIDE = 1280
_RETURN = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class Page(Sheet):
    """Covers ``host`` from when it is opened until it is dismissed; then it deletes itself. Esc leaves it and Return
    does what it is for. What is made of it adds to ``head``, ``words`` and ``column``, and opens it."""

    dismissed = Signal()

    def __init__(self, name: str, icon: str, host: QWidget) -> None:
        super().__init__(host)
        self.setProperty("role", "sheet")
        self.setProperty("form", True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._host, self._icon, self._mark = host, icon, QLabel()
        self.head, self.words = QHBoxLayout(), QVBoxLayout()
        self.head.setContentsMargins(MARGIN, 14, MARGIN, 12)
        self.head.setSpacing(12)
        self.head.addWidget(self._mark)
        self.words.setSpacing(2)
        self.head.addLayout(self.words, 1)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(self.head)
        line = QHBoxLayout()
        line.setContentsMargins(MARGIN, 0, MARGIN, 0)
        line.addWidget(rule())
        self.column.addLayout(line)
        host.installEventFilter(self)
        dressing.follow(self, self._tint)
        self._tint()

    def open(self) -> None:
        """Cover the host."""
        self._cover()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Close and delete it; the keyboard goes back to where it was."""
        if self.isHidden():
            return
        super().dismiss()
        self.dismissed.emit()
        self.deleteLater()

    @property
    def ready(self) -> bool:
        """Whether Return does something now."""
        return True

    def go_on(self) -> None:
        """What Return does."""

    def arrange(self, wide: bool) -> None:
        """Take the room there is."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _RETURN and self.ready:
            self.go_on()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain and event.key() in _RETURN:
                event.accept()
                return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._host and event.type() == QEvent.Type.Resize:
            self._cover()
        return False

    def _cover(self) -> None:
        self.setGeometry(self._host.rect())
        self.arrange(self.width() >= WIDE)

    def _tint(self) -> None:
        self._mark.setPixmap(icons.icon(self._icon, theme.current().accent).pixmap(QSize(22, 22)))
