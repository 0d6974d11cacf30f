"""What a test counts: cells, mistakes, and the accuracy in which every class counts as much."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.training.confusion import Confusion
from cnnstudio.nn.training.evaluation import Evaluation


def confusion(labels: list[int], answers: list[int], classes: int = 3) -> Confusion:
    probabilities = np.full((len(labels), classes), 0.1, np.float32)
    probabilities[np.arange(len(labels)), answers] = 0.8
    right = float(np.mean(np.equal(labels, answers)))
    return Confusion(Evaluation(0.5, right, np.array(answers), probabilities), np.array(labels))


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
