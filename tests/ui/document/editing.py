"""Any edits in any order through the real document, with undo and redo between them, on a scene that mirrors it."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.edits.copies import duplicated
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.format.design_format import design_from_json, design_to_json
from cnnstudio.design.format.strict import Checked
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.document.document import Document

KINDS = sorted(layer_kinds())
COORDINATE = st.integers(-90, 90).map(lambda step: 10.0 * step)
NUMBER = st.integers(0, 10**6)


class Editing(RuleBasedStateMachine):
    """``steps`` are the designs that undoing must lead back through, ``place`` where in them the document is."""

    def __init__(self) -> None:
        super().__init__()
        self.document = Document(untrained(template("first_conv")))
        self.scene = CanvasScene(self.document)
        self.steps = [self.design]
        self.place = 0

    @property
    def design(self) -> Design:
        return self.document.project.design

    def teardown(self) -> None:
        stack = self.document.history
        while stack.can_undo():
            stack.undo()
        assert self.design == self.steps[0]
        while stack.can_redo():
            stack.redo()
        assert self.design == self.steps[-1]
        stack.clear()

    def do(self, design: Design) -> None:
        if design != self.design:
            del self.steps[self.place + 1 :]
            self.steps.append(design)
            self.place += 1
            assert design_from_json(Checked(design_to_json(design), "f")) == design, "a file brings it back"
        self.document.edit("an edit", design)

    def node(self, number: int) -> str:
        return sorted(self.design.graph.ids)[number % len(self.design.graph)]

    def some(self, number: int) -> frozenset[str]:
        folding, nodes = self.design.folding, {self.node(number), self.node(number // 7)}
        return frozenset().union(*(folding.nodes_of(folding.shown(node)) for node in nodes))

    @rule(kind=st.sampled_from(KINDS), x=COORDINATE, y=COORDINATE)
    def add(self, kind: str, x: float, y: float) -> None:
        self.do(edits.add(self.design, layer_kinds()[kind](), (x, y))[0])

    @rule(kind=st.sampled_from(KINDS))
    def append(self, kind: str) -> None:
        self.do(edits.append(self.design, layer_kinds()[kind]())[0])

    @precondition(lambda self: self.design.graph.edges)
    @rule(kind=st.sampled_from(KINDS), number=NUMBER, x=COORDINATE, y=COORDINATE)
    def insert(self, kind: str, number: int, x: float, y: float) -> None:
        edge = self.design.graph.edges[number % len(self.design.graph.edges)]
        self.try_to(lambda: edits.insert(self.design, edge, layer_kinds()[kind](), (x, y))[0])

    @precondition(lambda self: len(self.design.graph))
    @rule(first=NUMBER, second=NUMBER)
    def connect(self, first: int, second: int) -> None:
        self.try_to(lambda: edits.connect(self.design, self.node(first), self.node(second)))

    @precondition(lambda self: self.design.graph.edges)
    @rule(number=NUMBER)
    def disconnect(self, number: int) -> None:
        self.do(edits.disconnect(self.design, self.design.graph.edges[number % len(self.design.graph.edges)]))

    @precondition(lambda self: len(self.design.graph))
    @rule(number=NUMBER, rejoin=st.booleans())
    def remove(self, number: int, rejoin: bool) -> None:
        self.do(edits.remove(self.design, self.some(number), rejoin=rejoin))

    @precondition(lambda self: 0 < len(self.design.graph) < 40)
    @rule(number=NUMBER)
    def duplicate(self, number: int) -> None:
        self.do(duplicated(self.design, self.some(number), (30.0, 30.0))[0])

    @precondition(lambda self: len(self.design.graph))
    @rule(number=NUMBER, x=COORDINATE, y=COORDINATE)
    def move(self, number: int, x: float, y: float) -> None:
        self.do(edits.move(self.design, {self.node(number): (x, y)}))

    @precondition(lambda self: len(self.design.graph))
    @rule(number=NUMBER)
    def group(self, number: int) -> None:
        self.try_to(lambda: blocks.group(self.design, self.some(number))[0])

    @precondition(lambda self: self.design.blocks)
    @rule(number=NUMBER, ungroup=st.booleans())
    def fold(self, number: int, ungroup: bool) -> None:
        block = sorted(self.design.blocks)[number % len(self.design.blocks)]
        self.do(blocks.ungroup(self.design, block) if ungroup else blocks.toggle(self.design, block))

    @precondition(lambda self: 0 < len(self.design.graph) < 25)
    @rule(number=NUMBER)
    def repeat(self, number: int) -> None:
        self.try_to(lambda: blocks.repeat(self.design, self.some(number), 2)[0])

    @rule(x=COORDINATE, y=COORDINATE, text=st.text(max_size=20))
    def annotation(self, x: float, y: float, text: str) -> None:
        if len(text) % 2:
            self.do(frames_and_notes.add_note(self.design, text, (x, y))[0])
        else:
            self.do(frames_and_notes.add_frame(self.design, (x, y, 200.0, 100.0), "Frame")[0])

    @precondition(lambda self: self.design.frames or self.design.notes)
    @rule(number=NUMBER)
    def forget(self, number: int) -> None:
        items = [*self.design.frames, *self.design.notes]
        self.do(frames_and_notes.remove(self.design, [items[number % len(items)]]))

    @rule()
    def tidy(self) -> None:
        self.do(tidied(self.design))

    @rule(times=st.integers(1, 4))
    def undo(self, times: int) -> None:
        for _ in range(times):
            if self.document.history.can_undo():
                self.document.history.undo()
                self.place -= 1

    @rule(times=st.integers(1, 4))
    def redo(self, times: int) -> None:
        for _ in range(times):
            if self.document.history.can_redo():
                self.document.history.redo()
                self.place += 1

    @invariant()
    def is_where_it_should_be(self) -> None:
        assert self.design == self.steps[self.place]
        assert self.document.history.index() == self.place

    @invariant()
    def the_scene_mirrors_it(self) -> None:
        design, scene = self.design, self.scene
        assert {i: (c.x(), c.y()) for i, c in scene.cards.items()} == dict(design.places)
        assert set(scene.wires) == {e for e in design.graph.edges if not design.folding.is_inner(e)}
        assert set(scene.annotations) == {*design.frames, *design.notes}
        assert set(scene.outlines) == set(design.folding.expanded)

    def try_to(self, make) -> None:
        try:
            design = make()
        except EditRefused:
            return
        self.do(design)
