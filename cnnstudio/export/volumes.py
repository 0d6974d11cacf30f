"""A network as boxes in space: height, width and depth of every volume to a gentle scale, in lanes along the flow.

Layers that pass on every number by itself (an activation, dropout) are sheets against the volume they work on; together
they are a unit. Everything here is numbers; ``volume_figure`` draws it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal

from cnnstudio.design.layout.ranks import ordered, ranked, straightened
from cnnstudio.export.lettering import text_width
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.telling.told import Sentence

Form = Literal["volume", "sheet", "vector", "bars", "unknown"]

#: how tall and wide the largest image of a network is drawn, and sheets and bars
LARGEST, SHEET, BAR, BARS = 116.0, 5.0, 11.0, 46.0
#: free space between units, between sheets, and above and below lanes
GAP, SHEET_GAP, LANE_GAP, COMPACT_LANE_GAP = 26.0, 3.0, 58.0, 18.0
#: names are cut to this width, in pixels of the scale 1
NAME_WIDTH, NAME_SIZE = 108.0, 11.0
#: how steeply depth may run off, and usually does: see ``camera``
_STEEPEST, _USUAL = 0.65, 0.38


@dataclass(frozen=True)
class Box:
    """A layer's output: its middle (right, up, away from the viewer) and its extents."""

    node: str
    form: Form
    category: str
    shape: Shape | None
    x: float
    y: float
    z: float
    width: float
    height: float
    depth: float


@dataclass(frozen=True)
class Unit:
    """A volume with the sheets on it; turned as one about its middle ``x``, ``y``."""

    boxes: tuple[Box, ...]
    x: float
    y: float
    width: float
    height: float
    depth: float
    rank: int

    @property
    def head(self) -> Box:
        """The volume itself."""
        return self.boxes[0]

    @property
    def footprint(self) -> float:
        """The widest it can look from any side."""
        return math.hypot(self.width, self.depth)


@dataclass(frozen=True)
class Link:
    """A wire between units: their places in ``Volumes.units``, and points it passes on its way."""

    source: int
    target: int
    by: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Peek:
    """The window of a layer in the volume it reads, in shares of that volume (left, top, width, height, depth), and
    the share of the output where the number it makes lies; ``filters`` where it has weights."""

    node: str
    source: str
    window: tuple[float, float, float, float, float]
    cell: tuple[float, float]
    filters: bool
    caption: Sentence


@dataclass(frozen=True)
class Volumes:
    """The whole network."""

    units: tuple[Unit, ...] = ()
    links: tuple[Link, ...] = ()
    peeks: tuple[Peek, ...] = ()
    #: from 0 to the right end of the last column
    width: float = 0.0
    #: the width of each rank
    columns: tuple[float, ...] = ()
    compact: bool = False

    def __iter__(self) -> Iterator[Box]:
        return (box for unit in self.units for box in unit.boxes)

    def reach(self, slant: float) -> tuple[float, float]:
        """The bottom and top of everything, where depth runs off by ``slant`` (0…1) of its length."""
        if not self.units:
            return 0.0, 0.0
        deep = abs(slant) / 2
        passed = [y for link in self.links for _, y in link.by]
        tops = [unit.y + unit.height / 2 + unit.depth * deep for unit in self.units]
        bottoms = [unit.y - unit.height / 2 - unit.depth * deep for unit in self.units]
        return min((*bottoms, *passed)), max((*tops, *passed))

    @cached_property
    def unit_of(self) -> Mapping[str, int]:
        """The place of every node's unit."""
        return {box.node: place for place, unit in enumerate(self.units) for box in unit.boxes}

    @cached_property
    def box_of(self) -> Mapping[str, Box]:
        """Every node's box."""
        return {box.node: box for box in self}


@dataclass(frozen=True)
class Scale:
    """From extents to lengths: the largest image is ``LARGEST`` high; many channels grow slowly, as do long vectors."""

    largest: int = 32

    def side(self, extent: int) -> float:
        """Height or width of a volume."""
        return 2.5 + (LARGEST - 2.5) * math.pow(extent / max(self.largest, 8), 0.6)

    def depth(self, channels: int) -> float:
        """Channels."""
        return 8.0 * math.log2(1 + channels)

    def length(self, units: int) -> float:
        """Numbers in a vector."""
        return 8.0 + 11.0 * math.log2(1 + units)


