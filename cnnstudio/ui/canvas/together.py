"""What moves together: the selection, or what was grabbed beside it, and what lies in frames that move."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from cnnstudio.ui.canvas.scene import CanvasScene


@dataclass(frozen=True)
class Together:
    """Nodes, frames and notes; ``chosen_remarks`` are the frames and notes that were taken hold of themselves."""

    nodes: frozenset[str]
    remarks: frozenset[str]
    chosen_remarks: frozenset[str]


def moving_with(scene: CanvasScene, grabbed: str) -> Together:
    """What a drag of a card, block, frame or note takes along."""
    design, folding = scene.design, scene.folding
    nodes, chosen = frozenset[str](), frozenset[str]()
    if grabbed in scene.remarks:
        chosen = frozenset({grabbed})
        together = grabbed in scene.selected_remarks
    else:
        nodes = folding.nodes_of(grabbed)
        together = nodes <= scene.document.selection
    if together:
        nodes, chosen = scene.document.selection, scene.selected_remarks
        nodes = nodes.union(*(folding.nodes_of(folding.shown(node)) for node in nodes))
    remarks = set(chosen)
    for frame_id in chosen:
        if frame_id in design.frames:
            inside_nodes, inside_remarks = contents(scene, frame_id)
            nodes, remarks = nodes | inside_nodes, remarks | inside_remarks
    return Together(nodes, frozenset(remarks), chosen)


def contents(scene: CanvasScene, frame_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """The nodes whose cards have their middle in a frame, and the notes and smaller frames that lie in it whole."""
    frame = scene.remarks[frame_id].scene_outline()
    nodes: frozenset[str] = frozenset()
    for shown, card in scene.cards.items():
        if frame.contains(card.scene_outline().center()):
            nodes |= scene.folding.nodes_of(shown)
    remarks = {
        item_id
        for item_id, item in scene.remarks.items()
        if item_id != frame_id and _holds(frame, item.scene_outline(), item_id in scene.design.frames)
    }
    return nodes, frozenset(remarks)


def _holds(frame: QRectF, rect: QRectF, whole: bool) -> bool:
    return frame.contains(rect) if whole else frame.contains(rect.center())
