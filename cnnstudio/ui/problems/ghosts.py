"""What a repair would do, shown on the canvas before it is done: cards make room, new layers are there as ghosts with
dashed wires, and what changes says what it was and would be. The document knows nothing of it."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtWidgets import QGraphicsItem

from cnnstudio.design.analysis.analysis import Analysis, analyse
from cnnstudio.design.analysis.effects import Effect
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.effects import costs_text
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.gestures.guides import ghost_wire
from cnnstudio.ui.canvas.items.block_card import BlockCard, block_facts
from cnnstudio.ui.canvas.items.card import CardItem
from cnnstudio.ui.canvas.items.card_texts import card_texts
from cnnstudio.ui.canvas.items.layer_card import LayerCard
from cnnstudio.ui.canvas.items.wire import WireItem
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.problems.ghost_items import GhostCut, GhostItem, GhostTag

#: how much is left to be seen of a wire that would go
FADED = 0.22
#: pieces of a wire, and how far around them it is looked for, in scene units
_PIECES, _AROUND = 24, 6.0


class Ghosts:
    """The effect of one edit over a scene. ``items`` are the marks over cards by the id of the card, ``cards`` those
    that would be new, ``wires`` those that would be drawn, ``cuts`` the marks on those that would be cut; ``tag`` says
    the costs."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self.items: dict[str, GhostItem] = {}
        self.cards: dict[str, CardItem] = {}
        self.wires: dict[Edge, WireItem] = {}
        self.cuts: dict[Edge, GhostCut] = {}
        self.tag: GhostTag | None = None
        self._faded: list[Edge] = []

    def show(self, effect: Effect | None) -> None:
        """Show an effect instead of the one before; None shows none."""
        self._clear()
        if effect is None:
            return
        before, after = self._scene.design, effect.design
        facts = analyse(before.graph), analyse(after.graph)
        self._scene.preview(after)
        for shown, card in self._scene.cards.items():
            mark = _mark(shown, card, before, after, facts)
            if mark is not None:
                self._put(mark, card.pos(), 4)
                self.items[shown] = mark
        for shown, place in after.places.items():
            if shown not in self._scene.cards:
                self._show_new(shown, QPointF(*place), after, facts[1])
        self._scene.mark_obstacles(also=[card.scene_outline() for card in self.cards.values()])
        self._scene.lay(self._scene.wires)
        self._show_wires(before, after)
        self._show_costs(effect)

    def drawn(self) -> list[QRectF]:
        """Where in the scene it is drawn, wires piece by piece."""
        tag = () if self.tag is None else (self.tag,)
        marks = (*self.items.values(), *self.cards.values(), *self.cuts.values(), *tag)
        points = [wire.point_at(piece / _PIECES) for wire in self.wires.values() for piece in range(_PIECES + 1)]
        around = [QRectF(point.x() - _AROUND, point.y() - _AROUND, 2 * _AROUND, 2 * _AROUND) for point in points]
        return [*(mark.sceneBoundingRect() for mark in marks), *around]

    def place(self) -> QRectF:
        """Where in the scene the layers and what is said of them are drawn."""
        whole = QRectF() if self.tag is None else self.tag.sceneBoundingRect()
        for mark in (*self.items.values(), *self.cards.values()):
            whole = whole.united(mark.sceneBoundingRect())
        return whole

    def _show_new(self, shown: str, place: QPointF, after: Design, facts: Analysis) -> None:
        card: CardItem
        if shown in after.blocks:
            card = BlockCard("", after.blocks[shown].name)
            ports = len(after.folding.entries(shown)), len(after.folding.exits(shown))
            card.show_block(after.blocks[shown].name, block_facts(after, shown, facts.layers), *ports)
        else:
            node, name = after.graph[shown], after.cards[shown].name
            card = LayerCard("", node.layer, name)
            card.show_layer(node.layer, name, facts.layers[shown], len(node.inputs))
        card.ghost = True
        self._put(card, place, 3)
        self.cards[shown] = card
        self.items[shown] = GhostItem(card.outline(), new=True)
        self._put(self.items[shown], place, 4)

    def _show_wires(self, before: Design, after: Design) -> None:
        had, has = set(before.graph.edges), set(after.graph.edges)
        fed = {(edge.target, edge.port) for edge in has - had}
        for edge in had - has:
            wire = self._scene.wires.get(edge)
            if wire is None:
                continue
            wire.fade(FADED)
            self._faded.append(edge)
            replaced = (edge.target, edge.port) in fed
            if not replaced and edge.source in after.graph and edge.target in after.graph and wire.isVisible():
                self.cuts[edge] = GhostCut()
                self._put(self.cuts[edge], wire.point_at(0.5), 6)
        for edge in has - had:
            if not after.folding.is_inner(edge):
                self.wires[edge] = ghost_wire(self._scene, *_ends(after, edge))

    def _show_costs(self, effect: Effect) -> None:
        places = [card.pos() for card in self.cards.values()] or [item.pos() for item in self.items.values()]
        if places:
            at = min(places, key=lambda place: (place.y(), place.x()))
            self.tag = GhostTag(costs_text(effect))
            self._put(self.tag, at + QPointF(0, -30), 6)

    def _put(self, item: QGraphicsItem, at: QPointF, height: float) -> None:
        if isinstance(item, CardItem):
            item.lie_at(at.x(), at.y())
        else:
            item.setPos(at)
        item.setZValue(height)
        self._scene.addItem(item)

    def _clear(self) -> None:
        shown = [*self.items.values(), *self.cards.values(), *self.wires.values(), *self.cuts.values()]
        if self.tag is not None:
            shown.append(self.tag)
        for item in shown:
            self._scene.removeItem(item)
        for edge in self._faded:
            if edge in self._scene.wires:
                self._scene.wires[edge].fade(1.0)
        if shown or self._faded:
            self._scene.restore()
        self.items, self.cards, self.wires, self.cuts = {}, {}, {}, {}
        self.tag, self._faded = None, []


def _mark(
    shown: str, card: CardItem, before: Design, after: Design, facts: tuple[Analysis, Analysis]
) -> GhostItem | None:
    """What is to be said over a card that is there; None where nothing changes."""
    inside = before.folding.nodes_of(shown)
    stays = [node for node in inside if node in after.graph]
    if not stays:
        return GhostItem(card.outline(), gone=True)
    old, new = (found.layers for found in facts)
    last = before.folding.exits(shown)[-1]
    shapes = tuple(None if last not in found else found[last].shape for found in (old, new))
    settings = [node for node in stays if before.graph[node].layer != after.graph[node].layer]
    grown = shown in after.blocks and after.folding.nodes_of(shown) != inside
    if shapes[0] == shapes[1] and not settings and not grown:
        return None
    was, text = ("" if shape is None else shape_text(shape) for shape in shapes)
    changed = after.graph[shown].layer if settings and shown in after.graph else None
    lines = () if changed is None else card_texts(changed, "", None, m.CARD_WIDTH).summary
    return GhostItem(card.outline(), was if was != text else "", text, lines)


def _ends(design: Design, edge: Edge) -> tuple[QPointF, QPointF]:
    """Where a wire of a design starts and ends."""
    folding, places = design.folding, design.places
    source, target = folding.shown(edge.source), folding.shown(edge.target)
    exits = folding.exits(source)
    start = QPointF(*places[source]) + m.output_port(exits.index(edge.source), len(exits))
    return start, QPointF(*places[target]) + m.input_port(folding.entry_of(edge), len(folding.entries(target)))
