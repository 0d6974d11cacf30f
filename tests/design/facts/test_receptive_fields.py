"""What is said about receptive fields, against what each pixel changes in the engine, and against Explain's regions."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.design.facts.receptive_fields import receptive_field_of, receptive_fields
from cnnstudio.nn.arrays import Array
from cnnstudio.nn.explaining.dependence import as_volume
from cnnstudio.nn.graph.graph import Graph, Node, chain
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.conv_transpose2d import ConvTranspose2D
from cnnstudio.nn.layers.convolution.crop2d import Crop2D
from cnnstudio.nn.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from cnnstudio.nn.layers.convolution.locally_connected2d import LocallyConnected2D
from cnnstudio.nn.layers.convolution.upsample2d import Upsample2D
from cnnstudio.nn.layers.convolution.zero_pad2d import ZeroPad2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.merge.add import Add
from cnnstudio.nn.layers.merge.concatenate import Concatenate
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.looking.probed import receptive_field
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters


def what_pixels_change(graph: Graph) -> dict[str, Array]:
    """Which cells (…, of each node) each pixel (row, column) of the image changes: nothing can cancel out where all
    weights are positive and no layer bends."""
    parameters = initial_parameters(graph, 0).copy(np.float64)
    parameters.vector[:] = np.random.default_rng(1).uniform(0.5, 1.5, parameters.vector.size)
    height, width, channels = graph.shape("input")
    images = np.zeros((height * width + 1, height, width, channels))
    images[np.arange(height * width), np.repeat(range(height), width), np.tile(range(width), height)] = 100
    network = compile_network(graph, parameters, len(images), mode="probe")
    network.forward(images)
    found = {}
    for node in graph:
        values = network.value(node.id)
        found[node.id] = (abs(values[:-1] - values[-1]) > 1e-9).reshape(height, width, *as_volume(values.shape[1:]))
    return found


def widest(changed: Array) -> tuple[int, int]:
    """The most rows and columns, from the first to the last, that change one cell."""
    extents = []
    for axis in (1, 0):
        seen = changed.any(axis=axis)
        first, last = seen.argmax(axis=0), len(seen) - 1 - seen[::-1].argmax(axis=0)
        extents.append(int(np.where(seen.any(axis=0), last - first + 1, 0).max()))
    return extents[0], extents[1]


def holds(graph: Graph) -> None:
    """Figure, engine and region agree: for every node, for some cells."""
    fields, changed = receptive_fields(graph), what_pixels_change(graph)
    generator = np.random.default_rng(0)
    for node in graph:
        field = fields[node.id]
        assert receptive_field_of(graph, node.id) == field
        assert (field.height, field.width) == widest(changed[node.id]), node
        shape = graph.shape(node.id)
        for _ in range(3):
            cell = tuple(int(generator.integers(n)) for n in shape)
            region = receptive_field(graph, node.id, cell).get("input")
            inside = np.zeros(graph.shape("input")[:2], bool) if region is None else region.cells_inside
            place = cell if len(cell) == 3 else (0, 0, cell[0])
            np.testing.assert_array_equal(inside, changed[node.id][:, :, *place], err_msg=f"{node} {cell}")


def test_branches_that_lean_to_opposite_sides_see_what_both_see() -> None:
    graph = Graph(
        (
            Node("input", Input(24, 24, 1)),
            Node("a", Conv2D(1, (3, 3), padding=(2, 0, 2, 0)), ("input",)),
            Node("b", Conv2D(1, (3, 3), padding=(0, 2, 0, 2)), ("input",)),
            Node("sum", Add(), ("a", "b")),
            Node("both", Concatenate(), ("a", "b")),
            Node("each", DepthwiseConv2D((1, 1)), ("both",)),
            Node("mixed", Conv2D(1, (1, 1)), ("both",)),
        )
    )
    fields = receptive_fields(graph)
    assert {i: f.height for i, f in fields.items()} == {
        "input": 1, "a": 3, "b": 3, "sum": 5, "both": 3, "each": 3, "mixed": 5,
    }  # fmt: skip
    holds(graph)


def test_what_is_enlarged_and_made_small_again_sees_no_more() -> None:
    graph = chain(("input", Input(8, 8, 1)), ("up", Upsample2D((2, 2))), ("pool", AveragePool2D()))
    assert [f.height for f in receptive_fields(graph).values()] == [1, 1, 1]
    holds(graph)


def test_known_figures() -> None:
    """VGG-16 on 224 pixels: 196 behind the last convolution, 212 behind the last pooling (Araujo et al. 2019)."""
    layers: list[tuple[str, Layer]] = [("input", Input(224, 224, 3))]
    for block, convolutions in enumerate((2, 2, 3, 3, 3)):
        layers += [(f"conv{block}_{i}", Conv2D(1, (3, 3), padding="same")) for i in range(convolutions)]
        layers.append((f"pool{block}", AveragePool2D()))
    fields = receptive_fields(chain(*layers, ("flat", Flatten()), ("dense", Dense(2))))
    seen = [fields[node].height for node in ("pool0", "pool1", "pool2", "pool3", "conv4_2", "pool4", "flat", "dense")]
    assert seen == [6, 16, 44, 100, 196, 212, 212, 224]


def test_a_wavenet_sees_1024_steps() -> None:
    """Ten layers of two taps, 1 to 512 steps apart (van den Oord et al., 2016), with the past laid in front."""
    layers: list[tuple[str, Layer]] = [("input", Input(1, 1024, 1))]
    for apart in (2**power for power in range(10)):
        layers.append((f"past{apart}", ZeroPad2D(0, 0, apart, 0)))
        layers.append((f"conv{apart}", Conv2D(1, (1, 2), dilation=(1, apart))))
    graph = chain(*layers)
    fields = receptive_fields(graph)
    assert [fields[f"conv{2**power}"].width for power in range(10)] == [2 ** (power + 1) for power in range(10)]
    assert graph.shape("conv512") == (1, 1024, 1)
    for column in (0, 600, 1023):
        region = receptive_field(graph, "conv512", (0, column, 0))["input"]
        assert np.flatnonzero(region.cells_inside[0]).tolist() == list(range(column + 1))


def test_no_more_is_seen_than_there_is() -> None:
    graph = chain(("input", Input(6, 9, 1)), *((f"conv{i}", Conv2D(1, (5, 5), padding="same")) for i in range(3)))
    assert [(f.height, f.width) for f in receptive_fields(graph).values()] == [(1, 1), (5, 5), (6, 9), (6, 9)]
    holds(graph)


def test_padding_alone_sees_nothing() -> None:
    graph = chain(("input", Input(4, 4, 1)), ("pad", ZeroPad2D(0, 9, 0, 0)), ("conv", Conv2D(1, (1, 1), (20, 1))))
    holds(graph)


def drawn_layer(generator: np.random.Generator) -> Layer:
    """One of the kinds that neither bend nor choose, with settings of all sorts."""

    def pair(least: int, most: int) -> tuple[int, int]:
        return int(generator.integers(least, most + 1)), int(generator.integers(least, most + 1))

    def sides() -> tuple[int, int, int, int]:
        return (*pair(0, 2), *pair(0, 2))

    match generator.integers(10):
        case 0 | 1:
            padding = sides() if generator.random() < 0.7 else "same"
            return Conv2D(2, pair(1, 3), pair(1, 2), padding, dilation=pair(1, 3))
        case 2:
            return DepthwiseConv2D(pair(1, 3), pair(1, 2), sides())
        case 3:
            return ConvTranspose2D(2, pair(1, 3), pair(1, 3))
        case 4:
            return Upsample2D(pair(1, 3))
        case 5:
            up, counted = (bool(generator.integers(2)) for _ in range(2))
            kernel = pair(1, 3)
            padding = (1, 0, 0, 1) if min(kernel) > 1 else "valid"
            return AveragePool2D(kernel, pair(1, 3), padding, up, counted)
        case 6:
            return ZeroPad2D(*sides())
        case 7:
            return LocallyConnected2D(1, pair(1, 3), pair(1, 2), bias=False)
        case 8:
            return Crop2D(*sides())
        case _:
            return layer_kinds()[str(generator.choice(["add", "concatenate"]))]()


@pytest.mark.parametrize("seed", range(30))
def test_figure_engine_and_explanation_never_disagree(seed: int) -> None:
    """Random networks, every second of them a chain; each ends in a vector, some in a mean."""
    generator = np.random.default_rng(seed)
    graph = Graph((Node("input", Input(int(generator.integers(5, 12)), int(generator.integers(5, 12)), 1)),))
    for _ in range(60):
        if len(graph) > 9:
            break
        layer = drawn_layer(generator)
        ids = [node.id for node in graph]
        if layer.most_inputs > 1:
            sources = tuple(str(i) for i in generator.choice(ids, 2))
        else:
            sources = (ids[-1] if seed % 2 else str(generator.choice(ids)),)
        candidate = Graph((*graph, Node(f"{layer.kind}_{len(graph)}", layer, sources)))
        shape = candidate.inferred[candidate.nodes[-1].id].output
        if shape is not None and np.prod(shape) < 1500:
            graph = candidate
    last = graph.nodes[-1].id
    nodes = (*graph, Node("mean", GlobalAveragePool(), (last,)), Node("flat", Flatten(), (last,)))
    nodes = (*nodes, Node("twice", Concatenate(), ("flat", "mean")), Node("dense", Dense(2), ("twice",)))
    holds(Graph(nodes))
