"""ONNX models are read without running anything: what can be represented computes the same, the rest is named."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor_value_info
from onnx.reference import ReferenceEvaluator
from test_onnx import HARD, KINDS, drawn, lively

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.onnx.reading import network_of, read_onnx
from cnnstudio.exchange.onnx.writing import onnx_model
from cnnstudio.exchange.reading.layers_read import ImportRefused
from cnnstudio.exchange.reading.project import Imported
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.ops.windows import resolved_padding
from tests.nn.random_graphs import random_graph

NOWHERE = Path("model.onnx")


def canonical(layer: Layer, channels: int) -> Layer:
    """What a file cannot tell apart is one: how weights began, and padding that is the same by two names."""
    settings = {about.name: getattr(layer, about.name) for about in layer.settings()}
    if "initializer" in settings:
        layer = layer.replace(initializer="he")
    if "padding" in settings:
        kernel, dilation = settings["kernel"], settings.get("dilation", (1, 1))
        sides = resolved_padding(settings["padding"], kernel, dilation)
        full = resolved_padding("same", kernel, dilation)
        layer = layer.replace(padding="valid" if not any(sides) else "same" if sides == full else sides)
        if "count_padding" in settings and not any(sides):
            layer = layer.replace(count_padding=True)
    if layer.kind == "conv2d" and settings["groups"] == channels > 1:
        names = ("kernel", "stride", "padding", "dilation", "bias")
        same = {name: getattr(layer, name) for name in names}
        layer = KINDS["depthwise_conv2d"](**same, multiplier=settings["filters"] // channels)
    return layer


def told(design: Design) -> dict[str, tuple[Layer, tuple[str, ...]]]:
    """Each layer by its name, and the names of those it reads."""
    cards = design.cards
    return {
        cards[node.id].name: (
            canonical(node.layer, _channels(design, node.id)),
            tuple(cards[source].name for source in node.inputs),
        )
        for node in design.graph
    }


def _channels(design: Design, node: str) -> int:
    inputs = design.graph.inferred[node].inputs
    return inputs[0][-1] if inputs else 0


def comes_back(network: Exportable) -> None:
    model = onnx_model(network)
    del model.metadata_props[:]
    model.producer_name = model.doc_string = ""
    found = network_of(model, NOWHERE).project
    part = Design(network.graph, {i: Card(network.name(i)) for i in network.graph.ids})
    assert told(found.design) == told(part)
    names = {card.name: i for i, card in found.design.cards.items()}
    parameters = found.weights.parameters
    for node in network.graph.order:
        other = names[network.name(node)]
        back = {**parameters.arrays(other), **parameters.state_arrays(other)}
        for name, values in network.arrays(node).items():
            assert np.array_equal(back[name], values), (node, name)


@pytest.mark.parametrize("name", [name for name in template_names() if name != "first_conv"])
def test_every_template_comes_back_from_its_nodes_alone(name: str) -> None:
    design = template(name)
    comes_back(Exportable(design, lively(design.graph)))


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs_come_back(seed: int) -> None:
    graph = random_graph(seed, normalised=True)
    cards = {node.id: Card("Input" if node.layer.kind == "input" else node.id) for node in graph}
    comes_back(Exportable(Design(graph, cards), lively(graph, seed)))


@pytest.mark.parametrize(("kind", "settings"), HARD)
def test_uneven_settings_come_back(kind: str, settings: dict[str, Any]) -> None:
    image = Input(9, 10, 3, mean=(0.1, 0.2, 0.3), deviation=(0.5, 1.5, 2.5))
    layers = (("Input", image), ("layer", KINDS[kind](**settings)), ("flat", KINDS["flatten"]()), ("logits", Dense(3)))
    graph = chain(*layers, ("softmax", Softmax()))
    comes_back(Exportable(drawn(graph), lively(graph)))


def test_classes_come_from_the_metadata() -> None:
    design = template("lenet5")
    names = tuple("abcdefghiö")
    model = onnx_model(Exportable(design, lively(design.graph), names))
    assert network_of(model, NOWHERE).project.design.classes == names


# models of other programs


def model(
    nodes: Sequence[onnx.NodeProto], constants: dict[str, Any], image: Sequence[Any] = ("N", 2, 6, 6)
) -> onnx.ModelProto:
    kind = onnx.TensorProto.FLOAT
    graph = make_graph(
        list(nodes),
        "foreign",
        [make_tensor_value_info("x", kind, list(image))],
        [make_tensor_value_info("y", kind, None)],
        [onnx.numpy_helper.from_array(np.asarray(values), name) for name, values in constants.items()],
    )
    return make_model(graph, opset_imports=[make_opsetid("", 17)], ir_version=8)


def drawn_numbers(*shape: int) -> Floats:
    return np.random.default_rng(len(shape)).normal(0, 0.5, shape).astype(np.float32)


def the_same(foreign: onnx.ModelProto, judge: onnx.ModelProto | None = None) -> Imported:
    """What is read computes what the reference does, of a ``judge`` that does the same where it cannot do this."""
    found = network_of(foreign, NOWHERE)
    design, parameters = found.project.design, found.project.weights.parameters
    network = Exportable(design, parameters)
    images = np.random.default_rng(3).random((2, *design.graph.shape(network.ends.input)), np.float32)
    ours = compile_network(design.graph, parameters, 2, mode="eval")
    ours.forward(images)
    (expected,) = ReferenceEvaluator(judge or foreign).run(None, {"x": images.transpose(0, 3, 1, 2)})
    answers = ours.value(network.ends.softmax if foreign.graph.node[-1].op_type == "Softmax" else network.ends.logits)
    np.testing.assert_allclose(answers, expected, rtol=1e-4, atol=1e-5)
    return found


def kinds(found: Imported) -> list[str]:
    graph = found.project.design.graph
    return [graph[node].layer.kind for node in graph.order]


HEAD = (
    make_node("Flatten", ["f"], ["flat"], "head/flat"),
    make_node("Gemm", ["flat", "w", "b"], ["y"], "head/fc", transB=1),
)


def head(inputs: int) -> dict[str, Floats]:
    return {"w": drawn_numbers(3, inputs), "b": drawn_numbers(3)}


def test_a_list_whose_channels_come_first_is_read_with_its_weights_in_our_order() -> None:
    nodes = (make_node("Conv", ["x", "k"], ["f"], "conv", pads=[1, 1, 1, 1]), *HEAD)
    found = the_same(model(nodes, {"k": drawn_numbers(4, 2, 3, 3), **head(4 * 36)}))
    assert kinds(found) == ["input", "conv2d", "flatten", "dense", "softmax"]
    assert "logits" in str(found.notes[0])


def test_a_list_may_be_bent_normalised_and_joined_before_it_is_read() -> None:
    norm = {name: np.abs(drawn_numbers(72)) + 0.1 for name in ("scale", "shift", "mean", "var")}
    nodes = (
        make_node("Flatten", ["x"], ["a"], "a"),
        make_node("Relu", ["a"], ["r"], "r"),
        make_node("BatchNormalization", ["r", "scale", "shift", "mean", "var"], ["n"], "n"),
        make_node("Concat", ["n", "a"], ["c"], "c", axis=1),
        make_node("Gemm", ["c", "w", "b"], ["y"], "fc", transB=1),
    )
    assert kinds(the_same(model(nodes, {**norm, **head(144)})))[-3:] == ["concatenate", "dense", "softmax"]


@pytest.mark.parametrize("pad", ["SAME_UPPER", "SAME_LOWER", "VALID"])
@pytest.mark.parametrize("stride", [1, 2])
def test_padding_that_is_told_by_name(pad: str, stride: int) -> None:
    nodes = (
        make_node("Conv", ["x", "k"], ["c"], "c", auto_pad=pad, strides=[stride] * 2),
        make_node("Relu", ["c"], ["f"]),
        *HEAD,
    )
    rows = {"VALID": (6 - 3) // stride + 1}.get(pad, -(-6 // stride))
    columns = {"VALID": (6 - 2) // stride + 1}.get(pad, -(-6 // stride))
    the_same(model(nodes, {"k": drawn_numbers(4, 2, 3, 2), **head(4 * rows * columns)}))


def test_a_matrix_and_its_bias_are_one_layer_and_shapes_that_are_computed_are_known() -> None:
    nodes = (
        make_node("Shape", ["x"], ["s"]),
        make_node("Gather", ["s", "zero"], ["n"], axis=0),
        make_node("Unsqueeze", ["n", "axis"], ["n1"]),
        make_node("Concat", ["n1", "rest"], ["to"], axis=0),
        make_node("Reshape", ["x", "to"], ["flat"], "flat"),
        make_node("MatMul", ["flat", "m"], ["p"], "fc"),
        make_node("Add", ["p", "b"], ["l"], "bias"),
        make_node("Softmax", ["l"], ["y"], "answer", axis=-1),
    )
    numbers = {
        "zero": np.array(0),
        "axis": np.array([0]),
        "rest": np.array([-1]),
        "m": drawn_numbers(72, 3),
        "b": drawn_numbers(3),
    }
    found = the_same(model(nodes, numbers))
    assert kinds(found) == ["input", "flatten", "dense", "softmax"] and not found.notes


def test_one_slope_for_all_is_that_of_a_leaky_relu_and_one_for_each_map_is_learned() -> None:
    nodes = (make_node("PRelu", ["x", "slope"], ["f"], "bent"), *HEAD)
    for slope in (np.full((1, 1, 1), 0.25, np.float32), np.float32(0.25)):
        assert kinds(the_same(model(nodes, {"slope": np.array(slope), **head(72)})))[1] == "leaky_relu"
    for slopes in ((0.1, -0.2), (1.5,), (0.25, 0.25)):
        array = np.array(slopes, np.float32).reshape(-1, 1, 1)
        found = the_same(model(nodes, {"slope": array, **head(72)}))
        assert kinds(found)[1] == "prelu"
    with pytest.raises(ImportRefused, match=r"PRelu \(node “bent”\): Each number has a slope of its own; the nearest"):
        network_of(model(nodes, {"slope": drawn_numbers(2, 6, 6), **head(72)}), NOWHERE)


@pytest.mark.parametrize("groups", [2, 4])
def test_groups_of_a_transposed_convolution_are_written_out(groups: int) -> None:
    settings = {"strides": [2, 1], "pads": [1, 0, 0, 1]}
    before = make_node("Conv", ["x", "k"], ["c"], "c")
    weights, filters = drawn_numbers(4, 3, 3, 2), 3 * groups
    numbers = {"k": drawn_numbers(4, 2, 1, 1), "t": weights, **head(filters * 12 * 6)}
    whole = make_node("ConvTranspose", ["c", "t"], ["f"], "grown", group=groups, **settings)
    # the reference knows them with one filter a group alone: here each group is a convolution of its own
    places = range(groups)
    parts = {f"t{i}": each for i, each in enumerate(np.split(weights, groups))}
    apart = [make_node("ConvTranspose", [f"c{i}", f"t{i}"], [f"f{i}"], **settings) for i in places]
    split = make_node("Split", ["c", "sizes"], [f"c{i}" for i in places], axis=1)
    joined = make_node("Concat", [f"f{i}" for i in places], ["f"], axis=1)
    sizes = {"sizes": np.full(groups, 4 // groups)}
    judge = model((before, split, *apart, joined, *HEAD), {**numbers, **parts, **sizes})
    found = the_same(model((before, whole, *HEAD), numbers), judge)
    assert kinds(found)[2] == "conv_transpose2d"
    assert f"grown had {groups} groups; weights of 0" in str(found.notes[0])


def normed(way: str, channels: int = 4) -> tuple[list[onnx.NodeProto], dict[str, Any], int]:
    """A norm of maps in groups as exporters write it; its nodes, constants and the opset that they need."""
    scale, shift = drawn_numbers(channels) + 1, drawn_numbers(channels)
    if way == "of each map":
        node = make_node("InstanceNormalization", ["c", "scale", "shift"], ["f"], "norm", epsilon=0.01)
        return [node], {"scale": scale, "shift": shift}, 17
    if way in ("opset 18", "opset 21"):
        node = make_node("GroupNormalization", ["c", "scale", "shift"], ["f"], "norm", num_groups=2, epsilon=0.01)
        count = 2 if way == "opset 18" else channels
        return [node], {"scale": scale[:count], "shift": shift[:count]}, int(way[-2:])
    nodes = [
        make_node("Reshape", ["c", "apart"], ["g"], "norm/apart"),
        make_node("InstanceNormalization", ["g", "ones", "noughts"], ["n"], "norm/normalised", epsilon=0.01),
        make_node("Reshape", ["n", "maps"], ["m"], "norm/maps"),
        make_node("Mul", ["m", "scale"], ["s"], "norm/scaled"),
        make_node("Add", ["s", "shift"], ["f"], "norm"),
    ]
    known = {"apart": np.array([0, 2, -1]), "ones": np.ones(2, np.float32), "noughts": np.zeros(2, np.float32)}
    by_map = {"scale": scale.reshape(-1, 1, 1), "shift": shift.reshape(-1, 1, 1)}
    return nodes, {**known, "maps": np.array([0, channels, 6, 6]), **by_map}, 17


@pytest.mark.parametrize("way", ["of each map", "opset 18", "opset 21", "out of a norm of each map"])
def test_a_norm_of_groups_of_maps_is_one_layer_however_it_is_written(way: str) -> None:
    nodes, numbers, opset = normed(way)
    conv = make_node("Conv", ["x", "k"], ["c"], "c")
    foreign = model((conv, *nodes, *HEAD), {"k": drawn_numbers(4, 2, 1, 1), **numbers, **head(4 * 36)})
    foreign.opset_import[0].version = opset
    found = the_same(foreign)
    assert kinds(found) == ["input", "conv2d", "group_norm", "flatten", "dense", "softmax"]
    layer: Any = found.project.design.graph["group_norm_1"].layer
    assert (layer.groups, layer.epsilon) == (4 if way == "of each map" else 2, 0.01)
    assert found.project.design.cards["group_norm_1"].name == "norm"


def test_a_convolution_over_maps_of_one_cell_is_a_dense_layer() -> None:
    nodes = (
        make_node("Conv", ["x", "k"], ["c"], "c"),
        make_node("GlobalAveragePool", ["c"], ["g"], "mean"),
        make_node("Conv", ["g", "s", "sb"], ["h"], "squeezed"),
        make_node("Relu", ["h"], ["f"], "bent"),
        *HEAD,
    )
    numbers = {"k": drawn_numbers(4, 2, 3, 3), "s": drawn_numbers(5, 4, 1, 1), "sb": drawn_numbers(5)}
    found = the_same(model(nodes, {**numbers, **head(5)}))
    assert kinds(found)[2:5] == ["global_average_pool", "dense", "relu"]


def test_slopes_of_a_list_of_maps_follow_their_numbers() -> None:
    nodes = (
        make_node("Flatten", ["x"], ["flat"], "flat"),
        make_node("PRelu", ["flat", "slope"], ["bent"], "bent"),
        make_node("Gemm", ["bent", "w", "b"], ["y"], "fc", transB=1),
    )
    assert kinds(the_same(model(nodes, {"slope": drawn_numbers(72), **head(72)})))[1:3] == ["flatten", "prelu"]


def test_a_model_that_was_exported_for_one_picture_is_read() -> None:
    nodes = (
        make_node("Reshape", ["x", "to"], ["flat"], "flat"),
        make_node("Gemm", ["flat", "w", "b"], ["y"], "fc", transB=1),
    )
    whole = model(nodes, {"to": np.array([1, 72]), **head(72)}, (1, 2, 6, 6))
    assert kinds(network_of(whole, NOWHERE)) == ["input", "flatten", "dense", "softmax"]


def test_the_scaling_of_the_picture_becomes_the_input_layer_s() -> None:
    mean, deviation = (
        np.array([0.5, 0.25], np.float32).reshape(2, 1, 1),
        np.array([0.2, 0.4], np.float32).reshape(2, 1, 1),
    )
    nodes = (make_node("Sub", ["x", "mean"], ["m"]), make_node("Div", ["m", "dev"], ["f"]), *HEAD)
    found = the_same(model(nodes, {"mean": mean, "dev": deviation, **head(72)}))
    layer = found.project.design.graph["input_1"].layer
    assert (layer.mean, layer.deviation) == ((0.5, 0.25), (0.2, 0.4))


def test_whole_maps_become_numbers_also_by_means_over_axes() -> None:
    for keep in (0, 1):
        mean = make_node("ReduceMean", ["x"], ["f"], "mean", axes=[2, 3], keepdims=keep)
        nodes = (mean, *HEAD) if keep else (mean, make_node("Gemm", ["f", "w", "b"], ["y"], "fc", transB=1))
        assert "global_average_pool" in kinds(the_same(model(nodes, head(2))))


@pytest.mark.parametrize(
    ("node", "constants", "image", "sentence"),
    [
        (make_node("Einsum", ["x"], ["y"], "odd", equation="abcd->ab"), {}, None, "Einsum (node “odd”)"),
        (make_node("Conv", ["x", "x"], ["y"], "odd"), {}, None, "weights must be constant"),
        (make_node("Clip", ["x", "a", "b"], ["y"], "odd"), {"a": np.float32(-1), "b": np.float32(1)}, None, "ReLU6"),
        (
            make_node("MaxPool", ["x"], ["y"], "odd", kernel_shape=[2, 2], dilations=[2, 2]),
            {},
            None,
            "cannot be dilated",
        ),
        (make_node("MaxPool", ["x"], ["y"], "odd", kernel_shape=[2]), {}, None, "a height and a width"),
        (make_node("Mul", ["x", "a"], ["y"], "odd"), {"a": np.float32(0)}, None, "not with 0"),
        (make_node("Relu", ["z"], ["y"], "odd"), {}, None, "nobody has made"),
        (make_node("Relu", ["x"], ["y"], "odd", domain="com.acme"), {}, None, "a program of their own"),
        (make_node("Selu", ["x"], ["y"], "odd"), {}, None, "the nearest is ELU"),
        (make_node("Det", ["x"], ["y"], "odd"), {}, None, "nothing that could stand for it"),
        (make_node("Relu", ["x"], ["y"], "odd"), {}, None, "ends in maps"),
        (make_node("Relu", ["x"], ["y"], "odd"), {}, ("N", 3, "H", "W"), "not fixed"),
        (make_node("Relu", ["x"], ["y"], "odd"), {}, ("N", 300), "no picture"),
        (make_node("Relu", ["x"], ["y"], "odd"), {}, ("N", 224, 224, 3), "channels last"),
        (make_node("Transpose", ["x"], ["y"], "odd", perm=[1, 0, 2, 3]), {}, None, "order [1, 0, 2, 3]"),
    ],
)
def test_what_cannot_be_represented_is_refused_by_name(
    node: onnx.NodeProto, constants: dict[str, Any], image: Sequence[Any] | None, sentence: str
) -> None:
    with pytest.raises(ImportRefused) as refused:
        network_of(model([node], constants, image or ("N", 2, 6, 6)), NOWHERE)
    assert sentence in str(refused.value) and str(refused.value).endswith(".")


def outside(folder: Path, **changes: str) -> Path:
    """A model whose weights lie in a file of their own."""
    whole = model(
        [make_node("Flatten", ["x"], ["f"]), make_node("Gemm", ["f", "w", "b"], ["y"], "fc", transB=1)], head(72)
    )
    onnx.save(whole, folder / "m.onnx", save_as_external_data=True, location="m.data", size_threshold=0)
    damaged = onnx.load(folder / "m.onnx", load_external_data=False)
    for constant in damaged.graph.initializer:
        for entry in constant.external_data:
            entry.value = changes.get(entry.key, entry.value)
    onnx.save(damaged, folder / "m.onnx")
    return folder / "m.onnx"


def test_weights_in_a_file_beside_it_are_read(tmp_path: Path) -> None:
    found = read_onnx(outside(tmp_path)).project
    assert np.array_equal(found.weights.parameters.arrays("dense_1")["bias"], head(72)["b"])
    assert found.design.title == "m", "called as its file"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"location": "../m.data"}, "another folder"),
        ({"location": "/etc/passwd"}, "another folder"),
        ({"location": "none.data"}, "not beside it"),
        ({"offset": "999999"}, "not lie in"),
        ({"length": "4"}, "not lie in"),
    ],
)
def test_weights_elsewhere_are_refused(tmp_path: Path, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(FileFormatError, match=sentence):
        read_onnx(outside(tmp_path, **changes))


@pytest.mark.parametrize("content", [b"", b"a shopping list", b"\x08\x07\x12", b"\x00" * 400])
def test_what_is_no_model_is_said(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "m.onnx").write_bytes(content)
    with pytest.raises(FileFormatError, match="no ONNX model"):
        read_onnx(tmp_path / "m.onnx")
