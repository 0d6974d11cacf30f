"""Bringing into view: everything, what is selected, one card, or what was changed; and keeping everything in view."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QEasingCurve, QEvent, QObject, QPointF, QRectF, QSizeF, QTimer, QVariantAnimation

from cnnstudio.design.edits.edits import COLUMN
from cnnstudio.ui.canvas.placing.drop_places import LONG_ROW
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.viewport.camera import FRAME_MARGIN
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import motion

#: free pixels around a card that is scrolled into view, and milliseconds that a gentle scroll takes
_AROUND, _LASTS = 20, 260
#: down to this zoom cards are read with ease, and what share of a smaller one makes little difference
_READABLE, _HARDLY_SMALLER = 0.55, 0.75


def _whole(scene: CanvasScene) -> QRectF:
    return scene.frame_with_wires(scene.design.graph.ids).united(scene.frame_of_all())


def frame_all(view: SceneView) -> None:
    """Show the whole network, at most at its full size."""
    scene = view.canvas_scene
    _frame(view, _whole(scene), [card.scene_outline() for card in scene.cards.values()])
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


def columns_in_sight(view: SceneView) -> int:
    """How long a row of cards may become: as long as it is seen whole and can be read."""
    return max(LONG_ROW, int((view.viewport().width() - 2 * FRAME_MARGIN) / (_READABLE * COLUMN)))


def _least(view: SceneView) -> float:
    """Down to this zoom a network is shown whole as it grows: a long row has room in a narrow view, too."""
    return min(_READABLE, (view.viewport().width() - 2 * FRAME_MARGIN) / (LONG_ROW * COLUMN))


def show_card(view: SceneView, node_id: str) -> None:
    """Scroll as far as needed to have the card of a layer or block in view."""
    way = _way_to(view, view.canvas_scene.card_of(node_id).scene_outline())
    view.camera.scroll(way.x(), way.y())


def _way_to(view: SceneView, rect: QRectF) -> QPointF:
    """How far to scroll, in pixels, to have a rectangle of the scene in view, with a little around it, and where it
    has room beside them not under the controls."""
    camera, seen, zoom = view.camera, view.camera.seen(), view.camera.zoom
    margin = _AROUND / zoom
    wide = rect.adjusted(-margin, -margin, margin, margin)
    x = min(0.0, wide.left() - seen.left()) + max(0.0, wide.right() - seen.right())
    y = min(0.0, wide.top() - seen.top()) + max(0.0, wide.bottom() - seen.bottom())
    way = QPointF(x, y) * zoom
    there = QRectF(camera.to_pixel(rect.topLeft()) - way, rect.size() * zoom)
    covered = there.bottom() - camera.keep_free.top() + 8
    if there.intersects(camera.keep_free) and there.top() > covered:
        way += QPointF(0, covered)
    return way


class Glide(QObject):
    """Scrolls gently to what somebody should see next; nothing is zoomed that has room as it is."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self._way = self._gone = QPointF()
        self._motion = QVariantAnimation(self)
        self._motion.setDuration(_LASTS)
        self._motion.setStartValue(0.0)
        self._motion.setEndValue(1.0)
        self._motion.setEasingCurve(QEasingCurve.Type.InOutQuad)
        self._motion.valueChanged.connect(self._go)

    @property
    def moving(self) -> bool:
        """Whether it is on its way."""
        return self._motion.state() == QVariantAnimation.State.Running

    def show_nodes(self, nodes: Iterable[str]) -> None:
        """Bring the cards of these layers into view, all of them where they have room at some zoom."""
        view, camera = self._view, self._view.camera
        self._motion.stop()
        cards = [view.canvas_scene.card_of(node).scene_outline() for node in nodes]
        whole = QRectF()
        for card in cards:
            whole = whole.united(card)
        if not cards:
            return
        size, room = whole.size() * camera.zoom, view.viewport().size()
        if max(size.width() - room.width(), size.height() - room.height()) > -2 * _AROUND:
            _frame(view, whole, cards)
            return
        self._go_to(whole)

    def show_place(self, place: QRectF) -> None:
        """Bring a place in the scene into view; of one that has no room at this zoom, where it begins."""
        seen, apart = self._view.camera.seen(), 2 * _AROUND / self._view.camera.zoom
        self._motion.stop()
        room = QSizeF(seen.width() - apart, seen.height() - apart)
        self._go_to(QRectF(place.topLeft(), place.size().boundedTo(room)))

    def _go_to(self, whole: QRectF) -> None:
        view = self._view
        self._way, self._gone = _way_to(view, whole), QPointF()
        if motion.still(view) or self._way.isNull():
            self._go(1.0)
        else:
            self._motion.start()

    def _go(self, share: float) -> None:
        """So far of the way, whoever else scrolls meanwhile."""
        here = QPointF((self._way * share).toPoint())
        by, self._gone = here - self._gone, here
        self._view.camera.scroll(by.x(), by.y())


def _frame(view: SceneView, whole: QRectF, cards: list[QRectF]) -> None:
    view.camera.frame(whole, cards)
    view.camera.chosen = True
    view.moved.emit()


class KeepFramed(QObject):
    """The whole network is framed anew when its room changes, with the workspace or the window's size, and when it has
    grown out of sight and can still be read whole, until someone zooms or pans: what they have chosen to see stays."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self._cards = len(view.canvas_scene.cards)
        self._timer = QTimer(self, interval=0, singleShot=True)
        self._timer.timeout.connect(lambda: frame_all(view))
        view.installEventFilter(self)
        view.canvas_scene.design_changed.connect(self._grown)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The viewport still has its old size when the view is told of the new one.
        if event.type() == QEvent.Type.Resize and not self._timer.isActive() and not self._view.camera.chosen:
            self._timer.start()
        return False

    def _grown(self) -> None:
        scene, camera = self._view.canvas_scene, self._view.camera
        before, self._cards = self._cards, len(scene.cards)
        if self._cards <= before or camera.chosen or camera.seen().contains(scene.frame_of_all()):
            return
        least = _least(self._view)
        if camera.zoom < _READABLE:
            least = min(least, _HARDLY_SMALLER * camera.zoom)
        if camera.zoom_of(_whole(scene)) >= least:
            self._timer.start()
