"""One image's loss taken back through the network, and every gradient confirmed by trying."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.parts import LedgerPart, Site, Step
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import classifier, compile_network
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence


@dataclass(frozen=True, eq=False)
class BackExplanation:
    """A gradient, its account, what the engine says and what trying gives: the slopes of the loss where the number is
    made a little smaller and a little larger.

    ``source`` is the input cell (of the node ``read``) whose gradient it is, or None for a weight.
    """

    node: str
    part: LedgerPart | None
    engine: float
    slopes: tuple[float, float]
    read: str = ""
    source: Cell | None = None

    @property
    def numeric(self) -> float:
        """The slope across both sides."""
        return sum(self.slopes) / 2

    @property
    def corner(self) -> bool:
        """Whether the loss has a corner here, such as a ReLU's at 0 or a maximum's between equal numbers: a slope to
        the left and another to the right, and any gradient between them is a right one."""
        low, high = sorted(self.slopes)
        return high - low > 0.01 * max(abs(low), abs(high)) and not _near(self.numeric, self.engine)

    @property
    def nearest(self) -> float:
        """Of the slopes across both sides, to the left and to the right the one that is nearest to the engine's: a
        corner within the step spoils the first, but not the side without it."""
        return min((self.numeric, *self.slopes), key=lambda slope: abs(slope - self.engine))

    @property
    def met(self) -> bool:
        """Whether trying gives the same gradient."""
        return _near(self.nearest, self.engine)

    @property
    def confirmed(self) -> bool:
        """Whether trying gives the same gradient, or at a corner slopes on both sides of it."""
        low, high = sorted(self.slopes)
        return self.met or (self.corner and low <= self.engine <= high)


def _near(tried: float, engine: float) -> bool:
    return abs(tried - engine) <= 1e-4 * max(abs(engine), 1e-4)


class BackwardPass:
    """The cross-entropy of one image (H, W, C), uint8, of class ``label``, in float64; not safe in two threads.

    ``nodes`` holds the gradient of every node's output, ``parameters`` that of every learned array.

    Raises:
        GraphError: the graph is no classifier; the sentence says what is missing.
    """

    def __init__(self, graph: Graph, snapshot: Snapshot, image: Array, label: int) -> None:
        ends = classifier(graph)
        self.graph = graph.computable.restricted(graph.computable.ancestors(ends.softmax))
        self.label, self._image, self._logits = label, image[None], ends.logits
        self._parameters = snapshot.parameters.copy(np.float64)
        self._network = compile_network(self.graph, self._parameters, 1, mode="probe")
        self._network.forward(self._image)
        self._values = {node.id: self._network.value(node.id)[0] for node in self.graph}
        logits = self._values[ends.logits]
        raised = np.exp(logits - logits.max())
        self.probabilities: Floats = raised / raised.sum()
        self.loss = self._measured()
        seed = self.probabilities.copy()
        seed[label] -= 1.0
        found = self._network.backward(ends.logits, seed[None])
        self.nodes: Mapping[str, Floats] = {i: g[0] for i, g in found.nodes.items()}
        self.parameters = found.parameters

    def site(self, node: str) -> Site:
        """One layer with what it read and wrote, in float64."""
        inputs = tuple(self._values[source] for source in self.graph[node].inputs)
        arrays = {name: np.array(a) for name, a in self._parameters.arrays(node).items()}
        return Site(inputs, self._values[node], arrays, self._parameters.state_arrays(node))

    def weight(self, node: str, index: tuple[int, ...]) -> BackExplanation:
        """The gradient of one of a layer's weights."""
        part = self.graph[node].layer.weight_account(self.site(node), self.nodes[node], index)
        array = self._parameters.arrays(node)["weights"]
        kept, step = float(array[index]), 1e-5 * max(1.0, abs(float(array[index])))
        losses = []
        for moved in (kept - step, kept + step, kept):
            array[index] = moved
            self._network.forward(self._image)
            losses.append(self._measured())
        engine = float(self.parameters[node]["weights"][index])
        return BackExplanation(node, part, engine, _slopes(losses, step))

    def output(self, node: str, cell: Cell) -> BackExplanation:
        """The gradient of an output cell itself, without an account."""
        return BackExplanation(node, None, float(self.nodes[node][cell]), self._tried(node, cell), node, cell)

    def cell(self, node: str, cell: Cell) -> BackExplanation | None:
        """What becomes of an output cell's gradient; None where it goes to many cells in many parts."""
        layer = self.graph[node].layer
        back = layer.back_account(self.site(node), self.nodes[node], cell, self.label)
        if back is None:
            return None
        read = self.graph[node].inputs[back.port]
        engine, part = float(self.nodes[read][back.source]), back.part
        if len(self.graph.consumers[read]) > 1:
            others = Step("+", Sentence("from other layers that read it"), engine - part.result)
            part = replace(part, steps=(*part.steps, others))
        return BackExplanation(node, part, engine, self._tried(read, back.source), read, back.source)

    def _tried(self, node: str, cell: Cell) -> tuple[float, float]:
        """The loss's slopes to both sides when one cell of a node's output is moved a little."""
        value = self._values[node].copy()
        kept, step, losses = float(value[cell]), 1e-5 * max(1.0, abs(float(value[cell]))), []
        for moved in (kept - step, kept + step, kept):
            value[cell] = moved
            self._network.recompute(node, value[None])
            losses.append(self._measured())
        return _slopes(losses, step)

    def _measured(self) -> float:
        logits = self._network.value(self._logits)[0]
        return float(np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[self.label])


def _slopes(losses: list[float], step: float) -> tuple[float, float]:
    """Of the losses below, above and at the number: the slopes to the left and to the right."""
    below, above, here = losses
    return (here - below) / step, (above - here) / step
