"""What it would take: what is said to flip an answer flips it, and is no larger than is said."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from cnnstudio.data.library import preview
from cnnstudio.nn.arrays import Array
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.attribution.class_score import ClassScore
from cnnstudio.nn.looking.flipping.answering import Answering
from cnnstudio.nn.looking.flipping.flip import Flip, Search, margin
from cnnstudio.nn.looking.flipping.morph import STEPS, morph
from cnnstudio.nn.looking.flipping.one_pixel import one_pixel
from cnnstudio.nn.looking.flipping.signed_steps import BESIDE, many_steps, one_step
from cnnstudio.nn.network.network import Abandoned, compile_network
from cnnstudio.nn.parameters.parameters import Parameters
from cnnstudio.project.trained import trained


@pytest.fixture(scope="module")
def network() -> tuple[Graph, Parameters]:
    """One that has learned digits."""
    project = trained("digits")
    assert project.weights is not None
    return project.design.graph, project.weights.parameters


@pytest.fixture
def looking(network: tuple[Graph, Parameters]) -> Iterator[tuple[ClassScore, Answering]]:
    score, answering = ClassScore(*network, BESIDE), Answering(*network)
    yield score, answering
    score.close()
    answering.close()


@pytest.fixture(scope="module")
def some_digits() -> list[Array]:
    test = preview("digits").test
    return [test.read(np.array([at]))[0] for at in (0, 1, 2)]


def says(network: tuple[Graph, Parameters], picture: Array) -> Array:
    """What the engine makes of one whole picture by itself."""
    graph, parameters = network
    (softmax,) = (node.id for node in graph if node.layer.kind == "softmax")
    looked = compile_network(graph, parameters, 1, outputs=(softmax,))
    looked.forward(picture[None])
    return looked.value(softmax)[0]


def loss(network: tuple[Graph, Parameters], picture: Array, label: int) -> float:
    """The cross-entropy of a class, in numbers that do not end where a network is all but sure."""
    graph, parameters = network
    (softmax,) = (node for node in graph if node.layer.kind == "softmax")
    looked = compile_network(graph, parameters, 1, outputs=softmax.inputs)
    looked.forward(picture[None])
    scores = looked.value(softmax.inputs[0])[0].astype(np.float64)
    return float(np.logaddexp.reduce(np.delete(scores, label) - scores[label]))


def within(flip: Flip, levels: int) -> bool:
    return bool(np.abs(flip.after.astype(int) - flip.before).max() <= levels)


def test_the_smallest_steps_flip_and_one_level_less_does_not(network, looking, some_digits) -> None:
    for picture in some_digits:
        search = Search(*looking, picture)
        single = one_step(search)
        for flip in (single, many_steps(search)):
            assert flip.flipped and flip.after.dtype == np.uint8 and within(flip, flip.largest)
            assert says(network, flip.after).argmax() == flip.says.argmax() != flip.answer
            np.testing.assert_allclose(says(network, flip.before), flip.said, atol=1e-5)
        assert flip.largest <= single.largest, "many small steps need no more than a large one"
        ways = np.sign(search.uphill(picture[None])[0]).astype(int)
        for levels in range(1, single.largest):
            less = np.clip(picture + levels * ways, 0, 255).astype(np.uint8)
            assert says(network, less).argmax() == single.answer, "fewer levels would do"


def test_what_it_says_of_itself_is_what_was_changed(looking, some_digits) -> None:
    flip = one_step(Search(*looking, some_digits[0]))
    moved = flip.after.astype(int) - flip.before.astype(int)
    assert flip.largest == np.abs(moved).max() and flip.length == pytest.approx(np.linalg.norm(moved.ravel()))
    assert flip.pixels == (moved != 0).any(2).sum()


def test_towards_a_class_it_ends_there_or_says_that_it_does_not(network, looking, some_digits) -> None:
    picture, found = some_digits[1], []
    likely = np.argsort(-says(network, picture), kind="stable")
    for toward in likely[1:4].tolist():
        flip = many_steps(Search(*looking, picture, toward), bound=40)
        assert flip.flipped == (says(network, flip.after).argmax() == toward) and within(flip, 40)
        found.append(flip.flipped)
    assert any(found)
    assert not many_steps(Search(*looking, picture), bound=1).flipped


def test_the_first_step_makes_the_loss_larger_and_towards_a_class_that_one_smaller(
    network, looking, some_digits
) -> None:
    for picture in some_digits:
        for toward in (-1, (int(says(network, picture).argmax()) + 1) % 10):
            search = Search(*looking, picture, toward)
            label = search.answer if toward < 0 else toward
            step = np.sign(search.uphill(picture[None])[0]).astype(int)
            after = np.clip(picture + step, 0, 255).astype(np.uint8)
            assert (loss(network, after, label) > loss(network, picture, label)) is (toward < 0)


def test_one_pixel_is_one_pixel_and_all_of_them_were_tried_where_none_flips(network, looking, some_digits) -> None:
    for picture in some_digits:
        flip = one_pixel(Search(*looking, picture))
        assert flip.pixels == 1 and flip.flipped == (says(network, flip.after).argmax() != flip.answer)
        if flip.flipped:
            continue
        assert flip.tried == 2 * picture.shape[0] * picture.shape[1]
        place = np.argwhere((flip.after != flip.before).any(2))
        gained = margin(flip.says[None], flip.answer, -1)[0]
        for row, column in np.argwhere(picture[:, :, 0] > 0)[::9]:
            for level in (0, 255):
                other = picture.copy()
                other[row, column] = level
                assert margin(says(network, other)[None], flip.answer, -1)[0] <= gained + 1e-5, (place, row, column)


def test_a_picture_turns_into_another_and_the_answer_where_it_is_said_to(network, looking, some_digits) -> None:
    one, other = some_digits[:2]
    found = morph(looking[1], one, other)
    np.testing.assert_array_equal(found.pictures[0], one)
    np.testing.assert_array_equal(found.pictures[-1], other)
    answers = [int(says(network, picture).argmax()) for picture in found.pictures]
    assert answers[0] != answers[-1]
    expected = [
        (at / STEPS, answers[at - 1], answers[at]) for at in range(1, STEPS + 1) if answers[at] != answers[at - 1]
    ]
    assert list(found.turns) == expected and expected


def test_whoever_waits_no_longer_is_let_go(looking, some_digits) -> None:
    search = Search(*looking, some_digits[0])
    for look in (one_step, many_steps, one_pixel):
        with pytest.raises(Abandoned):
            look(search, cancelled=lambda: True)
