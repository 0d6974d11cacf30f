"""Schedules, weight decay, clipped gradients, other losses and first weights, alone and in a run that is resumed."""

from __future__ import annotations

import math

import numpy as np
import pytest
from networks import Blobs

from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.initializers import DEVIATION
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.spatial_dropout2d import SpatialDropout2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, CrossEntropy, Loss, MeanSquaredError
from cnnstudio.nn.rules.optimizers import SGD, Adam, AdamW, Optimizer, RMSProp
from cnnstudio.nn.rules.schedules import CONSTANT, SCHEDULES, Constant, Cosine, OneCycle, Plateau, Schedule, Step
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import EpochDone, Event, Set, Started, StepDone
from cnnstudio.nn.training.trainer import Training, train

TRAINING, VALIDATION = Blobs(70, 1), Blobs(30, 2)


def normalised() -> Graph:
    """12×12×1 → conv, batch norm, ReLU, spatial dropout, dense → 4 classes."""
    return chain(
        ("input", Input(12, 12, 1)),
        ("conv", Conv2D(4, (3, 3), stride=(2, 2))),
        ("norm", BatchNorm()),
        ("relu", ReLU()),
        ("dropout", SpatialDropout2D(0.2)),
        ("flatten", Flatten()),
        ("dense", Dense(4)),
        ("softmax", Softmax()),
    )


def begin(optimizer: Optimizer) -> Training:
    graph = normalised()
    return Training.begin(graph, initial_parameters(graph, 0), optimizer, plan=default_plan(graph, 2))


def run(
    training: Training,
    epochs: int = 3,
    cancelled=never,
    loss: Loss = CROSS_ENTROPY,
    schedule: Schedule = CONSTANT,
    clipping: float = 0.0,
) -> list[Event]:
    options = {"batch_size": 16, "epochs": epochs, "seed": 4, "cancelled": cancelled}
    return list(train(training, TRAINING, VALIDATION, loss=loss, schedule=schedule, clipping=clipping, **options))


def losses(events: list[Event]) -> list[tuple[float, ...]]:
    steps = [(e.loss, e.accuracy) for e in events if isinstance(e, StepDone)]
    return steps + [(e.validation_loss, e.learning_rate) for e in events if isinstance(e, EpochDone)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("optimizer", "options"),
    [
        (SGD(0.05, 0.9, True, weight_decay=1e-3), {"schedule": OneCycle(), "clipping": 0.5}),
        (RMSProp(0.003), {"schedule": Plateau(0.5, 0, 0.9), "loss": CrossEntropy(0.1)}),
        (AdamW(0.01), {"schedule": Cosine(warm_up=4), "loss": MeanSquaredError()}),
    ],
    ids=["nesterov", "rmsprop", "adamw"],
)
def test_learns_and_goes_on_exactly_wherever_it_was_stopped(optimizer: Optimizer, options: dict) -> None:
    whole = begin(optimizer)
    expected = losses(run(whole, **options))
    looks = 0

    def count() -> bool:
        nonlocal looks
        looks += 1
        return False

    run(begin(optimizer), cancelled=count, **options)
    for stop_at in np.linspace(1, looks - 1, 12).astype(int):
        training, left = begin(optimizer), iter(range(stop_at))
        events = run(training, cancelled=lambda left=left: next(left, None) is None, **options)
        events += run(training, **options)
        steps = [e for e in events if isinstance(e, StepDone)]
        assert [e.step for e in steps] == list(range(1, 16))
        assert losses(events) == expected
        assert np.array_equal(training.parameters.vector, whole.parameters.vector)
        assert np.array_equal(training.parameters.state, whole.parameters.state)
    run(whole, epochs=15, **options)
    assert evaluate(whole.graph, whole.parameters, Blobs(200, 9)).accuracy > 0.8


def test_what_an_option_leaves_out_changes_nothing() -> None:
    plain, spelled_out = begin(Adam(0.01)), begin(Adam(0.01, weight_decay=0.0))
    assert losses(run(plain)) == losses(run(spelled_out, schedule=Constant(), clipping=1e9, loss=CrossEntropy()))


def test_a_schedule_moves_the_rate_that_epochs_report() -> None:
    events = run(begin(SGD(0.1)), schedule=Step(3, 0.5))
    rates = [e.learning_rate for e in events if isinstance(e, EpochDone)]
    assert rates == pytest.approx([0.1, 0.05, 0.025])


