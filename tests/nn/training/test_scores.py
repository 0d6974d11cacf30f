"""Scores beyond accuracy: held to what they mean, to published figures and to simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.nn.training.scores import (
    against_the_rest,
    along,
    among_first,
    by_chance,
    by_class,
    cooled,
    interval,
    log_loss,
    reliability,
    temperature,
)

Counts = st.lists(st.lists(st.integers(0, 40), min_size=3, max_size=3), min_size=3, max_size=3).map(np.array)


def drawn(sharpness: float, images: int = 4000, classes: int = 5, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities, and labels drawn from them: what says them knows how sure it may be. Then made ``sharpness`` times
    as sure as that."""
    random = np.random.default_rng(seed)
    logits = 2.0 * random.standard_normal((images, classes))
    honest = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    labels = np.array([random.choice(classes, p=row) for row in honest])
    said = np.exp(sharpness * logits)
    return (said / said.sum(1, keepdims=True)).astype(np.float32), labels


def test_the_interval_is_wilsons() -> None:
    """Figures by hand: 8 of 10 are between 0.490 and 0.943; all of 10 are not 1 to 1."""
    assert interval(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    low, high = interval(10, 10)
    assert (low, high) == pytest.approx((0.7225, 1.0), abs=1e-4)
    assert interval(0, 0) == (0.0, 1.0)


def test_the_interval_has_the_true_share_nineteen_times_of_twenty() -> None:
    random = np.random.default_rng(1)
    for share, of in ((0.98, 500), (0.7, 60), (0.1, 200)):
        bounds = [interval(int(right), of) for right in random.binomial(of, share, 4000)]
        held = np.mean([low <= share <= high for low, high in bounds])
        assert 0.93 < held < 0.97, (share, of)


@given(Counts)
def test_classes_are_counted_down_and_across(counts: np.ndarray) -> None:
    found = by_class(counts)
    for place in range(3):
        right, images, called = counts[place, place], counts[place].sum(), counts[:, place].sum()
        assert found.images[place] == images
        for value, of in ((found.recall[place], images), (found.precision[place], called)):
            assert math.isnan(value) if not of else value == right / of
        if right:
            recall, precision = right / images, right / called
            assert found.f1[place] == pytest.approx(2 * recall * precision / (recall + precision))
    swapped = by_class(counts.T)
    np.testing.assert_array_equal(found.recall, swapped.precision)


def test_among_the_first_is_the_accuracy_for_one_and_all_for_all() -> None:
    probabilities, labels = drawn(1.0, 300)
    shares = [among_first(probabilities, labels, most) for most in range(1, 6)]
    assert shares[0] == np.mean(probabilities.argmax(1) == labels) and shares[-1] == 1.0
    assert shares == sorted(shares)
    even = np.full((4, 3), 1 / 3, np.float32)
    assert among_first(even, np.array([0, 1, 2, 0]), 1) == np.mean(even.argmax(1) == np.array([0, 1, 2, 0]))


def test_who_says_what_is_so_is_believed_and_who_is_too_sure_is_not() -> None:
    honest, boastful = (reliability(*drawn(sharpness)) for sharpness in (1.0, 3.0))
    assert honest.error < 0.03 < 0.08 < boastful.error
    assert honest.images.sum() == boastful.images.sum() == 4000
    some = boastful.images > 50
    assert (boastful.sureness[some] > boastful.right[some]).mean() > 0.8


@pytest.mark.parametrize("sharpness", [0.5, 1.0, 3.0])
def test_the_temperature_undoes_what_made_it_too_sure(sharpness: float) -> None:
    probabilities, labels = drawn(sharpness, seed=2)
    found = temperature(probabilities, labels)
    assert found == pytest.approx(sharpness, rel=0.08)
    logits = np.log(probabilities.astype(np.float64))

    def cost(by: float) -> float:
        scaled = logits / by
        return float(np.mean(np.logaddexp.reduce(scaled, axis=1) - scaled[np.arange(len(labels)), labels]))

    assert cost(found) <= min(cost(1.01 * found), cost(0.99 * found), cost(1.0)) + 1e-12


def test_a_network_that_is_always_right_may_be_as_sure_as_it_likes() -> None:
    probabilities = np.eye(3, dtype=np.float32)[[0, 1, 2]] * 0.7 + 0.1
    assert 1 / 20 <= temperature(probabilities, np.array([0, 1, 2])) < 0.06


def test_two_networks_differ_by_the_images_that_one_alone_gets_right() -> None:
    """By hand: 1 and 9 of ten give 2 · (1 + 10) / 2¹⁰."""
    first, second = np.zeros(100, bool), np.zeros(100, bool)
    first[:50] = second[:50] = True
    assert by_chance(first, second) == 1.0
    first[50:59], second[60] = True, True
    assert by_chance(first, second) == by_chance(second, first) == pytest.approx(22 / 1024)
    first[61], second[70:78] = True, True
    assert by_chance(first, second) > 0.5


def test_of_equal_networks_few_are_said_to_differ() -> None:
    random = np.random.default_rng(3)
    found = [by_chance(random.random(300) < 0.9, random.random(300) < 0.9) for _ in range(600)]
    assert np.mean(np.array(found) < 0.05) < 0.06


def test_log_loss_is_the_mean_of_what_the_right_class_gets_and_guessing_has_the_logarithm_of_the_classes() -> None:
    probabilities, labels = drawn(1.0, 300)
    by_hand = [-math.log(float(row[label])) for row, label in zip(probabilities, labels, strict=True)]
    assert log_loss(probabilities, labels) == pytest.approx(np.mean(by_hand))
    assert log_loss(np.full((8, 5), 0.2, np.float32), labels[:8]) == pytest.approx(math.log(5))
    assert log_loss(probabilities[:0], labels[:0]) == 0.0
    assert math.isfinite(log_loss(np.eye(2, dtype=np.float32), np.array([1, 0])))


def test_cooled_answers_are_those_of_divided_logits_and_are_no_longer_too_sure() -> None:
    probabilities, labels = drawn(2.0)
    by = temperature(probabilities, labels)
    after = cooled(probabilities, by)
    assert by == pytest.approx(2, rel=0.1) and np.array_equal(after.argmax(1), probabilities.argmax(1))
    assert reliability(after, labels, 10).error < 0.3 * reliability(probabilities, labels, 10).error
    np.testing.assert_allclose(cooled(probabilities, 1.0), probabilities, atol=1e-6)
    honest, _ = drawn(1.0)
    np.testing.assert_allclose(cooled(honest, 0.5), drawn(2.0)[0], rtol=1e-3, atol=1e-6)


@given(st.integers(0, 200), st.booleans())
def test_the_area_is_how_often_an_image_of_the_class_is_before_one_that_is_none(seed: int, tied: bool) -> None:
    random = np.random.default_rng(seed)
    its = random.random(40) < 0.4
    its[:2] = (True, False)
    said = np.round(random.random(40), 1 if tied else 9)
    found = against_the_rest(said, its)
    assert found is not None
    pairs = [(one > other) + 0.5 * (one == other) for one in said[its] for other in said[~its]]
    assert found.roc_area == pytest.approx(np.mean(pairs))
    assert found.recall[-1] == found.false_alarms[-1] == 1 and found.precision[-1] == pytest.approx(its.mean())
    assert (np.diff(found.recall) >= 0).all() and (np.diff(found.false_alarms) >= 0).all()
    by_hand = [np.count_nonzero(its & (said >= each)) / np.count_nonzero(said >= each) for each in said[its]]
    assert found.average_precision == pytest.approx(np.mean(by_hand))


def test_of_a_class_that_all_or_none_are_there_is_no_curve() -> None:
    assert against_the_rest(np.ones(4), np.ones(4, bool)) is None
    assert against_the_rest(np.ones(4), np.zeros(4, bool)) is None


@given(st.integers(1, 60), st.integers(1, 10), st.integers(0, 50), st.integers(1, 30))
def test_along_a_property_all_images_are_counted_once_and_equal_ones_stay_together(
    count: int, groups: int, seed: int, kinds: int
) -> None:
    random = np.random.default_rng(seed)
    values, right = random.integers(0, kinds, count).astype(float), random.random(count) < 0.5
    found = along(values, right, groups)
    assert found.images.sum() == count and found.right.sum() == right.sum() and 1 <= len(found.images) <= groups
    for (low, high), images, hits in zip(found.between, found.images, found.right, strict=True):
        inside = (values >= low) & (values <= high)
        assert inside.sum() == images and right[inside].sum() == hits
