"""What keys, menus and the command search can ask of the canvas."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPointF

from cnnstudio.design.edits import edits
from cnnstudio.ui.canvas.commands.adding import Adding
from cnnstudio.ui.canvas.commands.editing import Editing
from cnnstudio.ui.canvas.commands.walking import neighbour
from cnnstudio.ui.canvas.commands.wiring import Wiring
from cnnstudio.ui.canvas.floating.layer_sheet import LayerSheet
from cnnstudio.ui.canvas.floating.note_editor import NoteWriting
from cnnstudio.ui.canvas.floating.rename import Renaming
from cnnstudio.ui.canvas.mouse import Mouse
from cnnstudio.ui.canvas.placing.snapping import on_grid
from cnnstudio.ui.canvas.viewport import framing
from cnnstudio.ui.canvas.viewport.scene_view import SceneView


class Commands(QObject):
    """``editing`` changes what is selected; ``adding`` and ``wiring`` search, ``renaming`` and ``writing`` are editors
    in place. The methods decide which of them is meant."""

    def __init__(self, view: SceneView, mouse: Mouse, sheet: LayerSheet) -> None:
        super().__init__(view)
        self.view, self.mouse, self.sheet = view, mouse, sheet
        self._scene = view.canvas_scene
        self.editing = Editing(view.document, self._scene, self)
        self.adding = Adding(view)
        self.renaming = Renaming(view)
        self.writing = NoteWriting(view)
        self.wiring = Wiring(view, self.editing)
        self.editing.refused.connect(view.told)
        self.editing.told.connect(view.told)
        self.editing.named_asked.connect(self._name)
        self.editing.laid_out.connect(self.frame_all)
        view.wire_dropped.connect(self.adding.wired)
        mouse.fold_asked.connect(self.editing.toggle_block)

    def search_at_pointer(self) -> None:
        """Open the search where the pointer is; when it is elsewhere, after the selected layer or the last one."""
        if self.mouse.is_over_view():
            self.adding.at(self.mouse.paste_place())
            return
        scene, chosen = self._scene, self.editing.one_selected()
        one = scene.folding.exits(chosen)[-1:] if chosen in scene.cards else ()
        node = one[0] if one else edits.end_of_stack(scene.design)
        if node is None:
            self.adding.at(self.mouse.paste_place())
        else:
            self.adding.after(node)

    def paste(self, incoming: bool = False) -> None:
        """Paste where the pointer is; see ``Editing.paste``."""
        self.editing.paste(self.mouse.paste_place(), incoming)

    def rename_selected(self) -> None:
        """Rename what is selected in place; a note is written on."""
        item = self.editing.one_selected()
        if item in self._scene.design.notes:
            self.writing.open(item)
        elif item:
            self.renaming.open(item)

    def _name(self, item: str) -> None:
        if item in self._scene.cards or item in self._scene.outlines or item in self._scene.annotations:
            self.renaming.open(item, new=True)

    def edit_selected(self) -> None:
        """Enter: edit the settings of the selected layer, write on the note, open the block."""
        item = self.editing.one_selected()
        if item in self._scene.design.graph:
            self.view.settings_requested.emit()
        elif item in self._scene.design.blocks:
            self.editing.toggle_block(item)
        elif item:
            self.rename_selected()

    def write_note(self, at: QPointF | None = None) -> None:
        """Write a note where the pointer is, or at a place."""
        self.writing.open_new(on_grid(at if at is not None else self.mouse.paste_place()))

    def explain_selected(self) -> None:
        """Say what the selected layer does."""
        node = self.editing.one_selected()
        if node in self._scene.design.graph:
            self.sheet.show_layer(node)
        else:
            self.view.told.emit("Select one layer to see what it does.")

    def ask_why(self) -> None:
        """Ask for every number of the one layer that is selected."""
        node = self.editing.one_selected()
        if node in self._scene.design.graph:
            self.view.explain_requested.emit(node)

    def walk(self, direction: QPointF) -> None:
        """Select the next layer along the wires, or the nearest in that direction."""
        document = self.view.document
        found = neighbour(self._scene.design, document.selection, direction)
        if found is not None:
            document.select(self._scene.folding.nodes_of(found))
            framing.show_card(self.view, found)

    def frame_all(self) -> None:
        """Show the whole network, at most at its full size."""
        framing.frame_all(self.view)

    def frame_selection(self) -> None:
        """Show what is selected, or all."""
        framing.frame_selection(self.view)

    def dismiss(self) -> None:
        """Esc: close the sheet, otherwise select nothing."""
        if self.sheet.isVisible():
            self.sheet.dismiss()
        else:
            self.editing.select_none()

    @property
    def dismissible(self) -> bool:
        """Whether Esc has anything to do here."""
        return self.sheet.isVisible() or self.editing.something_selected

    def close_editors(self) -> None:
        """Close whatever is open over the view."""
        self.renaming.close()
        self.writing.close()
        self.sheet.dismiss()
        self.adding.close()
