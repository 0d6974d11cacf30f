"""What keys and menus do to the selected layers. Every method is at most one undo step."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QGuiApplication

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import blocks, edits, frames_and_notes, locking
from cnnstudio.design.edits.copies import duplicated, merged
from cnnstudio.design.format.design_format import FileFormatError
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.drawn import Frame, Note
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.card_words import layers_named, named
from cnnstudio.ui.canvas.commands.aligning import Way, aligned
from cnnstudio.ui.canvas.commands.clipboard import layers_as_text, layers_from_text
from cnnstudio.ui.canvas.commands.tidying import framed, tidy
from cnnstudio.ui.canvas.floating.rename import naming
from cnnstudio.ui.canvas.placing.moved_along import MovedAlong, contents
from cnnstudio.ui.canvas.placing.placeables import block_library
from cnnstudio.ui.canvas.placing.snapping import on_grid
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.document.document import Document
from cnnstudio.worker.background import Background

#: so long a text is read at once; the layers of a longer one come when they have been read beside the window
READ_AT_ONCE = 1 << 15
#: where a copy lies from what it was copied from
BESIDE = 30.0, 30.0


class Editing(QObject):
    """The commands of the canvas. ``refused`` carries one sentence when there is a reason not to, ``told`` one about
    what was done where that cannot be seen on the canvas."""

    refused = Signal(str)
    told = Signal(str)
    #: a new frame or block wants a name
    named_asked = Signal(str)
    #: everything may lie elsewhere now
    laid_out = Signal()

    def __init__(self, document: Document, scene: CanvasScene, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._scene = scene
        self._reading = Background("Reading the clipboard", self)
        self._reading.answered.connect(self._read)

    @property
    def _design(self) -> Design:
        return self._document.project.design

    def select_all(self) -> None:
        """Select every layer, frame and note."""
        self._document.select(node.id for node in self._design.graph)
        self._scene.select_annotations(frozenset(self._scene.annotations))

    def select_none(self) -> None:
        """Select nothing."""
        self._scene.select_no_extras()
        self._document.select(())

    @property
    def something_selected(self) -> bool:
        """Whether a layer, a wire, a frame or a note is selected."""
        scene = self._scene
        return bool(self._document.selection or scene.selected_wires or scene.selected_annotations)

    def delete(self) -> None:
        """Delete the selected layers and wires."""
        self._delete(rejoin=False)

    def delete_and_rejoin(self) -> None:
        """Delete the selected layers and wire their neighbours to each other."""
        self._delete(rejoin=True)

    def _delete(self, rejoin: bool) -> None:
        nodes, wires, extras = self._document.selection, self._scene.selected_wires, self._scene.selected_annotations
        if not nodes and not wires and not extras:
            return
        what = Sentence("{wires:# wire|# wires}", wires=len(wires))
        if nodes or extras:
            what = named(self._design, nodes, () if nodes else extras)
        done = Sentence("Remove {what} and rejoin" if rejoin and nodes else "Delete {what}", what=what)
        design = edits.remove(self._design, nodes, wires, rejoin=rejoin)
        self._document.edit(done, frames_and_notes.remove(design, extras), select=())

    def nudge(self, columns: int, rows: int) -> None:
        """Move the selected layers by grid steps; a burst of these is one undo step."""
        what = self._selected_together()
        chosen = what.nodes
        if not chosen and not what.annotations:
            return
        by = QPointF(columns * m.GRID, rows * m.GRID)
        frame = self._scene.frame_of(chosen)
        for item in what.annotations:
            frame = frame.united(self._scene.annotations[item].scene_outline())
        frame = frame.translated(by)
        if max(abs(frame.left()), abs(frame.right()), abs(frame.top()), abs(frame.bottom())) > m.REACH:
            return
        cards = self._design.cards
        places = {i: (cards[i].x + by.x(), cards[i].y + by.y()) for i in chosen}
        key = "nudge " + " ".join(sorted(chosen | what.annotations))
        done = Sentence("Move {what}", what=named(self._design, chosen, what.chosen_annotations))
        design = frames_and_notes.shift(edits.move(self._design, places), what.annotations, (by.x(), by.y()))
        self._document.edit(done, design, merge=key)

    def duplicate(self) -> None:
        """Copies of the selected layers, frames and notes beside them, with the wires among them."""
        chosen, extras = self._document.selection, self._scene.selected_annotations
        if chosen or extras:
            done = Sentence("Duplicate {what}", what=named(self._design, chosen, () if chosen else extras))
            design, copies = duplicated(self._design, chosen, BESIDE)
            design, copied = frames_and_notes.copied(design, design, sorted(extras), BESIDE)
            self._document.edit(done, design, select=copies)
            self._scene.select_annotations(frozenset(copied))

    def copy(self) -> None:
        """The selected layers, frames and notes as text on the clipboard."""
        chosen, extras = self._document.selection, self._scene.selected_annotations
        if chosen or extras:
            QGuiApplication.clipboard().setText(layers_as_text(self._design, chosen, extras))

    def cut(self) -> None:
        """Copy, then delete."""
        chosen, extras = self._document.selection, self._scene.selected_annotations
        if chosen or extras:
            self.copy()
            done = Sentence("Cut {what}", what=named(self._design, chosen, () if chosen else extras))
            design = frames_and_notes.remove(edits.remove(self._design, chosen), extras)
            self._document.edit(done, design, select=())

    def paste(self, at: QPointF, incoming: bool = False) -> None:
        """The layers on the clipboard, their top left corner at a place in the scene. With ``incoming`` they are also
        wired to what feeds the layers they were copied from, where these are still there."""
        text = QGuiApplication.clipboard().text()
        if len(text) > READ_AT_ONCE:
            self._reading.ask(lambda: (_layers_or_why(text), at, incoming))
        elif text:
            self._put(_layers_or_why(text), at, incoming)

    def shutdown(self) -> None:
        """Wait for the reader of the clipboard to end, and paste nothing more. Safe to call twice."""
        self._reading.shutdown()

    def _read(self, found: tuple[Design | FileFormatError, QPointF, bool]) -> None:
        self._put(*found)

    def _put(self, pasted: Design | FileFormatError, at: QPointF, incoming: bool) -> None:
        if isinstance(pasted, FileFormatError):
            self.refused.emit(f"These are no layers: {worded(pasted)}")
            return
        things: list[Card | Frame | Note] = [*pasted.cards.values(), *pasted.frames.values(), *pasted.notes.values()]
        corner = QPointF(min(thing.x for thing in things), min(thing.y for thing in things))
        everything = [node.id for node in pasted.graph]
        graph = self._design.graph
        originals = {i: graph[i].inputs for i in everything if incoming and i in graph}
        by = on_grid(at) - corner
        design, copies = merged(self._design, pasted, everything, (by.x(), by.y()), originals)
        try:
            design, extras = frames_and_notes.copied(design, pasted, (*pasted.frames, *pasted.notes), (by.x(), by.y()))
        except edits.EditRefused as refusal:
            self.refused.emit(worded(refusal))
            return
        done = Sentence("Paste {what}", what=named(design, copies, () if copies else extras))
        self._document.edit(done, design, select=copies)
        self._scene.select_wires(frozenset())
        self._scene.select_annotations(frozenset(extras))

    def connect_in_order(self) -> None:
        """Wire the selected layers to each other as they lie: row by row, from left to right."""
        design, folding = self._design, self._design.folding
        rows = sorted(
            self._scene.cards_of(self._document.selection),
            key=lambda i: (round(design.places[i][1] / (edits.ROW / 2)), design.places[i][0]),
        )
        if len(rows) < 2:
            self.refused.emit("Select at least two layers to connect them in order.")
            return
        try:
            for before, after in itertools.pairwise(rows):
                design = joined(design, folding.exits(before)[-1], after)
        except edits.EditRefused as refusal:
            self.refused.emit(worded(refusal))
            return
        self._document.edit(Sentence("Connect {count:# layer|# layers}", count=len(rows)), design)

    def tidy(self) -> None:
        """Lay all layers out in reading order; frames and notes follow."""
        self._document.edit("Tidy layout", tidy(self._scene))
        self.laid_out.emit()

    def align(self, way: Way) -> None:
        """Put the selected cards in a row or a column, or space them out evenly."""
        shown = self._scene.cards_of(self._document.selection)
        if len(shown) < 2:
            self.refused.emit("Select at least two cards to align them.")
            return
        places = aligned({card: self._scene.cards[card].scene_outline() for card in shown}, way)
        what = named(self._design, self._document.selection)
        done = Sentence("Space out {what}" if way == "evenly" else "Align {what}", what=what)
        self._document.edit(done, edits.move_shown(self._design, places))

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
        self._document.edit(Sentence("Bypass {what}", what=layers_named(self._design, chosen)), design)

    def toggle_lock(self) -> None:
        """Lock the selected layers, so that training leaves them as they are, or let them learn again."""

        def toggled() -> None:
            design, done = locking.toggle(self._design, self._document.selection)
            self._document.edit(done, design)

        self._try("Lock", toggled)

    # frames and blocks

    def one_selected(self) -> str:
        """The id of the only card, frame, note or block that is selected, or ""."""
        extras, chosen = self._scene.selected_annotations, self._document.selection
        if len(extras) == 1 and not chosen:
            return next(iter(extras))
        shown = self._scene.cards_of(chosen)
        if len(shown) == 1 and not extras:
            return next(iter(shown))
        return next((i for i, inside in self._design.folding.within.items() if inside == chosen), "")

    def frame(self) -> None:
        """Draw a frame around what is selected, and let its title be written."""
        what = self._selected_together()
        rect = self._scene.frame_of(what.nodes) if what.nodes else QRectF()
        for item in what.annotations:
            rect = rect.united(self._scene.annotations[item].scene_outline())
        for block_id, outline in self._scene.outlines.items():
            if self._design.folding.within[block_id] <= what.nodes:
                rect = rect.united(outline.scene_outline())
        if rect.isEmpty():
            self.refused.emit("Select the layers to draw a frame around.")
            return
        try:
            design, frame_id = frames_and_notes.add_frame(self._design, m.place_and_size(framed(rect)))
        except edits.EditRefused as refusal:
            self.refused.emit(worded(refusal))
            return
        done = Sentence("Frame {what}", what=named(self._design, what.nodes, what.annotations))
        self._document.edit(done, design, select=(), merge=naming(frame_id))
        self._scene.select_annotations(frozenset({frame_id}))
        self.named_asked.emit(frame_id)

    def group(self) -> None:
        """Make a block of the selected layers, and let its name be written."""
        self._try("Group", lambda: self._grouped())

    def _grouped(self) -> None:
        chosen = self._document.selection
        design, block_id = blocks.group(self._design, chosen)
        done = Sentence("Group {what}", what=layers_named(self._design, chosen))
        self._document.edit(done, design, merge=naming(block_id))
        self.named_asked.emit(block_id)

    def ungroup(self) -> None:
        """Dissolve the selected block."""
        block_id = self.selected_block()
        if block_id:
            done = Sentence("Ungroup {name}", name=self._design.blocks[block_id].name)
            self._document.edit(done, blocks.ungroup(self._design, block_id))
        else:
            self.refused.emit("Select a block to dissolve it.")

    def selected_block(self) -> str:
        """The outermost block whose layers are exactly the selected ones, or the one around a single layer, or ""."""
        folding, chosen = self._design.folding, self._document.selection
        exact = [i for i, inside in folding.within.items() if inside == chosen]
        if exact:
            return min(exact, key=lambda i: len(folding.around(i)))
        homes = {folding.owner.get(node, "") for node in chosen}
        return homes.pop() if len(homes) == 1 else ""

    def toggle_block(self, block_id: str = "") -> None:
        """Collapse a block to one card, or show its layers again; without an id the selected one."""
        block_id = block_id or self.selected_block()
        if not block_id:
            self.refused.emit("Select a block to collapse or expand it.")
            return
        block = self._design.blocks[block_id]
        done = Sentence("Expand {name}" if block.collapsed else "Collapse {name}", name=block.name)
        self._document.edit(done, blocks.toggle(self._design, block_id))

    def repeat(self, times: int) -> None:
        """Chain so many of the selected layers, or of the selected block, one after the other."""

        def repeated() -> None:
            chosen = self._selected_together().nodes
            design, nodes = blocks.repeat(self._design, chosen, times)
            done = Sentence("Repeat {what} × {times}", what=named(self._design, chosen), times=times)
            self._document.edit(done, design, select=nodes)

        self._try("Repeat", repeated)

    def keep_block(self) -> None:
        """Keep the selected block in the palette, for other designs."""
        block_id = self.selected_block()
        if not block_id:
            self.refused.emit("Select a block to keep it in the palette.")
            return
        try:
            block_library.keep(self._design, block_id)
        except OSError as error:
            self.refused.emit(f"The block could not be saved: {error.strerror or error}.")
            return
        self.told.emit(f"{self._design.blocks[block_id].name} is in the palette now, under Blocks.")

    def _selected_together(self) -> MovedAlong:
        nodes, chosen = self._document.selection, self._scene.selected_annotations
        folding = self._design.folding
        nodes = nodes.union(*(folding.nodes_of(folding.shown(node)) for node in nodes))
        extras = set(chosen)
        for frame_id in chosen & self._design.frames.keys():
            more, other = contents(self._scene, frame_id)
            nodes, extras = nodes | more, extras | other
        return MovedAlong(frozenset(nodes), frozenset(extras), chosen)

    def _try(self, what: str, action: Callable[[], None]) -> None:
        try:
            action()
        except edits.EditRefused as refusal:
            self.refused.emit(worded(refusal))


def joined(design: Design, source: str, card: str) -> Design:
    """The design with a wire from a node to the input of a card that is free, otherwise to its last one.

    Raises:
        EditRefused: as ``edits.connect``.
    """
    entries = design.folding.entries(card)
    if card not in design.blocks:
        return edits.connect(design, source, card)
    if not entries:
        raise edits.EditRefused("{name} has no input of its own.", name=design.blocks[card].name)
    graph = design.graph
    free = [e for e in entries if all(port >= len(graph[node].inputs) for node, port in e.targets)]
    return blocks.connect_entry(design, source, (free or entries)[-1])


def _bypassed(design: Design, node_id: str) -> Design:
    source = design.graph[node_id].inputs[0]
    readers: Iterable[Edge] = [e for e in design.graph.edges if e.source == node_id]
    for edge in readers:
        design = edits.connect(design, source, edge.target, edge.port)
    return edits.disconnect(design, Edge(source, node_id))


def _layers_or_why(text: str) -> Design | FileFormatError:
    try:
        return layers_from_text(text)
    except FileFormatError as error:
        return error
