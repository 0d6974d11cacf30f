"""Where a network looked: each map adds up to what it explains, and to the account that is told of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from random_graphs import random_graph

from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.merge.multiply import Multiply
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.looking.attribution.class_score import ClassScore, pixels
from cnnstudio.nn.looking.attribution.depending import Depending, alike, depending, randomised
from cnnstudio.nn.looking.attribution.enlarging import enlarged, mixed_from
from cnnstudio.nn.looking.attribution.fills import FILLS, blurred, filled
from cnnstudio.nn.looking.attribution.grad_cam import grad_cam, layers_with_maps
from cnnstudio.nn.looking.attribution.gradients import gradient, noise_for, smooth_gradient
from cnnstudio.nn.looking.attribution.integrated import ENOUGH, MOST, STRETCHES, in_steps, integrated_gradients
from cnnstudio.nn.looking.attribution.mattering import MANY, STEPS, mattering
from cnnstudio.nn.looking.attribution.methods import Question, look
from cnnstudio.nn.network.network import Abandoned, compile_network
from cnnstudio.nn.parameters.parameters import Parameters, untrained_parameters


def linear(seed: int = 0, deviation: float = 0.5) -> tuple[Graph, Parameters]:
    """A classifier without any corner: each score is a weighted sum of the pixels."""
    nodes = (
        Node("input", Input(6, 5, 2, mean=0.4, deviation=deviation)),
        Node("flat", Flatten(), ("input",)),
        Node("dense", Dense(3), ("flat",)),
        Node("softmax", Softmax(), ("dense",)),
    )
    graph = Graph(nodes)
    return graph, untrained_parameters(graph, seed)


@pytest.fixture
def lenet() -> Iterator[tuple[Graph, Parameters, ClassScore, np.ndarray]]:
    graph = template("lenet5").graph
    parameters = untrained_parameters(graph, 2)
    score = ClassScore(graph, parameters)
    yield graph, parameters, score, np.random.default_rng(5).integers(0, 256, score.shape).astype(np.uint8)
    score.close()


def picture_for(score: ClassScore, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, score.shape).astype(np.uint8)


@pytest.mark.parametrize("deviation", [0.5, 1.0])
def test_of_a_weighted_sum_all_methods_say_the_same(deviation: float) -> None:
    """The slope is the weight over the deviation, and what the pixels get adds up to the score less that of black."""
    graph, parameters = linear(deviation=deviation)
    score = ClassScore(graph, parameters)
    picture = picture_for(score)
    weights = parameters.arrays("dense")["weights"][1].reshape(6, 5, 2) / deviation
    slope = gradient(score, picture, 1)
    np.testing.assert_allclose(slope, weights, rtol=1e-5)
    np.testing.assert_allclose(smooth_gradient(score, picture, 1, noise_for(picture)), slope, rtol=1e-5)
    times = look(graph, parameters, picture, Question(1, "times_pixel")).values
    np.testing.assert_allclose(times, weights * pixels(picture), rtol=1e-5)
    found = integrated_gradients(score, picture, 1)
    assert found.complete and found.steps == 16
    np.testing.assert_allclose(found.values, times, rtol=1e-4, atol=1e-7)
    assert times.sum() == pytest.approx(found.risen, rel=1e-4)


@pytest.mark.parametrize("seed", range(6))
def test_the_way_from_black_adds_up_and_steps_are_doubled_until_it_does(seed: int) -> None:
    graph = random_graph(seed)
    score = ClassScore(graph, untrained_parameters(graph, seed))
    picture = picture_for(score, seed)
    told: list[float] = []
    found = integrated_gradients(score, picture, 2, told.append)
    assert found.complete == (found.gap <= ENOUGH) and (found.complete or found.steps == MOST)
    assert found.steps == 16 * 2 ** (len(told) - 1) and told == sorted(told)
    if found.steps > 16:
        assert not in_steps(score, picture, 2, found.steps // 2).complete, "as few as will do"
    np.testing.assert_allclose(found.stretches.sum(axis=0), found.values.sum(axis=2), atol=1e-5)
    both = score.slopes(np.stack([0 * pixels(picture), pixels(picture)]), 2).scores[:, 2]
    np.testing.assert_allclose(found.scores[[0, -1]], both, rtol=1e-5, atol=1e-6)
    assert len(found.stretches) == STRETCHES == len(found.scores) - 1
    with pytest.raises(Abandoned):
        integrated_gradients(score, picture, 2, cancelled=lambda: True)


def test_where_slopes_grow_evenly_the_fewest_steps_are_exact() -> None:
    """A score of squares: the slope in the middle of a step is the mean over it."""
    graph = Graph(
        (
            Node("input", Input(4, 4, 1)),
            Node("square", Multiply(), ("input", "input")),
            Node("flat", Flatten(), ("square",)),
            Node("dense", Dense(3), ("flat",)),
            Node("softmax", Softmax(), ("dense",)),
        )
    )
    score = ClassScore(graph, untrained_parameters(graph, 0))
    found = integrated_gradients(score, picture_for(score), 0)
    assert found.steps == 16 and found.gap < 1e-4


def test_a_slope_is_what_trying_gives() -> None:
    graph, parameters = (made := template("lenet5").graph), untrained_parameters(made, 4).copy(np.float64)
    score = ClassScore(graph, parameters)
    whole, label = pixels(picture_for(score)).astype(np.float64), 3
    slope = score.slopes(whole[None], label).slopes[score.ends.input][0]
    for place in ((3, 4, 0), (14, 14, 0), (20, 7, 0)):
        moved = np.stack([whole, whole])
        moved[:, *place] += (-1e-6, 1e-6)
        low, high = score.slopes(moved, label).scores[:, label]
        assert slope[place] == pytest.approx((high - low) / 2e-6, rel=1e-4, abs=1e-8)


def test_a_map_is_the_sum_of_its_parts_rectified_and_enlarged(lenet) -> None:
    graph, parameters, score, picture = lenet
    network = compile_network(graph, parameters, 1, mode="probe")
    network.forward(picture[None])
    for node in layers_with_maps(score.graph):
        found = grad_cam(score, picture, 7, node)
        np.testing.assert_allclose(found.maps, network.value(node)[0], atol=1e-5)
        rows, columns, _ = found.maps.shape
        for cell in ((0, 0), (rows // 2, columns // 3)):
            assert found.parts(*cell).sum() == pytest.approx(found.sums[cell], abs=1e-9)
            assert found.rectified[cell] == max(0.0, found.sums[cell])
        for pixel in ((0, 0), (13, 20), (27, 27)):
            mixed = mixed_from(pixel, (rows, columns), (28, 28))
            assert sum(mixed.shares) == pytest.approx(1) and 1 <= len(mixed.cells) <= 4
            by_hand = sum(share * found.rectified[cell] for cell, share in zip(mixed.cells, mixed.shares, strict=True))
            assert found.values[*pixel, 0] == pytest.approx(by_hand, abs=1e-12)
        assert sorted(found.order().tolist()) == list(range(found.maps.shape[2]))


def test_before_global_pooling_it_is_the_class_activation_map() -> None:
    """Zhou et al.: each map times the weight of the class, up to the number of places."""
    graph = Graph(
        (
            Node("input", Input(8, 8, 1)),
            Node("conv", Conv2D(5, (3, 3)), ("input",)),
            Node("relu", ReLU(), ("conv",)),
            Node("pool", GlobalAveragePool(), ("relu",)),
            Node("dense", Dense(4), ("pool",)),
            Node("softmax", Softmax(), ("dense",)),
        )
    )
    parameters = untrained_parameters(graph, 1)
    score = ClassScore(graph, parameters)
    found = grad_cam(score, picture_for(score), 2, "relu")
    weights = parameters.arrays("dense")["weights"][2]
    np.testing.assert_allclose(found.sums * 36, found.maps @ weights, rtol=1e-4, atol=1e-6)


def test_a_map_is_enlarged_evenly_and_never_beyond_its_values() -> None:
    small = np.random.default_rng(0).random((4, 7))
    large = enlarged(small, (32, 28))
    assert small.min() <= large.min() and large.max() <= small.max()
    np.testing.assert_allclose(large[::8].shape, (4, 28))
    np.testing.assert_allclose(enlarged(np.full((3, 3), 2.5), (10, 9)), 2.5)
    np.testing.assert_allclose(enlarged(small, small.shape), small)


def test_what_takes_the_place_of_pixels() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 18, 3)).astype(np.uint8)
    for fill in FILLS:
        found = filled(picture, fill)
        assert found.shape == picture.shape and found.min() >= 0 and found.max() <= 1
        assert np.array_equal(found, filled(picture, fill)), "the same each time"
    whole = pixels(picture)
    np.testing.assert_allclose(filled(picture, "mean"), np.broadcast_to(whole.mean((0, 1)), whole.shape))
    even = np.full((9, 9, 1), 0.3, np.float32)
    np.testing.assert_allclose(blurred(even, 5), even, rtol=1e-6)
    dot = np.zeros((41, 41, 1), np.float32)
    dot[20, 20] = 1
    spread = blurred(dot, 5)
    assert spread.sum() == pytest.approx(1, rel=1e-5) and np.allclose(spread, spread[::-1, ::-1])
    assert np.count_nonzero(spread > 1e-9) == 31**2, "three times five pixels to each side"


def corner(seed: int = 0) -> tuple[Graph, Parameters, np.ndarray]:
    """A network that looks at the upper left quarter of 16×16 pixels alone: how bright it is says the class."""
    graph = Graph(
        (
            Node("input", Input(16, 16, 1)),
            Node("flat", Flatten(), ("input",)),
            Node("dense", Dense(2), ("flat",)),
            Node("softmax", Softmax(), ("dense",)),
        )
    )
    parameters = untrained_parameters(graph, seed).copy()
    arrays = parameters.arrays("dense")
    arrays["weights"][...] = 0
    arrays["weights"].reshape(2, 16, 16)[1, :8, :8] = 0.5
    arrays["bias"][...] = (8, 0)
    picture = np.zeros((16, 16, 1), np.uint8)
    picture[:8, :8] = 255
    return graph, parameters, picture


@pytest.mark.parametrize("fill", FILLS)
@pytest.mark.parametrize("rivals", ["moved", "random"])
def test_a_map_of_what_the_answer_rests_on_matters_and_another_does_not(fill, rivals) -> None:
    graph, parameters, picture = corner()
    right, wrong = np.zeros((16, 16)), np.zeros((16, 16))
    right[:8, :8] = 1 + np.random.default_rng(0).random((8, 8))
    wrong[8:, 8:] = right[:8, :8]
    found = mattering(graph, parameters, picture, 1, right, fill, rivals)
    assert found.matters and found.matters_inserted and len(found.others) == MANY
    assert len(found.deleted) == STEPS + 1 and found.deleted[0] == found.inserted[-1]
    assert found.deleted[-1] == found.inserted[0] == found.others[0, 0, -1]
    assert found.deleted[0] > 0.9 and found.staged[0] == found.deleted[0]
    assert np.array_equal(found.stages[0], picture)
    other = mattering(graph, parameters, picture, 1, wrong, fill, rivals)
    assert not other.matters and not other.matters_inserted
    assert other.areas[0] > found.areas[0] and other.areas[1] < found.areas[1]
    with pytest.raises(Abandoned):
        mattering(graph, parameters, picture, 1, right, fill, rivals, cancelled=lambda: True)


def test_a_slope_depends_on_what_was_learned_and_the_edges_of_the_picture_do_not(lenet) -> None:
    graph, parameters, score, picture = lenet

    def looked(others: Parameters) -> np.ndarray:
        again = ClassScore(graph, others, 1)
        found = np.abs(gradient(again, picture, 3)).sum(axis=2)
        again.close()
        return found

    first = np.abs(gradient(score, picture, 3)).sum(axis=2)
    found = Depending(first, tuple(depending(graph, parameters, first, looked)))
    layers = [node for node in reversed(graph.order) if parameters.layout.of(node)]
    assert [stage.node for stage in found.stages] == layers and found.depends
    edges = np.abs(np.diff(pixels(picture)[:, :, 0], axis=0, prepend=0))
    same = Depending(edges, tuple(depending(graph, parameters, edges, lambda _: edges)))
    assert not same.depends and all(stage.alike == pytest.approx(1) for stage in same.stages)
    empty = Depending(first, tuple(depending(graph, parameters, first, lambda _: np.zeros((28, 28)))))
    assert empty.depends and all(stage.alike is None for stage in empty.stages)


def test_layers_are_drawn_anew_from_the_top_and_stay_so(lenet) -> None:
    graph, parameters, _, _ = lenet
    before = parameters.copy()
    stages = list(randomised(graph, parameters, 9))
    for number, (_, mixed) in enumerate(stages):
        for place, (node, _) in enumerate(stages):
            same = np.array_equal(mixed.arrays(node)["weights"], before.arrays(node)["weights"])
            assert same == (place > number)
    assert np.array_equal(parameters.vector, before.vector)


def test_ranks_are_compared_whatever_the_values() -> None:
    one = np.random.default_rng(0).random((5, 5))
    assert alike(one, np.exp(3 * one)) == pytest.approx(1) and alike(one, -one) == pytest.approx(-1)
    assert alike(one, np.zeros((5, 5))) is None
    assert abs(alike(one, np.random.default_rng(1).random((5, 5)))) < 0.5
    assert alike(np.array([[1, 2, 2, 4]]), np.array([[1, 3, 2, 4]])) == pytest.approx(0.9486832980505138)
