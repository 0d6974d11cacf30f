"""Writing a note in place: an editor exactly over its leaf."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from cnnstudio.design.edits import edits, frames_and_notes
from cnnstudio.design.value.drawn import LONGEST_NOTE, NOTE_WIDTH
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas.items.annotation_items import NOTE_INSET
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import theme

ROOM = 84


class NoteWriting(QObject):
    """Opens the editor over a view, at most one at a time, and carries out what was typed. A note that is left
    without any text is taken away."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self.editor: NoteEditor | None = None

    def open(self, note_id: str) -> None:
        """Edit the text of a note."""
        outline = self._view.canvas_scene.annotations[note_id].scene_outline()
        self._show(self._view.canvas_scene.design.notes[note_id].text, outline, lambda text: self._write(note_id, text))

    def open_new(self, at: QPointF) -> None:
        """Write a new note with its corner at a place in the scene; it is there once something was written."""
        outline = QRectF(at.x(), at.y(), NOTE_WIDTH, 0.0)
        self._show("", outline, lambda text: self._add(at, text))

    def _show(self, text: str, outline: QRectF, accept: Callable[[str], None]) -> None:
        self.close()
        view = self._view
        zoom = view.camera.zoom
        corner = view.camera.to_pixel(outline.topLeft())
        editor = self.editor = NoteEditor(text, zoom, view)
        width, height = max(140.0, outline.width() * zoom), max(outline.height() * zoom, ROOM)
        editor.setGeometry(round(corner.x()), round(corner.y()), round(width) + 2, round(height) + 2)
        editor.written.connect(accept)
        editor.closed.connect(self._closed)
        editor.show()
        editor.setFocus()

    def close(self) -> None:
        """Close the editor, if one is open; what was typed is kept."""
        if self.editor is not None:
            self.editor.finish(accepted=True)

    def _write(self, note_id: str, text: str) -> None:
        view = self._view
        design = view.canvas_scene.design
        if note_id not in design.notes:
            return
        if not text.strip():
            view.document.edit("Delete note", frames_and_notes.remove(design, {note_id}))
            return
        try:
            view.document.edit("Write note", frames_and_notes.write(design, note_id, text))
        except edits.EditRefused as refusal:
            view.told.emit(worded(refusal))

    def _add(self, at: QPointF, text: str) -> None:
        view = self._view
        if not text.strip():
            return
        try:
            design, note_id = frames_and_notes.add_note(view.canvas_scene.design, text, (at.x(), at.y()))
        except edits.EditRefused as refusal:
            view.told.emit(worded(refusal))
            return
        view.document.edit("Add note", design, select=())
        view.canvas_scene.select_wires(frozenset())
        view.canvas_scene.select_annotations(frozenset({note_id}))

    def _closed(self) -> None:
        editor, self.editor = self.editor, None
        if editor is not None and editor.hasFocus():
            self._view.setFocus()


class NoteEditor(QPlainTextEdit):
    """Leaving it and Ctrl+Enter accept the text, Esc does not. It deletes itself."""

    written = Signal(str)
    closed = Signal()

    def __init__(self, text: str, zoom: float, parent: QWidget) -> None:
        super().__init__(text, parent)
        self._done, self._was = False, text
        self.setAccessibleName("Note")
        self.setPlaceholderText("Write a note")
        self.setTabChangesFocus(True)
        font = theme.drawn_font(theme.BODY_PX)
        font.setPixelSize(max(9, round(theme.BODY_PX * zoom)))
        self.setFont(font)
        look = theme.current()
        self.setStyleSheet(
            f"QPlainTextEdit {{ background: {look.card.name()}; color: {look.text.name()};"
            f"border: 1px solid {look.accent.name()}; border-radius: 5px; }}"
        )
        self.document().setDocumentMargin(max(2.0, NOTE_INSET * zoom - 4))
        self.selectAll()
        self.textChanged.connect(self._keep_short)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()  # what is typed belongs to the note, whatever the window's shortcuts are
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() == Qt.Key.Key_Escape:
            self.finish(accepted=False)
        elif enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.finish(accepted=True)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish(accepted=True)

    def finish(self, accepted: bool) -> None:
        """Close, with what was typed or without."""
        if self._done:
            return
        self._done = True
        text = self.toPlainText() if accepted else self._was
        self.closed.emit()
        self.hide()
        if text != self._was:
            self.written.emit(text)
        self.deleteLater()

    def _keep_short(self) -> None:
        if self.document().characterCount() - 1 > LONGEST_NOTE:
            cursor = self.textCursor()
            cursor.setPosition(LONGEST_NOTE)
            cursor.movePosition(cursor.MoveOperation.End, cursor.MoveMode.KeepAnchor)
            cursor.removeSelectedText()
