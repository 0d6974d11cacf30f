"""A layer shared, locally connected and dense: three classifiers between the same two volumes."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.design.templates import template
from cnnstudio.design.three_ways import DENSE, SHARED, UNSHARED, contest
from cnnstudio.nn.graph.graph import Graph, GraphError, Node, chain
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from cnnstudio.nn.layers.convolution.locally_connected2d import LocallyConnected2D
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.merge.add import Add
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.telling.told import worded


def behind(layer: Layer, *shape: int) -> Graph:
    return chain(("input", Input(*shape)), ("layer", layer))


def counts(graph: Graph) -> dict[str, tuple[int, int]]:
    found = contest(graph, "layer", 10, 32)
    return {entrant.way: (entrant.parameters, entrant.macs) for entrant in found.entrants}


def test_the_founding_example_is_trained_whole() -> None:
    graph = behind(Conv2D(6, (5, 5)), 32, 32, 3)
    assert counts(graph) == {
        SHARED: (456, 352_800),
        UNSHARED: (357_504, 352_800),
        DENSE: (14_455_392, 14_450_688),
    }
    found = contest(graph, "layer", 10, 32)
    assert found.notes == () and found.source == (32, 32, 3) and found.output == (28, 28, 6)


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Conv2D(3, (3, 5), (2, 1), (1, 0, 2, 1), (1, 2)), (11, 13, 2)),
        (Conv2D(4, (3, 3), groups=2), (9, 9, 4)),
        (DepthwiseConv2D(multiplier=2), (9, 10, 3)),
        (LocallyConnected2D(2, (2, 3), (1, 2)), (7, 8, 2)),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_all_three_compute_the_same_volume_for_any_window(layer: Layer, shape: tuple[int, int, int]) -> None:
    graph = behind(layer, *shape)
    found = contest(graph, "layer", 5, 4)
    expected = layer.output_shape((shape,))
    assert found.output == expected and [entrant.way for entrant in found.entrants] == [SHARED, UNSHARED, DENSE]
    for entrant in found.entrants:
        assert int(np.prod(entrant.graph.shape(entrant.node))) == np.prod(expected)
        network = compile_network(entrant.graph, initial_parameters(entrant.graph, 0), 2, mode="train")
        images = np.zeros((2, *shape), np.uint8)
        assert np.isfinite(network.step(images, np.zeros(2, np.int64)).total)
    own = found.entrants[1 if layer.kind == "locally_connected2d" else 0]
    assert own.graph[own.node].layer == layer


def test_what_is_too_large_reads_a_smaller_volume_and_says_so() -> None:
    graph = behind(Conv2D(16, (3, 3), padding="same"), 32, 32, 3)
    found = contest(graph, "layer", 10, 32)
    assert found.source == (16, 16, 3) and found.output == (16, 16, 16)
    assert all(entrant.graph.shape(entrant.node)[-1] in (16, 4096) for entrant in found.entrants)
    (note,) = map(worded, found.notes)
    assert "50\u202f348\u202f032 parameters" in note and "806\u202fMB" in note and "16×16×3: squares of 2×2" in note
    assert all(entrant.bytes <= 512_000_000 for entrant in found.entrants)


def test_dense_stays_away_where_nothing_helps() -> None:
    graph = behind(Conv2D(8, (7, 7)), 9, 9, 3)  # a smaller volume would be too small for the window
    taken = {entrant.way: entrant.bytes for entrant in contest(graph, "layer", 10, 32).entrants}
    assert taken[DENSE] > taken[UNSHARED]
    found = contest(graph, "layer", 10, 32, most_bytes=taken[UNSHARED])
    assert [entrant.way for entrant in found.entrants] == [SHARED, UNSHARED]
    assert "stays away" in worded(found.notes[0])
    with pytest.raises(GraphError, match="more than 1\u202fkB"):
        contest(graph, "layer", 10, 32, most_bytes=1000)


def test_too_many_units_for_one_dense_layer_are_told_as_such() -> None:
    found = contest(behind(Conv2D(2048, (3, 3), padding="same"), 8, 8, 1), "layer", 10, 32)
    assert "131\u202f072 units" in worded(found.notes[0]) and "65\u202f536 units at most" in worded(found.notes[0])


def test_filters_that_read_some_channels_are_told_apart_from_those_that_read_all() -> None:
    (note,) = map(worded, contest(behind(DepthwiseConv2D(), 9, 9, 6), "layer", 10, 4).notes)
    assert "reads 1 of 6 channels" in note


def test_what_comes_before_is_kept_and_locked_through_branches() -> None:
    graph = Graph(
        (
            Node("input", Input(10, 10, 1)),
            Node("left", Conv2D(3, (3, 3)), ("input",)),
            Node("right", Conv2D(3, (3, 3)), ("input",)),
            Node("sum", Add(), ("left", "right")),
            Node("race0", Conv2D(2, (3, 3)), ("sum",)),
            Node("elsewhere", Conv2D(2, (3, 3)), ("sum",)),
        )
    )
    found = contest(graph, "race0", 4, 8)
    assert found.locks.layers == {"input", "left", "right", "sum"}
    for entrant in found.entrants:
        assert found.locks.layers < entrant.graph.ids and "elsewhere" not in entrant.graph
        assert entrant.graph["left"] == graph["left"]


def test_layers_without_a_sliding_filter_are_refused() -> None:
    design = template("lenet5")
    with pytest.raises(GraphError, match="no filter that slides"):
        contest(design.graph, "max_pool2d_1", 10, 32)
