"""What a test counts: cells, mistakes, and the accuracy in which every class counts as much."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import Evaluation, joined
from cnnstudio.nn.training.mixed_up import together


def confusion(labels: list[int], answers: list[int], classes: int = 3) -> Confusion:
    probabilities = np.full((len(labels), classes), 0.1, np.float32)
    probabilities[np.arange(len(labels)), answers] = 0.8
    return Confusion(Evaluation(np.array(labels), np.array(answers), probabilities, np.full(len(labels), 0.5)))


def test_always_naming_the_commonest_class_is_as_good_as_guessing_where_all_count_alike() -> None:
    found = confusion([0] * 90 + [1] * 10, [0] * 100, 2)
    assert found.evaluation.accuracy == pytest.approx(0.9) and found.balanced_accuracy == pytest.approx(0.5)
    assert found.uneven


def test_a_class_without_test_images_counts_for_nothing() -> None:
    found = confusion([0, 0, 1, 1], [0, 0, 1, 2])
    assert found.balanced_accuracy == pytest.approx(0.75)


def test_even_classes_are_no_matter() -> None:
    found = confusion([0, 0, 1, 1, 2, 2, 2], [0, 0, 1, 1, 2, 2, 0])
    assert not found.uneven


def test_parts_joined_are_the_whole() -> None:
    whole = confusion([0, 1, 2, 1, 0], [0, 1, 1, 1, 2]).evaluation
    halves = [
        Evaluation(*(getattr(whole, name)[part] for name in ("labels", "predictions", "probabilities", "losses")))
        for part in (slice(0, 2), slice(2, 5))
    ]
    found = joined(halves)
    assert found.accuracy == whole.accuracy == pytest.approx(0.6) and found.loss == whole.loss
    assert np.array_equal(found.probabilities, whole.probabilities)


def blocks(of: list[list[int]], seed: int) -> np.ndarray:
    """Counts where classes of one block are taken for each other often, others seldom."""
    random, classes = np.random.default_rng(seed), sum(map(len, of))
    counts = random.integers(0, 3, (classes, classes))
    for block in of:
        for one in block:
            counts[one, block] += random.integers(10, 30, len(block))
    return counts + np.diag(np.full(classes, 100))


@pytest.mark.parametrize("seed", range(20))
def test_classes_that_are_taken_for_each_other_stand_together(seed: int) -> None:
    names = np.random.default_rng(100 + seed).permutation(9).tolist()
    found = together(blocks([names[:5], names[5:]], seed))
    assert sorted(found.order) == list(range(9))
    sides = {frozenset(found.order[: found.split]), frozenset(found.order[found.split :])}
    assert sides == {frozenset(names[:5]), frozenset(names[5:])}


def test_whoever_numbers_the_classes_otherwise_gets_the_same_order_or_its_reverse() -> None:
    counts = blocks([[0, 1, 2], [3, 4, 5, 6]], 3)
    anew = np.random.default_rng(0).permutation(7)
    found, other = together(counts).order, together(counts[np.ix_(anew, anew)]).order
    seen = [int(anew[number]) for number in other]
    assert seen in (list(found), list(found)[::-1])


def test_where_nothing_is_mixed_up_the_classes_stand_as_they_were() -> None:
    for counts in (np.diag([5, 0, 7, 3]), np.zeros((4, 4), np.int64), np.array([[3, 2], [1, 4]])):
        found = together(counts)
        assert found.order == tuple(range(len(counts))) and not found.split
