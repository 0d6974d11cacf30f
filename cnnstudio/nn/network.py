"""A compiled network: buffers and operations for one graph, batch size and plan.

Parameters live outside: training, evaluation, a single image and the laws are further compilations that read the
same ``Parameters``. A batch is shared between ``plan.threads`` shards, each with buffers and gradients of its own;
the gradients are added in a fixed order, so the same plan gives the same bits with or without threads.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats, Shape, inner_shape, shape_text, to_public
from cnnstudio.nn.graph import Graph, GraphError
from cnnstudio.nn.layer import Binding, Mode, Operation, StepClock
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.losses import BatchLoss, cross_entropy_gradient, softmax_cross_entropy
from cnnstudio.nn.parameters import Parameters
from cnnstudio.nn.plan import Plan, default_plan, reference_plan
from cnnstudio.nn.threads import Team


class Abandoned(Exception):
    """The computation was cancelled between two layers. Parameters are as they were before it."""


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
) -> Network:
    """Make a network for batches of exactly ``batch_size`` images, in the precision of ``parameters``.

    ``train`` computes the loss and its gradients; ``eval`` computes the nodes in ``outputs`` (default: all ends) and
    may reuse buffers of the others; ``probe`` uses the reference algorithms and keeps every node's output.

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
    inputs = [node.id for node in part if node.layer.category == "input"]
    if len(inputs) != 1:
        raise GraphError(f"The network needs one Input layer, but has {len(inputs)}.")
    if mode == "probe":
        plan = reference_plan(graph)
    return Network(part, parameters, batch_size, mode, plan or default_plan(graph), frozenset(wanted), inputs[0])


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
    ) -> None:
        self.graph, self.batch_size, self.mode, self.plan = graph, batch_size, mode, plan
        self.clock = StepClock()
        self._input = input_node
        self._outputs = outputs
        self._layout = parameters.layout
        shares = min(plan.threads, batch_size)
        bounds = [batch_size * share // shares for share in range(shares + 1)]
        self._shards = [_Shard(self, parameters, first, last) for first, last in itertools.pairwise(bounds)]
        #: gradient of the mean loss by every parameter (flat, public layout), after ``step``
        self.gradient: Floats = self._shards[0].gradient

    def forward(self, images: Array, *, cancelled: Callable[[], bool] | None = None, team: Team | None = None) -> None:
        """Compute everything from images (N, H, W, C), uint8 0…255 or floating 0…1.

        Raises:
            Abandoned: ``cancelled`` returned true between two layers.
        """
        self._run(team, [_bound(shard.forward, images, cancelled) for shard in self._shards])

    def value(self, node_id: str) -> Floats:
        """A copy of a node's output after ``forward``: (N, H, W, C) or (N, units)."""
        parts = [to_public(shard.values[node_id]) for shard in self._shards]
        return np.ascontiguousarray(np.concatenate(parts))

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
        self.clock.seed, self.clock.step = seed, step
        self._run(team, [_bound(shard.step, images, labels, cancelled) for shard in self._shards])
        for shard in self._shards[1:]:
            self.gradient += shard.gradient
        losses = [shard.loss for shard in self._shards]
        return BatchLoss(sum(loss.total for loss in losses), sum(loss.correct for loss in losses))

    def backward(self, node_id: str, seed: Floats) -> Gradients:
        """Gradients of Σ seed · output(node) (probe mode, after ``forward``); ``seed`` has the node's public shape
        (N, …). Nodes the chosen one does not depend on get zeros."""
        (shard,) = self._shards
        shard.backward_from(node_id, seed)
        nodes = {i: np.ascontiguousarray(to_public(g)) for i, g in shard.gradients.items()}
        return Gradients(nodes, {i: self._layout.views(shard.gradient.copy(), i) for i in shard.gradients})

    def _run(self, team: Team | None, functions: list[Callable[[], None]]) -> None:
        if team is None:
            for function in functions:
                function()
        else:
            team.run(functions)


def _bound(function: Callable[..., None], *arguments: object) -> Callable[[], None]:
    return lambda: function(*arguments)


class _Shard:
    """The part of a network that computes images ``first`` to ``last`` of every batch."""

    def __init__(self, network: Network, parameters: Parameters, first: int, last: int) -> None:
        self.network, self.first, self.last = network, first, last
        self.loss = BatchLoss(0.0, 0)
        self.values: dict[str, Floats] = {}
        self.gradients: dict[str, Floats] = {}
        self.gradient = np.zeros(parameters.layout.size if network.mode != "eval" else 0, parameters.vector.dtype)
        self._dtype = parameters.vector.dtype
        self._free: list[Floats] = []
        self._place_values()
        #: for every operation: the sums to form after its backward pass, (gradient, addend)
        self._sums: dict[str, list[tuple[Floats, Floats]]] = {}
        ports = self._place_gradients()
        self._operations = {
            node_id: self._operation(node_id, parameters, ports.get(node_id, ())) for node_id in network.graph.order
        }
        if network.mode == "train":
            (self._logits,) = network._outputs

    def _place_values(self) -> None:
        """Outputs; in eval mode a buffer is free again once its last reader has run."""
        graph, mode = self.network.graph, self.network.mode
        waiting = {node.id: len(graph.consumers[node.id]) for node in graph}
        for node_id in graph.order:
            self.values[node_id] = self._acquire(graph.shape(node_id))
            if mode != "eval":
                continue
            for source in graph[node_id].inputs:
                waiting[source] -= 1
                if waiting[source] == 0 and source not in self.network._outputs:
                    self._free.append(self.values[source])

    def _place_gradients(self) -> dict[str, tuple[Floats | None, ...]]:
        """Gradients of outputs, and where each operation writes those of its inputs: into the gradient itself, or
        into a scratch array that is then added where several nodes read the same output."""
        graph, mode = self.network.graph, self.network.mode
        ports: dict[str, tuple[Floats | None, ...]] = {}
        if mode == "eval":
            return ports
        probing = mode == "probe"
        learning: set[str] = set()
        for node_id in graph.order:
            node, found = graph[node_id], graph.inferred[node_id]
            if probing or node.layer.parameters(found.inputs) or learning.intersection(node.inputs):
                learning.add(node_id)
        for node_id in self.network._outputs if not probing else graph.order:
            self.gradients[node_id] = self._acquire(graph.shape(node_id))
        for node_id in reversed(graph.order):
            if node_id not in learning:
                continue
            targets: list[Floats | None] = []
            scratch: list[Floats] = []
            for source in graph[node_id].inputs:
                if source not in learning:
                    targets.append(None)
                elif not probing and source not in self.gradients:
                    self.gradients[source] = self._acquire(graph.shape(source))
                    targets.append(self.gradients[source])
                else:
                    addend = self._acquire(graph.shape(source))
                    scratch.append(addend)
                    targets.append(addend)
                    self._sums.setdefault(node_id, []).append((self.gradients[source], addend))
            ports[node_id] = tuple(targets)
            self._free.extend(scratch)
            if not probing and node_id in self.gradients:
                self._free.append(self.gradients[node_id])
        return ports

    def _acquire(self, shape: Shape) -> Floats:
        """An array of this public shape, from a freed one if any is large enough."""
        inner = inner_shape(shape, self.last - self.first)
        size = int(np.prod(inner))
        fitting = [array for array in self._free if array.size >= size]
        if fitting:
            chosen = min(fitting, key=lambda array: array.size)
            self._free = [array for array in self._free if array is not chosen]
            base = chosen.base if chosen.base is not None else chosen
            return base.reshape(-1)[:size].reshape(inner)
        return np.zeros(size, self._dtype).reshape(inner)

    def _operation(self, node_id: str, parameters: Parameters, ports: tuple[Floats | None, ...]) -> Operation:
        network = self.network
        node = network.graph[node_id]
        layer = node.layer
        reference = network.mode == "probe"
        return layer.operation(
            Binding(
                node=node_id,
                mode=network.mode,
                algorithm="reference" if reference else network.plan.algorithms.get(node_id, layer.algorithms[0]),
                batch=self.last - self.first,
                first=self.first,
                whole=network.batch_size,
                inputs=tuple(self.values[source] for source in node.inputs),
                output=self.values[node_id],
                input_gradients=ports or (None,) * len(node.inputs),
                output_gradient=self.gradients.get(node_id, np.empty(0, self._dtype)),
                parameters=parameters.arrays(node_id),
                gradients=parameters.layout.views(self.gradient, node_id) if self.gradient.size else {},
                state=parameters.state_arrays(node_id),
                clock=network.clock,
            )
        )

    def forward(self, images: Array, cancelled: Callable[[], bool] | None) -> None:
        entry = self.network.graph[self.network._input].layer
        assert isinstance(entry, Input)
        entry.take_in(images[self.first : self.last], self.values[self.network._input])
        for operation in self._operations.values():
            if cancelled is not None and cancelled():
                raise Abandoned
            operation.forward()

    def step(self, images: Array, labels: Array, cancelled: Callable[[], bool] | None) -> None:
        # a diverging run is noticed by its loss; NumPy's warnings about it would say nothing more
        with np.errstate(over="ignore", invalid="ignore"):
            self.forward(images, cancelled)
            mine = labels[self.first : self.last]
            gradient = self.gradients[self._logits]
            self.loss = softmax_cross_entropy(self.values[self._logits], mine, gradient)
            cross_entropy_gradient(gradient, mine, self.network.batch_size)
            self._backward(self.network.graph.order, cancelled)

    def backward_from(self, node_id: str, seed: Floats) -> None:
        for gradient in self.gradients.values():
            gradient.fill(0)
        self.gradient.fill(0)
        to_public(self.gradients[node_id])[:] = seed
        upstream = self.network.graph.ancestors(node_id)
        self._backward(tuple(i for i in self.network.graph.order if i in upstream), None)

    def _backward(self, order: tuple[str, ...], cancelled: Callable[[], bool] | None) -> None:
        for node_id in reversed(order):
            if node_id not in self.gradients:
                continue
            if cancelled is not None and cancelled():
                raise Abandoned
            kept = self.gradients[node_id].copy() if self.network.mode == "probe" else None
            self._operations[node_id].backward()
            for gradient, addend in self._sums.get(node_id, ()):
                gradient += addend
            if kept is not None:
                np.copyto(self.gradients[node_id], kept)
