"""Sheets: what lies over a window or a part of it for a while. They block nothing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QRegion, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QFrame,
    QHBoxLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.layouts.reading_order import step

_FROM_EDGE = 32
_PAGE = 0.9
_MOVES = (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Move)
Key = Qt.Key
_ESC = Key.Key_Escape


class OverSheets(QWidget):
    """A part of a window that no sheet covers."""


class Sheet(QFrame):
    """Lies over a window or a part of it. Tab goes round on it, Esc leaves it, and what it covers, as it is not seen,
    has no keyboard meanwhile."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.SubWindow)  # to Qt the end of the way that Tab goes
        self._before: QWidget | None = None
        self._left_by = Qt.FocusReason.PopupFocusReason

    def dismiss(self) -> None:
        """Close it; the keyboard, where the sheet has it, goes back to where it was."""
        inside, before = self.window().focusWidget(), self._before
        self.hide()
        had = inside is None or inside is self or self.isAncestorOf(inside)
        if had and before is not None and isValid(before) and before.isVisible():  # it may have gone meanwhile
            before.setFocus(self._left_by)

    def leave(self) -> None:
        """What Esc does."""
        self.dismiss()

    def leave_by(self, button: QAbstractButton) -> None:
        """Let a button close it. After the mouse has pressed that, no keys have led to what has the keyboard next."""
        button.pressed.connect(self._by_mouse)
        button.clicked.connect(lambda: self.dismiss())

    def _by_mouse(self) -> None:
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            self._left_by = Qt.FocusReason.MouseFocusReason

    def covers(self, widget: QWidget) -> bool:
        """Whether nothing is seen of a widget because it lies under the sheet."""
        over = self.parentWidget()
        branch: QWidget | None = widget
        while branch is not None and branch.parentWidget() is not over:
            branch = branch.parentWidget()
        if over is None or branch is None or (beside := over.children()).index(branch) >= beside.index(self):
            return False
        free = QRegion(self.rect()) if self.mask().isEmpty() else self.mask()
        place = QRect(widget.mapTo(over, QPoint()), widget.size()) & over.rect()
        return (QRegion(place.translated(-self.pos())) - free).isEmpty()

    def keep_keyboard(self, wanted: QWidget) -> None:
        """Take the keyboard from what the sheet covers. If there is nothing any more that had it before, that has it
        when the sheet closes."""
        if self._before is None or not isValid(self._before) or not self._before.isVisible():
            self._before = wanted
        (self.focusWidget() or self).setFocus(Qt.FocusReason.PopupFocusReason)

    def showEvent(self, event: QShowEvent) -> None:
        before = self.window().focusWidget()
        if not event.spontaneous() and not self.isAncestorOf(before):
            self._before = before
        super().showEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and event.key() == _ESC:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == _ESC:
            self.leave()
        else:
            event.ignore()  # the window's shortcuts go on working

    def focusNextPrevChild(self, next: bool) -> bool:
        step(self, next)
        return True  # where there is no other, the keyboard stays where it is


def in_sight(widget: QWidget) -> bool:
    """Whether a widget is shown and no sheet covers it."""
    return widget.isVisible() and not any(sheet.covers(widget) for sheet in open_sheets(widget.window()))


def open_sheets(window: QWidget) -> list[Sheet]:
    """The sheets that are open in a window, the newest last."""
    return [sheet for sheet in window.findChildren(Sheet) if sheet.isVisible()]


class _Shade(QWidget):
    """Darkens what no sheet covers as it was when one came: new messages lie above it. It is in nobody's way."""

    def __init__(self, part: QWidget) -> None:
        super().__init__(part)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        part.installEventFilter(self)
        self.setGeometry(part.rect())
        self.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), _veil())


def _veil() -> QColor:
    return QColor(0, 0, 0, 110 if theme.current().dark else 60)


