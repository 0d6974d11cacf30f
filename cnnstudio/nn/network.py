"""A compiled network: buffers and operations for one graph, batch size and plan.

Parameters live outside: training, evaluation, a single image and the laws are further compilations that read the
same ``Parameters``. A batch is shared between ``plan.threads`` shards, each with buffers and gradients of its own;
the gradients are added in a fixed order, so the same plan gives the same bits with or without threads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from cnnstudio.nn.arrays import Array, Floats, shape_text, to_public
from cnnstudio.nn.graph import Graph, GraphError
from cnnstudio.nn.layer import Mode
from cnnstudio.nn.losses import CROSS_ENTROPY, BatchLoss, Loss
from cnnstudio.nn.parameters import Parameters
from cnnstudio.nn.plan import Plan, default_plan, reference_plan
from cnnstudio.nn.rewrites import pooled_first
from cnnstudio.nn.shard import Abandoned, Shard
from cnnstudio.nn.threads import Team

__all__ = ["Abandoned", "Classifier", "Gradients", "Network", "classifier", "compile_network"]


@dataclass(frozen=True)
class Classifier:
    """The three nodes that training looks at."""

    input: str
    logits: str
    softmax: str


@dataclass(frozen=True)
class Gradients:
    """Of every node's output (N, …) and of every parameter, by node id; in the public layout."""

    nodes: dict[str, Floats]
    parameters: dict[str, dict[str, Floats]]


def classifier(graph: Graph) -> Classifier:
    """The input, logits and softmax of a graph that ends in a Softmax layer.

    Raises:
        GraphError: it does not; the sentence says what is missing.
    """
    computable = graph.computable
    ends = [node for node in graph if node.layer.kind == "softmax" and not graph.consumers[node.id]]
    if not ends:
        last = [graph[i] for i in graph.order if not graph.consumers[i]]
        shape = graph.inferred[last[-1].id].output if last else None
        what = f"ends in {last[-1].layer.title}" if last else "is empty"
        where = f" with {shape_text(shape)}" if shape else ""
        missing = "Flatten, Dense and Softmax layers" if shape and len(shape) == 3 else "Dense and Softmax layers"
        raise GraphError(f"The network {what}{where}. To learn classes it must end in a Softmax layer: add {missing}.")
    if len(ends) > 1:
        raise GraphError("The network ends in two Softmax layers; only one can be trained.", ends[1].id)
    softmax = ends[0]
    if softmax.id not in computable:
        raise GraphError("The Softmax layer at the end has no input it can use yet.", softmax.id)
    inputs = [i for i in computable.ancestors(softmax.id) if computable[i].layer.category == "input"]
    if len(inputs) != 1:
        raise GraphError(f"The network needs one Input layer, but its answer depends on {len(inputs)}.")
    return Classifier(inputs[0], softmax.inputs[0], softmax.id)


def compile_network(
    graph: Graph,
    parameters: Parameters,
    batch_size: int,
    *,
    mode: Mode = "eval",
    plan: Plan | None = None,
    outputs: Iterable[str] = (),
    loss: Loss = CROSS_ENTROPY,
    locked: frozenset[str] = frozenset(),
) -> Network:
    """Make a network for batches of exactly ``batch_size`` images, in the precision of ``parameters``.

    ``train`` computes the ``loss`` and its gradients; ``eval`` computes the nodes in ``outputs`` (default: all ends)
    and may reuse buffers of the others; ``probe`` uses the reference algorithms and keeps every node's output.
    In training, nodes in ``locked`` keep their state, and gradients go down no further than the first that is not.

    Raises:
        GraphError: the graph cannot be computed, or in train mode is no classifier.
    """
    computable = graph.computable
    if mode == "train":
        wanted = {classifier(graph).logits}
    elif mode == "probe":
        wanted = {node.id for node in computable}
    else:
        wanted = set(outputs) or {node.id for node in computable if not computable.consumers[node.id]}
    for node_id in wanted:
        graph.shape(node_id)
    needed = frozenset().union(*(computable.ancestors(node_id) for node_id in wanted))
    part = computable.restricted(needed)
    if mode != "probe":
        part = pooled_first(part, frozenset(wanted))
    inputs = [node.id for node in part if node.layer.category == "input"]
    if len(inputs) != 1:
        raise GraphError(f"The network needs one Input layer, but has {len(inputs)}.")
    if mode == "probe":
        plan = reference_plan(graph)
    plan = plan or default_plan(graph)
    return Network(part, parameters, batch_size, mode, plan, frozenset(wanted), inputs[0], loss, locked)


