"""One picture's loss followed back through a network, number by number, to a single weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.backward_pass import BackExplanation, BackwardPass
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence

#: so many numbers of a layer's input are tried as the next one, the steepest first
_TRIES = 64
_EACH = Sentence("Every number it was used for has its say.")


@dataclass(frozen=True, eq=False)
class Link:
    """A number on the way: a cell of a node's output, or at the end a weight of it.

    ``because`` says where its gradient comes from, ``found`` holds the engine's gradient and the one from trying. It is
    an ``answer`` where it stands for a class.
    """

    node: str
    cell: Cell
    value: float
    because: Sentence
    found: BackExplanation
    weight: bool = False
    answer: bool = False


@dataclass(frozen=True, eq=False)
class WayBack:
    """The loss, and the numbers from the last layer's back to a weight of the first layer that has weights."""

    loss: float
    probability: float
    links: tuple[Link, ...]


def way_back(
    graph: Graph, snapshot: Snapshot, image: Array, label: int, name_of: Callable[[str], str] | None = None
) -> WayBack:
    """Follow the greatest gradients back: image (H, W, C), uint8, of class ``label``; ``name_of`` says what a layer is
    called where it has a name of its own.

    Raises:
        GraphError: the graph is no classifier.
    """
    back = BackwardPass(graph, snapshot, image, label)
    links: list[Link] = []
    ends = classifier(graph)
    node = ends.softmax
    cell: Cell = (label,)
    while back.graph[node].inputs:
        step = back.cell(node, cell)
        if step is not None:
            assert step.source is not None and step.part is not None
            because, node, cell = step.part.caption, step.read, step.source
        else:
            found = _steepest(back, node, cell)
            if found is None:
                break
            because = _gathered(graph[node].layer.title if name_of is None else name_of(node))
            node, cell = found
        if not back.graph[node].inputs:
            break
        value, answer = float(back.site(node).output[cell]), node in (ends.softmax, ends.logits)
        links.append(Link(node, cell, value, because, back.output(node, cell), answer=answer))
    last = next((link for link in reversed(links) if "weights" in back.parameters.get(link.node, {})), None)
    if last is not None:
        links = links[: links.index(last) + 1]
        links.append(_weight(back, last.node, last.cell))
    return WayBack(back.loss, float(back.probabilities[label]), tuple(links))


def _steepest(back: BackwardPass, node: str, cell: Cell) -> tuple[str, Cell] | None:
    """Of the numbers that this cell was made of, the one with the greatest gradient that leads on."""
    source = back.graph[node].inputs[0]
    slope = np.abs(back.nodes[source])
    layer, site = back.graph[node].layer, back.site(node)
    seen = layer.dependence(site.shapes)[0]
    slope = np.where(seen.sources(cell).mask().reshape(slope.shape), slope, 0.0)
    for place in np.argsort(-slope.ravel(), kind="stable")[:_TRIES]:
        found = tuple(int(i) for i in np.unravel_index(int(place), slope.shape))
        if slope[found] > 0 and _leads_on(back, source, found):
            return source, found
    return None


def _leads_on(back: BackwardPass, node: str, cell: Cell) -> bool:
    """Whether the gradient is still there where it has gone through all layers that only pass it on."""
    while back.graph[node].inputs:
        step = back.cell(node, cell)
        if step is None:
            return True
        if step.engine == 0:
            return False
        assert step.source is not None
        node, cell = step.read, step.source
    return True


def _weight(back: BackwardPass, node: str, cell: Cell) -> Link:
    """The steepest of the weights that made this cell."""
    slope = np.abs(back.parameters[node]["weights"])
    lead: tuple[int, ...] = {2: cell[:1], 4: cell[-1:], 6: cell}.get(slope.ndim, ())
    if any(place >= extent for place, extent in zip(lead, slope.shape, strict=False)):
        lead = ()
    place = int(np.argmax(slope[lead]))
    index = (*lead, *(int(i) for i in np.unravel_index(place, slope[lead].shape)))
    found = back.weight(node, index)
    because = found.part.caption if found.part is not None else _EACH
    return Link(node, index, float(back.site(node).arrays["weights"][index]), because, found, weight=True)


def _gathered(layer: str) -> Sentence:
    return Sentence(
        "{layer} used this number in many sums: each sends back its gradient × weight, and all are added up.",
        layer=layer,
    )