class Overlay(Sheet):
    """Over everything in a window but its messages: ``content`` scrolls under a title. Esc, its cross or a press
    beside it close and delete it."""

    closed = Signal()

    def __init__(self, window: QWidget, title: str, content: QWidget, size: QSize) -> None:
        super().__init__(window)
        self._over, self._wanted = window, size
        self.sheet = QFrame(self)
        self.sheet.setObjectName("overlaySheet")
        column = QVBoxLayout(self.sheet)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(24, 16, 14, 8)
        head.addWidget(label(title, "heading"), 1)
        self._cross = QToolButton()
        self._cross.setProperty("role", "bare")
        self._cross.setAccessibleName("Close")
        self._cross.setToolTip("Close (Esc)")
        self._cross.setIconSize(QSize(16, 16))
        self.leave_by(self._cross)
        head.addWidget(self._cross)
        column.addLayout(head)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setAccessibleName(title)
        self._bar = area.verticalScrollBar()
        some, none = Qt.FocusPolicy.StrongFocus, Qt.FocusPolicy.NoFocus
        self._bar.rangeChanged.connect(lambda _, most: area.setFocusPolicy(some if most else none))
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.viewport().setAutoFillBackground(False)
        content.setProperty("role", "scrolled")
        area.setWidget(content)
        content.setAutoFillBackground(False)
        column.addWidget(area, 1)
        self.setAccessibleName(title)
        self.sheet.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(self.sheet)  # what is around it is veiled
        self._free = window.findChildren(OverSheets)
        self._shades = [_Shade(part) for part in self._free]
        for watched in (window, *self._free):
            watched.installEventFilter(self)
        dressing.follow(self, self._colour)
        self._colour()
        self._fit()
        self.show()
        self.raise_()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Close and delete the sheet; the keyboard goes back to where it was."""
        if self.isHidden():
            return
        super().dismiss()
        for shade in self._shades:
            shade.deleteLater()
        self.closed.emit()
        self.deleteLater()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._fit()
        elif event.type() in _MOVES and watched is not self._over:
            QTimer.singleShot(0, self, self._fit)  # by then it has its place
        return False

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            scrolls = self.hasFocus() and self._scrolled(event) is not None
            if scrolls:  # what is on the sheet keeps its own keys
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if (value := self._scrolled(event)) is not None:
            self._bar.setValue(value)
        else:
            super().keyPressEvent(event)

    def _scrolled(self, event: QKeyEvent) -> int | None:
        """Where a key scrolls what is on the sheet to; None for a key that does not scroll."""
        bar, page = self._bar, round(_PAGE * self._bar.pageStep())
        by = {
            Key.Key_Down: 3 * bar.singleStep(), Key.Key_Up: -3 * bar.singleStep(), Key.Key_PageDown: page,
            Key.Key_PageUp: -page, Key.Key_Space: page, Key.Key_Home: -bar.maximum(), Key.Key_End: bar.maximum(),
        }  # fmt: skip
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return bar.value() + by[Key(event.key())] if plain and event.key() in by else None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self.sheet.geometry().contains(event.position().toPoint()):
            self._by_mouse()
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), _veil())

    def _fit(self) -> None:
        room = self._over.rect()
        self.setGeometry(room)
        veiled = QRegion(room)
        for part in self._free:
            if part.isVisible():
                place = QRect(part.mapTo(self._over, QPoint()), part.size())
                veiled -= place
                room.setTop(place.bottom() + 1 - _FROM_EDGE // 2)
        self.setMask(veiled)
        width = min(self._wanted.width(), room.width() - 2 * _FROM_EDGE)
        height = min(self._wanted.height(), room.height() - 2 * _FROM_EDGE)
        place = QRect(0, 0, width, height)
        place.moveCenter(room.center())
        self.sheet.setGeometry(place)

    def _colour(self) -> None:
        look = theme.current()
        self.sheet.setStyleSheet(
            f"#overlaySheet {{ background: {look.panel.name()}; border: 1px solid {look.line.name()};"
            "border-radius: 10px; }"
        )
        self._cross.setIcon(icons.icon("close", look.secondary))
