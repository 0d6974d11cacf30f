"""Where a new layer would go if it were dropped here: into a wire, at the end of the stack, or just there."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.edits.edits import COLUMN, ROW
from cnnstudio.design.kept_blocks import KeptBlock
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import placed_sentence, problem_words
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.placing.placeables import Placeable

#: cards in a row before the next one may begin another
LONG_ROW = 4
#: how near a wire the pointer must be to drop into it: pixels of the screen, scene units at most
WIRE_REACH = 26.0, 60.0


@dataclass(frozen=True)
class DropPlace:
    """The top left corner of the new card, and what it is wired to: an edge it goes into, or a layer it follows."""

    position: QPointF
    edge: Edge | None = None
    after: str | None = None


@dataclass(frozen=True)
class Verdict:
    """Whether an edit leaves the design as whole as it was, and what it does or why not, in one sentence."""

    fits: bool
    sentence: str


@dataclass(frozen=True)
class Placed:
    """The design after a drop, its new nodes, the one whose shape tells whether it fits, and what was done."""

    design: Design
    nodes: frozenset[str]
    judge: str
    what: Sentence


def drop_place_for(design: Design, layer: Placeable, pointer: QPointF, edge: Edge | None) -> DropPlace:
    """The place for a layer whose card hangs at its middle from the pointer; ``edge`` is the wire under it. Over a card
    it comes next after that one, instead of covering it."""
    if layer.most_inputs > 0:
        if edge is not None:
            return DropPlace(place_on_wire(design, edge, pointer), edge=edge)
        for shown, place in design.places.items():
            if QRectF(*place, m.CARD_WIDTH, m.CARD_HEIGHT).contains(pointer) and design.folding.exits(shown):
                return drop_place_after(design, design.folding.exits(shown)[-1], layer)
        found = _end_of_stack(design, pointer)
        if found is not None:
            return found
    return DropPlace(pointer - QPointF(m.CARD_WIDTH / 2, m.PORT_Y))


def drop_place_after(design: Design, node: str, layer: Placeable, columns: int = 0) -> DropPlace:
    """The place for a layer that comes next after a node: in its wire if it has one, otherwise behind it, or where its
    row has so many ``columns`` already, at the beginning of the next."""
    x, y = design.place_of(node)
    beside = QPointF(x + COLUMN, y)
    if layer.most_inputs == 0:
        return DropPlace(_free_from(design, beside))
    readers = [edge for edge in design.graph.edges if edge.source == node and not design.folding.is_inner(edge)]
    if readers:
        middle = QPointF(beside.x() + m.CARD_WIDTH / 2, y + m.PORT_Y)
        return DropPlace(place_on_wire(design, readers[0], middle), edge=readers[0])
    first = min(place[0] for place in design.places.values())
    if columns and beside.x() - first > (columns - 0.5) * COLUMN:
        beside = QPointF(first, max(place[1] for place in design.places.values()) + ROW)
    return DropPlace(_free_from(design, beside), after=node)


def place_on_wire(design: Design, edge: Edge, pointer: QPointF) -> QPointF:
    """Where the card of a layer dropped into a wire lies: in the row it was dropped on, one column on."""
    (source_x, source_y), (target_x, target_y) = design.place_of(edge.source), design.place_of(edge.target)
    beside = QPointF(source_x + COLUMN, source_y)
    if abs(source_y - target_y) <= ROW / 2:
        wanted = round((pointer.x() - m.CARD_WIDTH / 2) / m.GRID) * m.GRID
        return QPointF(min(max(wanted, beside.x()), max(target_x - COLUMN, beside.x())), source_y)
    nearer_source = abs(pointer.y() - source_y - m.PORT_Y) < abs(pointer.y() - target_y - m.PORT_Y)
    if nearer_source and _is_free(design, beside):
        return beside
    return QPointF(target_x, target_y)


def placed(design: Design, what: Placeable, drop_place: DropPlace) -> Placed:
    """The design with a layer or a kept block at the place.

    Raises:
        EditRefused: it cannot go into that wire.
    """
    position = (drop_place.position.x(), drop_place.position.y())
    if isinstance(what, KeptBlock):
        if drop_place.edge is not None:
            after, nodes = blocks.insert(design, what.part, drop_place.edge, position)
        elif drop_place.after is not None:
            after, nodes = blocks.append(design, what.part, drop_place.after, position)
        else:
            after, nodes = blocks.place(design, what.part, position)
        exits = after.folding.exits(after.folding.shown(nodes[0]))
        return Placed(after, frozenset(nodes), exits[-1], _done(what, drop_place))
    if drop_place.edge is not None:
        after, node_id = edits.insert(design, drop_place.edge, what, position)
    else:
        after, node_id = edits.add(design, what, position)
        if drop_place.after is not None:
            after = edits.connect(after, drop_place.after, node_id)
    return Placed(after, frozenset({node_id}), node_id, _done(what, drop_place))


def _done(what: Placeable, drop_place: DropPlace) -> Sentence:
    if drop_place.edge is not None:
        return Sentence("Insert {what}", what=what.title)
    return Sentence("Append {what}" if drop_place.after is not None else "Add {what}", what=what.title)


def judged(before: Design, after: Design, node: str) -> Verdict:
    """What an edit about ``node`` brings: its new shapes, or the first problem that was not there before."""
    known = {(problem.node, problem.code) for problem in analyse(before.graph).problems}
    found = analyse(after.graph)
    fresh = [p for p in found.problems if (p.node, p.code) not in known or p.node == node]
    for problem in sorted(fresh, key=lambda p: p.node != node):
        alone = problem_words(after, problem).sentence
        return Verdict(False, alone if problem.node == node else placed_sentence(after, problem))
    facts = found.layers[node]
    if facts.shape is None or not facts.inputs:
        return Verdict(True, "Fits as soon as the layers before it have a shape.")
    inputs = " and ".join(shape_text(shape) for shape in facts.inputs)
    return Verdict(True, f"{inputs} → {shape_text(facts.shape)}")


def _end_of_stack(design: Design, pointer: QPointF) -> DropPlace | None:
    """Right of the last card, generously, or at the beginning of the next row when its row is long."""
    last = edits.end_of_stack(design)
    if last is None:
        return None
    (x, y), first = design.place_of(last), min(place[0] for place in design.places.values())
    beside = QPointF(x + COLUMN, y)
    zone = QRectF(x + m.CARD_WIDTH * 0.8, y - 50, COLUMN * 1.9, m.CARD_HEIGHT + 100)
    if zone.contains(pointer) and _is_free(design, beside):
        return DropPlace(beside, after=last)
    below = QPointF(first, y + ROW)
    zone = QRectF(below.x() - 40, below.y() - 30, m.CARD_WIDTH + 80, m.CARD_HEIGHT + 70)
    if x - first >= (LONG_ROW - 1) * COLUMN and zone.contains(pointer) and _is_free(design, below):
        return DropPlace(below, after=last)
    return None


def _free_from(design: Design, place: QPointF) -> QPointF:
    while not _is_free(design, place):
        place = place + QPointF(COLUMN, 0.0)
    return place


def _is_free(design: Design, place: QPointF) -> bool:
    return not any(
        abs(x - place.x()) < m.CARD_WIDTH and abs(y - place.y()) < m.CARD_HEIGHT for x, y in design.places.values()
    )
