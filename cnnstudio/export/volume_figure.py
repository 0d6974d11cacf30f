"""Boxes as a figure: faces seen from a camera, wires, windows that make one number, and the words under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product

from cnnstudio.export.camera import Camera
from cnnstudio.export.figure import Figure, Label, Line, Mark, Point, Rectangle, moved
from cnnstudio.export.inks import Inks, blended
from cnnstudio.export.lettering import cut, text_width
from cnnstudio.export.volumes import COMPACT_LANE_GAP, LANE_GAP, Box, Link, Peek, Unit, Volumes, sheets_text
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.telling.told import worded

#: pixels of the words: names, and shapes and the rest
NAME, SMALL = 11.0, 10.0
#: free at either side of words, so that two do not read as one, and at least
BESIDE, LEAST_BESIDE = 3.0, 1.0
MARGIN = 12.0
#: room above for a caption, and below for up to three lines of words
ABOVE, BELOW = 20.0, 44.0
#: room below where lanes lie close together: for one line
_ONE_LINE = 18.0
_MOST_BARS = 12
_CELL, _LOWER = (96.0, 48.0), 13.0
#: pixels below which depth, cells, windows and bends of wires are too small to be seen
_TINY, _SMALL = 1.6, 10.0
#: pixels that words reach to the sides of their box
_BESIDE = 120.0

#: left, top, right, bottom
Extent = tuple[float, float, float, float]


@dataclass(frozen=True)
class View:
    """How to look at it. ``chosen`` and ``pointed`` are nodes to stand out; ``probabilities`` those of softmax layers;
    ``broken`` nodes that have an error. ``room`` is the part of the figure that is looked at: what lies outside is not
    drawn; None for all of it."""

    camera: Camera = field(default_factory=Camera)
    scale: float = 1.0
    chosen: frozenset[str] = frozenset()
    pointed: str = ""
    broken: frozenset[str] = frozenset()
    probabilities: Mapping[str, Sequence[float]] = field(default_factory=dict)
    #: the width of a text of a size in pixels, bold or not
    measure: Callable[[str, float, bool], float] = text_width
    room: Extent | None = None


def figure_size(volumes: Volumes, view: View) -> tuple[float, float]:
    """The pixels that the figure takes."""
    bottom, top = volumes.reach(view.camera.slant)
    return volumes.width * view.scale + 2 * MARGIN, (top - bottom) * view.scale + 2 * MARGIN + ABOVE + below(volumes)


def below(volumes: Volumes) -> float:
    """The room for words under the last lane."""
    return _ONE_LINE if volumes.compact and len({unit.y for unit in volumes.units}) > 1 else BELOW


def fitting_scale(volumes: Volumes, width: float, height: float, camera: Camera | None = None) -> float:
    """The largest scale at which it fits; words keep their size."""
    bottom, top = volumes.reach((camera or Camera()).slant)
    across = (width - 2 * MARGIN) / max(volumes.width, 1.0)
    down = (height - 2 * MARGIN - ABOVE - below(volumes)) / max(top - bottom, 1.0)
    return max(min(across, down, 1.6), 0.05)


def volume_figure(volumes: Volumes, names: Mapping[str, str], inks: Inks, view: View, title: str = "") -> Figure:
    """The figure, with marks that tell their node."""
    drawing = _Drawing(volumes, names, inks, view)
    return Figure(*drawing.size, tuple(drawing.all()), inks.background, title)


def single_box(
    unit: Unit, inks: Inks, at: Point, scale: float, probabilities: Mapping[str, Sequence[float]]
) -> list[Mark]:
    """One unit alone with its middle at a point."""
    drawing = _Drawing(Volumes((unit,)), {}, inks, View(scale=scale, probabilities=probabilities))
    x, y = drawing._at(unit)
    right, down = at[0] - x, at[1] - y
    return [moved(mark, right, down) for box in unit.boxes for mark in drawing._box(unit, box)]


class _Drawing:
    def __init__(self, volumes: Volumes, names: Mapping[str, str], inks: Inks, view: View) -> None:
        self.volumes, self.names, self.inks, self.view = volumes, names, inks, view
        _, self.top = volumes.reach(view.camera.slant)
        #: how wide a unit of width and one of depth are seen
        self._across = abs(view.camera.seen(1.0, 0.0, 0.0)[0]), abs(view.camera.seen(0.0, 0.0, 1.0)[0])
        self.size = figure_size(volumes, view)
        #: where words stand
        self.taken = _Places()
        #: the words of a lane stand on one line, below the lowest of its boxes
        self._bottoms: dict[float, float] = {}
        self._near: set[int] = set()
        self._extents = [self._extent(unit) for unit in volumes.units]
        for place, (unit, extent) in enumerate(zip(volumes.units, self._extents, strict=True)):
            self._bottoms[unit.y] = max(self._bottoms.get(unit.y, extent[3]), extent[3])
            if self._in_room((extent[0] - _BESIDE, extent[1] - ABOVE, extent[2] + _BESIDE, extent[3] + BELOW)):
                self._near.add(place)
        self._one_lane = len(self._bottoms) < 2
        fitting = sum(self._name_fits(unit) for unit in volumes.units)
        self._named = fitting >= 0.6 * len(volumes.units)

    def all(self) -> list[Mark]:
        marks: list[Mark] = []
        for link in self.volumes.links:
            if self._may_be_seen(link):
                marks += self._link(link)
        near = [unit for place, unit in enumerate(self.volumes.units) if place in self._near]
        for unit in near:
            ordered = unit.boxes if self.view.camera.yaw >= 0 else tuple(reversed(unit.boxes))
            for box in ordered:
                marks += self._box(unit, box)
        loud = self._loud_peek()
        for peek in self.volumes.peeks:
            if self.volumes.unit_of[peek.node] in self._near or self.volumes.unit_of[peek.source] in self._near:
                marks += self._peek(peek, loud)
        for unit in sorted(near, key=lambda u: (u.head.node not in self.view.chosen, u.rank)):
            marks += self._words(unit)
        return marks

    def _in_room(self, place: Extent) -> bool:
        return self.view.room is None or _meet(place, self.view.room)

    def _may_be_seen(self, link: Link) -> bool:
        """Whether some of the wire lies between the left and the right edge of the room: of a thousand most do not."""
        if self.view.room is None:
            return True
        source, target = self._extents[link.source], self._extents[link.target]
        left, right = min(source[0], target[0]) - _BESIDE, max(source[2], target[2]) + _BESIDE
        return right >= self.view.room[0] and left <= self.view.room[2]

    # places

    def _at(self, unit: Unit) -> Point:
        return self._placed(unit.x, unit.y)

    def _placed(self, x: float, y: float) -> Point:
        scale = self.view.scale
        return x * scale + MARGIN, (self.top - y) * scale + MARGIN + ABOVE

    def _seen(self, unit: Unit, right: float, up: float, away: float) -> Point:
        """A point beside the unit's middle, on the figure."""
        x, y = self._at(unit)
        across, down = self.view.camera.seen(right, up, away)
        return x + across * self.view.scale, y + down * self.view.scale

    def _edge(self, unit: Unit, side: float) -> Point:
        """Where wires leave (1) and enter (-1)."""
        x, y = self._at(unit)
        if unit.head.form == "bars":
            return x + side * (unit.width / 2 * self.view.scale + 6), y
        return x + side * (self._half(unit) + 3), y

    def _half(self, unit: Unit) -> float:
        """Half the width of a unit as it is seen, in pixels."""
        wide, deep = self._across
        return (unit.width * wide + unit.depth * deep) / 2 * self.view.scale

    # marks

    def _link(self, link: Link) -> list[Mark]:
        start = self._edge(self.volumes.units[link.source], 1)
        end = self._edge(self.volumes.units[link.target], -1)
        by = [self._placed(*point) for point in link.by]
        ink = blended(self.inks.secondary, self.inks.background, 0.75)
        whole = (start, *by, end)
        xs, ys = [x for x, _ in whole], [y for _, y in whole]
        if not self._in_room((min(xs), min(ys), max(xs), max(ys))):
            return []
        if max(xs) - min(xs) < _SMALL * (len(by) + 1):
            return [Line(whole, ink, 1.1)]
        points = [start]
        for x, y in (*by, end):
            before = points[-1]
            half = (x - before[0]) / 2
            points += [(before[0] + half, before[1]), (x - half, y), (x, y)]
        marks: list[Mark] = [Line(tuple(points), ink, 1.1, curved=True)]
        if end[0] - start[0] > 6:
            x, y = end
            marks.append(Line(((x + 1, y), (x - 4, y - 2.6), (x - 4, y + 2.6)), fill=ink, closed=True))
        return marks

    def _box(self, unit: Unit, box: Box) -> list[Mark]:
        if box.form == "bars":
            return self._bars(unit, box)
        stands_out = box.node in self.view.chosen
        colour = self.inks.category(box.category)
        broken = box.node in self.view.broken
        stroke = self.inks.accent if stands_out else self.inks.error if broken else self._outline(colour)
        width = 2.0 if stands_out else 1.4 if broken or box.node == self.view.pointed else 0.9
        paler = self.inks.background
        strength = 0.12 if self.view.pointed == box.node else 0.0
        shares = (0.55 + strength, 0.36 + strength, 0.24 + strength)
        if self.inks.name == "dark":
            shares = (0.62 + strength, 0.46 + strength, 0.34 + strength)
        if box.form == "unknown":
            shares = (0.06, 0.04, 0.03)
        faces = _faces(box, unit, self.view.camera, deep=box.depth * self.view.scale >= _TINY)
        marks: list[Mark] = []
        middle = self._at(unit)
        for corners, share in zip(faces, shares, strict=False):
            if corners:
                points = self.view.camera.all_seen(corners, middle, self.view.scale)
                fill = blended(colour, paler, min(share, 1.0))
                marks.append(
                    Line(points, stroke, width, fill, closed=True, dashed=box.form == "unknown", node=box.node)
                )
        return [*marks[1:], marks[0], *self._cells(unit, box, colour)]

    def _outline(self, colour: str) -> str:
        return blended(colour, self.inks.text, 0.72 if self.inks.name != "dark" else 0.9)

    def _cells(self, unit: Unit, box: Box, colour: str) -> list[Mark]:
        """The numbers of a short vector, one cell each."""
        if box.form != "vector" or box.shape is None or not 1 < box.shape[0] <= 24:
            return []
        if box.height * self.view.scale < _TINY * box.shape[0]:
            return []
        ink = blended(colour, self.inks.text, 0.6)
        front = -box.depth / 2
        rows = [box.height * (row / box.shape[0] - 0.5) for row in range(1, box.shape[0])]
        side = box.x - unit.x
        return [
            Line(
                (self._seen(unit, side - box.width / 2, y, front), self._seen(unit, side + box.width / 2, y, front)),
                ink, 0.5, node=box.node,
            )
            for y in rows
        ]  # fmt: skip

    def _bars(self, unit: Unit, box: Box) -> list[Mark]:
        count = box.shape[0] if box.shape else 1
        rows = min(count, _MOST_BARS)
        values = list(self.view.probabilities.get(box.node, ()))
        values = values if len(values) == count else [1.0 / count] * count
        largest = max(values) or 1.0
        x, y = self._at(unit)
        width, height = box.width * self.view.scale, box.height * self.view.scale
        left, top = x - width / 2, y - height / 2
        colour, step = self.inks.category(box.category), height / rows
        chosen = box.node in self.view.chosen
        rows = rows if step > _TINY else 0
        marks: list[Mark] = [
            Rectangle(left - 3, top - 3, width + 6, height + 6, 3, fill=self.inks.background,
                      stroke=self.inks.accent if chosen else self._outline(colour) if box.node == self.view.pointed
                      else self.inks.line, line=2.0 if chosen else 0.9, node=box.node),
        ]  # fmt: skip
        for row in range(rows):
            share = values[row] / largest * (1.0 if self.view.probabilities.get(box.node) else 0.62)
            fill = blended(colour, self.inks.background, 0.85 if values[row] == largest else 0.5)
            marks.append(
                Rectangle(left, top + row * step + step * 0.16, max(width * share, 1.5), step * 0.68, 1.2, fill=fill,
                          node=box.node)
            )  # fmt: skip
        return marks

    def _loud_peek(self) -> str:
        """The window whose caption is written: the one that is pointed at or selected, else the first filter."""
        peeks = {peek.node: None for peek in self.volumes.peeks}
        for wanted in (self.view.pointed, *sorted(self.view.chosen)):
            if wanted in peeks:
                return wanted
        filters = [peek.node for peek in self.volumes.peeks if peek.filters]
        return min(filters or peeks, key=lambda node: self.volumes.box_of[node].x, default="")

    def _peek(self, peek: Peek, loud: str) -> list[Mark]:
        source_unit = self.volumes.units[self.volumes.unit_of[peek.source]]
        target_unit = self.volumes.units[self.volumes.unit_of[peek.node]]
        source, target = source_unit.head, self.volumes.box_of[peek.node]
        left, top, width, height, depth = peek.window
        x0 = source.x - source_unit.x + (left - 0.5) * source.width
        x1, y0 = x0 + width * source.width, (0.5 - top) * source.height
        y1, front = y0 - height * source.height, -source.depth / 2
        back = front + depth * source.depth
        spoken = peek.node == loud
        ink = self.inks.accent if spoken else blended(self.inks.text, self.inks.background, 0.55)
        line = 1.4 if spoken else 0.6
        if not spoken and width * source.width * self.view.scale < _TINY:
            return []
        # lines that would run across other lanes are drawn only where they are asked for
        if not spoken and (source_unit.y != target_unit.y or target_unit.rank != source_unit.rank + 1):
            return []
        square = ((x0, y0), (x1, y0), (x1, y1), (x0, y1))
        corners = [self._seen(source_unit, x, y, front) for x, y in square]
        marks: list[Mark] = []
        cx = target.x - target_unit.x + (peek.cell[0] - 0.5) * target.width
        cy = (0.5 - peek.cell[1]) * target.height
        end = self._seen(target_unit, cx, cy, -target.depth / 2)
        for corner in (corners[1], corners[2]):
            marks.append(Line((corner, end), ink, line * 0.7, dashed=spoken, opacity=0.9))
        if spoken:
            far = [self._seen(source_unit, x, y, back) for x, y in square]
            marks.append(Line(tuple(far), ink, 0.6, closed=True, opacity=0.6))
            marks += [Line((a, b), ink, 0.6, opacity=0.6) for a, b in zip(corners, far, strict=True)]
        fill = blended(ink, self.inks.background, 0.3) if spoken else ""
        marks.append(Line(tuple(corners), ink, line, fill, closed=True, opacity=0.85 if spoken else 1.0))
        half = max(1.6, min(2.6, 2.4 * self.view.scale))
        marks.append(Rectangle(end[0] - half, end[1] - half, 2 * half, 2 * half, 0.5, fill=ink))
        if spoken:
            marks += self._caption(peek, source_unit, target_unit)
        return marks

    def _caption(self, peek: Peek, source: Unit, target: Unit) -> list[Mark]:
        """What the window does, above it. Where it would lie over other boxes it waits until somebody asks."""
        tops = [
            self._seen(unit, 0.0, unit.height / 2, side * unit.depth / 2)[1]
            for unit in (source, target)
            for side in (-1, 1)
        ]
        y = max(min(tops) - 7, NAME)
        caption = worded(peek.caption)
        half = self.view.measure(caption, NAME, False) / 2
        full, _ = self.size
        x = (self._at(source)[0] + self._at(target)[0]) / 2
        x = min(max(x, half + 2), max(full - half - 2, half + 2))
        place = (x - half, y - NAME, x + half, y + 3)
        asked = peek.node == self.view.pointed or peek.node in self.view.chosen
        if not asked and any(_meet(place, extent) for extent in self._extents):
            return []
        self._takes(place)
        ground = Rectangle(x - half - 4, y - NAME - 1, 2 * half + 8, NAME + 6, 3, fill=self.inks.background)
        return [*([ground] if asked else []), Label(x, y, caption, NAME, self.inks.accent)]

    def _extent(self, unit: Unit) -> Extent:
        x, y = self._at(unit)
        across = self._half(unit)
        down = (unit.height + abs(self.view.camera.slant) * unit.depth) / 2 * self.view.scale
        return x - across, y - down, x + across, y + down

    def _words(self, unit: Unit) -> list[Mark]:
        head = unit.head
        x, _ = self._at(unit)
        bottom = self._bottoms[unit.y] + 15
        room = self._room(unit)
        chosen = any(box.node in self.view.chosen for box in unit.boxes)
        most = 3
        if not self._one_lane and not chosen:
            gap = COMPACT_LANE_GAP if self.volumes.compact else LANE_GAP
            most = int(gap * self.view.scale / (SMALL + 4))
            if not most:
                return self._name_alone(unit)
        colour = self.inks.accent if chosen else self.inks.error if head.node in self.view.broken else self.inks.text
        name, shape = self.names.get(head.node, ""), shape_text(head.shape) if head.shape else "no shape"
        lines: list[Label] = []
        if self._named or chosen or self._name_fits(unit):
            wide = max(room, 90.0) if chosen else room
            lines.append(self._label(x, name, self._size, wide, colour, head.node, bold=True))
        elif not head.shape and name:  # its dashed outline says that it has none
            shape = cut(name, SMALL, 2 * room, False, self.view.measure)
        lines.append(self._label(x, shape, SMALL, 1e6, self.inks.secondary, head.node))
        if len(unit.boxes) > 1 and self._named and room >= 44:
            more = sheets_text([box.node for box in unit.boxes], self.names)
            lines.append(self._label(x, more, SMALL, room, self.inks.secondary, unit.boxes[1].node))
        marks: list[Mark] = []
        for line in lines[:most]:
            place = self._extent_of(line, x, bottom, BESIDE)
            if bottom + 0.25 * line.size > self.size[1]:  # letters reach below their line
                break
            if not line.text.strip("…"):
                continue
            if not self._takes(place):
                lower = (place[0], place[1] + _LOWER, place[2], place[3] + _LOWER)
                if not self._named and self._takes(lower):
                    line = replace(line, y=_LOWER)  # shapes alone stand on two levels where they are too wide for one
                elif not self._takes(self._extent_of(line, x, bottom, LEAST_BESIDE)):
                    continue
            if chosen and self.volumes.compact and not self._one_lane:  # it may stand on boxes of the next lane
                marks.append(
                    Rectangle(place[0], place[1] - 1, place[2] - place[0], line.size + 5, 3, fill=self.inks.background)
                )
            marks.append(moved(line, 0.0, bottom))
            bottom += line.size + 3
        return marks

    def _extent_of(self, line: Label, x: float, bottom: float, beside: float) -> Extent:
        half = self.view.measure(line.text, line.size, line.bold) / 2 + beside
        return x - half, bottom - line.size, x + half, bottom + 2

    def _name_alone(self, unit: Unit) -> list[Mark]:
        """Where lanes lie close together: the name right below its box, if nothing else is there."""
        name, (x, _), bottom = self.names.get(unit.head.node, ""), self._at(unit), self._extent(unit)[3]
        half = self.view.measure(name, SMALL, True) / 2
        place = (x - half - 1, bottom + 2, x + half + 1, bottom + SMALL + 5)
        left, top, right, below = self.view.room or (0.0, 0.0, *self.size)
        inside = left <= place[0] and top <= place[1] and place[2] <= right and place[3] <= below
        if not name or not inside or self._boxes.meet(place) or not self._takes(place):
            return []
        broken = unit.head.node in self.view.broken
        colour = self.inks.error if broken else self.inks.secondary
        return [Label(x, bottom + SMALL + 2, name, SMALL, colour, "middle", True, unit.head.node)]

    @cached_property
    def _boxes(self) -> _Places:
        """Where the boxes are that may be in the room, and so under words that stand in it."""
        boxes = _Places()
        for place in self._near:
            boxes.add(self._extents[place])
        return boxes

    @property
    def _size(self) -> float:
        return NAME if self.view.scale > 0.85 else SMALL

    def _room(self, unit: Unit) -> float:
        """The width that words have below a unit."""
        return self.volumes.columns[unit.rank] * self.view.scale - 4 if self.volumes.columns else 0.0

    def _name_fits(self, unit: Unit) -> bool:
        name = self.names.get(unit.head.node, "")
        return self.view.measure(name, self._size, True) <= max(self._room(unit), 0.0)

    def _takes(self, place: Extent) -> bool:
        """Whether no words stood at this place; now some do."""
        if self.taken.meet(place):
            return False
        self.taken.add(place)
        return True

    def _label(
        self, x: float, text: str, size: float, room: float, colour: str, node: str, bold: bool = False
    ) -> Label:
        return Label(x, 0, cut(text, size, room, bold, self.view.measure), size, colour, "middle", bold, node)


