"""The score of a class, which softmax makes a probability of, and how it changes with everything before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.network.network import classifier, compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import Parameters

#: so many pictures are looked at together
BATCH = 32


@dataclass(frozen=True, eq=False)
class Slopes:
    """Of pictures (N, H, W, C): the scores of all classes (N, classes), their probabilities (N, classes), and of some
    nodes the output and the slope of the chosen class's score by it, each (N, …)."""

    scores: Floats
    probabilities: Floats
    values: dict[str, Floats]
    slopes: dict[str, Floats]


class ClassScore:
    """A classifier that looks at up to ``batch`` pictures at once, between 0 and 1 (N, H, W, C); a pixel is what it is
    there, black 0. Free its memory with ``close``.

    With ``guided`` a ReLU lets a slope through only where it is above 0 on its way back, too (Springenberg et al.,
    “Striving for simplicity”, 2015).

    Raises:
        GraphError: the graph is no classifier.
    """

    def __init__(self, graph: Graph, parameters: Parameters, batch: int = BATCH, *, guided: bool = False) -> None:
        self.ends = classifier(graph)
        self.graph = graph.computable.restricted(graph.ancestors(self.ends.softmax) | {self.ends.softmax})
        self.classes = self.graph.shape(self.ends.softmax)[0]
        self.shape = self.graph.shape(self.ends.input)
        layer = self.graph[self.ends.input].layer
        assert isinstance(layer, Input)
        self._scale = np.array([1 / layer.scaling(channel)[1] for channel in range(layer.channels)], np.float32)
        rectifiers = (node.id for node in self.graph if node.layer.kind == "relu")
        self._guided = frozenset(rectifiers) if guided else frozenset()
        self._batch = batch
        plan = default_plan(self.graph)
        self._network = compile_network(self.graph, parameters, batch, mode="probe", plan=plan)

    def close(self) -> None:
        """It cannot look any more."""
        self._network.close()

    def slopes(self, pictures: Array, label: int, nodes: Iterable[str] = ()) -> Slopes:
        """The slopes of the score of class ``label`` by what nodes say, and by the pixels under the Input's name."""
        nodes = tuple(nodes)
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._look(pictures)
            scores = self._network.value(self.ends.logits)
            seed = np.zeros_like(scores)
            seed[:, label] = 1.0
            found = self._network.backward(self.ends.logits, seed, guided=self._guided).nodes
            values = {node: self._network.value(node)[: len(pictures)] for node in nodes}
        slopes = {node: found[node][: len(pictures)] for node in nodes}
        slopes[self.ends.input] = found[self.ends.input][: len(pictures)] * self._scale
        shares = self._network.value(self.ends.softmax)[: len(pictures)]
        return Slopes(scores[: len(pictures)], shares, values, slopes)

    def loss_slopes(self, pictures: Array, label: int) -> Floats:
        """The slope of the cross-entropy of class ``label`` by the pixels of pictures (N, H, W, C), divided by how
        improbable the class is there: where a network is all but sure, the slope itself is too small for numbers."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            self._look(pictures)
            seed = self._network.value(self.ends.softmax)
            seed[:, label] = 0
            rest = seed.sum(axis=1, keepdims=True)
            seed = np.where(rest > 0, seed / rest, 1 / max(1, self.classes - 1))
            seed[:, label] = -1
            found = self._network.backward(self.ends.logits, seed.astype(np.float32), guided=self._guided).nodes
        slopes: Floats = found[self.ends.input][: len(pictures)] * self._scale
        return slopes

    def _look(self, pictures: Array) -> None:
        """Fill the batch up where there are fewer."""
        if len(pictures) < self._batch:
            rest = np.zeros((self._batch - len(pictures), *self.shape), pictures.dtype)
            pictures = np.concatenate([pictures, rest])
        self._network.forward(pictures)


def pixels(picture: Array) -> Floats:
    """A picture uint8 (H, W, C) as numbers between 0 and 1."""
    return picture.astype(np.float32) / 255
