"""Random graphs with branches, sums, products and joins."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.dropout import Dropout
from cnnstudio.nn.layers.softmax import Softmax

CLASSES = 4
#: what a graph may be made of: all that computes the same while training and otherwise
PLAIN = sorted(layer_kinds().keys() - {"input", "softmax", "batch_norm", "dropout", "spatial_dropout2d"})
#: what layers are drawn from: convolutions more often than all else
_DRAWN = [*PLAIN, *("conv2d",) * 3]
SETTINGS: dict[str, tuple[dict[str, object], ...]] = {
    "conv2d": ({"filters": 4, "padding": "same"}, {"filters": 4, "padding": "same", "bias": False}),
    "locally_connected2d": ({"filters": 2}, {"filters": 2, "bias": False}),
    "conv_transpose2d": ({"filters": 3}, {"filters": 3, "bias": False}),
    "depthwise_conv2d": ({"padding": "same"}, {"padding": "same", "bias": False}),
    "group_norm": ({"groups": 1}, {"groups": 2}),
    "dense": ({"units": 6}, {"units": 6, "bias": False}),
    "max_pool2d": ({"kernel": (3, 3), "padding": "same"}, {"round_up": True}),
    "average_pool2d": ({}, {"kernel": (3, 3), "padding": "same", "round_up": True, "count_padding": False}),
}


def random_graph(seed: int, *, normalised: bool = False) -> Graph:
    """10 random layers, each on random nodes before it; what takes part ends in a classifier of 4 classes.

    Every second graph is drawn towards merges of one kind, as in residual and inception networks.
    """
    generator = np.random.default_rng(seed)
    nodes = [Node("input", Input(int(generator.integers(6, 10)), int(generator.integers(6, 10)), 2))]
    graph = Graph(tuple(nodes))
    while len(graph) < 11:
        kind = str(generator.choice(["add", "concatenate"] if generator.random() < 0.3 else _DRAWN))
        settings = SETTINGS.get(kind, ({},))
        layer: Layer = layer_kinds()[kind](**settings[int(generator.integers(len(settings)))])
        if normalised and generator.random() < 0.4:
            layer = generator.choice([BatchNorm(), Dropout(0.3)])
        sources = [str(s) for s in generator.choice([node.id for node in graph], 2 if layer.most_inputs > 1 else 1)]
        candidate = Graph((*graph.nodes, Node(f"{layer.kind}_{len(graph)}", layer, tuple(sources))))
        shape = candidate.inferred[candidate.nodes[-1].id].output
        if shape is not None and np.prod(shape) < 2000:
            graph = candidate
    ends = [node.id for node in graph if not graph.consumers[node.id]]
    tail: list[Node] = []
    for end in ends:
        flat = len(graph.shape(end)) == 3
        tail += [Node(f"flat_{end}", layer_kinds()["flatten"](), (end,))] if flat else []
        tail.append(Node(f"dense_{end}", Dense(CLASSES), (f"flat_{end}" if flat else end,)))
    answers = tuple(node.id for node in tail if node.layer.kind == "dense")
    if len(answers) > 1:
        tail.append(Node("logits", layer_kinds()["add"](), answers[:16]))
    return Graph((*graph.nodes, *tail, Node("softmax", Softmax(), (tail[-1].id,))))