def volumes(graph: Graph, names: Mapping[str, str], *, compact: bool = False) -> Volumes:
    """The boxes of a graph. ``names`` are what stands under them and needs room; ``compact`` leaves them little."""
    if not len(graph):
        return Volumes()
    shapes = {node.id: graph.inferred[node.id].output for node in graph}
    scale = _scale(shapes)
    groups = _groups(graph)
    group_of = {node: place for place, group in enumerate(groups) for node in group}
    heads = [str(place) for place in range(len(groups))]
    wires = sorted({(group_of[e.source], group_of[e.target]) for e in graph.edges})
    edges = [(str(a), str(b)) for a, b in wires if a != b]
    ranks, layers, lanes = _arranged(len(groups), tuple(edges))
    drafts = [_unit(graph, group, shapes, scale) for group in groups]
    columns = _columns(layers, drafts, groups, shapes, {} if compact else names)
    middles = [sum(columns[:rank]) + columns[rank] / 2 for rank in range(len(columns))]
    levels = _levels(lanes, drafts, compact)
    units = tuple(
        _placed(unit, middles[ranks[head]], levels[lanes[head]], ranks[head])
        for head, unit in zip(heads, drafts, strict=True)
    )
    links = []
    for source, target in edges:
        held = [f"{source}→{target}@{rank}" for rank in range(ranks[source] + 1, ranks[target])]
        by = tuple((middles[ranks[source] + 1 + i], levels[lanes[h]]) for i, h in enumerate(held) if h in lanes)
        links.append(Link(int(source), int(target), by))
    return Volumes(units, tuple(links), _peeks(graph, shapes), sum(columns), tuple(columns), compact)


@lru_cache(maxsize=4)
def _arranged(
    count: int, edges: tuple[tuple[str, str], ...]
) -> tuple[Mapping[str, int], Sequence[Sequence[str]], Mapping[str, float]]:
    """The rank of every unit, by its place as text, the units of each rank, and the lanes of units and placeholders.
    They depend on wires alone: while settings are typed they stay."""
    heads = [str(place) for place in range(count)]
    ranks = ranked(heads, edges)
    layers: list[list[str]] = [[] for _ in range(max(ranks.values()) + 1)]
    for head in heads:
        layers[ranks[head]].append(head)
    return ranks, layers, straightened(ordered(layers, edges), {})


def alone(graph: Graph) -> dict[str, Unit]:
    """The box of every layer by itself, to the same scale as in ``volumes``; those without a shape are left out."""
    shapes = {node.id: graph.inferred[node.id].output for node in graph}
    scale = _scale(shapes)
    return {node: _unit(graph, [node], shapes, scale) for node, shape in shapes.items() if shape is not None}


def is_sheet(graph: Graph, node: Node) -> bool:
    """Whether a layer passes on each number by itself, so that its output looks like its input."""
    found, layer = graph.inferred[node.id], node.layer
    kept = len(node.inputs) == 1 and found.output is not None and found.inputs[0] == found.output
    by_itself = layer.category in ("activation", "normalization") or layer.reach == "cell"
    return kept and by_itself and layer.category in ("activation", "normalization", "dense", "convolution")


def _scale(shapes: Mapping[str, Shape | None]) -> Scale:
    return Scale(max((max(s[:2]) for s in shapes.values() if s is not None and len(s) == 3), default=32))


def _groups(graph: Graph) -> list[list[str]]:
    """The nodes of each unit: one, and the sheets that follow it where it feeds nothing else."""
    groups: list[list[str]] = []
    group_of: dict[str, int] = {}
    for node_id in (*graph.order, *(node.id for node in graph if node.id in graph.cyclic)):
        node = graph[node_id]
        source = node.inputs[0] if node.inputs else ""
        joins = source in group_of and graph.consumers[source] == (node_id,) and is_sheet(graph, node)
        if joins:
            group_of[node_id] = group_of[source]
            groups[group_of[source]].append(node_id)
        else:
            group_of[node_id] = len(groups)
            groups.append([node_id])
    return groups