class _Places:
    """Places by cells of the figure, so that none of a thousand is compared with all others."""

    def __init__(self) -> None:
        self._by_cell: dict[tuple[int, int], list[Extent]] = {}

    def add(self, place: Extent) -> None:
        for cell in _cells(place):
            self._by_cell.setdefault(cell, []).append(place)

    def meet(self, place: Extent) -> bool:
        """Whether one of them lies in part where this one does."""
        return any(_meet(place, other) for cell in _cells(place) for other in self._by_cell.get(cell, ()))


def _cells(place: Extent) -> Iterator[tuple[int, int]]:
    across = range(int(place[0] // _CELL[0]), int(place[2] // _CELL[0]) + 1)
    down = range(int(place[1] // _CELL[1]), int(place[3] // _CELL[1]) + 1)
    return product(across, down)


def _faces(box: Box, unit: Unit, camera: Camera, *, deep: bool) -> tuple[tuple[tuple[float, float, float], ...], ...]:
    """The corners of the front and, where its depth is to be seen, of top (or bottom) and side as they are seen from
    the camera, beside the unit's middle."""
    middle = box.x - unit.x
    x0, x1 = middle - box.width / 2, middle + box.width / 2
    y0, y1 = -box.height / 2, box.height / 2
    z0, z1 = -box.depth / 2, box.depth / 2
    front = ((x0, y1, z0), (x1, y1, z0), (x1, y0, z0), (x0, y0, z0))
    if not deep:
        return (front,)
    y = y1 if camera.pitch >= 0 else y0
    x = x1 if camera.yaw >= 0 else x0
    lid = ((x0, y, z0), (x1, y, z0), (x1, y, z1), (x0, y, z1))
    return front, lid, ((x, y1, z0), (x, y1, z1), (x, y0, z1), (x, y0, z0))


def _meet(one: Extent, two: Extent) -> bool:
    return one[0] < two[2] and two[0] < one[2] and one[1] < two[3] and two[1] < one[3]
