"""A name that can be written anew where it stands."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

from cnnstudio.ui.widgets.fields.text_undo import TextUndo


class NameField(QLineEdit):
    """Enter and leaving it take the new name, Esc brings the old one back; both keys give the keyboard away."""

    #: another name was written; it may be empty
    renamed = Signal(str)
    #: the keyboard is done here
    left = Signal()

    def __init__(self, what: str) -> None:
        super().__init__()
        self.setProperty("role", "title-edit")
        self.setAccessibleName(f"{what.capitalize()} name")
        self.setToolTip(f"The {what}'s name. Click to change it; Esc keeps the old one.")
        self.setMaxLength(256)
        self.editingFinished.connect(self.finish)
        TextUndo(self)
        self._name = ""

    def show_name(self, name: str) -> None:
        """Show a name, unless another one is being typed."""
        self._name = name
        if not (self.hasFocus() and self.isModified()):
            self.setText(name)
            self.setCursorPosition(0)

    def finish(self) -> None:
        """Take what was typed, as leaving the field would."""
        if self.isModified():
            self.setModified(False)
            self.renamed.emit(self.text())

    def event(self, event: QEvent) -> bool:
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()  # Esc is about the name, whatever else it does in the window
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.setModified(False)
            self.show_name(self._name)
            self.left.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            self.left.emit()
        else:
            super().keyPressEvent(event)
