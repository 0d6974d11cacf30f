"""The cards of a design as a figure: where they lie on the canvas, with a small box for the volume each one makes."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cnnstudio.design.facts.layer_facts import costs
from cnnstudio.design.layout.wire_route import Box, Obstacles, port_offset, wire_route
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.drawn import Frame, Note
from cnnstudio.export.card_marks import class_bars, lock
from cnnstudio.export.figure import Figure, Label, Line, Mark, Picture, Point, Rectangle, moved
from cnnstudio.export.inks import Inks, blended
from cnnstudio.export.lettering import cut, fitted_lines, text_width
from cnnstudio.export.volume_figure import single_box
from cnnstudio.export.volumes import Unit, alone
from cnnstudio.nn.arrays import shape_text, ways_to_count
from cnnstudio.nn.graph.graph import Edge, Node
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded

#: a card as the canvas draws it
WIDTH, HEIGHT, CORNER, STRIPE, PORT, FOOTER, INSET = 120.0, 148.0, 8.0, 5.0, 76.0, 26.0, 9.0
#: a card with class bars
OUTPUT_HEIGHT = 176.0
MARGIN = 24.0
#: chips for the layers in a collapsed block: their size, how many side by side and in how many rows
_CHIP, _CHIPS = 14.0, (5, 3)
#: around the cards of an expanded block, and the strip on top for its name
OUTLINE, TAB = 14.0, 18.0
NAME, SMALL = 12.0, 10.0
#: from one line of settings to the next
_LINE = 10.5
_NOTE_LINE = 16.0
#: where the picture of a card lies: middle height, and the room it has
_PICTURE, _ROOM = 84.0, (96.0, 66.0)
#: the height of class bars
_BARS = 96.0
#: the largest picture
ROOM = (104.0, 68.0)


@dataclass(frozen=True)
class Pictures:
    """What the cards show where it is known: for a node a PNG and its size on the card, at most ``ROOM``; for a
    softmax layer its probabilities. ``classes`` are the names of the classes."""

    images: Mapping[str, tuple[bytes, float, float]] = field(default_factory=dict)
    probabilities: Mapping[str, Sequence[float]] = field(default_factory=dict)
    classes: Sequence[str] = ()


def card_figure(design: Design, inks: Inks, title: str = "", pictures: Pictures | None = None) -> Figure:
    """Layers, collapsed blocks, frames, notes and wires, in the places they have on the canvas."""
    return _Drawing(design, inks, pictures or Pictures()).figure(title)


class _Drawing:
    def __init__(self, design: Design, inks: Inks, pictures: Pictures) -> None:
        self.design, self.inks, self.pictures = design, inks, pictures
        self._expanded = frozenset(design.folding.expanded)
        self._blocks: dict[str, Box] = {}
        boxes: list[Box] = [(x, y, x + WIDTH, y + self._height(i)) for i, (x, y) in design.places.items()]
        for frame in design.frames.values():
            wide = min(text_width(frame.title, NAME, True), frame.width - 20)
            boxes.append((frame.x + 10, frame.y + 8, frame.x + 10 + wide, frame.y + 18))
        for block_id in design.folding.expanded:
            left, top, *_ = self._around(block_id)
            wide = text_width(design.blocks[block_id].name, NAME, True)
            boxes.append((left + 10, top + 5, left + 10 + wide, top + 17))
        self._free = Obstacles(boxes).free
        self.units: Mapping[str, Unit] = alone(design.graph)

    def figure(self, title: str) -> Figure:
        design = self.design
        marks: list[Mark] = []
        for frame in design.frames.values():
            marks += self._frame(frame)
        for block_id in design.folding.expanded:
            marks += self._outline(block_id)
        marks += self._wires()
        for shown, (x, y) in design.places.items():
            marks += [moved(mark, x, y) for mark in self._card(shown)]
        for note in design.notes.values():
            marks += self._note(note)
        if not marks:
            return Figure(2 * MARGIN, 2 * MARGIN, (), self.inks.background, title)
        left, top, right, bottom = _bounds(marks)
        placed = tuple(moved(mark, MARGIN - left, MARGIN - top) for mark in marks)
        return Figure(right - left + 2 * MARGIN, bottom - top + 2 * MARGIN, placed, self.inks.background, title)

    # cards

    def _card(self, shown: str) -> list[Mark]:
        design, inks = self.design, self.inks
        height = self._height(shown)
        if shown in design.blocks:
            members = design.folding.nodes_of(shown)
            inside = [node for node in design.graph if node.id in members]
            last = inside[-1].id
            name = design.blocks[shown].name
            summary = brief = amount(len(inside), "layer")
            colours = [inks.category(node.layer.category) for node in inside]
        else:
            last, layer = shown, design.graph[shown].layer
            name, colours = design.cards[shown].name, [inks.category(layer.category)]
            summary, brief = worded(layer.summary()), worded(layer.brief())
            inside = [design.graph[shown]]
        found = design.graph.inferred
        broken = any(found[node.id].error is not None for node in inside)
        shape = found[last].output
        learned = sum(self._parameters(node.id) for node in inside)
        marks: list[Mark] = []
        if shown in design.blocks:
            marks += [
                Rectangle(4.0 * s, 20, WIDTH - 8 * s, height - 20 + 3.5 * s, CORNER, inks.card, inks.line, node=shown)
                for s in (2, 1)
            ]
        marks += self._plate(shown, height, colours, inks.error if broken else inks.line)
        room = WIDTH - 2 * INSET
        lines = fitted_lines(summary, brief, lambda text: text_width(text, SMALL - 1) <= room)
        marks += self._picture(shown, (WIDTH / 2, _PICTURE + (height - HEIGHT) / 2), (len(lines) - 1) * _LINE)
        line = height - FOOTER
        words = shape_text(shape) if shape is not None else "—"
        size, figures = SMALL, ""
        if design.graph[last].layer.fewest_inputs:
            size, figures = _beside(words, learned, room)
        small = SMALL if len(lines) == 1 and text_width(lines[0], SMALL) <= room else SMALL - 1
        named = room
        if self._locked(inside):
            named -= 13
            marks += lock(WIDTH - INSET, STRIPE + 9, inks.text, shown)
        marks += [
            Label(INSET, STRIPE + 19, cut(name, NAME, named, True), NAME, inks.text, "start", True, shown),
            *(
                Label(INSET, STRIPE + 33 + place * _LINE, cut(text, small, room), small, inks.secondary, "start", False,
                      shown)
                for place, text in enumerate(lines)
            ),
            Line(((0.0, line), (WIDTH, line)), inks.line, 1, node=shown),
            Label(INSET, line + 17, cut(words, size, room, True), size, inks.text, "start", True, shown),
            Label(WIDTH - INSET, line + 17, figures, SMALL, inks.secondary, "end", False, shown),
        ]  # fmt: skip
        return marks

    def _picture(self, shown: str, middle: Point, lower: float) -> list[Mark]:
        """What stands in the middle of a card, or ``lower``, and smaller, where its settings take several lines."""
        middle = (middle[0], middle[1] + lower / 2)
        if shown in self.pictures.images:
            png, width, height = self.pictures.images[shown]
            share = 1 - lower / _ROOM[1]
            width, height = width * share, height * share
            return [Picture(middle[0] - width / 2, middle[1] - height / 2, width, height, png, shown)]
        if shown in self.design.blocks:
            return self._chips(shown, middle)
        if shares := self.pictures.probabilities.get(shown):
            names = self.pictures.classes
            answers = [(names[i] if i < len(names) else str(i + 1), share) for i, share in enumerate(shares)]
            return class_bars(answers, self.inks, middle, (WIDTH - 2 * INSET, _BARS), shown)
        unit = self.units.get(shown)
        if unit is None:
            return []
        most = 1.3 if unit.head.form == "bars" else 0.52
        scale = min(most, _ROOM[0] / max(unit.footprint, 1.0), (_ROOM[1] - lower) / (unit.height + 0.4 * unit.depth))
        return single_box(unit, self.inks, middle, scale, self.pictures.probabilities)

    def _chips(self, block_id: str, middle: Point) -> list[Mark]:
        """What a collapsed block holds, a chip for each layer in the colour of its category."""
        design, inside = self.design, self.design.folding.within[block_id]
        colours = [self.inks.category(design.graph[i].layer.category) for i in design.graph.order if i in inside]
        colours = colours[: _CHIPS[0] * _CHIPS[1]]
        rows = [colours[at : at + _CHIPS[0]] for at in range(0, len(colours), _CHIPS[0])]
        step, marks = _CHIP + 4, list[Mark]()
        for line, row in enumerate(rows):
            y = middle[1] + (line - len(rows) / 2) * step + 2
            for place, colour in enumerate(row):
                x = middle[0] + (place - len(row) / 2) * step + 2
                soft = blended(colour, self.inks.card, 0.5)
                marks.append(Rectangle(x, y, _CHIP, _CHIP, 4, soft, colour, node=block_id))
        return marks

    def _plate(self, shown: str, height: float, colours: list[str], stroke: str) -> list[Mark]:
        """The card with its stripe: colours from left to right, their outer corners round like the card's."""
        ground = self.inks.card
        marks: list[Mark] = [Rectangle(0, 0, WIDTH, height, CORNER, colours[0], node=shown)]
        if len(colours) > 1:
            wide = (WIDTH - 2 * CORNER) / len(colours)
            marks.append(Rectangle(WIDTH / 2, 0, WIDTH / 2, height, CORNER, colours[-1], node=shown))
            marks += [
                Rectangle(CORNER + i * wide, 0, wide + 0.3, STRIPE + 4, 0, colour) for i, colour in enumerate(colours)
            ]
        marks += [
            Rectangle(0, STRIPE, WIDTH, height - STRIPE, CORNER, ground, node=shown),
            Rectangle(0, STRIPE, WIDTH, 2 * CORNER, 0, ground, node=shown),
            Rectangle(0, 0, WIDTH, height, CORNER, "", stroke, 1.6 if stroke == self.inks.error else 1.0, node=shown),
        ]
        return marks

    def _locked(self, inside: Sequence[Node]) -> bool:
        learning = [node.id for node in inside if self._parameters(node.id)]
        return bool(learning) and self.design.locks.layers.issuperset(learning)

    def _parameters(self, node: str) -> int:
        found = self.design.graph.inferred[node]
        return costs(self.design.graph[node].layer, found.inputs)[0] if found.output is not None else 0

    def _height(self, shown: str) -> float:
        if shown in self.design.blocks:
            return HEIGHT
        return OUTPUT_HEIGHT if self.design.graph[shown].layer.category == "output" else HEIGHT

    # wires and words

    def _wires(self) -> list[Mark]:
        """Each wire that is drawn, once: those from one layer into one block are one."""
        folding, marks = self.design.folding, list[Mark]()
        drawn: set[tuple[str, str, int]] = set()
        for edge in self.design.graph.edges:
            source, target = edge.source, folding.shown(edge.target)
            if folding.shown(source) == target or (source, target, folding.entry_of(edge)) in drawn:
                continue
            drawn.add((source, target, folding.entry_of(edge)))
            marks += self._wire(edge)
        return marks

    def _wire(self, edge: Edge) -> list[Mark]:
        folding, places = self.design.folding, self.design.places
        source, target = folding.shown(edge.source), folding.shown(edge.target)
        leaves = (edge.source,) if source == edge.source else folding.exits(source)
        x, y = places[source]
        start = (x + WIDTH, y + PORT + port_offset(leaves.index(edge.source), len(leaves)))
        x, y = places[target]
        y += PORT + port_offset(folding.entry_of(edge), len(folding.entries(target)))
        broken = self.design.graph.inferred[edge.target].error is not None
        ink = self.inks.error if broken else blended(self.inks.secondary, self.inks.background, 0.85)
        head = ((x, y), (x - 6, y - 3.5), (x - 6, y + 3.5))
        line = Line(wire_route(start, (x, y), self._free), ink, 1.6, dashed=broken, curved=True)
        return [line, Line(head, fill=ink, closed=True)]

    def _frame(self, frame: Frame) -> list[Mark]:
        ground = blended(self.inks.secondary, self.inks.background, 0.07)
        title = cut(frame.title, NAME, frame.width - 20, True)
        return [
            Rectangle(frame.x, frame.y, frame.width, frame.height, CORNER, ground, self.inks.line),
            Label(frame.x + 10, frame.y + 18, title, NAME, self.inks.secondary, "start", True),
        ]

    def _outline(self, block_id: str) -> list[Mark]:
        """The outline of an expanded block with its name on a tab."""
        left, top, right, bottom = self._around(block_id)
        line = self.inks.secondary
        ground = blended(self.inks.accent, self.inks.background, 0.04)
        name = cut(self.design.blocks[block_id].name, NAME, right - left - 20, True)
        return [
            Rectangle(left, top, right - left, bottom - top, CORNER, ground, line, 1.2, dashed=True),
            Label(left + 10, top + 16, name, NAME, line, "start", True),
        ]

    def _around(self, block_id: str) -> Box:
        if block_id in self._blocks:
            return self._blocks[block_id]
        folding, places = self.design.folding, self.design.places
        shown = {folding.shown(node) for node in folding.within[block_id]}
        boxes = [(*places[i], places[i][0] + WIDTH, places[i][1] + self._height(i)) for i in shown]
        boxes += [self._around(inner) for inner in folding.children[block_id] if inner in self._expanded]
        lefts, tops, rights, bottoms = zip(*boxes, strict=True)
        around = min(lefts) - OUTLINE, min(tops) - OUTLINE - TAB, max(rights) + OUTLINE, max(bottoms) + OUTLINE
        self._blocks[block_id] = around
        return around

    def _note(self, note: Note) -> list[Mark]:
        across = max(8, int((note.width - 20) / text_width("n", 11.0)))
        lines = [part for line in note.text.splitlines() for part in (textwrap.wrap(line, across) or [""])]
        height = 16 + _NOTE_LINE * max(len(lines), 1)
        ground = blended("#e9c46a", self.inks.background, 0.2)
        marks: list[Mark] = [Rectangle(note.x, note.y, note.width, height, 6, ground, self.inks.line)]
        for number, line in enumerate(lines):
            words = cut(line, 11.0, note.width - 20)
            y = note.y + 20 + _NOTE_LINE * number
            marks.append(Label(note.x + 10, y, words, 11.0, self.inks.text, "start"))
        return marks


def _beside(words: str, learned: int, room: float) -> tuple[float, str]:
    """The size of a shape's letters, and its parameters beside it, in a form for which there is room."""
    return next(
        (
            (size, figures)
            for figures in ways_to_count(learned)
            for size in (SMALL, SMALL - 1)
            if text_width(words, size, True) + text_width(figures, SMALL) <= room - (4 if figures else 0)
        ),
        (SMALL - 1, ""),
    )


def _bounds(marks: list[Mark]) -> tuple[float, float, float, float]:
    points: list[Point] = []
    for mark in marks:
        if isinstance(mark, Line):
            points += mark.points
        elif isinstance(mark, Rectangle | Picture):
            points += [(mark.x, mark.y), (mark.x + mark.width, mark.y + mark.height)]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), min(ys), max(xs), max(ys)
