"""An epoch draws every image once, or as many of every class; seed and epoch alone decide."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.randomness import draws
from cnnstudio.nn.training.order import BALANCED, order_of

LABELS = np.repeat([0, 1, 3], [70, 10, 21])


def test_each_once_is_the_order_that_runs_have_always_had() -> None:
    found = order_of(5, 2, LABELS)
    assert found.tolist() == draws(5, "order", 2).permutation(len(LABELS)).tolist()


def test_a_balanced_epoch_is_as_long_and_has_as_many_of_every_class() -> None:
    found = order_of(5, 1, LABELS, BALANCED)
    counts = np.bincount(LABELS[found])
    assert len(found) == len(LABELS)
    assert sorted(counts[[0, 1, 3]].tolist()) == [33, 34, 34] and counts[2] == 0


def test_of_a_rare_class_all_come_equally_often_and_of_a_frequent_one_each_epoch_another_part() -> None:
    times = np.bincount(order_of(0, 1, LABELS, BALANCED), minlength=len(LABELS))
    assert set(times[70:80].tolist()) <= {3, 4} and set(times[:70].tolist()) == {0, 1}
    seen = {place for epoch in range(1, 9) for place in order_of(0, epoch, LABELS, BALANCED).tolist()}
    assert seen == set(range(len(LABELS)))


def test_seed_and_epoch_decide_and_nothing_else() -> None:
    first = order_of(1, 1, LABELS, BALANCED).tolist()
    assert order_of(1, 1, LABELS, BALANCED).tolist() == first
    assert order_of(1, 2, LABELS, BALANCED).tolist() != first != order_of(2, 1, LABELS, BALANCED).tolist()


def test_classes_are_mixed() -> None:
    """No batch of a balanced epoch is of one class alone."""
    labels = LABELS[order_of(0, 1, LABELS, BALANCED)]
    assert all(len(set(labels[start : start + 10].tolist())) > 1 for start in range(0, 90, 10))
