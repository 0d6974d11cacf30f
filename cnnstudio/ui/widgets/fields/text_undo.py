"""Ctrl+Z belongs to the document, except while someone is in the middle of typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit


class TextUndo(QObject):
    """Lets a line edit keep undo and redo for itself only while its text differs from the value shown; one that
    ``seeks``, while there is something in it: an empty field of a search has nothing that anybody would take back."""

    def __init__(self, edit: QLineEdit, *, seeks: bool = False) -> None:
        super().__init__(edit)
        self._edit, self._seeks = edit, seeks
        edit.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if is_undo(event) and not self._typing:
            event.ignore()
            return True
        return False

    @property
    def _typing(self) -> bool:
        return bool(self._edit.text()) if self._seeks else self._edit.isModified()


def is_undo(event: QEvent) -> bool:
    """Whether a key event (or the question whether someone wants the key) is undo or redo."""
    return (
        event.type() in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress)
        and isinstance(event, QKeyEvent)
        and (event.matches(QKeySequence.StandardKey.Undo) or event.matches(QKeySequence.StandardKey.Redo))
    )
