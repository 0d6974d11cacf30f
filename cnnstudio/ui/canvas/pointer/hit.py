"""What lies under a point: a port, a card, a wire, a note, a frame or the tab of an expanded block."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from cnnstudio.nn.graph.graph import Edge
from cnnstudio.ui.canvas.items.annotation_items import Annotation, FrameItem, NoteItem
from cnnstudio.ui.canvas.items.block_card import BlockCard
from cnnstudio.ui.canvas.items.card import CardItem
from cnnstudio.ui.canvas.scene import CanvasScene

#: how near, in pixels of the screen, one must point; never more than the second number in scene units
PORT_REACH = 11.0, 18.0
WIRE_REACH = 7.0, 16.0
SIZE_REACH = 9.0, 16.0


@dataclass(frozen=True)
class Hit:
    """``node`` is the id of a card (a node or a collapsed block), for an output port that of the node it leaves;
    ``port`` counts ports; ``edge`` and ``share`` (0 source … 1 target) belong to a wire. ``item`` is the frame, note
    or expanded block; “size” is the corner that resizes it, “fold” the mark that collapses or expands a block."""

    kind: Literal["input", "output", "title", "card", "wire", "frame", "note", "block", "size", "fold", "empty"]
    node: str = ""
    port: int = 0
    edge: Edge | None = None
    share: float = 0.0
    item: str = ""


def hit_at(scene: CanvasScene, point: QPointF, zoom: float) -> Hit:
    """The topmost thing at a point in scene units; a port before its card, a card before a wire, then what lies
    beneath them."""
    reach = min(PORT_REACH[0] / zoom, PORT_REACH[1])
    under = card_at(scene, point)
    port = _port_at(scene, point, reach, under)
    if port is not None:
        return port
    if under is not None:
        inside = point - under.pos()
        if isinstance(under, BlockCard) and under.fold_rect().contains(inside):
            return Hit("fold", under.node_id, item=under.node_id)
        on_title = under.title_rect().contains(inside)
        return Hit("title" if on_title else "card", under.node_id)
    size = _size_at(scene, point, min(SIZE_REACH[0] / zoom, SIZE_REACH[1]))
    if size is not None:
        return size
    handle = _block_at(scene, point)
    if handle is not None:  # a small place made to be taken hold of; a wire can be had elsewhere
        return handle
    wire = scene.wire_near(point, min(WIRE_REACH[0] / zoom, WIRE_REACH[1]))
    if wire is not None:
        return Hit("wire", edge=wire.edge, share=wire.nearness(point)[1])
    return _beneath(scene, point) or Hit("empty")


def card_at(scene: CanvasScene, point: QPointF, but: frozenset[str] = frozenset()) -> CardItem | None:
    """The topmost card that covers a point."""
    for item in scene.items(point):
        if isinstance(item, CardItem) and item.node_id not in but and scene.cards.get(item.node_id) is item:
            return item
    return None


def _port_at(scene: CanvasScene, point: QPointF, reach: float, under: CardItem | None) -> Hit | None:
    best, found = reach, None
    for shown, card in scene.cards.items():
        if under is not None and card is not under and card.zValue() < under.zValue():
            continue
        if not card.scene_outline().adjusted(-reach, 0, reach, 0).contains(point):
            continue
        exits = scene.folding.exits(shown)
        ports = [(card.output_point(i), Hit("output", exits[i], i)) for i in range(card.outputs)]
        ports += [(card.input_point(i), Hit("input", shown, i)) for i in range(card.inputs)]
        for at, hit in ports:
            far = ((at.x() - point.x()) ** 2 + (at.y() - point.y()) ** 2) ** 0.5
            if far <= best:
                best, found = far, hit
    return found


def _size_at(scene: CanvasScene, point: QPointF, reach: float) -> Hit | None:
    for item_id in scene.selected_annotations:
        corner = scene.annotations[item_id].scene_outline().bottomRight()
        if QRectF(corner.x() - reach, corner.y() - reach, 2 * reach, 2 * reach).contains(point):
            return Hit("size", item=item_id)
    return None


def _beneath(scene: CanvasScene, point: QPointF) -> Hit | None:
    annotations = sorted(scene.annotations.values(), key=_order)
    for item in annotations:
        if isinstance(item, NoteItem) and item.scene_outline().contains(point):
            return Hit("note", item=item.item_id)
    for item in annotations:
        if isinstance(item, FrameItem) and item.shape().contains(point - item.pos()):
            return Hit("frame", item=item.item_id)
    return None


def _block_at(scene: CanvasScene, point: QPointF) -> Hit | None:
    """The fold mark or the tab of an expanded block."""
    for block_id, outline in sorted(scene.outlines.items(), key=lambda pair: -pair[1].zValue()):
        if outline.fold_rect().contains(point):
            return Hit("fold", item=block_id)
        if outline.tab_rect().contains(point):
            return Hit("block", item=block_id)
    return None


def _order(item: Annotation) -> tuple[bool, float]:
    """Selected ones first, then the smaller: it lies in the larger."""
    rect = item.scene_outline()
    return not item.selected, rect.width() * rect.height()
