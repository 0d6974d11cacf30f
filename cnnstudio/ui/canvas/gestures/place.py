"""Place a layer from the palette: a ghost card follows the pointer and shows where a drop would put it."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF

from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.value.design import Design
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Keys, Pointer
from cnnstudio.ui.canvas.gestures.guides import Guides, ghost_wire
from cnnstudio.ui.canvas.gestures.preview import Preview
from cnnstudio.ui.canvas.items.wire import WireItem
from cnnstudio.ui.canvas.placing.drop_places import DropPlace, Verdict, drop_place_for, judged, placed
from cnnstudio.ui.canvas.placing.edge_scroll import EDGE
from cnnstudio.ui.canvas.placing.placeables import Placeable, ghost
from cnnstudio.ui.canvas.placing.snapping import snapped
from cnnstudio.ui.canvas.viewport.scene_view import SceneView


class PlaceGesture(Gesture):
    """On a wire it inserts, near the end of the stack it appends, elsewhere it places the layer unwired. Alt
    suspends snapping. Outside the view nothing is placed."""

    def __init__(self, view: SceneView, layer: Placeable) -> None:
        super().__init__(view)
        self._layer = layer

    def begin(self, at: Pointer) -> None:
        self._came_in = False
        self._drop_place: DropPlace | None = None
        self._after: Design | None = None
        self._verdict: Verdict | None = None
        self._lit: WireItem | None = None
        self._hints: list[WireItem] = []
        self._preview = Preview(self.view)
        self._others = [card.scene_outline() for card in self.scene.cards.values()]
        self._guides = Guides(self.scene)
        self._ghost = ghost(self._layer)
        self._ghost.setZValue(7)
        self._ghost.hide()
        self.scene.addItem(self._ghost)

    def move(self, at: Pointer) -> None:
        room = QRectF(self.view.viewport().rect())
        inside = room.contains(at.pixel)
        # It comes in over an edge; only when it goes back to one it wants the view to scroll.
        self._came_in = inside and (self._came_in or room.adjusted(EDGE, EDGE, -EDGE, -EDGE).contains(at.pixel))
        self.scrolls = self._came_in
        if not inside:
            self._show(None, at)
            return
        edge = self._preview.wire_under(at.scene) if self._layer.most_inputs else None
        drop_place = drop_place_for(self.scene.design, self._layer, at.scene, edge)
        guides: tuple[QLineF, ...] = ()
        if drop_place.edge is None and drop_place.after is None and not at.has(Keys.AltModifier):
            outline = self._ghost.outline().translated(drop_place.position)
            snap = snapped(outline, self._others, self.view.camera.zoom)
            drop_place, guides = DropPlace(drop_place.position + snap.by), snap.guides
        self._guides.show_lines(guides)
        self._show(drop_place, at)

    def finish(self, at: Pointer) -> None:
        self.move(at)
        drop_place = self._drop_place
        self._clear()
        if drop_place is None:
            return
        try:
            done = placed(self.scene.design, self._layer, drop_place)
        except EditRefused:
            return  # the bubble has said why
        self.scene.select_no_extras()
        self.document.edit(done.what, done.design, select=done.nodes)
        self.view.setFocus()

    def cancel(self) -> None:
        self._clear()

    def _show(self, drop_place: DropPlace | None, at: Pointer) -> None:
        if drop_place != self._drop_place:
            self._drop_place = drop_place
            self._after, self._verdict = self._outcome(drop_place)
            self._preview.show(self._after)
            self._draw(drop_place)
        self.view.bubble.say(self._verdict, at.pixel)

    def _draw(self, drop_place: DropPlace | None) -> None:
        self._take_down_hints()
        self._ghost.setVisible(drop_place is not None)
        if drop_place is None:
            self._guides.show_lines(())
            return
        self._ghost.lie_at(drop_place.position.x(), drop_place.position.y())
        if drop_place.edge is not None:
            self._lit = self.scene.wires[drop_place.edge]
            self._lit.lit = True
        elif drop_place.after is not None:
            start = self.scene.output_point(drop_place.after)
            self._hints.append(ghost_wire(self.scene, start, self._ghost.input_point()))

    def _outcome(self, drop_place: DropPlace | None) -> tuple[Design | None, Verdict | None]:
        """The design after a drop at a place where it would be wired, and what is to be said about it."""
        if drop_place is None or (drop_place.edge is None and drop_place.after is None):
            return None, None
        try:
            done = placed(self.scene.design, self._layer, drop_place)
        except EditRefused as refusal:
            return None, Verdict(False, worded(refusal))
        return done.design, judged(self.scene.design, done.design, done.judge)

    def _take_down_hints(self) -> None:
        if self._lit is not None:
            self._lit.lit = False
            self._lit = None
        while self._hints:
            self.scene.removeItem(self._hints.pop())

    def _clear(self) -> None:
        self._take_down_hints()
        self._preview.show(None)
        self.scene.removeItem(self._ghost)
        self.scene.removeItem(self._guides)
        self.view.bubble.hide()

    @property
    def ghost_place(self) -> QPointF | None:
        """Where the ghost's top left corner is now, None while it is hidden."""
        return self._ghost.pos() if self._ghost.isVisible() else None
