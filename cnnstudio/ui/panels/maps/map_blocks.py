"""Which maps belong together on the screen: a layer, or a layer before and after its activation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.look.pictures import Maps, Scale, scale_of, volume

#: kinds that pass values on as they are, or some of them
_PASSING = ("max_pool2d", "flatten", "dropout")


@dataclass(frozen=True, eq=False)
class Block:
    """One layer's maps (H, W, C) with their common scale; ``vector`` where they are the units of a vector."""

    node: str
    maps: NDArray[Any]
    scale: Scale
    vector: bool


def first_convolution(graph: Graph) -> str:
    """The layer to look at when none is chosen: the first convolution, else the last layer; "" if there is none."""
    for node_id in graph.order:
        if graph[node_id].layer.category == "convolution":
            return node_id
    return graph.order[-1] if graph.order else ""


def together(graph: Graph, node_id: str) -> tuple[str, ...]:
    """The layer alone, or before and after where an activation follows it or it is one itself."""
    node = graph[node_id]
    if _activation(graph, node_id):
        return (node.inputs[0], node_id) if node.inputs else (node_id,)
    readers = graph.consumers[node_id]
    if len(readers) == 1 and _activation(graph, readers[0]):
        return (node_id, readers[0])
    return (node_id,)


def signed(graph: Graph, node_id: str, values: Maps) -> bool:
    """Whether a layer's values can be negative, seen from the layers where possible: a scale that jumps while the
    network learns could not be read."""
    while True:
        node = graph[node_id]
        if node.layer.kind in ("relu", "softmax"):
            return False
        if node.layer.kind not in _PASSING or not node.inputs:
            break
        node_id = node.inputs[0]
    return True if node.layer.category in ("convolution", "dense") else bool(np.nanmin(values, initial=0) < 0)


def blocks(graph: Graph, node_id: str, found: Mapping[str, Maps]) -> tuple[Block, ...]:
    """What is to be shown for a layer, from the maps there are."""
    made = []
    for member in together(graph, node_id):
        values = found.get(member)
        if values is not None and values.size:
            scale = scale_of(values, signed(graph, member, values))
            made.append(Block(member, volume(values), scale, values.ndim == 1))
    return tuple(made)


def _activation(graph: Graph, node_id: str) -> bool:
    return graph[node_id].layer.category in ("activation", "normalization")
