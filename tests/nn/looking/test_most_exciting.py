"""What filters look for: the strongest answers over all images, and climbing that really climbs."""

from __future__ import annotations

import numpy as np
import pytest
from networks import Blobs, small_classifier

from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.looking.exciting.grown_patterns import SHOWN, STEPS, before_activation, grow
from cnnstudio.nn.looking.exciting.most_exciting import most_exciting, patch_of
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.looking.probed import probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters


@pytest.mark.parametrize("node", ["conv", "pool", "dense"])
def test_the_most_exciting_places_are_those_a_search_by_hand_finds(node: str) -> None:
    graph, images = small_classifier(), Blobs(230)
    snapshot = Snapshot(initial_parameters(graph, 1))
    found = list(most_exciting(graph, snapshot, images, node, kept=4))
    assert [excitement.seen for excitement in found] == [100, 200, 230]
    last = found[-1]
    values = inspect(graph, snapshot, images.pixels, [node])[node]
    for number in range(values.shape[-1]):
        best = values[..., number].reshape(230, -1).max(axis=1)
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


@pytest.mark.parametrize("node", ["conv", "relu", "pool", "dense", "softmax"])
def test_patterns_excite_their_cells_more_than_most_images_do(node: str) -> None:
    graph, images = small_classifier(), Blobs(60)
    snapshot = Snapshot(initial_parameters(graph, 2))
    shape = graph.shape(node)
    cells = [(shape[0] // 2, shape[1] // 2, i) if len(shape) == 3 else (i,) for i in range(3)]
    shown = list(grow(graph, snapshot, node, cells))
    assert len(shown) == STEPS // SHOWN and shown[-1].shape == (3, 12, 12, 1)
    judged = before_activation(graph, node)
    for number, cell in enumerate(cells):
        excited = [float(probe(graph, snapshot, step[number]).values[judged][cell]) for step in shown]
        usual = inspect(graph, snapshot, images.pixels, [judged])[judged][(slice(None), *cell)]
        assert excited[-1] > 0.8 * max(excited) and excited[-1] > np.quantile(usual, 0.8)
    np.testing.assert_array_equal(shown[-1], list(grow(graph, snapshot, node, cells))[-1], "the same again")


def test_the_pattern_of_a_filter_that_sees_the_image_is_the_filter() -> None:
    """Of a linear cell the exciting direction is known: its weights."""
    graph = chain(("input", Input(9, 9, 1)), ("conv", Conv2D(1, (3, 3))))
    parameters = initial_parameters(graph, 5)
    *_, last = grow(graph, Snapshot(parameters), "conv", [(3, 3, 0)])
    weights = parameters.arrays("conv")["weights"][0, :, :, 0].ravel()
    drawn = last[0, 3:6, 3:6, 0].astype(float).ravel()
    assert np.corrcoef(weights, drawn)[0, 1] > 0.9


def test_patterns_of_cells_that_see_much_are_smooth() -> None:
    graph = chain(("input", Input(24, 24, 1)), ("flat", Flatten()), ("dense", Dense(4)))
    *_, last = grow(graph, Snapshot(initial_parameters(graph, 1)), "dense", [(i,) for i in range(4)])
    pixels = last[..., 0].astype(float)
    steps = np.abs(np.diff(pixels, axis=2)).mean()
    assert steps < 0.5 * np.abs(pixels[:, :, 8:] - pixels[:, :, :-8]).mean(), "neighbours are more alike than others"


def test_a_dead_cell_stays_noise_and_breaks_nothing() -> None:
    graph = small_classifier()
    parameters = initial_parameters(graph, 2)
    parameters.arrays("conv")["weights"][1] = 0.0
    *_, last = grow(graph, Snapshot(parameters), "pool", [(2, 2, 0), (2, 2, 1)])
    assert last.shape == (2, 12, 12, 1) and last[1].std() > 0
