"""What there is to compute: a part of a graph, how its batches are divided, and the batch at hand.

Whoever computes a share of it, here or in another process, looks at this and at nobody else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Protocol

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.blueprint import Blueprint
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.rules.losses import BatchLoss


class Computed(Protocol):
    """What comes of a share of a batch: its loss, the gradient ``total`` of it by every parameter, and the outputs that
    were asked for, in the inner layout."""

    loss: BatchLoss
    total: Floats

    @property
    def outputs(self) -> Mapping[str, Floats]: ...


class Workload:
    """The nodes of ``graph``, of which ``outputs`` are wanted, from images that come in at ``input_node``."""

    def __init__(
        self, blueprint: Blueprint, parameters: Parameters, graph: Graph, outputs: frozenset[str], input_node: str
    ) -> None:
        self.blueprint, self.parameters, self.graph = blueprint, parameters, graph
        self.batch_size, self.mode, self.plan = blueprint.batch_size, blueprint.mode, blueprint.plan
        self.loss, self.locked = blueprint.loss, blueprint.locked
        self.input_node, self.outputs = input_node, outputs
        shares = min(self.plan.threads, self.batch_size)
        marks = [self.batch_size * share // shares for share in range(shares + 1)]
        #: for each share the first image and the one after its last
        self.bounds = list(pairwise(marks))
        #: for each node what its shares let each other know, (shares, figures)
        self.common = {
            node.id: np.zeros((shares, node.layer.shared_figures(graph.inferred[node.id].inputs))) for node in graph
        }
        self.take_batch(np.empty(0), np.empty(0), 0, 0, None)

    def take_batch(
        self, images: Array, labels: Array, seed: int, step: int, cancelled: Callable[[], bool] | None
    ) -> None:
        """What the shards compute when they are run: all images and labels; the key of the draws."""
        self.images, self.labels, self.seed, self.step_number, self.cancelled = images, labels, seed, step, cancelled
