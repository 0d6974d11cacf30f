"""What filters look for: the strongest answers over all images, and climbing that really climbs."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.explanation import probe
from cnnstudio.nn.explanation_looks import grown, most_exciting, patch_of
from cnnstudio.nn.inspect import inspect
from cnnstudio.nn.parameters import Snapshot, initial_parameters
from tests.nn.networks import Blobs, small_classifier


@pytest.mark.parametrize("node", ["conv", "pool", "dense"])
def test_the_most_exciting_places_are_those_a_search_by_hand_finds(node: str) -> None:
    graph, images = small_classifier(), Blobs(230)
    snapshot = Snapshot(initial_parameters(graph, 1))
    found = list(most_exciting(graph, snapshot, images, node, kept=4))
    assert [excitement.seen for excitement in found] == [50, 100, 150, 200]
    last = found[-1]
    values = inspect(graph, snapshot, images.pixels[:200], [node])[node]
    for number in range(values.shape[-1]):
        best = values[..., number].reshape(200, -1).max(axis=1)
        np.testing.assert_allclose(last.values[number], np.sort(best)[::-1][:4], rtol=1e-5)
        for place in range(4):
            image = int(last.images[number, place])
            cell = (int(last.rows[number, place]), int(last.columns[number, place]), number)
            at = values[(image, *cell)] if values.ndim == 4 else values[image, number]
            assert at == pytest.approx(last.values[number, place], rel=1e-5)


def test_a_patch_is_what_the_cell_sees() -> None:
    graph = small_classifier()
    image = np.arange(144, dtype=np.uint8).reshape(12, 12, 1)
    np.testing.assert_array_equal(patch_of(graph, "conv", (5, 6, 0), image), image[4:7, 5:8])
    corner = patch_of(graph, "conv", (0, 0, 0), image)
    assert corner.shape == (3, 3, 1) and not corner[0].any() and corner[1, 1, 0] == image[0, 0, 0]
    np.testing.assert_array_equal(patch_of(graph, "dense", (2,), image).shape[:2], (14, 14))


@pytest.mark.parametrize("cell", [("conv", (5, 5, 1)), ("pool", (2, 3, 0)), ("dense", (3,))])
def test_climbing_excites_the_cell_more_and_more(cell) -> None:
    graph = small_classifier()
    snapshot = Snapshot(initial_parameters(graph, 2))
    node, place = cell
    steps = list(grown(graph, snapshot, node, place))
    excited = [float(probe(graph, snapshot, image).values[node][place]) for image in steps]
    assert excited[-1] > excited[0] and excited[-1] == pytest.approx(max(excited), rel=0.2)
    np.testing.assert_array_equal(steps[-1], list(grown(graph, snapshot, node, place))[-1])
