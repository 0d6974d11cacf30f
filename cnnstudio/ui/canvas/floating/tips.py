"""Tooltips of cards and wires."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QToolTip

from cnnstudio.ui.canvas.card_words import block_tip, card_tip, wire_label
from cnnstudio.ui.canvas.hit import hit_at

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView


def show_tip(view: CanvasView, event: QHelpEvent) -> None:
    """Show what there is to say about what the pointer rests on; nothing during a drag, which says its own."""
    hit = hit_at(view.canvas, view.camera.to_scene(QPointF(event.pos())), view.camera.zoom)
    text = ""
    if view.mouse.gesture is None and hit.node:
        shown, design = view.canvas.folding.shown(hit.node), view.canvas.design
        in_block = shown in design.blocks
        text = block_tip(design, shown) if in_block else card_tip(design, shown, view.canvas.cards[shown].in_run)
    elif view.mouse.gesture is None and hit.edge is not None:
        text = wire_label(view.canvas.design, hit.edge)
    # Tooltips guess whether they hold HTML, and names come from files.
    shown = html.escape(text).replace("\n", "<br>")
    QToolTip.showText(event.globalPos(), f"<div>{shown}</div>" if text else "", view.viewport())
