"""What the layers of a network say to some images: the source of every feature map on the screen."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import Snapshot


def inspect(graph: Graph, snapshot: Snapshot, images: Array, wants: Iterable[str]) -> dict[str, Floats]:
    """The outputs of some nodes for images (N, H, W, C), uint8: node id → (N, H, W, C) or (N, units).

    What lies upstream of an error still computes; wanted nodes that do not are left out, and so is everything where
    the images do not have the Input layer's shape.
    """
    computable = graph.computable
    entries = computable.images
    if not entries or computable.shape(entries[0]) != images.shape[1:]:
        return {}
    found = {i for i in wants if i in computable and entries[0] in computable.ancestors(i)}
    found = {i for i in found if not set(entries[1:]) & computable.ancestors(i)}
    if not found:
        return {}
    with closing(compile_network(computable, snapshot.parameters, len(images), outputs=found)) as network:
        network.forward(images)
        return {node_id: network.value(node_id) for node_id in found}
