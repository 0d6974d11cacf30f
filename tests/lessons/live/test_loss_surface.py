"""The map of the loss tells the truth: the engine's own loss, and slopes that trying confirms."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.dataset import Examples
from cnnstudio.design.templates import template
from cnnstudio.lessons.live.loss_surface import LossSurface, stepped, weighty_nodes
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.graph.graph import GraphError, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.project.project import untrained

KINDS = layer_kinds()


def pictures(shape, count=6, classes=10):
    draw = np.random.default_rng(4)
    return draw.integers(0, 256, (count, *shape), np.uint8), draw.integers(0, classes, count)


def small(*layers):
    ends = (("flat", KINDS["flatten"]()), ("dense", KINDS["dense"](units=3)), ("soft", KINDS["softmax"]()))
    return chain(("in", KINDS["input"](height=8, width=7, channels=2)), *layers, *ends)


GRAPHS = {
    "convolution": small(("conv", KINDS["conv2d"](filters=3, kernel=(3, 3))), ("relu", KINDS["relu"]())),
    "norm": small(("conv", KINDS["conv2d"](filters=2, kernel=(3, 3))), ("norm", KINDS["batch_norm"]())),
    "local": small(("local", KINDS["locally_connected2d"](filters=2, kernel=(3, 3)))),
    "depthwise": small(("deep", KINDS["depthwise_conv2d"](kernel=(3, 3))), ("drop", KINDS["dropout"](rate=0.5))),
}


def snapshot_of(graph):
    from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters

    return Snapshot(initial_parameters(graph, 1), "", 0)


@pytest.mark.parametrize("name", GRAPHS)
def test_loss_and_slopes_are_the_engines(name):
    graph = GRAPHS[name]
    images, labels = pictures((8, 7, 2), classes=3)
    snapshot = snapshot_of(graph)
    for node in weighty_nodes(graph):
        surface = LossSurface(graph, snapshot, images, labels, node)
        measured = evaluate(graph, snapshot.parameters, Examples(images, labels)).loss
        assert surface.loss(surface.now) == pytest.approx(measured, rel=1e-5)
        for at in (surface.now, (0.7, -0.4), (-1.1, 2.3)):
            slopes = surface.slopes(at)
            assert slopes.loss == surface.loss(at)
            assert slopes.gradient == pytest.approx(slopes.tried, rel=1e-4, abs=1e-7)
        assert surface.loss(surface.now) == pytest.approx(measured, rel=1e-5), "looking has changed the network"


def test_small_steps_go_down_and_huge_ones_up():
    lesson = built_in().lesson("learning")
    project = untrained(lesson.network)
    graph = project.design.graph
    images, labels = pictures((28, 28, 1), 12)
    surface = LossSurface(graph, project.weights, images, labels, weighty_nodes(graph)[-1])
    reach = surface.reach()
    at = surface.highest_around(reach)
    start = surface.slopes(at)
    assert start.loss > surface.loss(surface.now)
    below = start
    for _ in range(5):
        before, below = below, surface.slopes(stepped(below.at, below.gradient, 0.05))
        assert below.loss < before.loss
    assert surface.loss(stepped(at, start.gradient, 100.0)) > start.loss
    assert stepped((1.0, -2.0), (0.5, 3.0), 0.2) == pytest.approx((0.9, -2.6))
    row = surface.row(surface.now[1], np.array([surface.now[0] - reach, surface.now[0]]))
    assert row[1] == surface.loss(surface.now)


def test_other_weights_are_other_weights_of_another_filter():
    graph = GRAPHS["convolution"]
    images, labels = pictures((8, 7, 2), classes=3)
    found = [LossSurface(graph, snapshot_of(graph), images, labels, "conv", pair) for pair in range(4)]
    assert len({surface.first for surface in found}) == 4
    assert all(surface.first[0] != surface.second[0] for surface in found)


def test_what_is_no_classifier_has_no_loss():
    graph = chain(("in", KINDS["input"]()), ("conv", KINDS["conv2d"](filters=2, kernel=(3, 3))))
    with pytest.raises(GraphError, match="Softmax"):
        weighty_nodes(graph)


def test_the_layers_offered_are_those_the_loss_depends_on():
    assert weighty_nodes(template("lenet5").graph) == ("conv2d_1", "conv2d_2", "dense_1", "dense_2", "dense_3")
