"""Bringing into view: everything, what is selected, or one card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

#: free pixels around a card that is scrolled into view
_AROUND = 20


def frame_all(view: CanvasView) -> None:
    """Show the whole network, at most at its full size."""
    scene = view.canvas
    whole = scene.frame_with_wires(scene.design.graph.ids).united(scene.frame_of_all())
    _frame(view, whole, [card.scene_outline() for card in scene.cards.values()])


def frame_selection(view: CanvasView) -> None:
    """Show what is selected, or all."""
    scene, nodes = view.canvas, view.document.selection
    if not nodes and not scene.selected_annotations:
        frame_all(view)
        return
    extras = [scene.annotations[item].scene_outline() for item in scene.selected_annotations]
    cards = [scene.cards[card].scene_outline() for card in scene.cards_of(nodes)]
    whole = scene.frame_with_wires(nodes)
    for rect in extras:
        whole = whole.united(rect)
    _frame(view, whole, [*cards, *extras])


def show_card(view: CanvasView, node_id: str) -> None:
    """Scroll as far as needed to have the card of a layer or block in view."""
    rect = view.canvas.card_of(node_id).scene_outline()
    seen, zoom = view.camera.seen(), view.camera.zoom
    margin = _AROUND / zoom
    rect = rect.adjusted(-margin, -margin, margin, margin)
    x = min(0.0, rect.left() - seen.left()) + max(0.0, rect.right() - seen.right())
    y = min(0.0, rect.top() - seen.top()) + max(0.0, rect.bottom() - seen.bottom())
    view.camera.scroll(x * zoom, y * zoom)


def _frame(view: CanvasView, whole: QRectF, cards: list[QRectF]) -> None:
    view.camera.frame(whole, cards, QRectF(view.controls.geometry()))
    view.view_changed()
