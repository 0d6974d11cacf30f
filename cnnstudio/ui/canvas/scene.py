"""The scene mirrors the document: it compares the designs before and after a change and replays the difference.

Nothing here edits. Gestures may move items about while they last; ``restore`` puts them where the design says.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtWidgets import QGraphicsScene

from cnnstudio.design.analysis import analyse
from cnnstudio.design.design import Design
from cnnstudio.nn.graph import Edge
from cnnstudio.ui.canvas.card import CardItem
from cnnstudio.ui.canvas.wire import WireItem
from cnnstudio.ui.canvas.words import is_broken, wire_label
from cnnstudio.ui.document import Document


class CanvasScene(QGraphicsScene):
    """All cards and wires of a document's design."""

    #: the design was replaced by another one
    design_changed = Signal()
    #: which wires are selected has changed
    wires_selected = Signal()

    def __init__(self, document: Document, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.cards: dict[str, CardItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.selected_wires: frozenset[Edge] = frozenset()
        self._maps: Mapping[str, NDArray[Any]] = {}
        self._image: NDArray[np.uint8] | None = None
        self._class_names: tuple[str, ...] = ()
        self._running: frozenset[str] | None = None
        document.changed.connect(self._replay)
        document.selection_changed.connect(self._show_selection)
        self._show(document.project.design)

    @property
    def design(self) -> Design:
        """The design that is shown."""
        return self.document.project.design

    # the document has changed

    def _replay(self, before: Any, after: Any) -> None:
        if before.design is not after.design:
            self._show(after.design)
            self.design_changed.emit()

    def _show(self, design: Design) -> None:
        facts = analyse(design.graph).layers
        for node_id in [i for i in self.cards if i not in design.graph]:
            self.removeItem(self.cards.pop(node_id))
        for node in design.graph:
            card = self.cards.get(node.id)
            if card is None or card.layer.kind != node.layer.kind:
                card = self._new_card(node.id, design, card)
            card.show_layer(node.layer, design.cards[node.id].name, facts[node.id], len(node.inputs))
        self._show_wires(design)
        self.restore()
        self._show_selection(self.document.selection)

    def _new_card(self, node_id: str, design: Design, old: CardItem | None) -> CardItem:
        if old is not None:
            self.removeItem(old)
        card = CardItem(node_id, design.graph[node_id].layer, design.cards[node_id].name)
        card.show_class_names(self._class_names)
        card.show_image(self._image)
        card.show_maps(self._maps.get(node_id))
        card.show_state(in_run=self._in_run(node_id))
        self.cards[node_id] = card
        self.addItem(card)
        return card

    def _show_wires(self, design: Design) -> None:
        facts = analyse(design.graph).layers
        edges = frozenset(design.graph.edges)
        for edge in [e for e in self.wires if e not in edges]:
            wire = self.wires.pop(edge)
            self.removeItem(wire.tag)
            self.removeItem(wire)
        for edge in design.graph.edges:
            wire = self.wires.get(edge)
            if wire is None:
                wire = self.wires[edge] = WireItem(edge)
                self.addItem(wire)
                self.addItem(wire.tag)
            target = facts[edge.target]
            waiting = facts[edge.source].shape is None or (target.waiting and target.problem is None)
            wire.show_facts(wire_label(design, edge), is_broken(target), waiting)
        if not self.selected_wires <= edges:
            self.select_wires(self.selected_wires & edges)

    def restore(self) -> None:
        """Put every item where the design says it is."""
        for node_id, place in self.design.cards.items():
            self.cards[node_id].setPos(place.x, place.y)
        self.lay_wires()

    def preview(self, design: Design) -> None:
        """Show the cards where another design has them, until ``restore``."""
        for node_id, place in design.cards.items():
            if node_id in self.cards:
                self.cards[node_id].setPos(place.x, place.y)
        self.lay_wires()

    def lay_wires(self, moved: frozenset[str] | None = None) -> None:
        """Run the wires to where their cards are now; with ``moved`` only those of these cards."""
        for edge, wire in self.wires.items():
            if moved is None or edge.source in moved or edge.target in moved:
                end = self.cards[edge.target].input_point(edge.port)
                wire.lay(self.cards[edge.source].output_point(), end)

    # selection

    def _show_selection(self, selection: frozenset[str]) -> None:
        for node_id, card in self.cards.items():
            chosen = node_id in selection
            if chosen != card.selected:
                card.show_state(selected=chosen)
                card.setZValue(2 if chosen else 1)

    def select_wires(self, edges: frozenset[Edge]) -> None:
        """Select exactly these wires; layers keep their own selection."""
        if edges != self.selected_wires:
            self.selected_wires = edges
            for edge, wire in self.wires.items():
                wire.show_state(selected=edge in edges)
            self.wires_selected.emit()

    # what runs through it

    def set_maps(self, maps: Mapping[str, NDArray[Any]]) -> None:
        """What each layer makes of the sample image, by node id."""
        self._maps = maps
        for node_id, card in self.cards.items():
            card.show_maps(maps.get(node_id))

    def set_image(self, image: NDArray[np.uint8] | None) -> None:
        """The sample image (H, W, C) for the input card."""
        self._image = image
        for card in self.cards.values():
            card.show_image(image)

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """Names for the class bars."""
        self._class_names = names
        for card in self.cards.values():
            card.show_class_names(names)

    def set_running_nodes(self, nodes: frozenset[str] | None) -> None:
        """The layers of the running design; None when nothing runs."""
        self._running = nodes
        for node_id, card in self.cards.items():
            card.show_state(in_run=self._in_run(node_id))

    def _in_run(self, node_id: str) -> bool:
        return self._running is None or node_id in self._running

    def forget_colours(self) -> None:
        """The theme has changed."""
        for card in self.cards.values():
            card.forget_colours()
        self.update()

    # geometry

    def frame_of(self, nodes: Collection[str] | None = None) -> QRectF:
        """The rectangle around these cards, or around all."""
        frame = QRectF()
        for node_id, card in self.cards.items():
            if nodes is None or node_id in nodes:
                frame = frame.united(card.scene_outline())
        return frame

    def frame_with_wires(self, nodes: Collection[str]) -> QRectF:
        """The rectangle around cards and the wires among them, which swing out at the ends of rows."""
        frame = self.frame_of(nodes)
        for edge, wire in self.wires.items():
            if edge.source in nodes and edge.target in nodes:
                frame = frame.united(wire.sceneBoundingRect())
        return frame

    def wire_near(self, point: QPointF, reach: float, but: frozenset[str] = frozenset()) -> WireItem | None:
        """The nearest wire within ``reach`` scene units that does not touch one of the cards ``but``."""
        best, found = reach, None
        around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        for edge, wire in self.wires.items():
            if edge.source in but or edge.target in but or not wire.sceneBoundingRect().intersects(around):
                continue
            far = wire.nearness(point)[0]
            if far <= best:
                best, found = far, wire
        return found
