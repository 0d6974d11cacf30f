"""What a network says to every picture of a catalogue: by that they can be put in order, and looked through."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Cancelled, Examples, Labels
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.shard import Abandoned, never
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.training.evaluation import evaluate

#: pictures that are asked about at once
_PIECE = 512
#: a probability that is written as 0 is taken for this one
_LEAST = 1e-30


@dataclass(frozen=True, eq=False)
class Answers:
    """``probabilities`` float32 (N, classes) by row of the catalogue. Labels are asked for each time, as somebody may
    have changed them since."""

    probabilities: npt.NDArray[np.float32]

    def losses(self, rows: Labels, labels: Labels) -> npt.NDArray[np.float64]:
        """Cross-entropy float64 (n,) of pictures with these labels: minus the logarithm of what the label's class
        gets."""
        given = self.probabilities[rows, labels].astype(np.float64)
        return -np.log(np.maximum(given, _LEAST))

    def confidence(self, rows: Labels) -> npt.NDArray[np.float32]:
        """What the likeliest class gets, float32 (n,) 0…1."""
        most: npt.NDArray[np.float32] = self.probabilities[rows].max(1)
        return most

    def right(self, rows: Labels, labels: Labels) -> npt.NDArray[np.bool_]:
        """Whether the likeliest class is the label, bool (n,)."""
        found: npt.NDArray[np.bool_] = self.probabilities[rows].argmax(1) == labels
        return found


def answers(
    catalogue: Catalogue, graph: Graph, parameters: Parameters, progress: Progress = None, cancelled: Cancel = None
) -> Generator[Answers | None, None, None]:
    """Those of a classifier to all pictures, in steps, after each of which something else may have its turn; they come
    last.

    Raises:
        GraphError: the graph is no classifier.
        Cancelled: ``cancelled`` answered yes.
    """
    found = []
    for start in range(0, len(catalogue), _PIECE):
        rows = np.arange(start, min(start + _PIECE, len(catalogue)))
        examples = Examples(catalogue.read(rows), catalogue.labels[rows])
        try:
            found.append(evaluate(graph, parameters, examples, cancelled=cancelled or never).probabilities)
        except Abandoned as abandoned:
            raise Cancelled from abandoned
        if progress:
            progress((start + len(rows)) / len(catalogue))
        yield None
    yield Answers(np.concatenate(found))
