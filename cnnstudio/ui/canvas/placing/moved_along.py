"""What moves together: the selection, or what was grabbed beside it, and what lies in frames that move."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF

from cnnstudio.ui.canvas.scene import CanvasScene


@dataclass(frozen=True)
class MovedAlong:
    """Nodes, frames and notes; ``chosen_remarks`` are the frames and notes that were taken hold of themselves."""

    nodes: frozenset[str]
    annotations: frozenset[str]
    chosen_annotations: frozenset[str]


def moved_along_with(scene: CanvasScene, grabbed: str) -> MovedAlong:
    """What a drag of a card, block, frame or note takes along."""
    design, folding = scene.design, scene.folding
    nodes, chosen = frozenset[str](), frozenset[str]()
    if grabbed in scene.annotations:
        chosen = frozenset({grabbed})
        together = grabbed in scene.selected_annotations
    else:
        nodes = folding.nodes_of(grabbed)
        together = nodes <= scene.document.selection
    if together:
        nodes, chosen = scene.document.selection, scene.selected_annotations
        nodes = nodes.union(*(folding.nodes_of(folding.shown(node)) for node in nodes))
    annotations = set(chosen)
    for frame_id in chosen:
        if frame_id in design.frames:
            inside_nodes, inside_annotations = contents(scene, frame_id)
            nodes, annotations = nodes | inside_nodes, annotations | inside_annotations
    return MovedAlong(nodes, frozenset(annotations), chosen)


def contents(scene: CanvasScene, frame_id: str) -> tuple[frozenset[str], frozenset[str]]:
    """The nodes whose cards have their middle in a frame, and the notes and smaller frames that lie in it whole."""
    frame = scene.annotations[frame_id].scene_outline()
    nodes: frozenset[str] = frozenset()
    for shown, card in scene.cards.items():
        if frame.contains(card.scene_outline().center()):
            nodes |= scene.folding.nodes_of(shown)
    annotations = {
        item_id
        for item_id, item in scene.annotations.items()
        if item_id != frame_id and _holds(frame, item.scene_outline(), item_id in scene.design.frames)
    }
    return nodes, frozenset(annotations)


def _holds(frame: QRectF, rect: QRectF, whole: bool) -> bool:
    return frame.contains(rect) if whole else frame.contains(rect.center())