def _unit(graph: Graph, group: list[str], shapes: Mapping[str, Shape | None], scale: Scale) -> Unit:
    boxes: list[Box] = []
    left = 0.0
    for place, node_id in enumerate(group):
        layer, shape = graph[node_id].layer, shapes[node_id]
        form: Form = "volume"
        if shape is None:
            form, size = "unknown", (44.0, 56.0, 24.0)
        elif len(shape) == 3:
            size = (scale.side(shape[1]), scale.side(shape[0]), scale.depth(shape[2]))
        else:
            form, size = "vector", (BAR, scale.length(math.prod(shape)), BAR)
            if layer.category == "output":
                form, size = "bars", (BARS, size[1], 0.0)
        if place:
            form, size, left = "sheet", (SHEET, *size[1:]), left + SHEET_GAP
        boxes.append(Box(node_id, form, layer.category, shape, left + size[0] / 2, 0.0, 0.0, *size))
        left += size[0]
    head = boxes[0]
    return Unit(tuple(boxes), left / 2, 0.0, left, head.height, head.depth, 0)


def _columns(
    layers: Sequence[Sequence[str]],
    units: list[Unit],
    groups: list[list[str]],
    shapes: Mapping[str, Shape | None],
    names: Mapping[str, str],
) -> list[float]:
    widths = []
    for layer in layers:
        needed = [40.0]
        for place in (int(head) for head in layer if head.isdigit()):
            shape = shapes[groups[place][0]]
            name = text_width(names.get(groups[place][0], ""), NAME_SIZE, bold=True)
            sheets = text_width(sheets_text(groups[place], names), NAME_SIZE)
            words = max(min(max(name, sheets), NAME_WIDTH), text_width(shape_text(shape), NAME_SIZE) if shape else 0.0)
            needed.append(max(units[place].footprint + GAP, words + 10 if names else 0.0))
        widths.append(max(needed))
    return widths


def sheets_text(group: Sequence[str], names: Mapping[str, str]) -> str:
    """The line about the sheets of a unit, given its nodes."""
    return "+ " + " + ".join(names.get(node, "") for node in group[1:]) if len(group) > 1 else ""


def _levels(lanes: Mapping[str, float], units: list[Unit], compact: bool) -> dict[float, float]:
    """The height of each lane's middle; the first lane is the top one. A lane of wires alone is narrow."""
    reach: dict[float, float] = {}
    gap, slant = (COMPACT_LANE_GAP, _USUAL) if compact else (LANE_GAP, _STEEPEST)
    for head, lane in lanes.items():
        unit = units[int(head)] if head.isdigit() else None
        needed = (unit.height + unit.depth * slant + gap) / 2 if unit else 14.0
        reach[lane] = max(reach.get(lane, 0.0), needed)
    levels: dict[float, float] = {}
    top = 0.0
    for lane in sorted(reach):
        levels[lane] = top - reach[lane]
        top -= 2 * reach[lane]
    return levels


def _placed(unit: Unit, x: float, y: float, rank: int) -> Unit:
    boxes = tuple(
        Box(b.node, b.form, b.category, b.shape, x + b.x - unit.x, y, 0.0, b.width, b.height, b.depth)
        for b in unit.boxes
    )
    return Unit(boxes, x, y, unit.width, unit.height, unit.depth, rank)


def _peeks(graph: Graph, shapes: Mapping[str, Shape | None]) -> tuple[Peek, ...]:
    """The window of every layer that slides one over its input."""
    found = []
    for node in graph:
        inputs, output = graph.inferred[node.id].inputs, shapes[node.id]
        if output is None or len(output) != 3 or len(inputs) != 1:
            continue
        window = node.layer.window(inputs)
        if window is None or window.spreads:
            continue
        height, width, channels = inputs[0]
        kernel = [(k - 1) * d + 1 for k, d in zip(window.kernel, window.dilation, strict=True)]
        rows, columns = min(kernel[0], height), min(kernel[1], width)
        weights = [spec.shape for spec in node.layer.parameters(inputs) if spec.name == "weights"]
        deep = weights[0][-1] if weights and len(weights[0]) > 3 else 1
        top, left = (height - rows) * 0.3, (width - columns) * 0.3
        at = tuple((0.3 * (extent - 1) + 0.5) / extent for extent in (output[1], output[0]))
        box = (left / width, top / height, columns / width, rows / height, min(deep / channels, 1.0))
        caption = Sentence(
            "{size:shape} filter → one number" if weights else "{size:shape} window → one number",
            size=(*window.kernel, deep) if weights else window.kernel,
        )
        found.append(Peek(node.id, node.inputs[0], box, (at[0], at[1]), bool(weights), caption))
    return tuple(found)