def test_a_command_moves_the_whole_curve() -> None:
    training = begin(SGD(0.1))
    events = train(training, TRAINING, VALIDATION, batch_size=16, epochs=1, seed=4, schedule=Step(1))
    assert isinstance(next(events), Started)
    events.send(Set("optimizer.learning_rate", 0.3))
    (epoch,) = [e for e in events if isinstance(e, EpochDone)]
    assert epoch.learning_rate == 0.3


def test_no_step_is_longer_than_the_clipping() -> None:
    training = begin(SGD(1.0, 0.0))
    events = train(training, TRAINING, VALIDATION, batch_size=16, epochs=2, seed=4, clipping=0.01)
    next(events)
    before = training.parameters.vector.copy()
    for event in events:
        if isinstance(event, StepDone):
            moved = float(np.linalg.norm(training.parameters.vector - before))
            assert 0.0099 < moved < 0.0101
            before = training.parameters.vector.copy()


@pytest.mark.parametrize("optimizer", [SGD(0.1, weight_decay=0.5), AdamW(0.1, weight_decay=0.5)])
def test_only_weights_decay(optimizer: Optimizer) -> None:
    layout = initial_parameters(normalised(), 0).layout
    vector, still = np.ones(layout.size, np.float32), np.zeros(layout.size, np.float32)
    optimizer.update(vector, still, optimizer.start(vector.size), decayed=layout.decayed())
    for slot in layout.slots:
        part = vector[slot.start : slot.stop]
        assert (part < 1).all() if slot.spec.name == "weights" else (part == 1).all()


@pytest.mark.parametrize("kind", SCHEDULES.values(), ids=SCHEDULES)
def test_every_schedule_stays_between_zero_and_one(kind: type[Schedule]) -> None:
    for schedule in (kind(), kind(warm_up=30)):
        factors = [schedule.factor(step, 200, [1.0] * (step // 20)) for step in range(200)]
        assert all(0 <= factor <= 1 for factor in factors)
        assert max(factors) > 0.9
        assert schedule == kind.from_json(schedule.to_json())
        for steps in (0, 1, 2):  # a run can be that short
            assert 0 <= schedule.factor(0, steps) <= 1


def test_schedules_go_through_known_points() -> None:
    assert [Constant(warm_up=4).factor(step, 10) for step in range(5)] == [0.25, 0.5, 0.75, 1, 1]
    assert [Step(4, 0.5).factor(step, 8) for step in range(8)] == [1, 1, 0.5, 0.5, 0.25, 0.25, 0.125, 0.125]
    cosine = [Cosine().factor(step, 11) for step in range(11)]
    assert cosine == pytest.approx([(1 + math.cos(math.pi * part / 10)) / 2 for part in range(11)])
    cycle = [OneCycle(0.3, 0.04, 0.0).factor(step, 101) for step in range(101)]
    assert (cycle[0], cycle[30], cycle[100]) == pytest.approx((0.04, 1.0, 0.0))
    assert np.argmax(cycle) == 30
    plateau = Plateau(0.1, 1, 0.0)
    assert plateau.factor(0, 9, [3, 2, 1]) == 1
    assert plateau.factor(0, 9, [3, 2, 2]) == 1
    assert plateau.factor(0, 9, [3, 2, 2, 2]) == pytest.approx(0.1)
    assert plateau.factor(0, 9, [3, 2, 2, 2, 1, 1]) == pytest.approx(0.1)
    assert plateau.factor(0, 9, [3, 2, 2, 2, 1, 1, 1]) == pytest.approx(0.01)


def test_first_weights_are_spread_as_their_layer_says() -> None:
    def spread(initializer: str) -> tuple[float, float]:
        graph = chain(
            ("input", Input(1, 1, 1)), ("flatten", Flatten()), ("wide", Dense(400)),
            ("dense", Dense(100, initializer=initializer)),
        )  # fmt: skip
        weights = initial_parameters(graph, 3).arrays("dense")["weights"]
        return float(weights.std()), float(np.abs(weights).max())

    assert spread("he")[0] == pytest.approx(math.sqrt(2 / 400), rel=0.02)
    assert spread("glorot")[0] == pytest.approx(math.sqrt(2 / 500), rel=0.02)
    assert spread("glorot")[1] <= math.sqrt(6 / 500)
    assert spread("normal")[0] == pytest.approx(DEVIATION, rel=0.02)
    assert spread("zeros") == (0, 0)
