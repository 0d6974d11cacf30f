"""Draw a wire from either port, or take the end of one off. The shape is checked while it is drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.folding import Entry
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Pointer
from cnnstudio.ui.canvas.gestures.guides import ghost_wire
from cnnstudio.ui.canvas.items.card import CardItem, PortMark
from cnnstudio.ui.canvas.placing.drop_places import Verdict, judged
from cnnstudio.ui.canvas.pointer.hit import card_at
from cnnstudio.ui.canvas.viewport.scene_view import SceneView

#: how near a port the pointer must come: pixels of the screen, scene units at most
PORT_REACH = 26.0, 50.0
#: a port with a wire is meant, rather than a free one beside it, only when it is nearer by this factor
_SURE = 0.4


@dataclass(frozen=True)
class Aim:
    """The port at which the loose end points, whether a drop connects, and what that would bring."""

    node: str
    mark: PortMark
    verdict: Verdict
    after: Design | None


class WireGesture(Gesture):
    """The wire stays at ``fixed``: the node whose output it leaves (``forward``), or the card whose input port number
    ``port`` it enters. ``taken`` is the existing wire whose other end is in the hand."""

    cursor = Qt.CursorShape.CrossCursor
    scrolls = True

    def __init__(self, view: SceneView, fixed: str, *, forward: bool, port: int = 0, taken: Edge | None = None) -> None:
        super().__init__(view)
        self._fixed, self._forward, self._port, self._taken = fixed, forward, port, taken

    def begin(self, at: Pointer) -> None:
        self._aim: Aim | None = None
        self._aims: dict[tuple[str, int], Aim] = {}
        self._wire = ghost_wire(self.scene, self._fixed_point(), self._fixed_point())
        self._card = self.scene.folding.shown(self._fixed)
        if self._taken is not None:
            self.scene.wires[self._taken].hide()

    def move(self, at: Pointer) -> None:
        aim = self._aim_at(at)
        if aim != self._aim:
            self._mark(None)
            self._aim = aim
            self._mark(aim.mark if aim else None)
        end = self._point_of(aim) if aim else at.scene
        start, end = (self._fixed_point(), end) if self._forward else (end, self._fixed_point())
        free = self.scene.free if aim else None
        self._wire.lay(m.coordinates(start), m.coordinates(end), free)  # as it will lie, once it is clear where
        self._wire.show_facts("", bool(aim and not aim.verdict.fits), False)
        self._wire.lit = not (aim and not aim.verdict.fits)
        self.view.bubble.say(aim.verdict if aim else None, at.pixel)

    def finish(self, at: Pointer) -> None:
        self.move(at)
        aim, design = self._aim, self.scene.design
        self._clear()
        if aim is not None:
            if aim.after is not None:
                done = "Connect {name}" if self._taken is None else "Rewire {name}"
                self.document.edit(Sentence(done, name=self.scene.cards[aim.node].name), aim.after)
        elif self._taken is not None:
            name = self.scene.card_of(self._taken.target).name
            after = edits.remove(design, (), design.folding.bundle(self._taken))
            self.document.edit(Sentence("Disconnect {name}", name=name), after)
        elif card_at(self.scene, at.scene) is None:
            node = self._fixed if self._forward else design.folding.entries(self._fixed)[self._port].targets[0][0]
            self.view.wire_dropped.emit(at.scene, node, self._forward)

    def cancel(self) -> None:
        self._clear()

    def _aim_at(self, at: Pointer) -> Aim | None:
        """The nearest port of the other side, or that of the card under the pointer."""
        reach = min(PORT_REACH[0] / self.view.camera.zoom, PORT_REACH[1])
        under = card_at(self.scene, at.scene, frozenset({self._card}))
        best, found = reach, None
        for card in self.scene.cards.values():
            if card.node_id == self._card:
                continue
            near = card.scene_outline().adjusted(-reach, -reach, reach, reach).contains(at.scene)
            if not near or (under is not None and card is not under):
                continue
            free = self._free_ports(card) if self._forward and self._taken is None else []
            for index, point in enumerate(self._ports(card)):
                far = _far(point, at.scene)
                if free and index not in free and far > _SURE * min(_far(self._ports(card)[i], at.scene) for i in free):
                    continue  # replacing a wire takes pointing at its very port
                if far <= best:
                    best, found = far, (card, index)
        if found is None and under is not None:
            found = under, self._free_port(under)  # anywhere on the card will do
        return self._aim_for(*found) if found else None

    def _ports(self, card: CardItem) -> list[QPointF]:
        if not self._forward:
            return [card.output_point(i) for i in range(card.outputs)]
        return [card.input_point(i) for i in range(card.inputs)] or [card.input_point()]

    def _free_port(self, card: CardItem) -> int:
        """The input port that a wire dropped on the card takes: the first one without a wire, else the last."""
        if not self._forward:
            return 0
        free = self._free_ports(card)
        return free[0] if free else max(0, len(self.scene.folding.entries(card.node_id)) - 1)

    def _free_ports(self, card: CardItem) -> list[int]:
        """The input ports without a wire."""
        graph, entries = self.scene.design.graph, self.scene.folding.entries(card.node_id)
        return [i for i, entry in enumerate(entries) if all(port >= len(graph[n].inputs) for n, port in entry.targets)]

    def _aim_for(self, card: CardItem, index: int) -> Aim:
        key = card.node_id, index
        if key not in self._aims:
            design, folding = self.scene.design, self.scene.folding
            mark = PortMark(not self._forward, index)
            try:
                if self._forward:
                    source, entry = self._fixed, _entry(folding.entries(card.node_id), card.node_id, index, design)
                else:
                    source = folding.exits(card.node_id)[index]
                    entry = folding.entries(self._fixed)[self._port]
                after = self._connected(design, source, entry)
            except edits.EditRefused as refusal:
                mark = PortMark(mark.output, index, False)
                self._aims[key] = Aim(card.node_id, mark, Verdict(False, worded(refusal)), None)
            else:
                verdict = judged(design, after, entry.targets[0][0])
                self._aims[key] = Aim(card.node_id, PortMark(mark.output, index, verdict.fits), verdict, after)
        return self._aims[key]

    def _connected(self, design: Design, source: str, entry: Entry) -> Design:
        taken = self._taken
        if taken is None:
            return blocks.connect_entry(design, source, entry)
        bundle = design.folding.bundle(taken)
        if {(wire.target, wire.port) for wire in bundle} == set(entry.targets):
            same = all(wire.source == source for wire in bundle)
            return design if same else blocks.connect_entry(design, source, entry)
        target, port = entry.targets[0]
        inputs = design.graph[target].inputs
        if len(entry.targets) == 1 and taken.target == target and len(inputs) > 1:
            if self._forward and port < len(inputs):  # onto another port of the same layer: the two change places
                design = edits.connect(design, inputs[port], target, taken.port)
                return edits.connect(design, source, target, port)
            if not self._forward:
                return edits.connect(design, source, target, taken.port)
        return blocks.connect_entry(edits.remove(design, (), bundle), source, entry)

    def _fixed_point(self) -> QPointF:
        if self._forward:
            return self.scene.output_point(self._fixed)
        return self.scene.cards[self._fixed].input_point(self._port)

    def _point_of(self, aim: Aim) -> QPointF:
        card = self.scene.cards[aim.node]
        return card.output_point(aim.mark.index) if aim.mark.output else card.input_point(aim.mark.index)

    def _mark(self, mark: PortMark | None) -> None:
        if self._aim is not None and self._aim.node in self.scene.cards:
            self.scene.cards[self._aim.node].port = mark

    def _clear(self) -> None:
        self._mark(None)
        self.scene.removeItem(self._wire)
        self.view.bubble.hide()
        if self._taken is not None and self._taken in self.scene.wires:
            self.scene.wires[self._taken].show()


def _entry(entries: tuple[Entry, ...], shown: str, index: int, design: Design) -> Entry:
    """The input port number ``index`` of a card; of a layer without inputs the one that says why there is none."""
    if index < len(entries):
        return entries[index]
    if shown in design.blocks:
        raise edits.EditRefused("{name} has no input of its own.", name=design.blocks[shown].name)
    return Entry(((shown, index),))


def _far(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())
