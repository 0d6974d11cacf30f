"""What keys and menus do to the selected layers. Every method is at most one undo step."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from PySide6.QtCore import QObject, QPointF, Signal
from PySide6.QtGui import QGuiApplication

from cnnstudio.design import edits
from cnnstudio.design.analysis import analyse
from cnnstudio.design.copies import duplicated, merged
from cnnstudio.design.design import Design
from cnnstudio.design.format import FileFormatError
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph import Edge
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.clipboard import layers_as_text, layers_from_text
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.snapping import on_grid
from cnnstudio.ui.canvas.tidy import tidied
from cnnstudio.ui.canvas.words import layers_named
from cnnstudio.ui.document import Document
from cnnstudio.ui.wording import amount

#: where a copy lies from what it was copied from
BESIDE = 30.0, 30.0


class Editing(QObject):
    """The commands of the canvas. ``refused`` carries one sentence when there is a reason not to."""

    refused = Signal(str)

    def __init__(self, document: Document, scene: CanvasScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._scene = scene

    @property
    def _design(self) -> Design:
        return self._document.project.design

    def select_all(self) -> None:
        """Select every layer."""
        self._document.select(node.id for node in self._design.graph)

    def select_none(self) -> None:
        """Select nothing."""
        self._scene.select_wires(frozenset())
        self._document.select(())

    def delete(self) -> None:
        """Delete the selected layers and wires."""
        self._delete(rejoin=False)

    def delete_and_rejoin(self) -> None:
        """Delete the selected layers and wire their neighbours to each other."""
        self._delete(rejoin=True)

    def _delete(self, rejoin: bool) -> None:
        nodes, wires = self._document.selection, self._scene.selected_wires
        if not nodes and not wires:
            return
        name = layers_named(self._design, nodes) if nodes else amount(len(wires), "wire")
        text = f"Remove {name} and rejoin" if rejoin and nodes else f"Delete {name}"
        design = edits.remove(self._design, nodes, wires, rejoin=rejoin)
        self._document.edit(text, design, select=())

    def nudge(self, columns: int, rows: int) -> None:
        """Move the selected layers by grid steps; a burst of these is one undo step."""
        chosen = self._document.selection
        if not chosen:
            return
        by = QPointF(columns * m.GRID, rows * m.GRID)
        frame = self._scene.frame_of(chosen).translated(by)
        if max(abs(frame.left()), abs(frame.right()), abs(frame.top()), abs(frame.bottom())) > m.REACH:
            return
        cards = self._design.cards
        places = {i: (cards[i].x + by.x(), cards[i].y + by.y()) for i in chosen}
        key = "nudge " + " ".join(sorted(chosen))
        text = f"Move {layers_named(self._design, chosen)}"
        self._document.edit(text, edits.move(self._design, places), merge=key)

    def duplicate(self) -> None:
        """Copies of the selected layers beside them, with the wires among them."""
        chosen = self._document.selection
        if chosen:
            design, copies = duplicated(self._design, chosen, BESIDE)
            self._document.edit(f"Duplicate {layers_named(self._design, chosen)}", design, select=copies)

    def copy(self) -> None:
        """The selected layers as text on the clipboard."""
        if self._document.selection:
            QGuiApplication.clipboard().setText(layers_as_text(self._design, self._document.selection))

    def cut(self) -> None:
        """Copy, then delete."""
        chosen = self._document.selection
        if chosen:
            self.copy()
            text = f"Cut {layers_named(self._design, chosen)}"
            self._document.edit(text, edits.remove(self._design, chosen), select=())

    def paste(self, at: QPointF, incoming: bool = False) -> None:
        """The layers on the clipboard, their top left corner at a place in the scene. With ``incoming`` they are also
        wired to what feeds the layers they were copied from, where these are still there."""
        text = QGuiApplication.clipboard().text()
        if not text:
            return
        try:
            pasted = layers_from_text(text)
        except FileFormatError as error:
            self.refused.emit(f"These are no layers: {error}")
            return
        corner = QPointF(min(c.x for c in pasted.cards.values()), min(c.y for c in pasted.cards.values()))
        everything = [node.id for node in pasted.graph]
        graph = self._design.graph
        originals = {i: graph[i].inputs for i in everything if incoming and i in graph}
        by = on_grid(at) - corner
        design, copies = merged(self._design, pasted, everything, (by.x(), by.y()), originals)
        self._document.edit(f"Paste {layers_named(design, copies)}", design, select=copies)

    def connect_in_order(self) -> None:
        """Wire the selected layers to each other as they lie: row by row, from left to right."""
        design = self._design
        rows = sorted(
            self._document.selection,
            key=lambda i: (round(design.cards[i].y / (edits.ROW / 2)), design.cards[i].x),
        )
        if len(rows) < 2:
            self.refused.emit("Select at least two layers to connect them in order.")
            return
        try:
            for source, target in itertools.pairwise(rows):
                design = edits.connect(design, source, target)
        except edits.EditRefused as refusal:
            self.refused.emit(str(refusal))
            return
        self._document.edit(f"Connect {amount(len(rows), 'layer')}", design)

    def tidy(self) -> None:
        """Lay all layers out in reading order."""
        self._document.edit("Tidy layout", tidied(self._design))

    def bypass(self) -> None:
        """Take the selected layers out of their wires but leave them on the canvas, where shapes allow it."""
        design, facts = self._design, analyse(self._design.graph).layers
        chosen = [i for i in design.graph.order if i in self._document.selection]
        for node_id in chosen:
            node, found = design.graph[node_id], facts[node_id]
            name = design.cards[node_id].name
            if len(node.inputs) != 1 or not design.graph.consumers[node_id]:
                self.refused.emit(f"{name} has no layers on both sides, so there is nothing to join around it.")
                return
            if found.shape is None or found.inputs != (found.shape,):
                shapes = " → ".join(shape_text(s) for s in (*found.inputs, *((found.shape or ()),)) if s)
                self.refused.emit(f"{name} cannot be bypassed: it changes the shape ({shapes}).")
                return
            design = _bypassed(design, node_id)
        self._document.edit(f"Bypass {layers_named(self._design, chosen)}", design)


def _bypassed(design: Design, node_id: str) -> Design:
    source = design.graph[node_id].inputs[0]
    readers: Iterable[Edge] = [e for e in design.graph.edges if e.source == node_id]
    for edge in readers:
        design = edits.connect(design, source, edge.target, edge.port)
    return edits.disconnect(design, Edge(source, node_id))
