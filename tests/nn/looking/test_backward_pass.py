"""Every gradient that Explain shows adds up to the engine's, and trying confirms it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bench import random_layer, some_cells
from networks import small_classifier
from random_graphs import random_graph

from cnnstudio.nn.explaining.dependence import as_volume
from cnnstudio.nn.graph.graph import Graph, GraphError, Node, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.looking.backward_pass import BackwardPass
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.nn.telling.told import worded


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


#: kinds whose cells' gradients go to many cells in many parts; those with weights say how a weight's adds up
MANY_PARTS = {"conv2d", "conv_transpose2d", "depthwise_conv2d", "locally_connected2d", "dense"}


@pytest.mark.parametrize("kind", sorted(layer_kinds().keys() - {"input", "softmax"}))
@pytest.mark.parametrize("seed", range(2))
def test_every_kind_has_its_way_back(kind: str, seed: int) -> None:
    """With random settings, between layers that make its gradients no plain ones; trying confirms each account."""
    generator = np.random.default_rng([seed, *kind.encode()])
    layer, shapes = random_layer(layer_kinds()[kind], generator)
    kinds, volume = layer_kinds(), len(shapes[0]) == 3
    nodes = [Node("input", Input(*as_volume(shapes[0])))]
    for port in range(len(shapes)):
        nodes.append(Node(f"own{port}", kinds["tanh"]() if volume else Flatten(), ("input",)))
        nodes.append(Node(f"in{port}", kinds["silu"](), (f"own{port}",)))
    nodes.append(Node("layer", layer, tuple(f"in{port}" for port in range(len(shapes)))))
    nodes.append(Node("bent", kinds["tanh"](), ("layer",)))
    if len(layer.output_shape(shapes)) == 3:
        nodes.append(Node("flat", Flatten(), ("bent",)))
    nodes += [Node("dense", Dense(3), (nodes[-1].id,)), Node("soft", Softmax(), ("dense",))]
    back = taken_back(Graph(tuple(nodes)), seed)
    found = [back.cell("layer", cell) for cell in some_cells(back.graph.shape("layer"), generator, 6)]
    if kind in MANY_PARTS:
        weights = back.parameters["layer"]["weights"]
        found = [back.weight("layer", index) for index in some_cells(weights.shape, generator, 6)]
    told = [explanation for explanation in found if explanation is not None]
    assert told or kind == "zero_pad2d"
    for explanation in told:
        assert explanation.part is not None and explanation.confirmed, (layer, explanation)
        scale = explanation.part.magnitude + abs(explanation.engine)
        assert abs(explanation.part.result - explanation.engine) <= 1e-9 * scale + 1e-15, (layer, explanation)


def test_a_wrong_gradient_is_not_confirmed() -> None:
    back = taken_back(small_classifier(), 0)
    explanation = back.weight("conv", (0, 1, 1, 0))
    assert explanation.confirmed and abs(explanation.engine) > 1e-4
    back.parameters["conv"]["weights"][0, 1, 1, 0] *= 1.01
    assert not back.weight("conv", (0, 1, 1, 0)).confirmed


def test_at_a_corner_every_slope_between_both_sides_is_right_and_no_other() -> None:
    """Of equal numbers the first gets the gradient; moving it down changes nothing, for another wins then."""
    nodes = [("input", Input(4, 4, 1)), ("pool", MaxPool2D()), ("flat", Flatten()), ("dense", Dense(2))]
    graph = chain(*nodes, ("soft", Softmax()))
    back = BackwardPass(graph, Snapshot(initial_parameters(graph, 0)), np.full((4, 4, 1), 90, np.uint8), 0)
    tied = back.cell("pool", (0, 0, 0))
    assert tied is not None and abs(tied.engine) > 1e-3
    assert tied.corner and tied.confirmed and 0.0 in tied.slopes
    assert tied.met and tied.nearest == pytest.approx(tied.engine, rel=1e-4), "not the mean of both sides, half of it"
    between = replace(tied, engine=tied.engine / 3)
    assert between.confirmed and not between.met
    assert not replace(tied, engine=1.01 * tied.engine).confirmed
    smooth = back.weight("dense", (0, 0))
    assert smooth.confirmed and not smooth.corner


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
    assert explanation.part is not None and worded(explanation.part.steps[-1].name) == "from other layers that read it"


def test_the_loss_is_that_of_the_right_class() -> None:
    back = taken_back(small_classifier(), 2, label=3)
    assert back.loss == pytest.approx(-np.log(back.probabilities[3]), rel=1e-12)
    explanation = back.cell("softmax", (3,))
    assert explanation is not None and explanation.confirmed
    assert explanation.engine == pytest.approx(back.probabilities[3] - 1)


def test_a_network_that_is_no_classifier_says_so() -> None:
    with pytest.raises(GraphError, match="Softmax"):
        taken_back(chain(("input", Input(4, 4, 1)), ("relu", ReLU())), 0)
