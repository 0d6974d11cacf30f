"""Walking through a network with the keyboard: along the wires, otherwise to what lies in that direction."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF

from cnnstudio.design.value.design import Design


def neighbour(design: Design, selection: Collection[str], direction: QPointF) -> str | None:
    """The card to go to from the selected one; the first when nothing or much is selected."""
    if not len(design.graph):
        return None
    folding = design.folding
    cards = {folding.shown(node) for node in selection}
    if len(cards) != 1:
        return folding.shown((*design.graph.order, *design.cards)[0])
    (here,) = cards
    inside = folding.nodes_of(here)
    edges = [e for e in design.graph.edges if (e.source in inside) != (e.target in inside)]
    if direction.x() > 0:
        wired = [folding.shown(e.target) for e in edges if e.source in inside]
    else:
        wired = [folding.shown(e.source) for e in edges if e.target in inside]
    if direction.x() and wired:
        return min(wired, key=lambda i: abs(design.places[i][1] - design.places[here][1]))
    return _towards(design, here, direction)


def _towards(design: Design, here: str, direction: QPointF) -> str | None:
    best, found = float("inf"), None
    for node_id, (left, top) in design.places.items():
        x, y = left - design.places[here][0], top - design.places[here][1]
        along = x * direction.x() + y * direction.y()
        beside = abs(x * direction.y()) + abs(y * direction.x())
        if along > 0 and along >= beside * 0.5 and along + 2 * beside < best:
            best, found = along + 2 * beside, node_id
    return found
