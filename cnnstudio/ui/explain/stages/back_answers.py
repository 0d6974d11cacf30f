"""What the worker finds out about gradients, for the stage that runs backwards."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.backward_pass import BackExplanation, BackwardPass
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.nn.telling.told import worded


@dataclass(frozen=True, eq=False)
class Answer:
    """What the worker found out: the gradient that was asked for, and those of the maps around it."""

    node: str
    sentence: str = ""
    loss: float = 0.0
    probability: float = 0.0
    output: Floats | None = None
    input: Floats | None = None
    found: BackExplanation | None = None


class Answering:
    """Works out answers on the worker's thread; keeps the last pass."""

    def __init__(self) -> None:
        self._key: tuple[Probed, int] | None = None
        self._pass: BackwardPass | None = None

    def answer(self, probed: Probed, label_: int, node: str, cell: Cell, weight: tuple[int, ...] | None) -> Answer:
        """The gradient of a weight, or of what a cell's gradient becomes."""
        try:
            back = self._taken_back(probed, label_)
        except GraphError as error:
            return Answer(node, worded(error))
        if node not in back.graph:
            return Answer(node, "The loss does not depend on this layer: no gradient comes back to it.")
        found = back.weight(node, weight) if weight is not None else back.cell(node, cell)
        sources = back.graph[node].inputs
        read = found.read if found is not None and found.read else sources[0] if sources else ""
        probability = float(back.probabilities[label_])
        return Answer(node, "", back.loss, probability, back.nodes[node], back.nodes.get(read), found)

    def _taken_back(self, probed: Probed, label_: int) -> BackwardPass:
        if self._pass is None or self._key is None or self._key[0] is not probed or self._key[1] != label_:
            self._pass = None
            self._pass = BackwardPass(probed.graph, probed.snapshot, probed.image, label_)
            self._key = (probed, label_)
        return self._pass
