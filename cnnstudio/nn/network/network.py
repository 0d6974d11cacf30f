"""A compiled network: buffers and operations for one graph, batch size and plan.

Parameters live outside: training, evaluation, a single image and the laws are further compilations that read the
same ``Parameters``. A batch is shared between ``plan.threads`` shards, each with buffers and gradients of its own;
the gradients are added in a fixed order, so the same plan gives the same bits with or without a team of processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats, to_public
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.network.blueprint import Blueprint
from cnnstudio.nn.network.plan import Plan, default_plan, reference_plan
from cnnstudio.nn.network.shard import Abandoned, Shard
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.network.workload import Computed, Workload
from cnnstudio.nn.ops.operation import Mode
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, BatchLoss, Loss
from cnnstudio.nn.telling.told import NodeId, Told, told
from cnnstudio.nn.telling.wording.misfits import NoAnswer

__all__ = ["Abandoned", "Classifier", "Gradients", "Network", "classifier", "compile_network", "ends_of"]


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
    found = ends_of(graph)
    if isinstance(found, Told):
        raise GraphError("{why}", why=NoAnswer(found))
    return found


def ends_of(graph: Graph) -> Classifier | Told:
    """The input, logits and softmax of a graph that ends in a Softmax layer, or why it has none."""
    ends = [node for node in graph if node.layer.kind == "softmax" and not graph.consumers[node.id]]
    if not ends:
        last = [graph[i] for i in graph.order if not graph.consumers[i]]
        shape = graph.inferred[last[-1].id].output if last else None
        named = {"last": last[-1].layer.title, "end": NodeId(last[-1].id)} if last else {"last": "", "end": None}
        within = any(node.layer.kind == "softmax" for node in graph)
        if within:
            return told("softmax-within", **named)
        return told("no-softmax", **named, output=shape or (), scored=bool(last) and last[-1].layer.kind == "dense")
    if len(ends) > 1:
        return told("several-softmaxes", count=len(ends))
    softmax = ends[0]
    if graph.inferred[softmax.id].output is None:
        return told("softmax-waits")
    reached = graph.ancestors(softmax.id)
    inputs = [node for node in graph.images if node in reached]
    if len(inputs) != 1:
        return told("wrong-inputs", count=len(inputs))
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
    and may reuse buffers of the others; ``probe`` keeps every node's output, and unless a plan says otherwise uses the
    reference algorithms.
    In training, nodes in ``locked`` keep their state, and gradients go down no further than the first that is not.

    Raises:
        GraphError: the graph cannot be computed, or in train mode is no classifier.
    """
    plan = plan or (reference_plan(graph) if mode == "probe" else default_plan(graph))
    blueprint = Blueprint(graph, batch_size, mode, plan, tuple(outputs), loss, locked)
    return network_from(blueprint, parameters)


def network_from(blueprint: Blueprint, parameters: Parameters) -> Network:
    """See ``compile_network``."""
    graph, computable = blueprint.graph, blueprint.graph.computable
    if blueprint.mode == "train":
        wanted = frozenset({classifier(graph).logits})
    elif blueprint.mode == "probe":
        wanted = computable.ids
    else:
        wanted = frozenset(blueprint.outputs or (node.id for node in computable if not computable.consumers[node.id]))
    for node_id in wanted:
        graph.shape(node_id)
    part = computable.restricted(frozenset().union(*(computable.ancestors(node_id) for node_id in wanted)))
    if blueprint.mode != "probe":
        part = _pooled_first(part, wanted)
    if len(part.images) != 1:
        raise GraphError("The network needs one Input layer, but has {images}.", images=len(part.images))
    return Network(blueprint, parameters, part, wanted, part.images[0])


def _pooled_first(graph: Graph, outputs: frozenset[str]) -> Graph:
    """Max pooling before an activation that never falls: the same numbers from a fraction of the work.

    The two nodes change places, so each gives another output than before. Where somebody else reads the activation, or
    either is among the ``outputs`` asked for, they stay.
    """
    inputs = {node.id: list(node.inputs) for node in graph}
    for pool in graph.order:
        if graph[pool].layer.kind != "max_pool2d" or pool in outputs:
            continue
        (activation,) = inputs[pool]
        readers = [reader for reader, sources in inputs.items() if activation in sources]
        if not graph[activation].layer.rises or readers != [pool] or activation in outputs:
            continue
        for reader in graph.consumers[pool]:
            inputs[reader] = [activation if source == pool else source for source in inputs[reader]]
        inputs[pool], inputs[activation] = inputs[activation], [pool]
    return Graph(tuple(node.reading(tuple(inputs[node.id])) for node in graph))


