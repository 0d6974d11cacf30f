"""A classifier that is asked for its answers to any number of pictures."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import Abandoned, classifier, compile_network
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters

#: so many pictures are looked at together
BATCH = 32


class Answering:
    """Pictures uint8 (N, H, W, C) → probabilities (N, classes). Free its memory with ``close``.

    Raises:
        GraphError: the graph is no classifier.
    """

    def __init__(self, graph: Graph, parameters: Parameters, batch: int = BATCH) -> None:
        ends = classifier(graph)
        self._softmax, self._batch = ends.softmax, batch
        part = graph.computable.restricted(graph.ancestors(ends.softmax) | {ends.softmax})
        self.shape = part.shape(ends.input)
        (self.classes,) = part.shape(ends.softmax)
        self._network = compile_network(part, parameters, batch, outputs=(ends.softmax,))

    def close(self) -> None:
        """It cannot be asked any more."""
        self._network.close()

    def __call__(
        self,
        pictures: Array,
        progress: Callable[[float], object] | None = None,
        cancelled: Callable[[], bool] = never,
    ) -> Floats:
        """What it makes of pictures.

        Raises:
            Abandoned: ``cancelled`` returned true.
        """
        found = np.zeros((len(pictures), self.classes), np.float32)
        filled = np.zeros((self._batch, *self.shape), np.uint8)
        for start in range(0, len(pictures), self._batch):
            if cancelled():
                raise Abandoned
            some = pictures[start : start + self._batch]
            filled[: len(some)] = some
            self._network.forward(filled)
            found[start : start + len(some)] = self._network.value(self._softmax)[: len(some)]
            if progress is not None:
                progress(min(1.0, (start + self._batch) / len(pictures)))
        return found
