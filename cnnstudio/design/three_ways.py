"""The same layer three times, as networks that can be trained against each other: its filter shared by all positions,
a filter for every position, and every output connected to every input."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from cnnstudio.design.facts.memory import BYTES, held_numbers, training_bytes
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Graph, GraphError, Node
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.locally_connected2d import LocallyConnected2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.looking.sharing import sharing
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.sliding_window import ShapeError
from cnnstudio.nn.telling.told import Sentence

SHARED, UNSHARED, DENSE = "shared", "unshared", "dense"
#: training one of the three may take so much memory
MOST_BYTES = 512_000_000
#: numbers that an optimizer with two memories keeps for each parameter
_SLOTS = 2
#: a Dense layer has no more units
_MOST_UNITS = 65_536
#: volumes are made smaller up to so many times
_MOST_SHRUNK = 16


@dataclass(frozen=True)
class Entrant:
    """One of the three: a classifier whose layer ``node`` is the one in question. ``parameters`` and ``macs`` (for one
    image) are that layer's, ``bytes`` what training takes."""

    way: str
    graph: Graph
    node: str
    parameters: int
    macs: int
    bytes: int


@dataclass(frozen=True)
class Contest:
    """The entrants read the same volume ``source`` and give the same ``output``; ``locks`` keep the layers before
    them. ``notes`` are sentences on what had to be done otherwise."""

    entrants: tuple[Entrant, ...]
    locks: Locks
    source: Shape
    output: Shape
    notes: tuple[Sentence, ...] = ()


def contest(graph: Graph, node: str, classes: int, batch: int, most_bytes: int = MOST_BYTES) -> Contest:
    """The layer ``node`` of a graph in all three ways: behind what comes before it in the network, which is locked,
    and before ReLU, Flatten, Dense and Softmax, alike for all.

    Where one of them would take more than ``most_bytes`` all three read a smaller volume, averaged over squares; if
    the dense one is too large even then, it stays away.

    Raises:
        GraphError: the layer slides no filter over a volume, or not even its own way fits into memory.
    """
    layer, (whole,) = graph[node].layer, graph.inferred[node].inputs
    if sharing(layer, (whole,)) is None:
        raise GraphError("{layer} has no filter that slides.", node, layer=layer.title)
    sizes = {}
    for factor in range(1, _MOST_SHRUNK + 1):
        size = _size(graph, node, classes, batch, factor)
        if size is None:
            break
        sizes[factor] = size
    for ways in ((SHARED, UNSHARED, DENSE), (SHARED, UNSHARED), (SHARED,)):
        for factor, size in sizes.items():
            if max(size.bytes[way] for way in ways) <= most_bytes:
                found = tuple(_entrant(way, graph, node, classes, batch, factor) for way in ways)
                notes = _notes(layer, whole, factor, sizes[1], ways, most_bytes)
                return Contest(found, Locks(graph.ancestors(node) - {node}), size.source, size.output, notes)
    raise GraphError(
        "{layer} alone would take more than {most:bytes} to train.",
        node,
        layer=layer.title,
        most=most_bytes,
    )


@dataclass(frozen=True)
class _Size:
    """What the three take where the layer reads ``source``: parameters of the layer and bytes of training, by way."""

    source: Shape
    output: Shape
    parameters: dict[str, int]
    bytes: dict[str, int]


def _size(graph: Graph, node: str, classes: int, batch: int, factor: int) -> _Size | None:
    """The sizes on a volume made smaller; None where the layer's window does not fit any more."""
    layer, (whole,) = graph[node].layer, graph.inferred[node].inputs
    smaller = whole[0] // factor, whole[1] // factor, whole[2]
    try:
        counts = sharing(layer, (smaller,)) if min(smaller) else None
        if counts is None:
            return None
        output = layer.output_shape((smaller,))
    except ShapeError:
        return None
    if factor > 1 and min(output[:2]) < 2:
        return None
    parameters = {SHARED: counts.shared, UNSHARED: counts.unshared, DENSE: counts.dense}
    own = _entrant(_own_way(layer), graph, node, classes, batch, factor)
    each = BYTES * (2 + _SLOTS)
    taken = {way: own.bytes + each * (count - own.parameters) for way, count in parameters.items()}
    if math.prod(output) > _MOST_UNITS:
        taken[DENSE] = max(taken[DENSE], 1 << 62)
    return _Size(smaller, output, parameters, taken)