class Network(Workload):
    """See ``compile_network``."""

    def __init__(
        self, blueprint: Blueprint, parameters: Parameters, graph: Graph, outputs: frozenset[str], input_node: str
    ) -> None:
        super().__init__(blueprint, parameters, graph, outputs, input_node)
        self._shards: dict[int, Shard] = {}
        self._computed: Sequence[Computed] = ()

    def shard(self, number: int, total: Floats | None = None) -> Shard:
        """What computes a share; made when it is first needed, since others may compute it. Its gradient is written to
        ``total`` where that is given."""
        if number not in self._shards:
            self._shards[number] = Shard(self, number, total)
        return self._shards[number]

    def close(self) -> None:
        """Free the memory at once, not when circles of references are next looked for; it cannot compute any more."""
        for shard in self._shards.values():
            shard.stages = ()
        self._shards.clear()
        self._computed = ()

    @property
    def gradient(self) -> Floats:
        """The gradient of the mean loss by every parameter (flat, public layout), after ``step``."""
        return self.shard(0).total

    def forward(self, images: Array, *, cancelled: Callable[[], bool] | None = None, team: Team | None = None) -> None:
        """Compute everything from images (N, H, W, C), uint8 0…255 or floating 0…1.

        Raises:
            Abandoned: ``cancelled`` returned true between two layers.
        """
        self.take_batch(images, np.empty(0), 0, 0, cancelled)
        self._compute(team)

    def value(self, node_id: str) -> Floats:
        """A copy of a node's output after ``forward``: (N, H, W, C) or (N, units)."""
        parts = [to_public(share.outputs[node_id]) for share in self._computed]
        return np.ascontiguousarray(np.concatenate(parts))

    def outputs_of(self, node_id: str) -> list[Floats]:
        """A node's output after ``forward`` where it lies, share by share: (H, C, W, N) or (units, N). To be read
        before the next batch, and not written to."""
        return [share.outputs[node_id] for share in self._computed]

    def recompute(self, node_id: str, value: Floats) -> None:
        """Give a node another output (N, …), and compute again what depends on it (probe mode, after ``forward``)."""
        self.shard(0).forward_behind(node_id, value)

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
        self.take_batch(images, labels, seed, step, cancelled)
        self._compute(team)
        for share in self._computed[1:]:
            np.add(self.gradient, share.total, out=self.gradient)
        losses = [share.loss for share in self._computed]
        return BatchLoss(sum(loss.total for loss in losses), sum(loss.correct for loss in losses))

    def commit(self) -> None:
        """Write the state (running statistics) that the last ``step`` computed: it counts."""
        self.shard(0).commit()

    def backward(self, node_id: str, seed: Floats, guided: frozenset[str] = frozenset()) -> Gradients:
        """Gradients of Σ seed · output(node) (probe mode, after ``forward``); ``seed`` has the node's public shape
        (N, …). Nodes the chosen one does not depend on get zeros. On its way what is below 0 ends at the nodes in
        ``guided``: what comes out then are no gradients."""
        shard = self.shard(0)
        shard.backward_from(node_id, seed, guided)
        nodes = {i: np.ascontiguousarray(to_public(g)) for i, g in shard.gradients.items()}
        return Gradients(nodes, {i: self.parameters.layout.views(shard.gradient.copy(), i) for i in shard.gradients})

    def _compute(self, team: Team | None) -> None:
        """Every share by a member of the team, or all of them here: then all finish a stage before any begins the
        next."""
        self._computed = team.compute(self.shard(0)) if team is not None and len(self.bounds) > 1 else ()
        if not self._computed:
            self._computed = shards = [self.shard(number) for number in range(len(self.bounds))]
            for parts in zip(*(shard.stages for shard in shards), strict=True):
                for stage, _ in parts:
                    stage()
