"""How a network does on images it does not learn from."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import Network, classifier, compile_network
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, Loss


class Examples(Protocol):
    """Images with stable indices; see ``cnnstudio.data.dataset.Examples``."""

    @property
    def labels(self) -> NDArray[np.int64]: ...
    def __len__(self) -> int: ...
    def read(self, indices: NDArray[np.int64], out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]: ...


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a network does on a set of images, by index: mean loss, accuracy 0…1, predicted classes (N,) and
    probabilities (N, classes)."""

    loss: float
    accuracy: float
    predictions: NDArray[np.int64]
    probabilities: NDArray[np.float32]


def evaluate(
    graph: Graph,
    parameters: Parameters,
    examples: Examples,
    *,
    batch_size: int = 256,
    plan: Plan | None = None,
    cancelled: Callable[[], bool] = never,
    team: Team | None = None,
    loss: Loss = CROSS_ENTROPY,
) -> Evaluation:
    """Loss, accuracy, predictions and probabilities on all examples. Class weights do not count here.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    found, loss = classifier(graph), loss.plain
    count = len(examples)
    classes = graph.shape(found.softmax)[0]
    probabilities = np.zeros((count, classes), np.float32)
    total, correct = 0.0, 0
    networks: dict[int, Network] = {}
    # weights of a diverging run give figures that are no numbers; warnings would say nothing more
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"), ExitStack() as ending:
        for start in range(0, count, batch_size):
            indices = np.arange(start, min(start + batch_size, count))
            if len(indices) not in networks:
                made = compile_network(graph, parameters, len(indices), plan=plan, outputs=(found.logits,))
                networks[len(indices)] = made
                ending.callback(made.close)
            network = networks[len(indices)]
            network.forward(examples.read(indices), cancelled=cancelled, team=team)
            logits = network.value(found.logits).T
            share = np.empty_like(logits)
            measured = loss.measure(logits, examples.labels[indices], share)
            probabilities[indices] = share.T
            total += measured.total
            correct += measured.correct
    return Evaluation(total / max(1, count), correct / max(1, count), probabilities.argmax(1), probabilities)
