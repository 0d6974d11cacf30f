"""ONNX: what is written computes the same, in ONNX's own reference."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import onnx
import pytest
from exportables import HARD, KINDS, around, drawn, lively
from onnx.reference import ReferenceEvaluator

from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.onnx.kinds import WRITERS
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph, GraphError, Node, chain
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters, untrained_parameters
from tests.nn.random_graphs import random_graph

#: at most so far apart, as a share of the largest logit
CLOSE = 1e-4


def difference(network: Exportable, count: int = 3) -> float:
    """How far apart ours and the reference's logits are, as a share of the largest; probabilities likewise."""
    graph, ends = network.design.graph, network.ends
    images = np.random.default_rng(5).random((count, *graph.shape(ends.input)), np.float32)
    ours = compile_network(graph, network.parameters, count, mode="eval")
    ours.forward(images)
    logits, probabilities = run(onnx_model(network), images)
    assert np.abs(ours.value(ends.softmax) - probabilities).max() < CLOSE
    expected = ours.value(ends.logits)
    return float(np.abs(expected - logits).max() / np.abs(expected).max())


def run(model: onnx.ModelProto, images: Floats) -> list[Floats]:
    found: list[Floats] = ReferenceEvaluator(model).run(None, {"image": images.transpose(0, 3, 1, 2)})
    return found


@pytest.mark.parametrize("name", [name for name in template_names() if name != "first_conv"])
def test_every_template_computes_the_same(name: str) -> None:
    design = template(name)
    assert difference(Exportable(design, lively(design.graph)), 2) < CLOSE


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_compute_the_same(seed: int) -> None:
    graph = random_graph(seed, normalised=True)
    assert difference(Exportable(drawn(graph), lively(graph, seed))) < CLOSE


@pytest.mark.parametrize(("kind", "settings"), HARD)
def test_uneven_settings_compute_the_same(kind: str, settings: dict[str, Any]) -> None:
    assert difference(around(kind, **settings)) < CLOSE


def test_rounding_up_with_padding_that_counts_is_the_same_or_refused() -> None:
    pool = KINDS["average_pool2d"](kernel=(3, 3), stride=(2, 2), padding=(1, 1, 1, 1), round_up=True)
    graph = chain(
        ("image", Input(8, 8, 2)),
        ("pool", pool),
        ("flat", KINDS["flatten"]()),
        ("logits", Dense(3)),
        ("softmax", Softmax()),
    )
    assert difference(Exportable(drawn(graph), lively(graph))) < CLOSE


def test_every_kind_is_written() -> None:
    assert WRITERS.keys() == KINDS.keys()


def test_names_are_those_of_the_drawing_and_classes_in_the_metadata() -> None:
    design = template("lenet5")
    model = onnx_model(Exportable(design, initial_parameters(design.graph, 0), tuple("abcdefghiö")))
    assert {node.name for node in model.graph.node} >= {c.name for i, c in design.cards.items() if i != "input_1"}
    assert json.loads({entry.key: entry.value for entry in model.metadata_props}["classes"]) == list("abcdefghiö")
    assert [output.name for output in model.graph.output] == ["logits", "probabilities"]
    assert model.opset_import[0].version >= 17


def test_two_layers_of_one_name_stay_two() -> None:
    graph = chain(
        ("image", Input(4, 4, 1)),
        ("flat", KINDS["flatten"]()),
        ("a", Dense(3)),
        ("b", Dense(3)),
        ("softmax", Softmax()),
    )
    cards = {node.id: Card("Same") for node in graph}
    assert difference(Exportable(Design(graph, cards), lively(graph))) < CLOSE


def test_what_cannot_be_written_is_refused_in_a_sentence() -> None:
    design = template("first_conv")
    with pytest.raises(GraphError, match="Softmax"):
        onnx_model(Exportable(design, initial_parameters(design.graph, 0)))
    layers = (("image", Input(64, 64, 3)), ("flat", KINDS["flatten"]()), ("huge", Dense(65_536)), ("logits", Dense(3)))
    graph = Graph((*chain(*layers).nodes, Node("softmax", Softmax(), ("logits",))))
    with pytest.raises(ExportRefused, match="2 GB"):
        onnx_model(Exportable(drawn(graph), untrained_parameters(graph, 0)))
