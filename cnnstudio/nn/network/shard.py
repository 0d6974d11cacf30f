"""One process's share of a compiled network: its buffers, its operations and the stages in which they run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from time import perf_counter

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats, Shape, inner_shape, to_public
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.network.workload import Workload
from cnnstudio.nn.ops.operation import Binding, Operation, StepClock
from cnnstudio.nn.ops.workspace import Workspace
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.rules.losses import BatchLoss

#: a piece of work without arguments
Step = Callable[[], None]

#: the most images that are computed at once: longer runs leave the second-level cache
PART = 32


class Abandoned(Exception):
    """The computation was cancelled between two layers. Parameters are as they were before it."""


def never() -> bool:
    """The ``cancelled`` of whoever does not cancel."""
    return False


class Shard:
    """The part of a network that computes some of the images of every batch, from ``first`` on.

    A stage runs without looking at other shards; they meet between stages. Where no layer needs the whole batch at
    once, the share is computed in ``parts`` of a size that suits the caches, one after the other in the same buffers;
    outputs are collected and gradients added up.
    """

    def __init__(self, workload: Workload, number: int, total: Floats | None = None) -> None:
        self.workload, self.number = workload, number
        parameters, common = workload.parameters, workload.common
        self.first, last = workload.bounds[number]
        images = last - self.first
        self.parts = _parts(workload, images)
        self.size = images // self.parts
        self.clock = StepClock()
        self.loss = BatchLoss(0.0, 0)
        self.values: dict[str, Floats] = {}
        self.gradients: dict[str, Floats] = {}
        learned = parameters.layout.size if workload.mode != "eval" else 0
        #: the gradient of the share; it may be wanted in a place of somebody else's
        self.total = np.zeros(learned, parameters.vector.dtype) if total is None else total
        self.gradient = self.total if self.parts == 1 else np.zeros_like(self.total)
        self._dtype = parameters.vector.dtype
        self._free: list[Floats] = []
        self._workspace = Workspace()
        self._place_values()
        #: what was asked for, of the whole share
        self.outputs = self.values
        if self.parts > 1:
            shapes = {node_id: inner_shape(workload.graph.shape(node_id), images) for node_id in workload.outputs}
            self.outputs = {node_id: np.zeros(shape, self._dtype) for node_id, shape in shapes.items()}
        #: for every operation: the sums to form after its backward pass, (gradient, addend)
        self._sums: dict[str, list[tuple[Floats, Floats]]] = {}
        ports = self._place_gradients()
        self._learning = ports.keys()
        self._operations = {
            node_id: self._operation(node_id, parameters, ports.get(node_id, ()), common[node_id])
            for node_id in workload.graph.order
        }
        steps = self._forward_steps()
        if workload.mode == "train":
            (self._logits,) = workload.outputs
            steps += [(self._compute_loss, None), *self._backward_steps()]
        self.stages = tuple(self._staged(steps))

    def commit(self) -> None:
        """Write the state of the step."""
        for operation in self._operations.values():
            operation.commit()

    def forward_behind(self, node_id: str, value: Floats) -> None:
        """Probe mode: what depends on a node, from another output of it in the public shape."""
        to_public(self.values[node_id])[:] = value
        for other, operation in self._operations.items():
            if other != node_id and node_id in self.workload.graph.ancestors(other):
                operation.forward()

    def backward_from(self, node_id: str, seed: Floats, guided: frozenset[str] = frozenset()) -> None:
        """Probe mode: gradients of Σ seed · output(node), ``seed`` in the public shape; what is below 0 ends at the
        nodes in ``guided``."""
        for gradient in self.gradients.values():
            gradient.fill(0)
        self.gradient.fill(0)
        to_public(self.gradients[node_id])[:] = seed
        upstream = self.workload.graph.ancestors(node_id)
        for step, _ in self._backward_steps(upstream, guided):
            step()

    def timed(self) -> dict[str, float]:
        """Train mode, after a step: the seconds that each operation takes for ``size`` images, there and back. What it
        computes is of no use."""
        cancelled, taken = self.workload.cancelled, dict.fromkeys(self._operations, 0.0)
        order = list(self._operations.items())
        there = [(node_id, (operation.forward, operation.forward_rest)) for node_id, operation in order]
        back = [(node_id, (operation.backward, operation.backward_rest)) for node_id, operation in reversed(order)]
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for node_id, (first, rest) in (*there, *(entry for entry in back if entry[0] in self._learning)):
                if cancelled is not None and cancelled():
                    raise Abandoned
                begun = perf_counter()
                first()
                if self._operations[node_id].meets:
                    rest()
                taken[node_id] += perf_counter() - begun
        return taken

    # -- stages: steps up to one after which the shares let each other know the figures of a node -----------------

    def _forward_steps(self) -> list[tuple[Step, str | None]]:
        steps: list[tuple[Step, str | None]] = [(self._take_in, None)]
        for node_id, operation in self._operations.items():
            steps.append((operation.forward, node_id if operation.meets else None))
            if operation.meets:
                steps.append((operation.forward_rest, None))
        return steps

    def _backward_steps(
        self, among: Iterable[str] = (), guided: frozenset[str] = frozenset()
    ) -> list[tuple[Step, str | None]]:
        chosen = set(among) or set(self.workload.graph.order)
        steps: list[tuple[Step, str | None]] = []
        for node_id in reversed(self.workload.graph.order):
            if node_id not in self._learning or node_id not in chosen:
                continue
            operation, gradient_here = self._operations[node_id], self.gradients[node_id]
            if node_id in guided:
                steps.append((partial(np.maximum, gradient_here, 0, out=gradient_here), None))
            kept = self.gradients[node_id].copy() if self.workload.mode == "probe" else None
            if kept is not None:
                steps.append((partial(np.copyto, kept, self.gradients[node_id]), None))
            steps.append((operation.backward, node_id if operation.meets else None))
            if operation.meets:
                steps.append((operation.backward_rest, None))
            for gradient, addend in self._sums.get(node_id, ()):
                steps.append((partial(np.add, gradient, addend, gradient), None))
            if kept is not None:
                steps.append((partial(np.copyto, self.gradients[node_id], kept), None))
        return steps

    def _staged(self, steps: Iterable[tuple[Step, str | None]]) -> Iterator[tuple[Step, str | None]]:
        group: list[Step] = []
        for step, node_id in steps:
            group.append(step)
            if node_id is not None:
                yield partial(self._run_stage, group), node_id
                group = []
        yield partial(self._run_stage, group), None

    def _run_stage(self, steps: list[Step]) -> None:
        cancelled = self.workload.cancelled
        self.clock.seed, self.clock.step = self.workload.seed, self.workload.step_number
        # a diverging run is noticed by its loss; NumPy's warnings about it would say nothing more
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            for part in range(self.parts):
                self.clock.first = self.first + part * self.size
                for step in steps:
                    if cancelled is not None and cancelled():
                        raise Abandoned
                    step()
                if self.parts > 1:
                    self._collect(part)

    def _collect(self, part: int) -> None:
        """Keep what the next part will write over."""
        place = slice(part * self.size, (part + 1) * self.size)
        if self.workload.mode == "eval":
            for node_id, output in self.outputs.items():
                np.copyto(output[..., place], self.values[node_id])
        elif part == 0:
            np.copyto(self.total, self.gradient)
        else:
            np.add(self.total, self.gradient, out=self.total)

    def _take_in(self) -> None:
        node_id = self.workload.input_node
        layer = self.workload.graph[node_id].layer
        assert isinstance(layer, Input)
        layer.take_in(self.workload.images[self.clock.first : self.clock.first + self.size], self.values[node_id])

    def _compute_loss(self) -> None:
        labels = self.workload.labels[self.clock.first : self.clock.first + self.size]
        gradient = self.gradients[self._logits]
        before = self.loss if self.clock.first > self.first else BatchLoss(0.0, 0)
        part = self.workload.loss.measure(self.values[self._logits], labels, gradient)
        self.loss = BatchLoss(before.total + part.total, before.correct + part.correct)
        self.workload.loss.differentiate(gradient, labels, self.workload.batch_size)

    # -- buffers ---------------------------------------------------------------------------------------------------

    def _place_values(self) -> None:
        """Outputs; in eval mode a buffer is free again once its last reader has run."""
        graph, mode = self.workload.graph, self.workload.mode
        waiting = {node.id: len(graph.consumers[node.id]) for node in graph}
        for node_id in graph.order:
            own = self._overwritten(node_id)
            self.values[node_id] = self._acquire(graph.shape(node_id)) if own is None else self.values[own]
            if mode != "eval":
                continue
            for source in graph[node_id].inputs:
                waiting[source] -= 1
                if waiting[source] == 0 and source != own and source not in self.workload.outputs:
                    self._free.append(self.values[source])

    def _overwritten(self, node_id: str) -> str | None:
        """The node whose output this one may write over: nobody else reads it, in either direction."""
        graph = self.workload.graph
        node = graph[node_id]
        if self.workload.mode == "probe" or not node.layer.in_place:
            return None
        source = node.inputs[0]
        free = len(graph.consumers[source]) == 1 and source not in self.workload.outputs
        return source if free and not graph[source].layer.rereads_output else None

    def _place_gradients(self) -> dict[str, tuple[Floats | None, ...]]:
        """Gradients of outputs, and where each operation writes those of its inputs: into the gradient itself, or
        into a scratch array that is then added where several nodes read the same output."""
        graph, mode = self.workload.graph, self.workload.mode
        ports: dict[str, tuple[Floats | None, ...]] = {}
        if mode == "eval":
            return ports
        probing = mode == "probe"
        learning: set[str] = set()
        for node_id in graph.order:
            node, found = graph[node_id], graph.inferred[node_id]
            moves = node_id not in self.workload.locked and node.layer.parameters(found.inputs)
            if probing or moves or learning.intersection(node.inputs):
                learning.add(node_id)
        for node_id in self.workload.outputs if not probing else graph.order:
            self.gradients[node_id] = self._acquire(graph.shape(node_id))
        for node_id in reversed(graph.order):
            if node_id not in learning:
                continue
            layer = graph[node_id].layer
            targets: list[Floats | None] = []
            scratch: list[Floats] = []
            for source in graph[node_id].inputs:
                if source not in learning:
                    targets.append(None)
                elif self._overwritten(node_id) == source or (
                    not targets and not probing and source not in self.gradients and layer.gradient_in_place
                ):
                    self.gradients[source] = self.gradients[node_id]
                    targets.append(self.gradients[source])
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
            if not probing and not any(target is self.gradients[node_id] for target in targets):
                self._free.append(self.gradients[node_id])
        return ports

    def _acquire(self, shape: Shape) -> Floats:
        """An array of this public shape, from a freed one if any is large enough."""
        inner = inner_shape(shape, self.size)
        size = int(np.prod(inner))
        fitting = [array for array in self._free if array.size >= size]
        if fitting:
            chosen = min(fitting, key=lambda array: array.size)
            self._free = [array for array in self._free if array is not chosen]
            base = chosen.base if chosen.base is not None else chosen
            return base.reshape(-1)[:size].reshape(inner)
        return np.zeros(size, self._dtype).reshape(inner)

    def _operation(
        self, node_id: str, parameters: Parameters, ports: tuple[Floats | None, ...], common: Doubles
    ) -> Operation:
        workload = self.workload
        node = workload.graph[node_id]
        layer = node.layer
        algorithm = workload.plan.algorithms.get(node_id, layer.algorithms[0])
        return layer.operation(
            Binding(
                node=node_id,
                mode=workload.mode,
                algorithm=algorithm,
                batch=self.size,
                whole=workload.batch_size,
                inputs=tuple(self.values[source] for source in node.inputs),
                output=self.values[node_id],
                input_gradients=ports or (None,) * len(node.inputs),
                output_gradient=self.gradients.get(node_id, np.empty(0, self._dtype)),
                parameters=parameters.arrays(node_id),
                gradients=parameters.layout.views(self.gradient, node_id) if self.gradient.size else {},
                state=parameters.state_arrays(node_id),
                clock=self.clock,
                workspace=self._workspace,
                share=self.number,
                common=common,
                locked=node_id in workload.locked,
            )
        )


def _parts(workload: Workload, images: int) -> int:
    """Into how many equal parts a share of ``images`` is split: the fewest of at most ``PART`` images."""
    whole = workload.mode != "eval" and any(node.layer.whole_batch for node in workload.graph)
    if workload.mode == "probe" or whole:
        return 1
    return next((parts for parts in range(1, images) if images % parts == 0 and images // parts <= PART), 1)
