"""Which maps the overview shows, and the lines between them: none is left out, and none is made up."""

from __future__ import annotations

import numpy as np
import pytest
from explain_bench import every_kind

from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.contributions import contributions
from cnnstudio.nn.looking.probed import Probed, probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.ui.explain.overview.columns import OTHERS, WHOLE, Columns, Spot, bands_of, ranks_of
from cnnstudio.ui.explain.overview.layout import Layout
from cnnstudio.ui.explain.overview.trace import begun, complete, measured


def looked(graph: Graph) -> Probed:
    """A network with its first weights that has looked at noise."""
    shape = graph.shape(graph.images[0])
    image = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    return probe(graph, Snapshot(initial_parameters(graph, 1)), image)


@pytest.fixture(scope="module", params=["lenet5", "resnet_mini", "inception_mini", "every kind"])
def network(request: pytest.FixtureRequest) -> Probed:
    return looked((every_kind() if request.param == "every kind" else template(request.param)).graph)


def test_every_map_is_seen_or_counted(network: Probed) -> None:
    columns = Columns(network, lambda lanes: 12 // lanes)
    assert set(columns.blocks) | {"softmax", "softmax_1"} >= set(network.values)
    for node, block in columns.blocks.items():
        values, numbers = network.values[node], [spot.number for spot in block.spots]
        singles = [number for number in numbers if number >= 0]
        assert singles == sorted(set(singles)) and len(block.spots) <= max(12 // block.lanes, 2)
        assert (OTHERS in numbers) == (0 < len(singles) < values.shape[-1])
        if values.ndim == 1 and values.size > 12:
            assert numbers == [WHOLE]
        opened = Columns(network, lambda lanes: 12 // lanes, frozenset({node})).blocks[node]
        if values.ndim == 3:
            assert [spot.number for spot in opened.spots if spot.number >= 0] == list(range(values.shape[-1]))


def test_the_strongest_maps_are_chosen_and_what_follows_them_keeps_them() -> None:
    network = looked(template("vgg_mini").graph)
    columns = Columns(network, lambda _lanes: 8)
    shown = [spot.number for spot in columns.blocks["conv2d_1"].spots[:-1]]
    sizes = np.square(network.values["conv2d_1"].astype(np.float64)).mean(axis=(0, 1))
    assert len(shown) == 7 and set(shown) == set(np.argsort(-sizes)[:7].tolist())
    assert [spot.number for spot in columns.blocks["relu_1"].spots[:-1]] == shown


def test_lines_lead_from_all_that_is_read(network: Probed) -> None:
    columns = Columns(network, lambda lanes: 12 // lanes)
    for block in columns.blocks.values():
        for spot in block.spots:
            links = columns.reads(spot)
            assert all(link.target == spot and link.source in columns.blocks[link.source.node].spots for link in links)
            if spot.number >= 0:
                inputs = network.graph[spot.node].inputs
                read = {
                    columns.spot_of(inputs[e.port], e.channel) for e in contributions(network, spot.node, spot.number)
                }
                assert {link.source for link in links} == read
    ranks = ranks_of(network)
    drawn = {(link.source.node, link.target.node) for link in columns.links}
    drawn |= {(edge.source, edge.target) for edge in bands_of(network, ranks)}
    for node, block in columns.blocks.items():
        # of the picture in its colours the sheets are read
        if block.rank:
            assert {(source, node) for source in network.graph[node].inputs} <= drawn


def test_a_trace_accounts_for_everything(network: Probed) -> None:
    layout = Layout(network, 1100, 560)
    for block in layout.columns.blocks.values():
        spot = next((spot for spot in block.spots if spot.number >= 0), None)
        if spot is None or not network.graph[spot.node].inputs:
            continue
        before = begun(layout.columns, spot)
        after = complete(layout.columns, before, measured(layout.columns, spot))
        assert sum(strand.count for strand in after.sources) == len(after.found)
        assert {strand.link.source for strand in after.sources} == {strand.link.source for strand in before.sources}
        assert all(0 <= strand.share <= 1 for strand in after.sources)
        products = [strand.product for strand in after.sources if strand.product is not None]
        if products:
            bias = network.site(spot.node).arrays.get("bias", np.zeros(spot.number + 1))[spot.number]
            assert sum(products) + bias == pytest.approx(network.values[spot.node][spot.number], abs=1e-4)


def test_what_a_map_gives_each_answer_is_its_share_of_the_sum() -> None:
    network = looked(template("article").graph)
    layout = Layout(network, 1100, 560)
    columns = layout.columns
    flat = next(node for node in network.graph.order if network.graph[node].layer.kind == "flatten")
    (source,) = network.graph[flat].inputs
    (dense,) = network.graph.consumers[flat]
    total = np.zeros(network.values[dense].shape)
    for number in range(network.values[source].shape[2]):
        total += np.array(measured(columns, Spot(source, number)).products)
    assert total + network.site(dense).arrays["bias"] == pytest.approx(network.values[dense], abs=1e-4)


def test_nothing_lies_on_another(network: Probed) -> None:
    for size in ((1100, 620), (820, 430)):
        layout = Layout(network, *size)
        boxes = list(layout.boxes.items())
        for place, (spot, box) in enumerate(boxes):
            room = layout.rooms[spot.node]
            assert room.adjusted(-1, 30, 1, -20).contains(box), spot
            assert box.width() > 2 and box.height() > 2
            assert not any(box.intersects(other) for _, other in boxes[place + 1 :])
        assert layout.width >= size[0] and max(room.right() for room in layout.rooms.values()) <= layout.width
