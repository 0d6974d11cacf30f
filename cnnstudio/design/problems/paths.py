"""Ways through a graph that the kinds of problems ask for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.sliding_window import ShapeError


def above(graph: Graph, node_id: str) -> Iterator[Node]:
    """The layers before one, the nearest first, along every branch; the layer itself is not among them."""
    waiting, seen = deque(graph[node_id].inputs), {node_id}
    while waiting:
        current = waiting.popleft()
        if current not in seen:
            seen.add(current)
            yield graph[current]
            waiting.extend(graph[current].inputs)


def descendants(graph: Graph, *nodes: str) -> frozenset[str]:
    """Everything that depends on one of some nodes; of these only those that depend on another, or on themselves."""
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        for target in graph.consumers[waiting.pop()]:
            if target not in found:
                found.add(target)
                waiting.append(target)
    return frozenset(found)


def nearest(graph: Graph, node_id: str, wanted: Callable[[Node], bool]) -> Node | None:
    """The nearest layer before one for which ``wanted`` holds, along single wires only."""
    current = graph[node_id]
    for _ in range(len(graph)):
        if len(current.inputs) != 1:
            return None
        current = graph[current.inputs[0]]
        if wanted(current):
            return current
    return None


def component(graph: Graph, *nodes: str) -> frozenset[str]:
    """Everything that hangs together with some nodes through wires in either direction."""
    found, waiting = set(nodes), list(nodes)
    while waiting:
        current = waiting.pop()
        for other in (*graph[current].inputs, *graph.consumers[current]):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return frozenset(found)


@dataclass(frozen=True)
class Part:
    """Layers that hang together, and the one where an image would come in."""

    head: str
    nodes: frozenset[str]


def parts_without_image(graph: Graph, images: Sequence[str]) -> tuple[Part, ...]:
    """The parts of several layers that hang together but not with any of the Input layers ``images``; none where there
    are no Input layers at all."""
    if not images or (not any(len(n.inputs) < n.layer.fewest_inputs for n in graph.nodes) and not graph.cyclic):
        return ()
    reached = set(component(graph, *images))
    parts: list[frozenset[str]] = []
    part_of: dict[str, int] = {}
    heads: dict[int, str] = {}
    for node in graph.nodes:
        if node.id not in reached:
            part = component(graph, node.id)
            reached |= part
            if len(part) > 1 and part.isdisjoint(graph.cyclic):  # a circle is a problem of its own
                part_of.update(dict.fromkeys(part, len(parts)))
                parts.append(part)
        if node.id in part_of and len(node.inputs) < node.layer.fewest_inputs:
            heads.setdefault(part_of[node.id], node.id)
    return tuple(Part(heads.get(number, min(part)), part) for number, part in enumerate(parts))


def takes(layer: Layer, *shapes: Shape) -> bool:
    """Whether a layer can take these inputs."""
    try:
        layer.output_shape(shapes)
    except (ShapeError, IndexError, ValueError):
        return False
    return True


def has(layer: Layer, setting: str) -> bool:
    """Whether a layer has a setting of this name."""
    return any(about.name == setting for about in layer.settings())


def value(layer: Layer, setting: str) -> Any:
    """The value of a setting that the layer has."""
    return getattr(layer, setting)
