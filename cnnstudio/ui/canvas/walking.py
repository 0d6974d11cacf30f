"""Walking through a network with the keyboard: along the wires, otherwise to what lies in that direction."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QPointF

from cnnstudio.design.design import Design


def neighbour(design: Design, selection: Collection[str], direction: QPointF) -> str | None:
    """The layer to go to from the selected one; the first layer when nothing or much is selected."""
    if not len(design.graph):
        return None
    if len(selection) != 1:
        return (*design.graph.order, *design.cards)[0]
    (here,) = selection
    wired = design.graph.consumers[here] if direction.x() > 0 else design.graph[here].inputs
    if direction.x() and wired:
        return min(wired, key=lambda i: abs(design.cards[i].y - design.cards[here].y))
    return _towards(design, here, direction)


def _towards(design: Design, here: str, direction: QPointF) -> str | None:
    best, found = float("inf"), None
    for node_id, card in design.cards.items():
        x, y = card.x - design.cards[here].x, card.y - design.cards[here].y
        along = x * direction.x() + y * direction.y()
        beside = abs(x * direction.y()) + abs(y * direction.x())
        if along > 0 and along >= beside * 0.5 and along + 2 * beside < best:
            best, found = along + 2 * beside, node_id
    return found
