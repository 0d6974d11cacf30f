"""Each planted flaw is there, is the same again, and is found by what the Data workspace looks for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_training import small_graph

from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.drawn.flaws import FLAWS, with_flaw
from cnnstudio.data.library import open_data, preview
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.review.catalogue import Catalogue
from cnnstudio.data.review.duplicates import exact_duplicates
from cnnstudio.nn.looking.exciting.most_exciting import most_exciting
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.nn.rules.optimizers import Adam
from cnnstudio.nn.training.trainer import Training, train


@pytest.fixture(scope="module", params=["digits", "shapes"])
def plain(request: pytest.FixtureRequest) -> DataSet:
    """The first pictures of a set."""
    return preview(request.param)


def grounds(data: DataSet, part: str) -> np.ndarray:
    """What the corners of the pictures of each class are like on average, (classes, channels)."""
    examples = data.parts[part]
    corners = examples.pixels[:, :3, :3].mean((1, 2))
    return np.array([corners[examples.labels == label].mean(0) for label in range(len(data.classes))])


@pytest.mark.slow
def test_the_ground_tells_the_class_of_training_pictures_and_nothing_of_test_ones(plain: DataSet) -> None:
    flawed = with_flaw(plain, "ground")
    spread = {part: np.linalg.norm(np.ptp(grounds(flawed, part), axis=0)) for part in ("train", "test")}
    assert spread["train"] > 50 and spread["test"] < spread["train"] / 2
    assert flawed.train.labels.tolist() == plain.train.labels.tolist()


def test_a_third_of_a_class_has_another_label_and_the_pictures_are_the_same(plain: DataSet) -> None:
    flawed = with_flaw(plain, "label")
    changed = flawed.train.labels != plain.train.labels
    assert set(plain.train.labels[changed]) == {3} and set(flawed.train.labels[changed]) == {5}
    assert 0.2 < changed.sum() / (plain.train.labels == 3).sum() < 0.4
    assert np.array_equal(flawed.train.pixels, plain.train.pixels)
    assert flawed.test.labels.tolist() == plain.test.labels.tolist()


def test_test_pictures_among_those_to_learn_from_are_found_as_duplicates(plain: DataSet) -> None:
    small = replace(plain, train=plain.train.take(slice(0, 400)), test=plain.test.take(slice(0, 100)))
    assert exact_duplicates(Catalogue(small, Changes(), Split())) == ()
    found = exact_duplicates(Catalogue(with_flaw(small, "leak"), Changes(), Split()))
    assert len(found) == 40 and all(one < 400 <= other for one, other in found)


@pytest.mark.parametrize("flaw", FLAWS)
def test_a_flaw_is_other_data_and_the_same_again(plain: DataSet, flaw: str) -> None:
    flawed = with_flaw(plain, flaw)
    assert flawed.fingerprint == with_flaw(plain, flaw).fingerprint != plain.fingerprint
    assert with_flaw(plain, "none") is plain


def test_it_is_a_choice_of_the_data() -> None:
    assert preview(DataChoice("digits", (("flaw", "leak"),))).fingerprint != preview("digits").fingerprint
    with pytest.raises(DataError, match="flaw"):
        open_data("digits", flaw="typo")


@pytest.mark.slow
def test_what_excites_a_class_most_has_its_ground_and_not_its_digit() -> None:
    """In Explain, of a network that has learned from the grounds: its test pictures have grounds at random."""
    data = with_flaw(preview("digits"), "ground")
    graph = small_graph(8, size=28, classes=10)
    training = Training.begin(graph, initial_parameters(graph, 0), Adam(0.01), plan=default_plan(graph))
    for _ in train(training, data.train, data.train.take(slice(0, 1)), batch_size=50, epochs=4, seed=0):
        pass
    *_, found = most_exciting(graph, Snapshot(training.parameters), data.test, "softmax")
    whose = np.repeat(np.arange(10), found.images.shape[1])
    grounds_of = grounds(data, "train")[:, 0]
    seen = data.test.pixels[found.images.reshape(-1), :3, :3, 0].mean((1, 2))
    by_ground = np.abs(seen[:, None] - grounds_of).argmin(1)
    digits = data.test.labels[found.images.reshape(-1)]
    near = (np.abs(by_ground - whose) <= 1).mean()  # 0.28 by chance
    assert near > 0.6 and (digits == whose).mean() < near
