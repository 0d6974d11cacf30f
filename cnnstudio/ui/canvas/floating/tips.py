"""Tooltips of cards and wires."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.ui.canvas.card_words import block_tip, card_tip, wire_label
from cnnstudio.ui.canvas.pointer.hit import hit_at
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look.labels import plain_tip


def show_tip(view: SceneView, event: QHelpEvent) -> None:
    """Show what there is to say about what the pointer rests on."""
    hit = hit_at(view.canvas_scene, view.camera.to_scene(QPointF(event.pos())), view.camera.zoom)
    text = ""
    if hit.node:
        shown, design = view.canvas_scene.folding.shown(hit.node), view.canvas_scene.design
        in_block = shown in design.blocks
        text = block_tip(design, shown) if in_block else card_tip(design, shown, view.canvas_scene.cards[shown].in_run)
    elif hit.edge is not None:
        graph = view.canvas_scene.design.graph
        text = wire_label(graph, analyse(graph).layers, hit.edge)
    QToolTip.showText(event.globalPos(), plain_tip(text), view.viewport())
