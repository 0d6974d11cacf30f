"""Occlusion is held to a plain recomputation: each hidden picture by itself through the judge of the engine."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.graph.graph import GraphError, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.occlusion import ground_of, hidden, occlusion
from cnnstudio.nn.network.network import Abandoned, compile_network
from cnnstudio.nn.parameters.parameters import initial_parameters

L = layer_kinds()


def network(height: int, width: int, channels: int):
    return chain(
        ("input", L["input"](height=height, width=width, channels=channels, mean=0.4, deviation=0.2)),
        ("conv", L["conv2d"](filters=4, kernel=(3, 3))),
        ("relu", L["relu"]()),
        ("flat", L["flatten"]()),
        ("dense", L["dense"](units=5)),
        ("softmax", L["softmax"]()),
    )


@pytest.mark.parametrize(
    ("height", "width", "channels", "patch", "stride"),
    [(9, 9, 1, 3, 2), (8, 13, 3, 4, 1), (28, 28, 1, 0, 0), (10, 12, 1, 3, 2)],
)
def test_every_place_is_what_a_plain_recomputation_gives(height, width, channels, patch, stride):
    graph = network(height, width, channels)
    parameters = initial_parameters(graph, 3)
    image = np.random.default_rng(2).integers(0, 256, (height, width, channels), dtype=np.uint8)
    found = occlusion(graph, parameters, image, patch=patch, stride=stride)
    judge = compile_network(graph, parameters, 1, mode="probe")

    def answers(picture):
        judge.forward(picture[None])
        return judge.value("softmax")[0]

    whole = answers(image)
    assert found.whole == pytest.approx(whole, abs=1e-5)
    rim = np.array(
        [image[y, x] for y in range(height) for x in range(width) if y in (0, height - 1) or x in (0, width - 1)]
    )
    assert np.abs(np.array(found.ground) - np.median(rim, axis=0)).max() <= 64, "a colour of the rim"
    rows, columns = found.falls.shape
    covered = np.zeros((height, width), bool)
    for row in range(rows):
        for column in range(columns):
            picture = image.copy()
            top, left = min(row * found.stride, height - found.patch), min(column * found.stride, width - found.patch)
            for y in range(top, top + found.patch):
                for x in range(left, left + found.patch):
                    picture[y, x] = found.ground
                    covered[y, x] = True
            assert np.array_equal(picture, hidden(image, found.pixels(row, column), found.ground))
            by_hand = answers(picture)
            assert found.probabilities[row, column] == pytest.approx(by_hand, abs=1e-5)
            assert found.falls[row, column] == pytest.approx(whole.max() - by_hand[whole.argmax()], abs=1e-5)
    assert covered.all(), "every pixel is hidden at some place"


def test_the_network_looks_where_it_was_made_to_look():
    """A network whose answer hangs on one pixel: only patches over it make the answer fall."""
    graph = chain(
        ("input", L["input"](height=6, width=6)),
        ("flat", L["flatten"]()),
        ("dense", L["dense"](units=2)),
        ("softmax", L["softmax"]()),
    )
    parameters = initial_parameters(graph, 0)
    weights = parameters.arrays("dense")["weights"]
    weights[:] = 0
    weights[0, 2 * 6 + 4] = 5.0
    image = np.zeros((6, 6, 1), np.uint8)
    image[2, 4] = 255
    image[4, 1] = 255
    found = occlusion(graph, parameters, image, patch=1, stride=1)
    assert found.answer == 0
    assert {tuple(place) for place in np.argwhere(found.falls > 0.01).tolist()} == {(2, 4)}
    wide = occlusion(graph, parameters, image, patch=3, stride=1).by_pixel(image.shape)
    assert np.unravel_index(wide.argmax(), wide.shape) == (2, 4) or wide[2, 4] == pytest.approx(wide.max())
    assert wide[5, 0] == 0


def test_it_can_be_given_up_and_needs_a_classifier():
    graph = network(9, 9, 1)
    image = np.zeros((9, 9, 1), np.uint8)
    with pytest.raises(Abandoned):
        occlusion(graph, initial_parameters(graph, 0), image, cancelled=lambda: True)
    open_ended = graph.restricted({"input", "conv"})
    with pytest.raises(GraphError):
        occlusion(open_ended, initial_parameters(open_ended, 0), image)
    assert ground_of(image) == (0,)
