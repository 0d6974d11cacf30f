"""How a network does on images it does not learn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, fields
from functools import cached_property
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
    """How a network does on a set of images, image by image: the right classes (N,), those it answers with (N,), its
    probabilities (N, classes) and the loss of each (N,). All scores come from this."""

    labels: NDArray[np.int64]
    predictions: NDArray[np.int64]
    probabilities: NDArray[np.float32]
    losses: NDArray[np.float32]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Which images it gets right (N,)."""
        found: NDArray[np.bool_] = self.labels == self.predictions
        return found

    @cached_property
    def accuracy(self) -> float:
        """The share 0…1 that it gets right; 0 of none."""
        return int(np.count_nonzero(self.right)) / max(1, len(self.labels))

    @cached_property
    def loss(self) -> float:
        """The mean loss; 0 of none."""
        with np.errstate(over="ignore", invalid="ignore"):
            return float(self.losses.sum(dtype=np.float64)) / max(1, len(self.labels))


def joined(parts: Sequence[Evaluation]) -> Evaluation:
    """Evaluations of images one after another as one, of at least one part."""
    return Evaluation(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Evaluation)))


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
    """What the network says to each of the examples. Class weights do not count here.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    found, loss = classifier(graph), loss.plain
    count = len(examples)
    classes = graph.shape(found.softmax)[0]
    probabilities, losses = np.zeros((count, classes), np.float32), np.zeros(count, np.float32)
    predictions = np.zeros(count, np.int64)
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
            losses[indices] = loss.of_each(logits, examples.labels[indices], share)
            probabilities[indices] = share.T
            predictions[indices] = logits.argmax(0)
    return Evaluation(examples.labels.astype(np.int64), predictions, probabilities, losses)
