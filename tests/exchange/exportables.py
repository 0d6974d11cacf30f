"""Networks to be exported that spare nothing: every kind of layer, uneven settings, and no weight that is 0."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from cnnstudio.design.templates import template_names
from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.code.target import CodeTarget
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.parameters.parameters import Parameters, initial_parameters

KINDS = layer_kinds()
#: templates that answer with classes
TEMPLATES = [name for name in template_names() if name != "first_conv"]


def drawn(graph: Graph) -> Design:
    return Design(graph, {node.id: Card(node.id) for node in graph})


def lively(graph: Graph, seed: int = 1) -> Parameters:
    """Parameters none of which is 0 or 1 where it begins so: biases and running figures count."""
    parameters = initial_parameters(graph, seed).copy()
    noise = np.random.default_rng(seed)
    parameters.vector[:] += noise.normal(0, 0.1, parameters.vector.shape).astype(np.float32)
    parameters.state[:] += noise.uniform(0, 0.5, parameters.state.shape).astype(np.float32)
    return parameters


def around(kind: str, **settings: Any) -> Exportable:
    """A network with one layer of a kind in its middle, on pictures 9×10×3 that are scaled channel by channel."""
    graph = chain(
        ("image", Input(9, 10, 3, mean=(0.1, 0.2, 0.3), deviation=(0.5, 1.5, 2.5))),
        ("layer", KINDS[kind](**settings)),
        ("flat", KINDS["flatten"]()),
        ("logits", Dense(3)),
        ("softmax", Softmax()),
    )
    return Exportable(drawn(graph), lively(graph))


UNEVEN: dict[str, Any] = {"kernel": (3, 2), "stride": (2, 1), "padding": (2, 0, 1, 3), "dilation": (1, 2)}
HARD: list[tuple[str, dict[str, Any]]] = [
    ("conv2d", UNEVEN | {"filters": 6, "groups": 3}),
    ("depthwise_conv2d", {"kernel": (2, 3), "padding": (0, 1, 2, 0), "multiplier": 2, "dilation": (2, 1)}),
    ("conv_transpose2d", UNEVEN | {"filters": 2, "stride": (2, 3)}),
    ("locally_connected2d", UNEVEN | {"filters": 2}),
    ("upsample2d", {"factor": (3, 2)}),
    ("zero_pad2d", {"top": 1, "bottom": 2, "left": 3, "right": 0}),
    ("crop2d", {"top": 1, "bottom": 2, "left": 0, "right": 3}),
    ("max_pool2d", {"kernel": (3, 2), "stride": (2, 2), "padding": (1, 0, 1, 1)}),
    ("max_pool2d", {"kernel": (3, 3), "stride": (2, 2), "round_up": True}),
    ("average_pool2d", {"kernel": (3, 2), "stride": (2, 2), "padding": (2, 1, 0, 1)}),
    ("average_pool2d", {"kernel": (3, 3), "stride": (2, 2), "padding": (1, 1, 1, 0), "count_padding": False}),
    ("leaky_relu", {"slope": 0.2}),
    ("prelu", {}),
    ("hard_sigmoid", {}),
    ("hard_swish", {}),
    ("elu", {"alpha": 0.7}),
    ("batch_norm", {"epsilon": 0.01}),
    ("layer_norm", {"epsilon": 0.01}),
    ("group_norm", {"groups": 3, "epsilon": 0.01}),
    ("group_norm", {"groups": 1}),
    ("spatial_dropout2d", {"rate": 0.4}),
]  # fmt: skip


def as_modules(target: CodeTarget, network: Exportable, folder: Path) -> dict[str, ModuleType]:
    """The files of an export to Python, written into a folder and imported from there."""
    for name, code in target.code(network).items():
        (folder / name).write_text(code, encoding="utf-8")
    for name, content in target.weights(network).items():
        (folder / name).write_bytes(content)
    names = ("keyed", "model", "train")
    for name in names:
        sys.modules.pop(name, None)
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        return {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(folder))
