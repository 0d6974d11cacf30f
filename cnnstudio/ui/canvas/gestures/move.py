"""Move cards, frames and notes: they follow the hand and snap; a single unwired card can be dropped into a wire. With
a frame goes what lies in it. Alt held at the press moves copies instead; Alt pressed later suspends snapping."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsView

from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.edits.copies import duplicated
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.card_words import named
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Keys, Pointer
from cnnstudio.ui.canvas.gestures.guides import Guides
from cnnstudio.ui.canvas.gestures.preview import Preview
from cnnstudio.ui.canvas.items.card import CardItem
from cnnstudio.ui.canvas.placing.drop_places import Verdict, judged, place_on_wire
from cnnstudio.ui.canvas.placing.moved_along import MovedAlong, moved_along_with
from cnnstudio.ui.canvas.placing.snapping import on_grid, snapped
from cnnstudio.ui.canvas.viewport.scene_view import SceneView

#: more cards than this are repainted as one rectangle, which is quicker than as many small ones
MANY = 24


class MoveGesture(Gesture):
    """Drag what is selected; ``grabbed`` is the card, block, frame or note under the pointer."""

    cursor = Qt.CursorShape.ClosedHandCursor
    scrolls = True

    def __init__(self, view: SceneView, grabbed: str) -> None:
        super().__init__(view)
        self._grabbed = grabbed

    def begin(self, at: Pointer) -> None:
        self._what: MovedAlong = moved_along_with(self.scene, self._grabbed)
        self._ids = self._what.nodes
        self._copying = self._alt_since_press = at.has(Keys.AltModifier)
        self._start = at.scene
        self._by = QPointF()
        self._edge: Edge | None = None
        self._insertable = self._can_be_inserted()
        self._preview = Preview(self.view)
        shown = self.scene.cards_of(self._ids)
        cards = [self.scene.cards[card_id] for card_id in shown]
        self._homes: dict[CardItem, QPointF] = {card: card.pos() for card in cards}
        self._frame = self.scene.frame_of(self._ids)
        for item in self._what.annotations:
            self._frame = self._frame.united(self.scene.annotations[item].scene_outline())
        if not self._copying:
            self.scene.mark_obstacles(but=shown)  # what moves is in nobody's way
        still = self.scene.cards.values() if self._copying else set(self.scene.cards.values()) - set(cards)
        self._others = [card.scene_outline() for card in still]
        self._guides = Guides(self.scene)
        if self._copying:
            self._homes = {self._ghost_of(card): home for card, home in self._homes.items()}
        self._annotation_homes = (
            {} if self._copying else {i: self.scene.annotations[i].pos() for i in self._what.annotations}
        )
        for card in self._homes:
            card.setZValue(4)
        wires = {} if self._copying else self.scene.wires
        self._carried = {w: w.pos() for e, w in wires.items() if e.source in self._ids and e.target in self._ids}
        self._stretched = [e for e in wires if (e.source in self._ids) != (e.target in self._ids)]
        self._update_mode = self.view.viewportUpdateMode()
        if len(self._homes) > MANY:
            self.view.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.BoundingRectViewportUpdate)

    def move(self, at: Pointer) -> None:
        self._alt_since_press = self._alt_since_press and at.has(Keys.AltModifier)
        free = at.has(Keys.AltModifier) and not self._alt_since_press
        by = at.scene - self._start
        guides: tuple[QLineF, ...] = ()
        self._choose_wire(at)
        if self._edge is not None:
            by = place_on_wire(self.scene.design, self._edge, at.scene) - self._frame.topLeft()
            self._show_insertion(self._edge, self._frame.topLeft() + by, at)
        elif not free and self._homes:
            snap = snapped(self._frame.translated(by), self._others, self.view.camera.zoom)
            by, guides = by + snap.by, snap.guides
        elif not free:
            by = on_grid(self._frame.topLeft() + by) - self._frame.topLeft()
        self._guides.show_lines(guides)
        self._by = self._within_reach(by)
        for card, home in self._homes.items():
            card.lie_at(home.x() + self._by.x(), home.y() + self._by.y())
        for item, home in self._annotation_homes.items():
            self.scene.annotations[item].setPos(home + self._by)
        for wire, home in self._carried.items():
            wire.carry(home + self._by)
        if not self._copying:
            self.scene.lay(self._stretched)
            if self.scene.outlines:
                self.scene.lay_outlines()

    def finish(self, at: Pointer) -> None:
        self.move(at)
        by, edge, design = self._by, self._edge, self.scene.design
        self._clear()
        what = named(design, self._ids, self._what.chosen_annotations or self._what.annotations)
        if self._copying:
            step = by.x(), by.y()
            design, copies = duplicated(design, self._ids, step)
            design, extras = frames_and_notes.copied(design, design, self._what.annotations, step)
            self.document.edit(Sentence("Duplicate {what}", what=what), design, select=copies)
            self.scene.select_annotations(frozenset(extras))
        elif edge is not None:
            try:
                design = self._spliced(edge, self._frame.topLeft() + by)
            except edits.EditRefused:
                self.scene.restore()  # the bubble has said why
                return
            self.document.edit(Sentence("Insert {what}", what=what), design)
        else:
            places = {i: (design.cards[i].x + by.x(), design.cards[i].y + by.y()) for i in self._ids}
            design = frames_and_notes.shift(edits.move(design, places), self._what.annotations, (by.x(), by.y()))
            self.document.edit(Sentence("Move {what}", what=what), design)
            self.scene.restore()

    def cancel(self) -> None:
        self._clear()
        self.scene.restore()

    def _ghost_of(self, card: CardItem) -> CardItem:
        ghost = card.twin()
        ghost.ghost = True
        ghost.lie_at(card.x(), card.y())
        self.scene.addItem(ghost)
        return ghost

    def _choose_wire(self, at: Pointer) -> None:
        """Light the wire into which a drop would put the single, unwired card in the hand."""
        if not self._insertable:
            return
        edge = self._preview.wire_under(at.scene, self._ids)
        if edge != self._edge:
            self._light(False)
            self._edge = edge
            self._light(True)
        if edge is None:
            self._preview.show(None)
            self.view.bubble.hide()

    def _spliced(self, edge: Edge, corner: QPointF) -> Design:
        place = corner.x(), corner.y()
        if self._grabbed in self.scene.design.blocks:
            return blocks.splice(self.scene.design, edge, self._grabbed, place)
        return edits.splice(self.scene.design, edge, self._grabbed, place)

    def _show_insertion(self, edge: Edge, corner: QPointF, at: Pointer) -> None:
        """Show the room that a drop would make, and what it would do."""
        design = self.scene.design
        try:
            after = self._spliced(edge, corner)
        except edits.EditRefused as refusal:
            self._preview.show(None)
            self.view.bubble.say(Verdict(False, worded(refusal)), at.pixel)
            return
        self._preview.show(after)
        self.view.bubble.say(judged(design, after, after.folding.exits(self._grabbed)[0]), at.pixel)

    def _can_be_inserted(self) -> bool:
        """Whether one card is in the hand that nothing is wired to, and that has an input and one output."""
        folding, graph = self.scene.folding, self.scene.design.graph
        shown = self.scene.cards_of(self._ids)
        if self._copying or self._what.annotations or shown != {self._grabbed}:
            return False
        inside = folding.nodes_of(self._grabbed)
        if any((e.source in inside) != (e.target in inside) for e in graph.edges):
            return False
        return bool(folding.entries(self._grabbed)) and len(folding.exits(self._grabbed)) == 1

    def _light(self, on: bool) -> None:
        if self._edge is not None and self._edge in self.scene.wires:
            self.scene.wires[self._edge].lit = on

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
