"""Every gradient that Explain shows adds up to the engine's, and trying confirms it."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.explanation_back import BackwardPass
from cnnstudio.nn.graph import Graph, GraphError, Node, chain
from cnnstudio.nn.layer import layer_kinds
from cnnstudio.nn.layers.conv2d import Conv2D
from cnnstudio.nn.layers.dense import Dense
from cnnstudio.nn.layers.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.relu import ReLU
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.parameters import Snapshot, initial_parameters
from tests.nn.networks import small_classifier
from tests.nn.test_explanation import some_cells
from tests.nn.test_random_graphs import random_graph


def taken_back(graph: Graph, seed: int, label: int = 1) -> BackwardPass:
    generator = np.random.default_rng(seed)
    parameters = initial_parameters(graph, seed)
    parameters.vector[:] += (0.1 * generator.standard_normal(parameters.vector.size)).astype(np.float32)
    shape = graph.shape(graph.order[0])
    image = generator.integers(0, 256, shape).astype(np.uint8)
    return BackwardPass(graph, Snapshot(parameters), image, label)


@pytest.mark.parametrize("seed", range(14))
def test_accounts_are_the_engines_gradients_through_any_network(seed: int) -> None:
    back = taken_back(random_graph(seed, normalised=seed % 2 == 0), seed)
    generator = np.random.default_rng(seed)
    for node in back.graph:
        found = []
        for cell in some_cells(back.graph.shape(node.id), generator, 3) if node.inputs else []:
            found.append(back.cell(node.id, cell))
        weights = back.parameters[node.id].get("weights")
        if weights is not None:
            found += [back.weight(node.id, index) for index in some_cells(weights.shape, generator, 3)]
            assert found[-1].part is not None, f"{node.layer.title} says nothing of its weights"
        for explanation in found:
            if explanation is None:
                continue
            assert explanation.part is not None
            scale = explanation.part.magnitude + abs(explanation.engine)
            assert abs(explanation.part.result - explanation.engine) <= 1e-9 * scale + 1e-15, (node.layer, explanation)


@pytest.mark.parametrize("seed", range(6))
def test_trying_confirms_them(seed: int) -> None:
    """On smooth networks everywhere; the kinks of ReLU and max are tested where they are not near."""
    nodes = [
        ("input", Input(8, 9, 2)),
        ("conv", Conv2D(4, (3, 2), (2, 1), padding="same", groups=2)),
        ("act", layer_kinds()[("relu", "tanh", "gelu")[seed % 3]]()),
        ("pool", MaxPool2D((2, 2), (1, 2)) if seed % 2 else layer_kinds()["average_pool2d"]((3, 3), padding="same")),
        ("up", layer_kinds()["conv_transpose2d"](filters=2, kernel=(3, 2))),
        ("local", layer_kinds()["locally_connected2d"](filters=2)),
        ("depth", layer_kinds()["depthwise_conv2d"](kernel=(2, 2))),
        ("flat", Flatten()),
        ("dense", Dense(3)),
        ("soft", Softmax()),
    ]
    back = taken_back(chain(*nodes), seed)
    generator = np.random.default_rng(seed)
    for node in back.graph:
        weights = back.parameters[node.id].get("weights")
        for index in some_cells(weights.shape, generator, 4) if weights is not None else []:
            assert back.weight(node.id, index).confirmed
        for cell in some_cells(back.graph.shape(node.id), generator, 4) if node.inputs else []:
            explanation = back.cell(node.id, cell)
            assert explanation is None or explanation.confirmed, (node.id, cell)


def test_a_wrong_gradient_is_not_confirmed() -> None:
    back = taken_back(small_classifier(), 0)
    explanation = back.weight("conv", (0, 1, 1, 0))
    assert explanation.confirmed and abs(explanation.engine) > 1e-4
    back.parameters["conv"]["weights"][0, 1, 1, 0] *= 1.01
    assert not back.weight("conv", (0, 1, 1, 0)).confirmed


def test_a_number_read_twice_gets_both_gradients() -> None:
    kinds = layer_kinds()
    nodes = (
        Node("input", Input(4, 4, 1)),
        Node("relu", ReLU(), ("input",)),
        Node("sum", kinds["add"](), ("input", "relu")),
        Node("flat", Flatten(), ("sum",)),
        Node("dense", Dense(2), ("flat",)),
        Node("soft", Softmax(), ("dense",)),
    )
    back = taken_back(Graph(nodes), 3)
    explanation = back.cell("relu", (1, 1, 0))
    assert explanation is not None and explanation.confirmed and explanation.read == "input"
    assert explanation.part is not None and explanation.part.steps[-1].name == "from other layers that read it"


def test_the_loss_is_that_of_the_right_class() -> None:
    back = taken_back(small_classifier(), 2, label=3)
    assert back.loss == pytest.approx(-np.log(back.probabilities[3]), rel=1e-12)
    explanation = back.cell("softmax", (3,))
    assert explanation is not None and explanation.confirmed
    assert explanation.engine == pytest.approx(back.probabilities[3] - 1)


def test_a_network_that_is_no_classifier_says_so() -> None:
    with pytest.raises(GraphError, match="Softmax"):
        taken_back(chain(("input", Input(4, 4, 1)), ("relu", ReLU())), 0)
