"""A loss may weigh classes: Σ wᵢ·lᵢ / n, weights whose mean over the training images is 1, in training alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from networks import Blobs, small_classifier

from cnnstudio.nn.network.network import Network, compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, CrossEntropy, Loss, MeanSquaredError
from cnnstudio.nn.rules.optimizers import SGD
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import EpochDone, Event, StepDone
from cnnstudio.nn.training.trainer import Training, train

OWN = (0.5, 2.0, 1.0, 3.0)
LOSSES = [CrossEntropy(class_weights=OWN), CrossEntropy(0.1, class_weights=OWN), MeanSquaredError(class_weights=OWN)]
LABELS = np.array([0, 0, 0, 0, 0, 1, 1, 3])


def per_image(loss: Loss, logits: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Every image's loss by itself."""
    columns = range(labels.size)
    return np.array(
        [loss.measure(logits[:, i : i + 1], labels[i : i + 1], np.empty_like(logits[:, :1])).total for i in columns]
    )


@pytest.mark.parametrize("loss", LOSSES)
def test_an_image_counts_as_much_as_the_weight_of_its_class(loss: Loss) -> None:
    logits = np.random.default_rng(0).standard_normal((4, 8)) * 2
    found = loss.measure(logits, LABELS, np.empty_like(logits))
    assert found.total == pytest.approx(float(np.array(OWN)[LABELS] @ per_image(loss.plain, logits, LABELS)), rel=1e-12)
    assert found.correct == np.count_nonzero(logits.argmax(0) == LABELS), "accuracy counts images"


@pytest.mark.parametrize("loss", LOSSES)
def test_the_gradient_is_that_of_the_weighted_loss(loss: Loss) -> None:
    logits = np.random.default_rng(1).standard_normal((4, 8))
    gradient = np.empty_like(logits)
    loss.measure(logits, LABELS, gradient)
    loss.differentiate(gradient, LABELS, 8)
    for cell in np.ndindex(logits.shape):
        moved = [logits.copy(), logits.copy()]
        moved[0][cell] += 1e-6
        moved[1][cell] -= 1e-6
        above, below = (loss.measure(m, LABELS, np.empty_like(m)).total / 8 for m in moved)
        assert gradient[cell] == pytest.approx((above - below) / 2e-6, abs=1e-8)


@given(
    st.lists(st.integers(0, 3), min_size=1, max_size=60).map(np.array),
    st.lists(st.floats(0.01, 100), min_size=4, max_size=4).map(tuple) | st.just("balanced"),
)
def test_the_mean_of_the_weights_over_the_training_images_is_one(labels: np.ndarray, weights: object) -> None:
    found = CrossEntropy(class_weights=weights).weighed(labels, 4).class_weights  # type: ignore[arg-type]
    assert isinstance(found, tuple)
    assert np.array(found)[labels].mean() == pytest.approx(1.0, rel=1e-9)
    if weights == "balanced":
        counts = np.bincount(labels, minlength=4)
        together = np.array(found) * counts
        assert together[counts > 0] == pytest.approx(labels.size / np.count_nonzero(counts), rel=1e-9)


def test_weights_of_other_classes_and_weights_of_nothing_are_refused() -> None:
    with pytest.raises(SettingError, match="There are 4 class weights for 3 classes"):
        LOSSES[0].weighed(LABELS, 3)
    with pytest.raises(SettingError, match="no training image that counts"):
        CrossEntropy(class_weights=(0.0, 0.0, 5.0, 0.0)).weighed(LABELS, 4)
    with pytest.raises(ValueError, match="weighed"):
        CrossEntropy(class_weights="balanced").measure(np.zeros((4, 8)), LABELS, np.zeros((4, 8)))


def test_equal_weights_are_none() -> None:
    assert CROSS_ENTROPY.weighed(LABELS, 4) is CROSS_ENTROPY is CROSS_ENTROPY.plain
    assert bits(compiled(CROSS_ENTROPY), None) == bits(compiled(CrossEntropy(class_weights=(1.0,) * 4)), None)


def compiled(loss: Loss, threads: int = 2) -> Network:
    graph = small_classifier(dropout=0.5)
    plan = default_plan(graph, threads)
    return compile_network(graph, initial_parameters(graph, 1), 10, mode="train", plan=plan, loss=loss)


def bits(network: Network, team: Team | None) -> list[tuple[float, bytes]]:
    blobs, found = Blobs(10), []
    for step in range(3):
        loss = network.step(blobs.pixels, blobs.labels, seed=7, step=step, team=team)
        found.append((loss.total, network.gradient.tobytes()))
    return found


def test_a_helper_weighs_its_share_to_the_same_bits() -> None:
    with Team(2) as team:
        network = compiled(LOSSES[1])
        assert bits(network, team) == bits(compiled(LOSSES[1]), None) != bits(compiled(CrossEntropy(0.1)), None)
        assert list(network._shards) == [0], "the helper computed its own"


def trained(loss: Loss, epochs: int = 1) -> tuple[Training, list[Event]]:
    graph = small_classifier()
    training = Training.begin(graph, initial_parameters(graph, 0), SGD(0.05), plan=default_plan(graph, 2))
    given = Blobs(64, 1), Blobs(40, 2)
    return training, list(train(training, *given, batch_size=16, epochs=epochs, seed=0, loss=loss))


def test_training_is_weighed_and_validation_is_not() -> None:
    training, events = trained(CrossEntropy(class_weights=OWN))
    plain, others = trained(CROSS_ENTROPY)
    (done,) = (e for e in events if isinstance(e, EpochDone))
    first, other = (next(e for e in told if isinstance(e, StepDone)) for told in (events, others))
    assert first.loss != other.loss and first.accuracy == other.accuracy
    assert not np.array_equal(training.parameters.vector, plain.parameters.vector)
    assert done.validation_loss == evaluate(training.graph, training.parameters, Blobs(40, 2), plan=training.plan).loss
    with_weights = evaluate(
        training.graph, training.parameters, Blobs(40, 2), plan=training.plan, loss=CrossEntropy(class_weights=OWN)
    )
    assert with_weights.loss == done.validation_loss


def test_balanced_is_what_its_numbers_say() -> None:
    labels = Blobs(64, 1).labels
    numbers = tuple(1.0 / np.bincount(labels, minlength=4))
    balanced, _ = trained(CrossEntropy(class_weights="balanced"))
    by_hand, _ = trained(CrossEntropy(class_weights=numbers))
    np.testing.assert_allclose(balanced.parameters.vector, by_hand.parameters.vector, rtol=1e-5, atol=1e-6)
