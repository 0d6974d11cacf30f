"""A card that lies over the window where it was put, until Esc or its cross."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label


class FloatingCard(QFrame):
    """``head`` holds title and cross, between which more can be put; ``column`` what is below. Whatever of it takes no
    mouse drags it."""

    #: keys that are the card's own while it has the keyboard, besides Esc
    keys: ClassVar[tuple[Qt.Key, ...]] = ()

    def __init__(self, title: str, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._grabbed: QPoint | None = None
        self._before: QWidget | None = None
        self.setProperty("role", "floating")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._close = QToolButton()
        self._close.setProperty("role", "bare")
        self._close.setToolTip("Close (Esc)")
        self._close.setAccessibleName("Close")
        self._close.clicked.connect(self.dismiss)
        self.head = QHBoxLayout()
        self.head.addWidget(label(title, "title"))
        self.head.addStretch(1)
        self.head.addWidget(self._close)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(14, 10, 14, 12)
        self.column.setSpacing(8)
        self.column.addLayout(self.head)
        window.installEventFilter(self)
        dressing.follow(self, self._dress)
        self._dress()
        self.hide()

    def show_up(self) -> None:
        """Show it with the keyboard. Where it was not shown before it comes at the bottom, on the side away from what
        had the keyboard: that it was asked from, and it is about that."""
        had = self._window.focusWidget()
        if had is None or not self.isAncestorOf(had):
            self._before = had
        if not self.isVisible():
            self.adjustSize()
            right, middle = self._window.width() - self.width() - 24, self._window.rect().center().x()
            from_right = had is not None and had.mapTo(self._window, had.rect().center()).x() > middle
            self.move(24 if from_right else max(0, right), max(0, self._window.height() - self.height() - 48))
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Take it away; the keyboard goes back to where it was before, if it is here."""
        focused, before, self._before = self._window.focusWidget(), self._before, None
        here = focused is not None and (focused is self or self.isAncestorOf(focused))
        if here and before is not None and isValid(before) and before.isVisible() and before.isEnabled():
            before.setFocus(Qt.FocusReason.OtherFocusReason)  # or Qt would give it to whatever comes next
        self.hide()

    def _dress(self) -> None:
        look = theme.current()
        self._close.setIcon(icons.icon("close", look.secondary))
        self.setStyleSheet(
            f'QFrame[role="floating"] {{ background: {look.panel.name()}; border: 1px solid {look.field_border.name()};'
            "border-radius: 9px; }"
        )

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._window and event.type() == QEvent.Type.Resize and self.isVisible():
            self._move_to(self.pos())
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        own = (Qt.Key.Key_Escape, *self.keys)
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() in own:
            event.accept()
            return True
        return super().event(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._grabbed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grabbed is not None:
            self._move_to(self.mapToParent(event.position().toPoint()) - self._grabbed)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._grabbed = None

    def _move_to(self, place: QPoint) -> None:
        room = self._window.rect()
        x = min(max(0, place.x()), max(0, room.width() - self.width()))
        y = min(max(0, place.y()), max(0, room.height() - self.height()))
        self.move(x, y)
