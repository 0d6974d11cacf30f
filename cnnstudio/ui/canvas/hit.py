"""What lies under a point: a port, a card or a wire."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF

from cnnstudio.nn.graph import Edge
from cnnstudio.ui.canvas.card import CardItem
from cnnstudio.ui.canvas.scene import CanvasScene

#: how near, in pixels of the screen, one must point; never more than the second number in scene units
PORT_REACH = 11.0, 18.0
WIRE_REACH = 7.0, 16.0


@dataclass(frozen=True)
class Hit:
    """``node`` for a port, title or card, ``port`` for an input port, ``edge`` and ``share`` (0 source … 1 target)
    for a wire."""

    kind: Literal["input", "output", "title", "card", "wire", "empty"]
    node: str = ""
    port: int = 0
    edge: Edge | None = None
    share: float = 0.0


def hit_at(scene: CanvasScene, point: QPointF, zoom: float) -> Hit:
    """The topmost thing at a point in scene units; a port before its card, a card before a wire."""
    reach = min(PORT_REACH[0] / zoom, PORT_REACH[1])
    under = card_at(scene, point)
    port = _port_at(scene, point, reach, under)
    if port is not None:
        return port
    if under is not None:
        on_title = under.title_rect().contains(point - under.pos())
        return Hit("title" if on_title else "card", under.node_id)
    wire = scene.wire_near(point, min(WIRE_REACH[0] / zoom, WIRE_REACH[1]))
    if wire is not None:
        return Hit("wire", edge=wire.edge, share=wire.nearness(point)[1])
    return Hit("empty")


def card_at(scene: CanvasScene, point: QPointF, but: frozenset[str] = frozenset()) -> CardItem | None:
    """The topmost card that covers a point."""
    for item in scene.items(point):
        if isinstance(item, CardItem) and item.node_id not in but and item.node_id in scene.cards:
            return item
    return None


def _port_at(scene: CanvasScene, point: QPointF, reach: float, under: CardItem | None) -> Hit | None:
    best, found = reach, None
    for card in scene.cards.values():
        if under is not None and card is not under and card.zValue() < under.zValue():
            continue
        if not card.scene_outline().adjusted(-reach, 0, reach, 0).contains(point):
            continue
        ports = [(card.output_point(), Hit("output", card.node_id))]
        ports += [(card.input_point(i), Hit("input", card.node_id, i)) for i in range(card.inputs)]
        for at, hit in ports:
            far = ((at.x() - point.x()) ** 2 + (at.y() - point.y()) ** 2) ** 0.5
            if far <= best:
                best, found = far, hit
    return found
