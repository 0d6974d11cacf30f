"""What a map is made from: all of it, no more, and by how much."""

from __future__ import annotations

import numpy as np
import pytest
from explain_bench import every_kind

from cnnstudio.nn.explaining.partial_maps import PartialMaps
from cnnstudio.nn.looking.contributions import channels_read, contributions
from cnnstudio.nn.looking.probed import Probed, dependences, probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters


@pytest.fixture(scope="module")
def looked() -> Probed:
    """A network of every kind of layer that has looked at noise."""
    graph = every_kind().graph
    parameters = initial_parameters(graph, 1)
    parameters.vector[...] = np.random.default_rng(2).normal(size=parameters.vector.shape) * 0.3
    image = np.random.default_rng(3).integers(0, 256, graph.shape("input")).astype(np.uint8)
    return probe(graph, Snapshot(parameters), image)


def test_each_map_is_made_of_all_it_depends_on(looked: Probed) -> None:
    for node in looked.graph.order:
        seen, shape = dependences(looked.graph, node), looked.values[node].shape
        for number in {0, shape[-1] - 1}:
            told = {(each.port, each.channel) for each in contributions(looked, node, number)}
            cell = (0, 0, number) if len(shape) == 3 else (number,)
            read = {(port, int(c)) for port, relation in enumerate(seen) for c in relation.sources(cell).channels}
            assert told == read, node
            ports = enumerate(seen)
            assert told == {(port, c) for port, relation in ports for c in channels_read(relation, shape, number)}


def test_partial_maps_and_products_are_measured_as_they_are_added(looked: Probed) -> None:
    site = looked.site("conv")
    found = contributions(looked, "conv", 2)
    partial = PartialMaps(site, dependences(looked.graph, "conv")[0], 2).whole
    assert [each.size for each in found] == pytest.approx(np.sqrt(np.square(partial).mean(axis=(0, 1))).tolist())
    for each in found:
        assert np.array_equal(each.kernel, site.arrays["weights"][2, :, :, each.channel])
    site = looked.site("dense")
    products = [each.product for each in contributions(looked, "dense", 4)]
    assert sum(products) + site.arrays["bias"][4] == pytest.approx(site.output[4], abs=1e-5)


def test_what_is_only_read_counts_by_what_it_holds(looked: Probed) -> None:
    sizes = [each.size for each in contributions(looked, "add", 1)]
    inputs = [looked.values[source][:, :, 1] for source in looked.graph["add"].inputs]
    assert sizes == pytest.approx([float(np.sqrt(np.square(values).mean())) for values in inputs])
