"""What a report says of a network: how it does on the test pictures, what it takes for what, and where it looked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.data.dataset import DataSet
from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.looking.attribution.depending import Depending, depending
from cnnstudio.nn.looking.attribution.mattering import Mattering, mattering
from cnnstudio.nn.looking.attribution.methods import Looked, first_question, likeliest, look
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.mixed_up import together
from cnnstudio.nn.training.scores import ByClass, Reliability, among_first, by_class, log_loss, reliability
from cnnstudio.project.project import Project

#: pictures of each kind that are shown, and those of them that are asked where it looked
SHOWN, ASKED = 6, 3


@dataclass(frozen=True, eq=False)
class Asked:
    """A test picture by its index, the map that says where the network looked for its answer, and both tests of it."""

    index: int
    picture: Array
    looked: Looked
    depends: Depending
    matters: Mattering


@dataclass(frozen=True, eq=False)
class Found:
    """``order`` are the classes in the order in which those that are mixed up stand together; ``surest`` and
    ``mistakes`` are test pictures by index, right and wrong, the surest answers first."""

    project: Project
    data: DataSet
    confusion: Confusion
    by_class: ByClass
    order: tuple[int, ...]
    reliability: Reliability
    log_loss: float
    among_three: float
    surest: tuple[int, ...]
    mistakes: tuple[int, ...]
    asked: tuple[Asked, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """What the answers are called."""
        return self.project.design.classes or self.data.classes

    def picture(self, index: int) -> Array:
        """A test picture, uint8 (H, W, C)."""
        found: Array = self.data.test.read(slice(index, index + 1))[0]
        return found


def find(
    project: Project,
    data: DataSet,
    confusion: Confusion,
    progress: Callable[[float], object] | None = None,
    cancelled: Callable[[], bool] = never,
) -> Found:
    """Work out what a report says; ``confusion`` is what a test of the project's weights on ``data`` found.

    Raises:
        GraphError: the network is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    evaluation = confusion.evaluation
    right = np.flatnonzero(evaluation.right)
    surest = right[np.argsort(-evaluation.probabilities[right].max(axis=1), kind="stable")]
    mistakes = confusion.mistakes
    chosen = [*mistakes[:1].tolist(), *_of_other_classes(surest, evaluation.labels, ASKED)][:ASKED]
    asked: list[Asked] = []
    for index in chosen:
        asked.append(_ask(project, data, int(index), cancelled))
        if progress is not None:
            progress(len(asked) / len(chosen))
    return Found(
        project,
        data,
        confusion,
        by_class(confusion.counts),
        tuple(int(number) for number in together(confusion.counts).order),
        reliability(evaluation.probabilities, evaluation.labels),
        log_loss(evaluation.probabilities, evaluation.labels),
        among_first(evaluation.probabilities, evaluation.labels, 3),
        tuple(_of_other_classes(surest, evaluation.labels, SHOWN)),
        tuple(mistakes[:SHOWN].tolist()),
        tuple(asked),
    )


def _of_other_classes(indices: Array, labels: Array, most: int) -> list[int]:
    """The first of each class, and then others in their order."""
    firsts = [int(indices[np.flatnonzero(labels[indices] == label)[0]]) for label in np.unique(labels[indices])]
    rest = [int(index) for index in indices[:most] if int(index) not in firsts]
    return [*firsts, *rest][:most]


def _ask(project: Project, data: DataSet, index: int, cancelled: Callable[[], bool]) -> Asked:
    graph, parameters = project.design.graph, project.weights.parameters
    picture = data.test.read(slice(index, index + 1))[0]
    question = first_question(graph, likeliest(graph, parameters, picture))
    looked = look(graph, parameters, picture, question, cancelled=cancelled)

    def again(others: Parameters) -> Floats:
        return look(graph, others, picture, question, cancelled=cancelled).map

    stages = tuple(depending(graph, parameters, looked.map, again))
    tried = mattering(graph, parameters, picture, question.label, looked.map, cancelled=cancelled)
    return Asked(index, picture, looked, Depending(looked.map, stages), tried)
