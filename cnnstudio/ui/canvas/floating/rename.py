"""Rename in place: an editor exactly over the name of a card, a block or a frame."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, QRectF

from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.value.design import Design
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import theme
from cnnstudio.ui.widgets.fields.rename_editor import RenameEditor


def naming(item_id: str) -> str:
    """The merge key under which something new and its name are one step."""
    return f"new {item_id}"


class Renaming(QObject):
    """Opens the editor over a view, at most one at a time, and carries out what was typed."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self._editor: RenameEditor | None = None

    def open(self, item_id: str, new: bool = False) -> None:
        """Edit the name of a layer, a block or a frame. A ``new`` one and its name are one undo step, however long the
        typing takes."""
        self.close()
        scene, design = self._view.canvas_scene, self._view.canvas_scene.design
        if item_id in scene.cards:
            card = scene.cards[item_id]
            name, title = card.name, card.title_rect().translated(card.pos())
        elif item_id in scene.outlines:
            name, title = scene.outlines[item_id].name, scene.outlines[item_id].title_rect()
        else:
            item = scene.annotations[item_id]
            name, title = design.frames[item_id].title, item.title_rect().translated(item.pos())
        self._bring_into_view(title)
        rename = _how(item_id, design, new)
        self._show(name, title, rename)

    def _bring_into_view(self, title: QRectF) -> None:
        """Scroll as far as needed to see what is written; where it was out of sight, so was the editor."""
        view, camera = self._view, self._view.camera
        shown = QRectF(camera.to_pixel(title.topLeft()), title.size() * camera.zoom).adjusted(-12, -12, 12, 12)
        room = QRectF(view.viewport().rect())
        across = min(0.0, shown.left()) + max(0.0, min(shown.right() - room.right(), shown.left()))
        down = min(0.0, shown.top()) + max(0.0, shown.bottom() - room.bottom())
        if across or down:
            camera.scroll(across, down)

    def _show(self, name: str, title: QRectF, rename: _How) -> None:
        view = self._view
        zoom = view.camera.zoom
        corner, size = view.camera.to_pixel(title.topLeft()), title.size() * zoom
        editor = self._editor = RenameEditor(name, rename.what, view)
        font = editor.font()
        font.setPixelSize(max(9, round(theme.BODY_PX * zoom)))
        editor.setFont(font)
        height = max(size.height(), editor.fontMetrics().height()) + 6
        width = min(max(90.0, size.width() + 10), max(240.0, 120 * zoom))
        editor.setGeometry(round(corner.x() - 5), round(corner.y() - 3), round(width), round(height))
        editor.renamed.connect(lambda text: self._rename(rename, text))
        editor.closed.connect(self._closed)
        editor.show()
        editor.setFocus()

    def close(self) -> None:
        """Close the editor, if one is open, without renaming."""
        if self._editor is not None:
            self._editor.close_quietly()

    def _rename(self, rename: _How, name: str) -> None:
        design = self._view.canvas_scene.design
        if rename.item_id in design.ids:
            named = rename.edit(design, rename.item_id, name)
            self._view.document.edit(
                Sentence("Rename {what}", what=rename.what), named, merge=rename.merge, pause=math.inf
            )

    def _closed(self) -> None:
        editor, self._editor = self._editor, None
        if editor is not None and editor.hasFocus():
            self._view.setFocus()


@dataclass(frozen=True)
class _How:
    """Which edit renames an item, what the item is called, and which step the name belongs to ("": one of its own)."""

    item_id: str
    what: str
    edit: Callable[[Design, str, str], Design]
    merge: str


def _how(item_id: str, design: Design, new: bool) -> _How:
    merge = naming(item_id) if new else ""
    if item_id in design.blocks:
        return _How(item_id, "block", blocks.rename, merge)
    if item_id in design.frames:
        return _How(item_id, "frame", frames_and_notes.retitle, merge)
    return _How(item_id, "layer", edits.rename, merge)
