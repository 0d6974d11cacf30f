"""The chain of backpropagation: every number of it confirmed by trying, from the loss to a weight."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.design.templates import template
from cnnstudio.lessons.live.loss_surface import weighty_nodes
from cnnstudio.lessons.live.way_back import way_back
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.backward_pass import BackwardPass
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained


@pytest.mark.slow
@pytest.mark.parametrize("name", ["lenet5", "article", "inception_mini", "resnet_mini"])
def test_the_way_leads_from_the_loss_to_the_first_weights(name):
    project = untrained(template(name))
    graph = project.design.graph
    image = np.random.default_rng(7).integers(0, 256, graph.shape(graph.computable.order[0]), np.uint8)
    way = way_back(graph, project.weights, image, 3)
    assert way.loss == pytest.approx(-np.log(way.probability))
    assert way.links[0].found.engine == pytest.approx(way.probability - 1)
    assert way.links[-1].weight
    assert way.links[-1].node == weighty_nodes(graph)[0]
    back = BackwardPass(graph, project.weights, image, 3)
    for link in way.links:
        assert link.found.confirmed, (link.node, link.cell)
        assert link.found.engine != 0
        assert worded(link.because).endswith(".")
        if not link.weight:
            assert link.found.engine == pytest.approx(back.nodes[link.node][link.cell])
    order = graph.computable.order
    places = [order.index(link.node) for link in way.links]
    assert places == sorted(places, reverse=True), "it never goes forward again"


def test_what_is_no_classifier_has_no_way_back():
    project = untrained(template("first_conv"))
    graph = project.design.graph
    with pytest.raises(GraphError):
        way_back(graph, project.weights, np.zeros(graph.shape(graph.computable.order[0]), np.uint8), 0)
