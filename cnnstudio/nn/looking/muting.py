"""What a filter is good for: the accuracy without it, on the whole and class by class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from cnnstudio.nn.arrays import Doubles
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import Examples, evaluate


@dataclass(frozen=True, eq=False)
class Score:
    """An accuracy 0…1 on some images, and that of each class (classes,), no number where there is no image of it."""

    accuracy: float
    classes: Doubles

    def cost(self, without: Score) -> Score:
        """What is lost without something, in shares of 1: below 0 where it is worse with it."""
        return Score(self.accuracy - without.accuracy, self.classes - without.classes)


def score(graph: Graph, parameters: Parameters, examples: Examples, cancelled: Callable[[], bool] = never) -> Score:
    """How a network does on ``examples``.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    found = evaluate(graph, parameters, examples, cancelled=cancelled)
    return Score(found.accuracy, Confusion(found).recalls)


def without_each(
    graph: Graph,
    parameters: Parameters,
    node: str,
    items: Iterable[int],
    examples: Examples,
    cancelled: Callable[[], bool] = never,
) -> Iterator[tuple[int, Score]]:
    """Each of the filters ``items`` of a layer, in their order, with the score of the network without it.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    for item in items:
        yield item, score(graph, parameters.muting(frozenset({(node, item)})), examples, cancelled)
