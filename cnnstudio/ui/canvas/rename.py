"""Rename in place: an editor exactly over a card's title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.design import edits
from cnnstudio.ui import theme

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


class Renaming(QObject):
    """Opens the editor over a view, at most one at a time, and carries out what was typed."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self._editor: RenameEditor | None = None

    def open(self, node_id: str) -> None:
        """Edit a card's name."""
        self.close()
        view, card = self._view, self._view.canvas.cards[node_id]
        zoom, title = view.camera.zoom, card.title_rect().translated(card.pos())
        corner, size = view.camera.to_pixel(title.topLeft()), title.size() * zoom
        editor = self._editor = RenameEditor(card.name, view)
        font = editor.font()
        font.setPixelSize(max(9, round(theme.BODY_PX * zoom)))
        editor.setFont(font)
        height = max(size.height(), editor.fontMetrics().height()) + 6
        width = max(90.0, size.width() + 10)
        editor.setGeometry(round(corner.x() - 5), round(corner.y() - 3), round(width), round(height))
        editor.renamed.connect(lambda name: self._rename(node_id, name))
        editor.closed.connect(self._closed)
        editor.show()
        editor.setFocus()

    def close(self) -> None:
        """Close the editor, if one is open, without renaming."""
        if self._editor is not None:
            self._editor.close_quietly()

    def _rename(self, node_id: str, name: str) -> None:
        design = self._view.canvas.design
        if node_id in design.graph:
            self._view.document.edit("Rename layer", edits.rename(design, node_id, name))

    def _closed(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None and editor.hasFocus():
            self._view.setFocus()


class RenameEditor(QLineEdit):
    """Enter and leaving it accept the name, Esc does not. It deletes itself."""

    renamed = Signal(str)
    closed = Signal()

    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(name, parent)
        self._done = False
        self._was = name
        self.setMaxLength(256)
        self.setAccessibleName("Layer name")
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
        self.deleteLater()
