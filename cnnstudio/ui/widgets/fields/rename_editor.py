"""A field in which a name is written anew, laid over the place where it stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget


class RenameEditor(QLineEdit):
    """Enter and leaving it accept the name, Esc does not; a name of nothing but spaces is ``emptied``. It deletes
    itself."""

    renamed = Signal(str)
    emptied = Signal()
    closed = Signal()

    def __init__(self, name: str, what: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._done = False
        self._was = name
        self.setMaxLength(256)
        self.setAccessibleName(f"{what.capitalize()} name")
        self.setStyleSheet("min-height: 0; padding: 0 3px; font-weight: 600;")
        self.selectAll()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed belongs to the name, whatever the window's shortcuts are
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self._finish(accepted=False)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._finish(accepted=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._finish(accepted=True)

    def close_quietly(self) -> None:
        """Close without renaming."""
        self._finish(accepted=False)

    def _finish(self, accepted: bool) -> None:
        if self._done:
            return
        self._done = True
        name = " ".join(self.text().split())
        self.closed.emit()
        self.hide()
        if accepted and name and name != self._was:
            self.renamed.emit(name)
        elif accepted and not name and self._was:
            self.emptied.emit()
        self.deleteLater()
