"""Bringing into view: everything, what is selected, or one card; and keeping everything in view."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer

from cnnstudio.ui.canvas.viewport.scene_view import SceneView

#: free pixels around a card that is scrolled into view
_AROUND = 20


def frame_all(view: SceneView) -> None:
    """Show the whole network, at most at its full size."""
    scene = view.canvas_scene
    whole = scene.frame_with_wires(scene.design.graph.ids).united(scene.frame_of_all())
    _frame(view, whole, [card.scene_outline() for card in scene.cards.values()])
    view.camera.chosen = False


def frame_selection(view: SceneView) -> None:
    """Show what is selected, or all."""
    scene, nodes = view.canvas_scene, view.document.selection
    if not nodes and not scene.selected_annotations:
        frame_all(view)
        return
    extras = [scene.annotations[item].scene_outline() for item in scene.selected_annotations]
    cards = [scene.cards[card].scene_outline() for card in scene.cards_of(nodes)]
    whole = scene.frame_with_wires(nodes)
    for rect in extras:
        whole = whole.united(rect)
    _frame(view, whole, [*cards, *extras])


def show_card(view: SceneView, node_id: str) -> None:
    """Scroll as far as needed to have the card of a layer or block in view."""
    rect = view.canvas_scene.card_of(node_id).scene_outline()
    seen, zoom = view.camera.seen(), view.camera.zoom
    margin = _AROUND / zoom
    rect = rect.adjusted(-margin, -margin, margin, margin)
    x = min(0.0, rect.left() - seen.left()) + max(0.0, rect.right() - seen.right())
    y = min(0.0, rect.top() - seen.top()) + max(0.0, rect.bottom() - seen.bottom())
    view.camera.scroll(x * zoom, y * zoom)


def _frame(view: SceneView, whole: QRectF, cards: list[QRectF]) -> None:
    view.camera.frame(whole, cards)
    view.camera.chosen = True
    view.moved.emit()


class KeepFramed(QObject):
    """The whole network is framed anew when its room changes, with the workspace or the window's size, until someone
    zooms or pans: what they have chosen to see stays."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(lambda: frame_all(view))
        view.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The viewport still has its old size when the view is told of the new one.
        if event.type() == QEvent.Type.Resize and not self._timer.isActive() and not self._view.camera.chosen:
            self._timer.start()
        return False
