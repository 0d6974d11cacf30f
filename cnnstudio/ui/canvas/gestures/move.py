"""Move cards: they follow the hand and snap; a single unwired layer can be dropped into a wire. Alt held at the
press moves copies instead; Alt pressed later suspends snapping."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsView

from cnnstudio.design import edits
from cnnstudio.design.copies import duplicated
from cnnstudio.nn.graph import Edge
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.card import CardItem
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Keys, Pointer
from cnnstudio.ui.canvas.gestures.guides import Guides
from cnnstudio.ui.canvas.snapping import snapped
from cnnstudio.ui.canvas.spots import WIRE_REACH, Verdict, judged, place_on_wire
from cnnstudio.ui.canvas.words import layers_named

#: more cards than this are repainted as one rectangle, which is quicker than as many small ones
MANY = 24


class MoveGesture(Gesture):
    """Drag the selected cards; ``node`` is the one under the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = True

    def __init__(self, view, node: str) -> None:
        super().__init__(view)
        self._node = node

    def begin(self, at: Pointer) -> None:
        selected = self.document.selection
        self._ids = selected if self._node in selected else frozenset({self._node})
        self._copying = self._alt_since_press = at.has(Keys.AltModifier)
        self._start = at.scene
        self._by = QPointF()
        self._edge: Edge | None = None
        self._insertable = self._can_be_inserted()
        cards = [self.scene.cards[node_id] for node_id in self._ids]
        self._homes = {card: card.pos() for card in cards}
        self._frame = self.scene.frame_of(self._ids)
        still = self.scene.cards.values() if self._copying else set(self.scene.cards.values()) - set(cards)
        self._others = [card.scene_outline() for card in still]
        self._guides = Guides(self.scene)
        if self._copying:
            self._homes = {self._ghost_of(card): home for card, home in self._homes.items()}
        for card in self._homes:
            card.setZValue(4)
        self._update_mode = self.view.viewportUpdateMode()
        if len(self._homes) > MANY:
            self.view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)

    def move(self, at: Pointer) -> None:
        self._alt_since_press = self._alt_since_press and at.has(Keys.AltModifier)
        free = at.has(Keys.AltModifier) and not self._alt_since_press
        by = at.scene - self._start
        guides = ()
        self._choose_wire(at)
        if self._edge is not None:
            by = place_on_wire(self.scene.design, self._edge, at.scene) - self._frame.topLeft()
            self._preview(self._edge, self._frame.topLeft() + by, at)
        elif not free:
            snap = snapped(self._frame.translated(by), self._others, self.view.camera.zoom)
            by, guides = by + snap.by, snap.guides
        self._guides.show_lines(guides)
        self._by = self._within_reach(by)
        for card, home in self._homes.items():
            card.setPos(home + self._by)
        if not self._copying:
            self.scene.lay_wires(self._ids)

    def finish(self, at: Pointer) -> None:
        self.move(at)
        by, edge, design = self._by, self._edge, self.scene.design
        self._clear()
        name = layers_named(design, self._ids)
        if self._copying:
            design, copies = duplicated(design, self._ids, (by.x(), by.y()))
            self.document.edit(f"Duplicate {name}", design, select=copies)
        elif edge is not None:
            corner = self._frame.topLeft() + by
            try:
                design = edits.splice(design, edge, self._node, (corner.x(), corner.y()))
            except edits.EditRefused:
                self.scene.restore()  # the bubble has said why
                return
            self.document.edit(f"Insert {name}", design)
        else:
            places = {i: (design.cards[i].x + by.x(), design.cards[i].y + by.y()) for i in self._ids}
            self.document.edit(f"Move {name}", edits.move(design, places))

    def cancel(self) -> None:
        self._clear()
        self.scene.restore()

    def _ghost_of(self, card: CardItem) -> CardItem:
        ghost = CardItem("", card.layer, card.name)
        ghost.show_layer(card.layer, card.name, card.facts, 0)
        ghost.show_state(ghost=True)
        ghost.setPos(card.pos())
        self.scene.addItem(ghost)
        return ghost

    def _choose_wire(self, at: Pointer) -> None:
        """Light the wire into which a drop would put the single, unwired layer in the hand."""
        if not self._insertable:
            return
        self.scene.restore()  # what lies under the pointer is asked of the design, not of its preview
        reach = min(WIRE_REACH[0] / self.view.camera.zoom, WIRE_REACH[1])
        wire = self.scene.wire_near(at.scene, reach)
        edge = wire.edge if wire else None
        if edge != self._edge:
            self._light(False)
            self._edge = edge
            self._light(True)
        if edge is None:
            self.view.bubble.hide()

    def _preview(self, edge: Edge, corner: QPointF, at: Pointer) -> None:
        """Show the room that a drop would make, and what it would do."""
        design = self.scene.design
        try:
            after = edits.splice(design, edge, self._node, (corner.x(), corner.y()))
        except edits.EditRefused as refusal:
            self.view.bubble.say(Verdict(False, str(refusal)), at.pixel)
            return
        self.scene.preview(after)
        self.view.bubble.say(judged(design, after, self._node), at.pixel)

    def _can_be_inserted(self) -> bool:
        graph = self.scene.design.graph
        node = graph[self._node]
        return (
            not self._copying
            and len(self._ids) == 1
            and node.layer.most_inputs > 0
            and not node.inputs
            and not graph.consumers[self._node]
        )

    def _light(self, on: bool) -> None:
        if self._edge is not None and self._edge in self.scene.wires:
            self.scene.wires[self._edge].show_state(lit=on)

    def _within_reach(self, by: QPointF) -> QPointF:
        reach = QRectF(-m.REACH, -m.REACH, 2 * m.REACH, 2 * m.REACH)
        frame = self._frame
        x = min(max(by.x(), reach.left() - frame.left()), reach.right() - frame.right())
        y = min(max(by.y(), reach.top() - frame.top()), reach.bottom() - frame.bottom())
        return QPointF(x, y)

    def _clear(self) -> None:
        self._light(False)
        self.view.bubble.hide()
        self.scene.removeItem(self._guides)
        self.view.setViewportUpdateMode(self._update_mode)
        for card in self._homes:
            if self._copying:
                self.scene.removeItem(card)
            else:
                card.setZValue(2 if card.selected else 1)
