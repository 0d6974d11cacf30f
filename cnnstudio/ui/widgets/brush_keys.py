"""Painting by keys: the arrow keys move a brush, Space paints with it, Backspace rubs out."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

Key, Type = Qt.Key, QEvent.Type

#: rows and columns by which an arrow key leads on
ARROWS = {Key.Key_Left: (0, -1), Key.Key_Right: (0, 1), Key.Key_Up: (-1, 0), Key.Key_Down: (1, 0)}
#: whether a key rubs out
_PAINT = {Key.Key_Space: False, Key.Key_Backspace: True}


class BrushKeys(QObject):
    """Hears the keys of a widget that is painted on. A stroke is whatever is painted while Space or Backspace is held.

    Args:
        canvas: What has the keyboard then; it may be come to by Tab.
        move: Moves the brush by rows and columns of places.
        paint: Paints where the brush is; rubs out if it is true.
        end: Ends the stroke.
    """

    def __init__(
        self,
        canvas: QWidget,
        move: Callable[[int, int], None],
        paint: Callable[[bool], None],
        end: Callable[[], None],
    ) -> None:
        super().__init__(canvas)
        self._move, self._paint, self._end = move, paint, end
        self._held: Qt.Key | None = None
        #: whether keys move the brush now, and not a mouse: only then it is shown
        self.lead = False
        canvas.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        canvas.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == Type.FocusOut:
            self._let_go()
        elif isinstance(event, QFocusEvent):
            self.lead = event.reason() != Qt.FocusReason.MouseFocusReason
        elif event.type() == Type.MouseButtonPress:
            self.lead = False
        if not isinstance(event, QKeyEvent) or Key(event.key()) not in {*ARROWS, *_PAINT}:
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key, self.lead = Key(event.key()), True
        if event.type() == Type.ShortcutOverride:
            event.accept()  # they lead elsewhere around it
        elif event.type() == Type.KeyPress:
            self._press(key, event.isAutoRepeat())
        elif key == self._held and not event.isAutoRepeat():
            self._let_go()
        return True

    def _press(self, key: Qt.Key, again: bool) -> None:
        if key in ARROWS:
            self._move(*ARROWS[key])
            if self._held is not None:
                self._paint(_PAINT[self._held])
        elif not again:
            self._let_go()
            self._held = key
            self._paint(_PAINT[key])

    def _let_go(self) -> None:
        if self._held is not None:
            self._held = None
            self._end()