class Network:
    """See ``compile_network``."""

    def __init__(
        self,
        graph: Graph,
        parameters: Parameters,
        batch_size: int,
        mode: Mode,
        plan: Plan,
        outputs: frozenset[str],
        input_node: str,
        loss: Loss,
        locked: frozenset[str] = frozenset(),
    ) -> None:
        self.graph, self.batch_size, self.mode, self.plan = graph, batch_size, mode, plan
        self.loss, self.locked = loss, locked
        self.input_node, self.outputs = input_node, outputs
        self._layout = parameters.layout
        shares = min(plan.threads, batch_size)
        bounds = [batch_size * share // shares for share in range(shares + 1)]
        common: dict[str, list[Any]] = {node.id: [None] * shares for node in graph}
        self._shards = [
            Shard(self, parameters, number, first, last, common)
            for number, (first, last) in enumerate(pairwise(bounds))
        ]
        #: gradient of the mean loss by every parameter (flat, public layout), after ``step``
        self.gradient: Floats = self._shards[0].total

    def forward(self, images: Array, *, cancelled: Callable[[], bool] | None = None, team: Team | None = None) -> None:
        """Compute everything from images (N, H, W, C), uint8 0…255 or floating 0…1.

        Raises:
            Abandoned: ``cancelled`` returned true between two layers.
        """
        for shard in self._shards:
            shard.images, shard.cancelled = images, cancelled
        self._run("forward_stages", team)

    def value(self, node_id: str) -> Floats:
        """A copy of a node's output after ``forward``: (N, H, W, C) or (N, units)."""
        parts = [to_public(shard.outputs[node_id]) for shard in self._shards]
        return np.ascontiguousarray(np.concatenate(parts))

    def recompute(self, node_id: str, value: Floats) -> None:
        """Give a node another output (N, …), and compute again what depends on it (probe mode, after ``forward``)."""
        (shard,) = self._shards
        shard.forward_behind(node_id, value)

    def step(
        self,
        images: Array,
        labels: Array,
        *,
        seed: int = 0,
        step: int = 0,
        cancelled: Callable[[], bool] | None = None,
        team: Team | None = None,
    ) -> BatchLoss:
        """Forward, loss and backward (train mode): leaves the gradient of the mean loss in ``self.gradient``.

        ``seed`` and ``step`` key the draws of this step. Returns the summed loss.

        Raises:
            Abandoned: ``cancelled`` returned true between two layers.
        """
        for shard in self._shards:
            shard.images, shard.labels, shard.cancelled = images, labels, cancelled
            shard.clock.seed, shard.clock.step = seed, step
        self._run("step_stages", team)
        for shard in self._shards[1:]:
            self.gradient += shard.total
        losses = [shard.loss for shard in self._shards]
        return BatchLoss(sum(loss.total for loss in losses), sum(loss.correct for loss in losses))

    def commit(self) -> None:
        """Write the state (running statistics) that the last ``step`` computed: it counts."""
        self._shards[0].commit()

    def backward(self, node_id: str, seed: Floats) -> Gradients:
        """Gradients of Σ seed · output(node) (probe mode, after ``forward``); ``seed`` has the node's public shape
        (N, …). Nodes the chosen one does not depend on get zeros."""
        (shard,) = self._shards
        shard.backward_from(node_id, seed)
        nodes = {i: np.ascontiguousarray(to_public(g)) for i, g in shard.gradients.items()}
        return Gradients(nodes, {i: self._layout.views(shard.gradient.copy(), i) for i in shard.gradients})

    def _run(self, stages: Literal["forward_stages", "step_stages"], team: Team | None) -> None:
        """All shards finish a stage before any begins the next."""
        for parts in zip(*(getattr(shard, stages) for shard in self._shards), strict=True):
            if team is None:
                for part in parts:
                    part()
            else:
                team.run(parts)
