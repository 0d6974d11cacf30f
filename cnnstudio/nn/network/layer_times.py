"""How long each layer of a network takes in training, measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters import Parameters
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, Loss

_REPEATS = 5


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
