"""Choose algorithms by timing them, as vendor libraries do: which one wins depends on channels, size and batch.
The same clock tells how long each layer of a network takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import numpy as np

from cnnstudio.nn.arrays import Array, Floats, Shape, empty_inner
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import Plan, default_plan
from cnnstudio.nn.network.shard import Abandoned, never
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.ops.operation import Binding
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, Loss

#: images of the slice that is timed, at the most
SLICE = 32
#: the usual algorithm stays unless another one needs less than this part of its time
WORTH = 0.93
#: … and saves at least so many seconds
LEAST = 20e-6
#: passes of which the shortest counts when layers are timed in a whole network
_REPEATS = 5


def tuned_plan(graph: Graph, batch_size: int, threads: int, cancelled: Callable[[], bool] = never) -> Plan:
    """The plan whose algorithms are the fastest here, for training with batches of this size.

    Each layer is timed by itself on a slice of one thread's share of the batch, in processor time, so that a busy
    machine changes little. Equal layers are timed once.

    Raises:
        Abandoned: ``cancelled`` returned true.
    """
    usual = default_plan(graph, threads)
    chosen = dict(usual.algorithms)
    known: dict[tuple[Layer, tuple[Shape, ...], bool], str] = {}
    batch = max(1, min(SLICE, batch_size // threads))
    with one_blas_thread():
        for node_id in graph.computable.order:
            layer, inputs = graph[node_id].layer, graph.inferred[node_id].inputs
            first = all(graph[source].layer.category == "input" for source in graph[node_id].inputs)
            key = (layer, inputs, first)
            if key not in known:
                known[key] = _fastest(layer, inputs, batch, chosen[node_id], first, cancelled)
            chosen[node_id] = known[key]
    return Plan(threads, chosen)


def _fastest(
    layer: Layer, inputs: tuple[Shape, ...], batch: int, usual: str, first: bool, cancelled: Callable[[], bool]
) -> str:
    """The best algorithm for each part of a layer's work, written as the plan writes it."""
    names = [name for name in layer.algorithms if name != "reference"]
    if len(names) < 2:
        return usual
    times: dict[str, list[float]] = {}
    for name in names:
        parts = layer.operation(random_binding(layer, inputs, batch, name, first)).parts()
        if not parts:
            return usual
        times[name] = [_seconds(part, cancelled) for part in parts]
    best = []
    for number, standing in enumerate(_split(usual, len(times[names[0]]))):
        fastest = min(names, key=lambda name: times[name][number])
        saved = times[standing][number] - times[fastest][number]
        best.append(fastest if saved > max((1 - WORTH) * times[standing][number], LEAST) else standing)
    return best[0] if len(set(best)) == 1 else "/".join(best)


def _split(name: str, parts: int) -> list[str]:
    named = name.split("/")
    return named if len(named) == parts else [named[0]] * parts


def _seconds(part: Callable[[], None], cancelled: Callable[[], bool]) -> float:
    """Processor seconds of the fastest of three runs after one that warms the caches."""
    part()
    found = []
    for _ in range(3):
        if cancelled():
            raise Abandoned
        begun = time.thread_time()
        part()
        found.append(time.thread_time() - begun)
    return min(found)


def random_binding(layer: Layer, inputs: tuple[Shape, ...], batch: int, algorithm: str, first: bool) -> Binding:
    """Arrays of random numbers for one layer alone, to train with ``batch`` images; the first layer of a network needs
    no input gradient."""
    draws = np.random.default_rng(0)

    def random(shape: Shape) -> Floats:
        array = empty_inner(shape, batch, np.float32)
        array[...] = draws.standard_normal(array.shape, np.float32)
        return array

    output = random(layer.output_shape(inputs))
    parameters = {spec.name: np.full(spec.shape, 0.01, np.float32) for spec in layer.parameters(inputs)}
    return Binding(
        node="",
        mode="train",
        algorithm=algorithm,
        batch=batch,
        whole=batch,
        inputs=tuple(random(shape) for shape in inputs),
        output=output,
        input_gradients=tuple(None if first else random(shape) for shape in inputs),
        output_gradient=random(layer.output_shape(inputs)),
        parameters=parameters,
        gradients={name: np.empty_like(array) for name, array in parameters.items()},
        state={spec.name: np.ones(spec.shape, np.float32) for spec in layer.state(inputs)},
    )


def layer_times(
    graph: Graph,
    parameters: Parameters,
    images: Array,
    labels: Array,
    plan: Plan,
    *,
    loss: Loss = CROSS_ENTROPY,
    locked: frozenset[str] = frozenset(),
    cancelled: Callable[[], bool] | None = None,
) -> Mapping[str, float]:
    """Seconds that each layer takes for one image, forward and backward together, on one thread: node id → the
    shortest of a few passes over ``images`` (N, H, W, C), uint8, with ``labels`` (N,); what is longer was disturbed.
    Layers that the loss does not depend on are left out.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true between two layers.
    """
    alone = Plan(1, plan.algorithms)
    network = compile_network(graph, parameters, len(images), mode="train", plan=alone, loss=loss, locked=locked)
    with one_blas_thread():
        network.step(images, labels, cancelled=cancelled)  # fills every buffer
        shard = network.shard(0)
        passes = [shard.timed() for _ in range(_REPEATS)]
    return {node: min(one[node] for one in passes) / shard.size for node in passes[0]}
