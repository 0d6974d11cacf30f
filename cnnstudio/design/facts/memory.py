"""How much memory a design takes, in bytes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from cnnstudio.nn.graph.graph import Graph, Inferred, Node, padding_numbers
from cnnstudio.nn.graph.layer import Layer

#: a number in single precision
BYTES = 4


def held_numbers(graph: Graph, numbers: Mapping[str, int]) -> int:
    """How many numbers training keeps for one image: outputs and their gradients. Images have no gradient, and layers
    that write over their first input hold nothing of their own; ``numbers`` counts each layer's outputs. The widest
    padding that is laid around one of them comes on top."""
    held = _widest_padding(graph)
    for node in graph.nodes:
        if node.layer.category == "input":
            held += numbers[node.id]
        elif not _writes_over_its_input(graph, node):
            held += 2 * numbers[node.id]
    return held


@lru_cache(maxsize=24)  # asked for with and without what lies around a design
def _widest_padding(graph: Graph) -> int:
    return max((_padding(node.layer, graph.inferred[node.id]) for node in graph.nodes), default=0)


@lru_cache(maxsize=8192)
def _padding(layer: Layer, found: Inferred) -> int:
    return 0 if found.output is None else padding_numbers(layer, found.inputs)


def _writes_over_its_input(graph: Graph, node: Node) -> bool:
    if not node.layer.in_place or not node.inputs:
        return False
    source = graph[node.inputs[0]]
    alone = graph.consumers[source.id] == (node.id,)
    return alone and not source.layer.rereads_output and source.layer.category != "input"


def training_bytes(held: int, parameters: int, batch_size: int, slots: int) -> int:
    """About how much a training step keeps at once: ``held`` numbers for each image, the parameters, their gradients,
    and the ``slots`` numbers the optimizer keeps for each."""
    return BYTES * (batch_size * held + (2 + slots) * parameters)
