"""What analysis says about receptive fields, against what the engine's gradients say."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.nn.graph import Graph, Node, chain
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.conv_transpose2d import ConvTranspose2D
from cnnstudio.nn.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from cnnstudio.nn.layers.convolution.locally_connected2d import LocallyConnected2D
from cnnstudio.nn.layers.convolution.upsample2d import Upsample2D
from cnnstudio.nn.layers.convolution.zero_pad2d import ZeroPad2D
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.merge.add import Add
from cnnstudio.nn.layers.merge.concatenate import Concatenate
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters import initial_parameters

SIZE = 24


def seen(graph: Graph, node: str) -> tuple[int, int]:
    """The largest extent of input rows and columns that any cell of the node depends on."""
    network = compile_network(graph, initial_parameters(graph, 1).copy(np.float64), 1, mode="probe")
    network.forward(np.random.default_rng(0).random((1, SIZE, SIZE, 1)))
    shape, largest = graph.shape(node), [0, 0]
    rows, columns = shape[:2]
    for y, x in [*((y, columns // 2) for y in range(rows)), *((rows // 2, x) for x in range(columns))]:
        seed = np.zeros((1, *shape))
        seed[0, y, x] = 1
        reached = network.backward(node, seed).nodes["input"][0, :, :, 0] != 0
        for side, line in enumerate((reached.any(1), reached.any(0))):
            places = np.flatnonzero(line)
            largest[side] = max(largest[side], int(np.ptp(places)) + 1) if len(places) else largest[side]
    return largest[0], largest[1]


@pytest.mark.parametrize(
    "layers",
    [
        [Conv2D(2, (3, 5)), DepthwiseConv2D((3, 3), stride=(2, 1)), AveragePool2D()],
        [Conv2D(2, (3, 3), dilation=(2, 1)), LocallyConnected2D(1, (2, 3))],
        [AveragePool2D((4, 4), (4, 4)), Upsample2D((2, 2)), Conv2D(1, (3, 3))],
        [AveragePool2D(), Upsample2D((2, 3)), Conv2D(1, (4, 2))],
        [AveragePool2D(), ConvTranspose2D(1, (3, 4), (2, 2)), Conv2D(1, (2, 3))],
        [ConvTranspose2D(1, (3, 3), (1, 1)), AveragePool2D((3, 3), (3, 3))],
        [ZeroPad2D(1, 2, 3, 0), Conv2D(1, (4, 3))],
    ],
    ids=lambda layers: "-".join(layer.kind for layer in layers),
)
def test_no_cell_sees_more_and_some_cell_sees_all_of_it(layers: list[Layer]) -> None:
    graph = chain(("input", Input(SIZE, SIZE, 1)), *((f"layer_{i}", layer) for i, layer in enumerate(layers)))
    for node in list(graph)[1:]:
        field = analyse(graph).layers[node.id].receptive_field
        assert field is not None
        assert (field.height, field.width) == seen(graph, node.id), node.id


def test_a_merge_sees_what_its_widest_branch_sees() -> None:
    graph = Graph(
        (
            Node("input", Input(SIZE, SIZE, 1)),
            Node("wide", Conv2D(1, (5, 5), padding="same"), ("input",)),
            Node("add", Add(), ("input", "wide")),
            Node("join", Concatenate(), ("wide", "add")),
            Node("mean", GlobalAveragePool(), ("join",)),
        )
    )
    layers = analyse(graph).layers
    assert seen(graph, "join") == (5, 5)
    for node, extent in (("add", 5), ("join", 5), ("mean", SIZE)):
        field = layers[node].receptive_field
        assert field is not None
        assert (field.height, field.width) == (extent, extent)
