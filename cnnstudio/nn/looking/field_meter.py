"""The receptive field as measured: how much each pixel would change one cell, by the engine's own derivative."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import Snapshot


class FieldMeter:
    """A network that has looked at one image (H, W, C), uint8, in float64; not safe in two threads."""

    def __init__(self, graph: Graph, snapshot: Snapshot, image: Array) -> None:
        computable = graph.computable
        entry = computable.images[0]
        self.graph = computable.restricted({n.id for n in computable if entry in computable.ancestors(n.id)})
        self._entry = entry
        self._network = compile_network(self.graph, snapshot.parameters.copy(np.float64), 1, mode="probe")
        self._network.forward(image[None])

    def derivative(self, node: str, cell: Cell) -> Floats:
        """∂ cell / ∂ pixel for every pixel: (H, W, C)."""
        seed = np.zeros((1, *self.graph.shape(node)))
        seed[(0, *cell)] = 1.0
        found: Floats = self._network.backward(node, seed).nodes[self._entry][0]
        return found
