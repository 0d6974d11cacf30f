"""The scene mirrors the document: it compares the designs before and after a change and replays the difference.

Nothing here edits. Gestures may move items about while they last; ``restore`` puts them where the design says.
``cards`` are those that are shown, by the id of a layer or of the collapsed block that hides it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from cnnstudio.design.analysis.analysis import Analysis, LayerFacts, analyse
from cnnstudio.design.layout.wire_route import Box, Free, Obstacles, Point
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.folding import Folding
from cnnstudio.nn.graph.graph import Edge, Graph, Node
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.card_words import is_broken, wire_label
from cnnstudio.ui.canvas.items.annotation_items import OUTLINE_GAP, TAB, Annotation, BlockOutline, FrameItem, NoteItem
from cnnstudio.ui.canvas.items.block_card import BlockCard, block_facts
from cnnstudio.ui.canvas.items.card import NO_TROUBLE, TEXT_ZOOM, CardItem, Trouble
from cnnstudio.ui.canvas.items.layer_card import LayerCard
from cnnstudio.ui.canvas.items.tint import Times, heat_of
from cnnstudio.ui.canvas.items.wire import WireItem, nearest
from cnnstudio.ui.document.document import Document


class CanvasScene(QGraphicsScene):
    """All cards and wires of a document's design, its frames, notes and blocks."""

    #: the design was replaced by another one
    design_changed = Signal()
    #: which wires, frames or notes are selected has changed
    wires_selected = Signal()
    #: cards are tinted by something else
    tint_changed = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.cards: dict[str, CardItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.annotations: dict[str, Annotation] = {}
        self.outlines: dict[str, BlockOutline] = {}
        self.selected_wires: frozenset[Edge] = frozenset()
        self.selected_annotations: frozenset[str] = frozenset()
        self.tint = ""
        self._times: tuple[Graph, Times] | None = None
        #: whether no card lies on a level, for whoever lays a wire
        self.free: Free | None = None
        self._obstacles: tuple[Box, ...] | None = None
        self._wire_cache = QGraphicsItem.CacheMode.NoCache
        self._maps: Mapping[str, NDArray[Any]] = {}
        self._strips: Mapping[str, QImage] = {}
        self._image: NDArray[np.uint8] | None = None
        self._class_names: tuple[str, ...] = ()
        self._running: frozenset[str] | None = None
        self._drawn: Design | None = None
        #: what the card of each layer has been told
        self._told: dict[str, tuple[Node, str, LayerFacts, bool]] = {}
        #: the cards that show trouble, those that show a selection, and whether any is tinted
        self._troubled: frozenset[str] = frozenset()
        self._marked: set[str] = set()
        self._heated = False
        self._moved = False
        document.changed.connect(self._replay)
        document.selection_changed.connect(self._show_selection)
        self._show(document.project.design)

    @property
    def design(self) -> Design:
        """The design that is shown."""
        return self.document.project.design

    @property
    def folding(self) -> Folding:
        """What its collapsed blocks leave to be seen."""
        return self.design.folding

    @property
    def in_step(self) -> bool:
        """Whether all of the design is drawn. Others may hear of a change before the canvas does; who asks for items by
        what stands in the design waits for ``design_changed`` then."""
        return self._drawn is self.design

    # the document has changed

    def _replay(self, before: Any, after: Any) -> None:
        if before.design is not after.design:
            self._show(after.design, stands=_lies_alike(before.design, after.design))
            self.design_changed.emit()

    def _show(self, design: Design, stands: bool = False) -> None:
        analysis = analyse(design.graph)
        places = design.places
        for shown in [i for i in self.cards if i not in places]:
            self.removeItem(self.cards.pop(shown))
            self._told.pop(shown, None)
        graph, names, locked = design.graph, design.cards, design.locks.layers
        read = any(view.transform().m11() >= TEXT_ZOOM for view in self.views())
        for shown in places:
            if shown in design.blocks:
                self._show_block(shown, design, analysis)
                continue
            told = graph[shown], names[shown].name, analysis.layers[shown], shown in locked
            if told != self._told.get(shown):
                self._told[shown] = told
                self._show_layer(shown, *told, read, places[shown])
        self._show_trouble(design, analysis)
        self._show_tint()
        self._show_annotations(design)
        self._show_wires(design)
        self._drawn = design
        if not stands or self._moved:
            self.restore()
        self._show_selection(self.document.selection)

    def _show_layer(
        self, node_id: str, node: Node, name: str, facts: LayerFacts, locked: bool, read: bool, place: Point
    ) -> None:
        card = self.cards.get(node_id)
        if not isinstance(card, LayerCard) or card.layer.kind != node.layer.kind:
            if card is not None:
                self.removeItem(card)
            card = LayerCard(node_id, node.layer, name)
            card.show_class_names(self._class_names)
            card.show_image(self._image)
            card.show_maps(self._maps.get(node_id))
            card.show_strip(self._strips.get(node_id))
            card.in_run = self._in_run(node_id)
            card.lie_at(*place)
            self.cards[node_id] = card
            self.addItem(card)
        card.show_layer(node.layer, name, facts, len(node.inputs), locked, read)

    def _show_block(self, block_id: str, design: Design, analysis: Analysis) -> None:
        card = self.cards.get(block_id)
        if not isinstance(card, BlockCard):
            if card is not None:
                self.removeItem(card)
            card = self.cards[block_id] = BlockCard(block_id, design.blocks[block_id].name)
            card.in_run = self._in_run(block_id)
            card.lie_at(*design.places[block_id])
            self.addItem(card)
        ports = len(design.folding.entries(block_id)), len(design.folding.exits(block_id))
        card.show_block(design.blocks[block_id].name, block_facts(design, block_id, analysis.layers), *ports)

    def _show_trouble(self, design: Design, analysis: Analysis) -> None:
        shown = design.folding.shown
        errors = Counter(shown(p.node) for p in analysis.problems if p.node is not None)
        advice = Counter(shown(p.node) for p in analysis.advice if p.node is not None)
        trouble = {card_id: Trouble(errors[card_id], advice[card_id]) for card_id in (errors | advice)}
        for card_id in self.cards.keys() & (self._troubled | trouble.keys()):
            self.cards[card_id].trouble = trouble.get(card_id, NO_TROUBLE)
        self._troubled = frozenset(trouble)

    def _show_annotations(self, design: Design) -> None:
        wanted = design.frames.keys() | design.notes.keys()
        for item_id in [i for i in self.annotations if i not in wanted]:
            self.removeItem(self.annotations.pop(item_id))
        for item_id in (*design.frames, *design.notes):
            if item_id not in self.annotations:
                kind = FrameItem if item_id in design.frames else NoteItem
                self.annotations[item_id] = kind(item_id)
                self.addItem(self.annotations[item_id])
        open_blocks = design.folding.expanded
        for block_id in [i for i in self.outlines if i not in open_blocks]:
            self.removeItem(self.outlines.pop(block_id))
        for block_id in open_blocks:
            if block_id not in self.outlines:
                self.outlines[block_id] = BlockOutline(block_id)
                self.addItem(self.outlines[block_id])
        if not self.selected_annotations <= wanted:
            self.select_annotations(self.selected_annotations & wanted)

    def _show_wires(self, design: Design) -> None:
        graph, facts, folding = design.graph, analyse(design.graph).layers, design.folding
        shown = [e for e in graph.edges if not folding.is_inner(e)] if folding.hidden else graph.edges
        edges = frozenset(shown)
        for edge in self.wires.keys() - edges:
            wire = self.wires.pop(edge)
            self.removeItem(wire)
            if wire.tag is not None:
                self.removeItem(wire.tag)
        for edge in shown:
            if edge not in self.wires:
                self._added_wire(edge)
        drawn: set[tuple[str, str]] = set()
        for edge, wire in ((edge, self.wires[edge]) for edge in shown) if folding.hidden else self.wires.items():
            source, target = facts[edge.source], facts[edge.target]
            waiting = source.shape is None or (target.waiting and target.problem is None)
            told = (source.shape, waiting)
            if is_broken(target) or told != wire.told:
                wire.told = None if is_broken(target) else told
                wire.show_facts(wire_label(graph, facts, edge), is_broken(target), waiting)
            if edge.target in folding.hidden:  # several wires from one source into a block are drawn as one
                bundle = edge.source, folding.shown(edge.target)
                wire.setVisible(bundle not in drawn)
                drawn.add(bundle)
            elif not wire.isVisible():
                wire.setVisible(True)
        if not self.selected_wires <= edges:
            self.select_wires(self.selected_wires & edges)

    def _added_wire(self, edge: Edge) -> WireItem:
        wire = self.wires[edge] = WireItem(edge)
        wire.setCacheMode(self._wire_cache)
        self.addItem(wire)
        return wire

    def restore(self) -> None:
        """Put every item where the design says it is; where that is not drawn yet, once it is."""
        self._moved = not self.in_step
        if not self._moved:
            self.preview(self.design)

    def preview(self, design: Design) -> None:
        """Show everything where another design has it, until ``restore``."""
        for shown, place in design.places.items():
            if shown in self.cards and self.cards[shown].box()[:2] != place:
                self.cards[shown].lie_at(*place)
        for item_id, item in self.annotations.items():
            if isinstance(item, FrameItem) and item_id in design.frames:
                item.show_frame(design.frames[item_id])
            elif isinstance(item, NoteItem) and item_id in design.notes:
                item.show_note(design.notes[item_id])
        self.lay_outlines()  # wires keep clear of their names
        self.lay_wires()

    def lay_wires(self) -> None:
        """Run all wires to where their cards are now, and around them."""
        boxes = self.boxes()
        self.mark_obstacles(boxes=boxes)
        self._lay(self.wires.items(), boxes)

    def mark_obstacles(
        self, but: Collection[str] = (), also: Iterable[QRectF] = (), boxes: Mapping[str, Box] | None = None
    ) -> None:
        """From now on wires go around cards where they are (some left out), names, and other places."""
        cards = [box for shown, box in (boxes or self.boxes()).items() if shown not in but]
        names = [item.name_rect() for item in self.annotations.values() if isinstance(item, FrameItem)]
        names += [outline.title_rect() for outline in self.outlines.values()]
        obstacles = (*cards, *(m.corners(rect) for rect in (*names, *also)))
        if obstacles != self._obstacles:
            self._obstacles, self.free = obstacles, Obstacles(obstacles).free

    def lay(self, edges: Iterable[Edge]) -> None:
        """Run some wires to where their cards are now."""
        edges = tuple(edges)
        ends = {end for edge in edges for end in (edge.source, edge.target)} & self.cards.keys()
        self._lay(((edge, self.wires[edge]) for edge in edges), {end: self.cards[end].box() for end in ends})

    def _lay(self, wires: Iterable[tuple[Edge, WireItem]], boxes: Mapping[str, Box]) -> None:
        cards, hidden = self.cards, self.folding.hidden
        for edge, wire in wires:
            if edge.source in hidden or edge.target in hidden:
                start, end = m.coordinates(self.output_point(edge.source)), m.coordinates(self.input_point(edge))
            else:
                start = m.output_place(boxes[edge.source], 0, cards[edge.source].outputs)
                end = m.input_place(boxes[edge.target], edge.port, cards[edge.target].inputs)
            wire.lay(start, end, self.free)

    def paint_wires_once(self, once: bool) -> None:
        """Whether wires are painted once for a zoom and then copied: far away their pictures are small."""
        mode = QGraphicsItem.CacheMode.DeviceCoordinateCache if once else QGraphicsItem.CacheMode.NoCache
        if mode != self._wire_cache:
            self._wire_cache = mode
            for wire in self.wires.values():
                wire.setCacheMode(mode)

    def lay_outlines(self) -> None:
        """Draw the outlines of expanded blocks around where their cards are now."""
        for block_id in reversed(self.folding.expanded):  # inner ones first: outer ones reach around them
            if block_id in self.outlines:
                rect, depth = self._around(block_id), len(self.folding.around(block_id))
                self.outlines[block_id].show_block(self.design.blocks[block_id].name, rect, depth)

    def _around(self, block_id: str) -> QRectF:
        rect = self.frame_of(self.folding.within[block_id])
        for inner in self.folding.children[block_id]:
            if inner in self.outlines:
                rect = rect.united(self.outlines[inner].scene_outline())
        return rect.adjusted(-OUTLINE_GAP, -OUTLINE_GAP - TAB + 6, OUTLINE_GAP, OUTLINE_GAP)

    # where things are

    def card_of(self, node: str) -> CardItem:
        """The card that stands for a node or is that of a block."""
        return self.cards[self.folding.shown(node)]

    def cards_of(self, nodes: Iterable[str]) -> set[str]:
        """The ids of the cards that stand for some nodes."""
        return {self.folding.shown(node) for node in nodes}

    def output_point(self, node: str) -> QPointF:
        """Where the output of a node is drawn."""
        shown = self.folding.shown(node)
        return self.cards[shown].output_point(0 if shown == node else self.folding.exits(shown).index(node))

    def input_point(self, edge: Edge) -> QPointF:
        """Where a wire ends."""
        return self.cards[self.folding.shown(edge.target)].input_point(self.folding.entry_of(edge))

    # selection

    def _show_selection(self, selection: frozenset[str]) -> None:
        folding = self.folding
        marked = self.cards_of(selection)
        for shown in self.cards.keys() & (marked | self._marked):
            card = self.cards[shown]
            chosen = shown in selection if shown not in folding.within else folding.within[shown] <= selection
            holds = not chosen and shown in folding.within and not folding.within[shown].isdisjoint(selection)
            if (chosen, holds) != (card.selected, card.holds_selected):
                card.selected = chosen
                card.holds_selected = holds
                card.setZValue(2 if chosen or holds else 1)
        self._marked = marked
        for block_id, outline in self.outlines.items():
            outline.selected = folding.within[block_id] <= selection

    def select_wires(self, edges: frozenset[Edge]) -> None:
        """Select exactly these wires and those drawn with them; layers keep their own selection."""
        if edges and self.folding.hidden:
            edges = frozenset(other for edge in edges for other in self.folding.bundle(edge))
        if edges != self.selected_wires:
            self.selected_wires = edges
            for edge, wire in self.wires.items():
                wire.selected = edge in edges
            self.wires_selected.emit()

    def select_annotations(self, items: frozenset[str]) -> None:
        """Select exactly these frames and notes; layers keep their own selection."""
        if items != self.selected_annotations:
            self.selected_annotations = items
            for item_id, item in self.annotations.items():
                item.selected = item_id in items
            self.wires_selected.emit()

    def select_no_extras(self) -> None:
        """Select no wires, frames and notes."""
        self.select_wires(frozenset())
        self.select_annotations(frozenset())

    # what runs through it

    def _layer_cards(self) -> Iterable[tuple[str, LayerCard]]:
        return ((node_id, card) for node_id, card in self.cards.items() if isinstance(card, LayerCard))

    def set_maps(self, maps: Mapping[str, NDArray[Any]]) -> None:
        """What each layer makes of the sample image, by node id."""
        self._maps = maps
        for node_id, card in self._layer_cards():
            card.show_maps(maps.get(node_id))

    def set_strips(self, strips: Mapping[str, QImage]) -> None:
        """What was measured of layers over time, from left to right, by node id."""
        self._strips = strips
        for node_id, card in self._layer_cards():
            card.show_strip(strips.get(node_id))

    def set_image(self, image: NDArray[np.uint8] | None) -> None:
        """The sample image (H, W, C) for the input card."""
        if image is self._image:
            return
        self._image = image
        for _, card in self._layer_cards():
            card.show_image(image)

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Names for the class bars."""
        if names == self._class_names:
            return
        self._class_names = names
        for _, card in self._layer_cards():
            card.show_class_names(names)

    def set_running_nodes(self, nodes: frozenset[str] | None) -> None:
        """The layers of the running design; None when nothing runs."""
        if nodes == self._running:
            return
        self._running = nodes
        for shown, card in self.cards.items():
            card.in_run = self._in_run(shown)

    def _in_run(self, shown: str) -> bool:
        return self._running is None or self.folding.nodes_of(shown) <= self._running

    def set_tint(self, measure: str) -> None:
        """Tint cards by a measure of ``cnnstudio.ui.canvas.items.tint``; "" for none."""
        self.tint = measure
        self._show_tint()

    @property
    def times(self) -> Times | None:
        """Seconds by node id that layers took for an image, where those of this very graph were timed."""
        return self._times[1] if self._times is not None and self._times[0] is self.design.graph else None

    def set_times(self, times: Times | None) -> None:
        """The layers of the design have been timed, or not yet."""
        self._times = (self.design.graph, times) if times else None
        if self.tint == "time":
            self._show_tint()

    def _show_tint(self) -> None:
        heat = heat_of(self.design, self.tint, self.times) if self.tint else {}
        if heat or self._heated:
            for shown, card in self.cards.items():
                card.heat = heat.get(shown)
        self._heated = bool(heat)
        self.tint_changed.emit()

    def forget_colours(self) -> None:
        """The theme has changed."""
        for card in self.cards.values():
            card.forget_colours()
        self.update()

    # geometry

    def boxes(self) -> dict[str, Box]:
        """Where every card lies now: left, top, right, bottom."""
        return {shown: card.box() for shown, card in self.cards.items()}

    def frame_of(self, nodes: Collection[str] | None = None) -> QRectF:
        """The rectangle around the cards of these nodes, or around all cards."""
        wanted = self.cards.keys() if nodes is None else self.cards_of(nodes) & self.cards.keys()
        if not wanted:
            return QRectF()
        lefts, tops, rights, bottoms = zip(*(self.cards[shown].box() for shown in wanted), strict=True)
        left, top = min(lefts), min(tops)
        return QRectF(left, top, max(rights) - left, max(bottoms) - top)

    def frame_of_all(self) -> QRectF:
        """The rectangle around everything: cards, frames, notes and the outlines of blocks."""
        frame = self.frame_of()
        for annotation in self.annotations.values():
            frame = frame.united(annotation.scene_outline())
        for outline in self.outlines.values():
            frame = frame.united(outline.scene_outline())
        return frame

    def frame_with_wires(self, nodes: Collection[str]) -> QRectF:
        """The rectangle around the cards of nodes and the wires among them, which swing out at the ends of rows."""
        frame = self.frame_of(nodes)
        for edge, wire in self.wires.items():
            if edge.source in nodes and edge.target in nodes:
                frame = frame.united(wire.sceneBoundingRect())
        return frame

    def wire_near(self, point: QPointF, reach: float, but: frozenset[str] = frozenset()) -> WireItem | None:
        """The nearest wire within ``reach`` scene units that does not touch one of the nodes ``but``."""
        return nearest(self.wires_in_reach(), point, reach, but)

    def wires_in_reach(self) -> Iterator[WireItem]:
        """The wires that can be pointed at: of those that are drawn as one, one."""
        hidden = self.folding.hidden
        return (wire for edge, wire in self.wires.items() if edge.target not in hidden or wire.isVisible())


def _lies_alike(one: Design, two: Design) -> bool:
    """Whether nothing lies elsewhere: a thousand wires need not be laid anew for every letter that is typed."""
    return (
        one.places == two.places
        and one.graph.edges == two.graph.edges
        and (one.blocks, one.frames, one.notes) == (two.blocks, two.frames, two.notes)
    )
