"""Every event and command comes back from plain values as it was."""

from __future__ import annotations

import json
import math
from typing import get_args

import numpy as np
import pytest

from cnnstudio.data.dataset import Examples
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.parameters.parameters import initial_parameters, layouts
from cnnstudio.nn.rules.optimizers import Adam
from cnnstudio.nn.rules.schedules import Cosine
from cnnstudio.nn.training import events
from cnnstudio.nn.training.measured import SHARES, Figures, Measured
from cnnstudio.nn.training.messages import arrays_of, command_from_json, event_from_json, to_json
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.nn.training.trainer import Training, train

GRAPH = chain(
    ("input", layer_from_json("input", {"height": 4, "width": 4, "channels": 1})),
    ("norm", layer_from_json("batch_norm", {})),
    ("flatten", layer_from_json("flatten", {})),
    ("dense", layer_from_json("dense", {"units": 3})),
    ("softmax", layer_from_json("softmax", {})),
)
LOCKS = Locks(frozenset({"dense"}), frozenset({("dense", 2), ("dense", 0)}))
TRAINING = Training.begin(GRAPH, initial_parameters(GRAPH, 0), Adam(0.1), run="one", locks=LOCKS)

COMMANDS = [
    events.Set("optimizer.learning_rate", 0.1), events.Set("schedule", Cosine(last=0.1)), events.Set("batch_size", 32),
    events.Set("optimizer.nesterov", True), events.Lock(LOCKS), events.Lock(NO_LOCKS), events.Stop(),
    events.TakeSnapshot(), events.TakeState(), events.MeasureStep("dense"),
]  # fmt: skip
EVENTS = [
    events.Started(0, 5, 2, 32, events.Place(1, 3)),
    events.StepDone(1, 1, 0.1 + 0.2, 1 / 3),
    events.StepDone(1, 1, math.inf, -math.inf),
    events.EpochDone(1, 5, 0.5, 0.25, math.inf, 0.125, 812.25, 3.5, 1e-8, 32),
    events.Commanded(3, events.Lock(LOCKS), events.Place(0, 7)),
    events.Commanded(3, events.Stop()),
    events.Diverged(4),
    events.HelperLost(4),
    events.Finished(4, True),
    events.StepDone(
        2,
        1,
        0.5,
        0.25,
        Measured(
            0.1,
            {"dense": Figures(0.25, math.nan, 0.0)},
            np.zeros((3, 1, len(SHARES)), np.float32),
            "dense",
            {"weights": np.ones((2, 16), np.float32), "velocity": np.ones((2, 16), np.float32)},
        ),
    ),
    events.SnapshotTaken(TRAINING.snapshot()),
    events.StateTaken(TRAINING.state()),
]


def through_text(message):
    return json.loads(json.dumps(to_json(message), allow_nan=False))


def test_all_kinds_are_tried() -> None:
    assert {type(one) for one in COMMANDS} == set(get_args(events.Command))
    assert {type(one) for one in EVENTS} == set(get_args(events.Event))


@pytest.mark.parametrize("command", COMMANDS, ids=lambda value: type(value).__name__)
def test_a_command_comes_back(command) -> None:
    assert command_from_json(through_text(command)) == command and arrays_of(command) == {}


@pytest.mark.parametrize("event", [one for one in EVENTS if not arrays_of(one)], ids=lambda value: type(value).__name__)
def test_an_event_comes_back(event) -> None:
    assert event_from_json(through_text(event)) == event


def test_no_number_comes_back_as_none() -> None:
    back = event_from_json(through_text(events.StepDone(1, 1, math.nan, 0.5)))
    assert isinstance(back, events.StepDone) and math.isnan(back.loss)


@pytest.mark.parametrize("event", [one for one in EVENTS if arrays_of(one)], ids=lambda one: type(one).__name__)
def test_weights_and_states_come_back_bit_by_bit(event) -> None:
    arrays = arrays_of(event)
    back = event_from_json(through_text(event), arrays, layouts(GRAPH))
    assert to_json(back) == to_json(event)
    assert {name: a.tobytes() for name, a in arrays_of(back).items()} == {n: a.tobytes() for n, a in arrays.items()}
    assert not any(array.flags.writeable for array in arrays_of(back).values())
    counts = {events.SnapshotTaken: 2, events.StepDone: 3, events.StateTaken: 4}
    assert len(arrays) == counts[type(event)]


@pytest.mark.parametrize("name", ["parameters", "state", "memory.mean", "more"])
def test_arrays_that_are_not_the_graphs_are_refused(name: str) -> None:
    event = EVENTS[-1]
    assert isinstance(event, events.StateTaken)
    arrays = arrays_of(event) | {name: np.zeros(3, np.float32)}
    with pytest.raises(MessageError, match=name):
        event_from_json(to_json(event), arrays, layouts(GRAPH))
    arrays = arrays_of(event) | {"state": arrays_of(event)["state"].astype(np.float64)}
    with pytest.raises(MessageError, match="state"):
        event_from_json(to_json(event), arrays, layouts(GRAPH))


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: type(one).__name__)
def test_whatever_is_missing_too_much_or_of_another_type_is_refused(event) -> None:
    good = through_text(event)
    arrays = arrays_of(event)
    broken = [{**good, "more": 1}, {**good, "kind": "set"}, {**good, "kind": ["finished"]}, [good], None]
    for name in good:
        broken += [{key: value for key, value in good.items() if key != name}, {**good, name: {"a": []}}]
    for found in broken:
        with pytest.raises(MessageError):
            event_from_json(found, arrays, layouts(GRAPH))


def test_what_was_taken_does_not_move_while_training_goes_on_and_is_what_it_goes_on_from() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 4, 4, 1)).astype(np.uint8)
    images = Examples(pixels, np.arange(20) % 3)

    def training() -> Training:
        return Training.begin(GRAPH, initial_parameters(GRAPH, 0), Adam(0.1), run="one")

    def trained(what: Training) -> events.Engine:
        return train(what, images, images, batch_size=5, epochs=3, seed=1)

    ran = training()
    engine = trained(ran)
    while not (isinstance(event := next(engine), events.StepDone) and event.step == 3):
        pass
    answer = engine.send(events.TakeState())
    assert isinstance(answer, events.StateTaken) and answer.state.snapshot.step == 3
    then = {name: array.tobytes() for name, array in arrays_of(answer).items()}
    list(engine)
    assert {name: array.tobytes() for name, array in arrays_of(answer).items()} == then
    again = Training.begin(GRAPH, answer.state.snapshot.parameters, Adam(0.1), run="one")
    again.step, again.optimizer_state = 3, answer.state.optimizer.copy()
    again.epoch = answer.state.epoch
    list(trained(again))
    assert again.parameters.vector.tobytes() == ran.parameters.vector.tobytes() != then["parameters"]


def test_the_last_event_can_be_answered_and_a_stop_ends_it() -> None:
    pixels = np.zeros((6, 4, 4, 1), np.uint8)
    images = Examples(pixels, np.arange(6) % 3)
    engine = train(Training.begin(GRAPH, initial_parameters(GRAPH, 0), Adam(0.1)), images, images,
                   batch_size=3, epochs=5, seed=1)  # fmt: skip
    next(engine)
    assert engine.send(events.Stop()) == events.Commanded(0, events.Stop())
    assert next(engine) == events.Finished(0, True)
    assert isinstance(engine.send(events.TakeSnapshot()), events.SnapshotTaken)
    assert next(engine, None) is None
