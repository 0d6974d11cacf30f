"""Every step of undo as a list: a click goes there, back or forth."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QUndoView, QVBoxLayout, QWidget

from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import label, on_ground


class StepsPanel(QWidget):
    """Follows the document's history. ``shutdown`` lets go of it, before it goes itself."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        on_ground(self, "panel")
        self.view = QUndoView()
        self.view.setStack(document.undo_stack)
        self.view.setEmptyLabel("As it was opened")
        self.view.setAccessibleName("Steps")
        self.view.setToolTip("What was done to the design; a click goes back or forth to it")
        self._room = QWidget()
        head = QHBoxLayout()
        head.addWidget(self._room)
        head.addWidget(label("a click goes back or forth to a step", "secondary"), 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.addLayout(head)
        column.addWidget(self.view, 1)

    def leave_room(self, size: QSize) -> None:
        """Leave so much free at the top left, for tabs."""
        self._room.setFixedSize(size)

    def shutdown(self) -> None:
        """Let go of the history. Safe to call twice."""
        self.view.setStack(None)
