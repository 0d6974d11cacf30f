"""What every number of a network is made of: the layers' own accounts, with the numbers of one image."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.explaining.dependence import Cell, Dependence, Region, Sources, as_volume
from cnnstudio.nn.explaining.parts import Part, Site
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import Snapshot

#: how far a ledger may lie from the engine's float32 value, as a share of the sizes of what was added up
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Probed:
    """A network that has looked at one image (H, W, C), uint8, with the slow and obvious algorithms.

    ``values`` holds each node's output, float32 (H, W, C) or (units,), for all nodes the image reaches.
    """

    graph: Graph
    snapshot: Snapshot
    image: Array
    values: Mapping[str, Floats]

    def site(self, node: str) -> Site:
        """One layer with what it read, wrote, learned and keeps."""
        parameters = self.snapshot.parameters
        inputs = tuple(self.values[source] for source in self.graph[node].inputs)
        return Site(inputs, self.values[node], parameters.arrays(node), parameters.state_arrays(node))


@dataclass(frozen=True, eq=False)
class Explanation:
    """One output cell: what it depends on in each input, the account of its number, and the engine's own."""

    node: str
    cell: Cell
    sources: tuple[Sources, ...]
    parts: tuple[Part, ...]
    engine: float

    @property
    def agrees(self) -> bool:
        """Whether every part leads to the engine's value, up to the rounding of float32."""
        return all(agree(part, self.engine) for part in self.parts)


def agree(part: Part, engine: float) -> bool:
    """Whether a part's result is the engine's value, up to the rounding of float32."""
    if not np.isfinite(engine):
        # beyond all numbers float32 and float64 may part: both must have left them
        return bool(not np.isfinite(part.result) or abs(part.result) > np.finfo(np.float32).max)
    return bool(abs(part.result - engine) <= TOLERANCE * part.magnitude)


def probe(graph: Graph, snapshot: Snapshot, image: Array) -> Probed:
    """Look at one image (H, W, C), uint8. Nodes that cannot be computed are left out; so is everything where the image
    does not have the Input layer's shape, or the weights are those of another graph."""
    computable = graph.computable
    entries = computable.images
    if len(entries) != 1 or computable.shape(entries[0]) != image.shape:
        return Probed(graph, snapshot, image, {})
    part = computable.restricted({node.id for node in computable if entries[0] in computable.ancestors(node.id)})
    network = compile_network(part, snapshot.parameters, 1, mode="probe")
    with np.errstate(all="ignore"):
        network.forward(image[None])
    return Probed(graph, snapshot, image, {node.id: network.value(node.id)[0] for node in part})


def explain(probed: Probed, node: str, cell: Cell) -> Explanation:
    """How the number in one cell, (row, column, channel) or (unit,) from 0, came about.

    Raises:
        KeyError: the node was not computed.
    """
    site = probed.site(node)
    layer = probed.graph[node].layer
    sources = tuple(seen.sources(cell) for seen in layer.dependence(site.shapes))
    with np.errstate(all="ignore"):  # weights of a run that diverged are explained as they are
        parts = layer.parts(site, cell)
    return Explanation(node, cell, sources, parts, float(site.output[cell]))


def dependences(graph: Graph, node: str) -> tuple[Dependence, ...]:
    """How a node's cells depend on each of its inputs."""
    return graph[node].layer.dependence(graph.inferred[node].inputs)


def receptive_field(graph: Graph, node: str, cell: Cell) -> dict[str, Region]:
    """All that one cell depends on: on the node itself, on every map before it and on the image, padding included.

    The regions are exact: holes of dilation and the different paths of branches show.
    """
    shape = as_volume(graph.shape(node))
    start = np.zeros(shape, bool)
    start[cell if len(cell) == 3 else (0, 0, cell[0])] = True
    found = {node: Region(shape, start)}
    for current in reversed(graph.computable.order):
        if current not in found:
            continue
        for source, seen in zip(graph[current].inputs, dependences(graph, current), strict=True):
            region = seen.spread(found[current].inside)
            found[source] = found[source].joined(region) if source in found else region
    return found
