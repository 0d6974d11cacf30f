"""JAX, one compiled function over the whole step."""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from typing import Any

os.environ["JAX_PLATFORMS"] = "cpu"

import jax
import jax.numpy as jnp

from benchmarks.contenders.turns import Task, take_turns
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.ops.windows import resolved_padding
from cnnstudio.nn.parameters.parameters import initial_parameters


def logits(graph: Graph, parameters: dict[str, dict[str, Any]], images: Any, key: Any) -> Any:
    """The logits of a graph of ours. While training ``key`` draws what dropout leaves out, and normalisation uses the
    batch's own statistics; without one it uses those it begins with."""
    last = classifier(graph).logits
    values: dict[str, Any] = {}
    for place, node_id in enumerate(graph.order):
        if node_id in graph.ancestors(last):
            node = graph[node_id]
            sources = [values[i] for i in node.inputs]
            own = None if key is None else jax.random.fold_in(key, place)
            values[node_id] = _apply(node, parameters.get(node_id, {}), sources, own) if sources else images
    return values[last]


def _apply(node: Node, own: dict[str, Any], sources: list[Any], key: Any) -> Any:
    layer, (source, *_) = node.layer, sources
    match layer.kind:
        case "conv2d" | "depthwise_conv2d":
            top, bottom, left, right = resolved_padding(layer.padding, layer.kernel, layer.dilation)
            return own["bias"] + jax.lax.conv_general_dilated(
                source,
                own["weights"].transpose(1, 2, 3, 0),
                layer.stride,
                ((top, bottom), (left, right)),
                rhs_dilation=layer.dilation,
                dimension_numbers=("NHWC", "HWIO", "NHWC"),
                feature_group_count=1 if layer.kind == "conv2d" else source.shape[3],
            )
        case "max_pool2d":
            window, stride = (1, *layer.kernel, 1), (1, *layer.stride, 1)
            top, bottom, left, right = resolved_padding(layer.padding, layer.kernel)
            padding = ((0, 0), (top, bottom), (left, right), (0, 0))
            return jax.lax.reduce_window(source, -jnp.inf, jax.lax.max, window, stride, padding)
        case "dropout":
            if key is None:
                return source
            return jnp.where(jax.random.bernoulli(key, 1 - layer.rate, source.shape), source / (1 - layer.rate), 0)
        case "relu":
            return jax.nn.relu(source)
        case "flatten":
            return source.reshape(source.shape[0], -1)
        case "dense":
            return source @ own["weights"].T + own["bias"]
        case "batch_norm":
            mean, variance = (0.0, 1.0) if key is None else (source.mean((0, 1, 2)), source.var((0, 1, 2)))
            scale, shift = own.values()
            return (source - mean) * jax.lax.rsqrt(variance + 1e-5) * scale + shift
        case "add":
            return sum(sources[1:], source)
        case "concatenate":
            return jnp.concatenate(sources, 3)
        case "global_average_pool":
            return source.mean((1, 2))
    raise ValueError(f"{layer.kind} has no counterpart in this comparison")


def main() -> None:
    """Train with SGD and momentum, or look at images."""
    task = Task()
    images, labels = jnp.asarray(task.floats), jnp.asarray(task.labels)

    def make() -> Callable[[], object]:
        drawn = initial_parameters(task.graph, 0)
        parameters = {node.id: {k: jnp.asarray(v) for k, v in drawn.arrays(node.id).items()} for node in task.graph}
        velocity = jax.tree.map(jnp.zeros_like, parameters)

        def loss(parameters: Any, key: Any) -> Any:
            chances = jax.nn.log_softmax(logits(task.graph, parameters, images, key))
            return -jnp.take_along_axis(chances, labels[:, None], 1).mean()

        @jax.jit
        def update(parameters: Any, velocity: Any, step: Any) -> Any:
            gradients = jax.grad(loss)(parameters, jax.random.fold_in(jax.random.key(0), step))
            velocity = jax.tree.map(lambda v, g: 0.9 * v + g, velocity, gradients)
            return jax.tree.map(lambda w, v: w - 0.001 * v, parameters, velocity), velocity

        look = jax.jit(lambda parameters: logits(task.graph, parameters, images, None))
        steps = count()

        def train() -> None:
            nonlocal parameters, velocity
            parameters, velocity = jax.block_until_ready(update(parameters, velocity, next(steps)))

        def infer() -> None:
            jax.block_until_ready(look(parameters))

        return train if task.training else infer

    take_turns(make)


if __name__ == "__main__":
    main()
