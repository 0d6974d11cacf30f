"""The trainer: exact to the bit, wherever it is stopped and resumed."""

from __future__ import annotations

import gc
from collections.abc import Callable

import numpy as np
import pytest
from networks import Blobs, small_classifier

from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.network import Network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import SGD, Adam, Optimizer
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import (
    LEARNING_RATE,
    Commanded,
    Diverged,
    EpochDone,
    Event,
    Finished,
    Place,
    Set,
    Started,
    StepDone,
    Stop,
)
from cnnstudio.nn.training.trainer import Training, train

TRAINING, VALIDATION = Blobs(70, 1), Blobs(30, 2)


def begin(optimizer: Optimizer | None = None, threads: int = 2) -> Training:
    graph = small_classifier(dropout=0.25)
    plan = default_plan(graph, threads)
    return Training.begin(graph, initial_parameters(graph, 0), optimizer or Adam(0.01), run="a run", plan=plan)


def run(training: Training, epochs: int = 2, cancelled: Callable[[], bool] = never) -> list[Event]:
    return list(train(training, TRAINING, VALIDATION, batch_size=16, epochs=epochs, seed=4, cancelled=cancelled))


def without_times(events: list[Event]) -> list[object]:
    return [
        (e.epoch, e.step, e.train_loss, e.train_accuracy, e.validation_loss, e.validation_accuracy)
        if isinstance(e, EpochDone)
        else e
        for e in events
    ]


@pytest.mark.parametrize("optimizer", [SGD(0.05, 0.9), Adam(0.01)])
def test_learns(optimizer: Optimizer) -> None:
    training = begin(optimizer)
    events = run(training, epochs=12)
    assert events[0] == Started(0, 5, 12, 16)
    assert events[-1] == Finished(60, stopped=False)
    assert [e.step for e in events if isinstance(e, StepDone)] == list(range(1, 61))
    assert evaluate(training.graph, training.parameters, Blobs(200, 9)).accuracy > 0.95


def test_the_same_seed_and_threads_give_the_same_numbers() -> None:
    first, second = begin(), begin()
    assert without_times(run(first)) == without_times(run(second))
    assert np.array_equal(first.parameters.vector, second.parameters.vector)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", [SGD(0.05, 0.9), Adam(0.01)])
def test_stopped_at_any_layer_and_resumed_is_the_same_run(optimizer: Optimizer) -> None:
    whole = begin(optimizer)
    expected = [e for e in without_times(run(whole)) if not isinstance(e, Started | Finished)]
    looks = 0

    def count() -> bool:
        nonlocal looks
        looks += 1
        return False

    run(begin(optimizer), cancelled=count)
    assert looks > 100, "the flag is read between layers"
    for stop_at in np.linspace(1, looks - 1, 23).astype(int):
        training, events = begin(optimizer), []
        left = iter(range(stop_at))
        events += run(training, cancelled=lambda left=left: next(left, None) is None)
        assert isinstance(events[-1], Finished) and events[-1].stopped
        events += run(training)
        done = [e for e in without_times(events) if not isinstance(e, Started | Finished)]
        assert done == expected
        assert np.array_equal(training.parameters.vector, whole.parameters.vector)


def test_commands_take_effect_at_the_next_step() -> None:
    training = begin(SGD(0.05))
    events = train(training, TRAINING, VALIDATION, batch_size=16, epochs=3, seed=4)
    assert isinstance(next(events), Started)
    next(events)
    assert events.send(Set(LEARNING_RATE, 0.0)) == Commanded(1, Set(LEARNING_RATE, 0.0), Place(0, 16))
    next(events)
    kept = training.parameters.vector.copy()
    # without a learning rate the weights stand still
    next(events)
    assert np.array_equal(training.parameters.vector, kept)
    assert events.send(Stop()) == Commanded(3, Stop(), Place(0, 48))
    assert list(events) == [Finished(3, stopped=True)]


def test_snapshots_do_not_move_with_the_training() -> None:
    training = begin()
    events = train(training, TRAINING, VALIDATION, batch_size=16, epochs=1, seed=4)
    next(events), next(events)
    snapshot = training.snapshot()
    kept = snapshot.parameters.vector.copy()
    list(events)
    assert (snapshot.run, snapshot.step) == ("a run", 1)
    assert np.array_equal(snapshot.parameters.vector, kept)
    assert not np.array_equal(training.parameters.vector, kept)
    with pytest.raises(ValueError, match="read-only"):
        snapshot.parameters.vector[0] = 1


def test_a_diverging_run_ends_with_its_last_good_weights() -> None:
    # without an activation nothing can die, so the weights of two layers drive each other up
    graph = chain(
        ("input", Input(12, 12, 1)),
        ("flatten", Flatten()),
        ("wide", Dense(32)),
        ("dense", Dense(4)),
        ("softmax", Softmax()),
    )
    training = Training.begin(graph, initial_parameters(graph, 0), SGD(100.0, 0.99))
    events = run(training, epochs=50)
    assert isinstance(events[-2], Diverged)
    assert events[-1] == Finished(events[-2].step, stopped=True)
    assert np.isfinite(training.parameters.vector).all()


def test_evaluation_is_by_index_and_does_not_depend_on_the_batch() -> None:
    training = begin()
    run(training)
    results = [evaluate(training.graph, training.parameters, VALIDATION, batch_size=size) for size in (1, 7, 256)]
    for result in results:
        assert result.predictions.shape == (30,)
        np.testing.assert_allclose(result.probabilities.sum(1), 1, rtol=1e-5)
        assert result.accuracy == np.mean(result.predictions == VALIDATION.labels)
        np.testing.assert_allclose(result.probabilities, results[0].probabilities, atol=1e-5)
        assert result.loss == pytest.approx(results[0].loss, rel=1e-5)


def test_networks_of_past_epochs_and_runs_are_gone_at_once() -> None:
    def networks() -> int:
        return sum(isinstance(thing, Network) for thing in gc.get_objects())

    gc.collect()
    before = networks()
    gc.disable()  # what only the collector finds would stay for many epochs
    try:
        run(begin())
        assert networks() == before
    finally:
        gc.enable()