def _entrant(way: str, graph: Graph, node: str, classes: int, batch: int, factor: int) -> Entrant:
    layer, (source,) = graph[node].layer, graph[node].inputs
    height, width, channels = graph.shape(source)
    output = layer.output_shape(((height // factor, width // factor, channels),))
    before = graph.restricted(graph.ancestors(node) - {node})
    stack: list[Layer] = []
    if factor > 1:
        stack.append(AveragePool2D((factor, factor), (factor, factor)))
    if way == DENSE:
        stack.append(Flatten())
    place = len(stack)
    stack += [_in_a_way(way, layer, output), ReLU()]
    stack += [Dense(classes), Softmax()] if way == DENSE else [Flatten(), Dense(classes), Softmax()]
    stem = "race"
    while any(taken.startswith(stem) for taken in before.ids):
        stem += "_"
    nodes = list(before.nodes)
    for number, part in enumerate(stack):
        nodes.append(Node(f"{stem}{number}", part, (source,)))
        source = nodes[-1].id
    made = Graph(tuple(nodes))
    numbers = {i: math.prod(made.shape(i)) for i in made.order}
    counts = {i: _parameters(made, i) for i in made.order}
    chosen = f"{stem}{place}"
    macs = made[chosen].layer.macs(made.inferred[chosen].inputs)
    taken_bytes = training_bytes(held_numbers(made, numbers), sum(counts.values()), batch, _SLOTS)
    return Entrant(way, made, chosen, counts[chosen], macs, taken_bytes)


def _in_a_way(way: str, layer: Layer, output: Shape) -> Layer:
    """The layer itself where that is its way, otherwise its counterpart with the same window."""
    if way == DENSE:
        return Dense(math.prod(output), bias=layer.to_json()["bias"])
    if way == _own_way(layer):
        return layer
    kind = LocallyConnected2D if way == UNSHARED else Conv2D
    known = {about.name for about in kind.settings()}
    settings = {name: value for name, value in layer.to_json().items() if name in known}
    return kind.from_json({**settings, "filters": output[2]} | ({"groups": 1} if "groups" in known else {}))


def _own_way(layer: Layer) -> str:
    return UNSHARED if layer.kind == LocallyConnected2D.kind else SHARED


def _parameters(graph: Graph, node: str) -> int:
    return sum(math.prod(spec.shape) for spec in graph[node].layer.parameters(graph.inferred[node].inputs))


def _notes(
    layer: Layer, whole: Shape, factor: int, first: _Size, ways: Sequence[str], most_bytes: int
) -> tuple[Sentence, ...]:
    notes: list[Sentence] = []
    way = max(first.bytes, key=lambda each: first.bytes[each])
    if first.bytes[way] > most_bytes:
        name = {DENSE: Dense.title, UNSHARED: LocallyConnected2D.title}.get(way, layer.title)
        count, taken = first.parameters[way], BYTES * (2 + _SLOTS) * first.parameters[way]
        trouble = Sentence(
            "{name} on the whole {whole:shape} has {parameters:# parameter|# parameters} and would take {taken:bytes} "
            "to train; {most:bytes} are allowed here.",
            name=name,
            whole=whole,
            parameters=count,
            taken=taken,
            most=most_bytes,
        )
        if way == DENSE and math.prod(first.output) > _MOST_UNITS:
            trouble = Sentence(
                "Dense would need {units:# unit|# units} and {parameters:# parameter|# parameters} on the whole "
                "{whole:shape}; a Dense layer has {most:thousands} units at most.",
                units=math.prod(first.output),
                parameters=count,
                whole=whole,
                most=_MOST_UNITS,
            )
        if factor > 1:
            trouble = Sentence(
                "{trouble} So all read a smaller volume, {smaller:shape}: squares of {factor}×{factor} averaged.",
                trouble=trouble,
                smaller=(whole[0] // factor, whole[1] // factor, whole[2]),
                factor=factor,
            )
        if way not in ways:
            trouble = Sentence("{trouble} It stays away: even on a smaller volume it would not fit.", trouble=trouble)
        notes.append(trouble)
    (seen,) = layer.dependence((whole,))
    read = len(seen.channels.places(0))
    if UNSHARED in ways and _own_way(layer) == SHARED and read < whole[2]:
        notes.append(
            Sentence(
                "A filter of this layer reads {read} of {channels:# channel|# channels}. The locally connected one "
                "reads them all and so has more parameters than are counted above.",
                read=read,
                channels=whole[2],
            )
        )
    return tuple(notes)
