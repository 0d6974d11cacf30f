"""Choices, orders and pictures: what is right is right in every drawing, and asked anew it is another question."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.lessons.questions.choosing import Choice, Ordering, offered, shuffled
from cnnstudio.lessons.questions.puzzles import PUZZLES, Offered, Pointed, Puzzle, kernel, map_of, puzzled
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.told import worded

ASKED = {f"{lesson.id}-{asked.id}": asked for lesson in built_in().lessons for asked in lesson.choices}
TURNS = 24


@pytest.mark.parametrize("name", [name for name, asked in ASKED.items() if isinstance(asked, Choice)])
def test_a_choice_has_one_right_option_and_a_reply_to_each_other(name):
    choice, texts, places = ASKED[name], set(), set()
    for turn in range(TURNS):
        found = offered(choice, 3, turn)
        words = [worded(option.text) for option in found.options]
        assert sum(option.right for option in found.options) == 1
        assert len(set(words)) == len(words) >= 3, words
        assert len({worded(option.reply) for option in found.options}) == len(words)
        assert "{" not in "".join([worded(found.text), worded(found.why), *words])
        texts.add(worded(found.text))
        places.add(found.right)
    assert len(texts) >= 2, "asked anew it is the same question"
    assert len(places) >= 2, "the right one stands always at the same place"


@pytest.mark.parametrize("name", [name for name, asked in ASKED.items() if isinstance(asked, Ordering)])
def test_steps_lie_mixed_and_their_order_is_that_of_the_lesson(name):
    ordering = ASKED[name]
    for turn in range(TURNS):
        found = shuffled(ordering, 3, turn)
        assert len(found.steps) == ordering.take
        right = [found.steps[place] for place in found.order]
        assert right == [step for step in ordering.steps if step in right]
        assert right != list(found.steps), "they lie in their order already"
        assert found.first_wrong(found.order) is None
        swapped = (found.order[0], *reversed(found.order[1:]))
        assert found.first_wrong(swapped) == 1


def by_hand(image: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A valid correlation in float64, place by place."""
    size = weights.shape[0]
    rows, columns = (extent - size + 1 for extent in image.shape)
    return np.array(
        [
            [(image[y : y + size, x : x + size].astype(float) * weights).sum() for x in range(columns)]
            for y in range(rows)
        ]
    )


@pytest.mark.parametrize("name", ["left", "right", "top", "bottom", "blur"])
def test_the_maps_are_what_the_filters_make(name):
    found = puzzled(Puzzle("p", "Where?", "place"), 1, 0)
    image = found.image.values
    assert map_of(image, name) == pytest.approx(by_hand(image, kernel(name)), abs=1e-5)


def test_a_filter_that_is_said_to_like_left_edges_does():
    """What is said of the filters is so: on a picture that is dark at the left and bright at the right, and so on."""
    ramp = np.repeat(np.linspace(0, 1, 12, dtype=np.float32)[None], 12, axis=0)
    for name, image in (("left", ramp), ("right", ramp[:, ::-1]), ("top", ramp.T), ("bottom", ramp.T[::-1])):
        assert map_of(np.ascontiguousarray(image), name).min() > 0.01, name
        assert np.abs(map_of(np.full((12, 12), 0.7, np.float32), name)).max() < 1e-5, "it minds brightness alone"
    assert map_of(np.full((12, 12), 0.7, np.float32), "blur").min() > 0.5


@pytest.mark.parametrize("kind", ["filter", "map", "moved"])
def test_puzzles_have_one_right_picture(kind):
    for turn in range(TURNS):
        found = puzzled(Puzzle("p", "Which?", kind), 5, turn)
        assert isinstance(found, Offered)
        pictures = [option.picture.values for option in found.options]
        for place, one in enumerate(pictures):
            assert not any(np.allclose(one, other) for other in pictures[:place])
        shown, right = [picture.values for _, picture in found.shown], pictures[found.right]
        if kind == "filter":
            assert shown[1] == pytest.approx(by_hand(shown[0], right), abs=1e-5)
        elif kind == "map":
            assert right == pytest.approx(by_hand(shown[0], shown[1]), abs=1e-5)
        else:
            rows = [np.flatnonzero(image.any(axis=1))[0] for image in (shown[0], shown[2])]
            columns = [np.flatnonzero(image.any(axis=0))[0] for image in (shown[0], shown[2])]
            moved = (int(rows[1] - rows[0]), int(columns[1] - columns[0]))
            assert 0 not in moved
            assert np.allclose(_inner(np.roll(shown[1], moved, (0, 1))), _inner(right), atol=1e-5)
    assert {*PUZZLES} == {"filter", "map", "moved", "place"}


def _inner(values: np.ndarray) -> np.ndarray:
    return values[5:-5, 5:-5]


def test_a_place_is_right_where_the_map_is_nearly_largest():
    for turn in range(TURNS):
        found = puzzled(Puzzle("p", "Where?", "place"), 9, turn)
        assert isinstance(found, Pointed)
        assert found.right(found.best)
        assert found.number_at(found.best) == pytest.approx(float(found.map.values.max()))
        assert not found.right((0, 0)) and found.number_at((0, 0)) is None
        wrong = np.unravel_index(int(np.argmin(found.map.values)), found.map.values.shape)
        assert not found.right((int(wrong[0]) + 2, int(wrong[1]) + 2))
