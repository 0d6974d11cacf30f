"""Labels that were swapped are found again: by the rules on given probabilities, and by asking a network."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.dataset import Cancelled, DataSet, Examples, fingerprint
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.second_opinion import opinions, second_opinion
from cnnstudio.data.review.wrong_labels import confident_counts, kept_counts, margins, suspected


def told(truth: np.ndarray, classes: int, sure: float = 0.9) -> np.ndarray:
    """Probabilities of somebody who knows the truth."""
    found = np.full((len(truth), classes), (1 - sure) / (classes - 1))
    found[np.arange(len(truth)), truth] = sure
    return found


def test_the_margin_is_a_half_where_two_classes_are_alike() -> None:
    shares = np.array([[0.6, 0.3, 0.1], [0.4, 0.4, 0.2], [0.0, 0.1, 0.9]])
    assert margins(shares, np.array([0, 1, 0])) == pytest.approx([0.65, 0.5, 0.05])


def test_exactly_the_swapped_labels_are_suspected_by_who_knows_the_truth() -> None:
    truth = np.arange(300) % 3
    labels = truth.copy()
    labels[[7, 50, 120, 121]] = (truth[[7, 50, 120, 121]] + 1) % 3
    shares = told(truth, 3)
    shares[50] = [0.98, 0.01, 0.01] if truth[50] == 0 else [0.01, 0.01, 0.98] if truth[50] == 2 else [0.01, 0.98, 0.01]
    found = suspected(shares, labels)
    assert sorted(found.tolist()) == [7, 50, 120, 121] and found[0] == 50, "the surest first"
    assert suspected(told(truth, 3), truth).tolist() == []


def test_counts_add_up_to_the_labels_and_leave_a_picture_to_every_class() -> None:
    truth = np.repeat([0, 1, 2], [50, 30, 7])
    labels = truth.copy()
    labels[80:] = 0
    labels[0] = 2
    counts = confident_counts(told(truth, 4), labels)
    assert counts.sum(1).tolist() == np.bincount(labels, minlength=4).tolist()
    kept = kept_counts(counts)
    assert all(kept[label, label] >= 1 for label in range(4)) and kept[2, 0] == 7


def cards(count: int = 120) -> DataSet:
    """Small pictures of nearly one of three colours, of which seven have another label."""
    draw = np.random.default_rng(1)
    truth = np.arange(count) % 3
    colours = np.array([[210, 40, 40], [40, 200, 60], [30, 60, 220]])
    pixels = np.clip(colours[truth][:, None, None] + draw.integers(-30, 30, (count, 10, 8, 3)), 0, 255).astype(np.uint8)
    labels = truth.copy()
    labels[10:17] = (truth[10:17] + 1) % 3
    train, test = Examples(pixels[:100], labels[:100]), Examples(pixels[100:], labels[100:])
    classes = ("red", "green", "blue")
    return DataSet("cards", "Cards", classes, train, test, fingerprint(classes, train, test), "cards")


@pytest.mark.slow
def test_a_network_that_never_saw_them_finds_the_swapped_labels_and_they_go_once_dealt_with() -> None:
    data = cards()
    catalogue = Catalogue(data, Changes(), Split())
    heard: list[float] = []
    opinion = second_opinion(catalogue, heard.append)
    assert set(opinion.suspected.tolist()) == set(range(10, 17)) and opinion.accuracy == pytest.approx(113 / 120)
    assert sorted(row for group in opinion.worth_a_look(catalogue) for row in group) == list(range(10, 17))
    assert heard == sorted(heard) and heard[-1] == 1
    assert min(map(opinion.slower_than, range(10, 17))) > max(map(opinion.slower_than, (*range(10), *range(17, 120))))
    rightly = np.delete(opinion.course, np.arange(10, 17), axis=0)
    assert (rightly.mean(0)[-1] < rightly.mean(0)[0]) and opinion.course.shape == (120, 6)
    again = second_opinion(catalogue)
    assert np.array_equal(again.probabilities, opinion.probabilities)
    changes = Changes(data.fingerprint, labels=(("train", 10, 10 % 3),), excluded=(("train", 11),))
    after = Catalogue(data, changes, Split())
    assert sorted(row for group in opinion.worth_a_look(after) for row in group) == list(range(12, 17))
    assert second_opinion(after).of(11) is None


def test_it_ends_when_nobody_wants_to_know_any_more() -> None:
    catalogue, asked = Catalogue(cards(), Changes(), Split()), []

    def enough() -> bool:
        asked.append(1)
        return len(asked) > 40

    with pytest.raises(Cancelled):
        list(opinions(catalogue, cancelled=enough))
