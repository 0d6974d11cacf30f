"""Locks: what is locked stays to the bit what it was, and all else learns as if nothing were."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from networks import Blobs

from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks, trainable
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import SGD, Adam, AdamW, Optimizer, RMSProp
from cnnstudio.nn.training.evaluation import Evaluation, evaluate
from cnnstudio.nn.training.events import Commanded, Event, Finished, Lock, Started, StepDone
from cnnstudio.nn.training.trainer import Training, train

TRAINING, VALIDATION = Blobs(70, 1), Blobs(30, 2)
LOWER = Locks(frozenset({"low", "norm"}))
OPTIMIZERS = (
    SGD(0.05, 0.9, weight_decay=0.01),
    SGD(0.05, 0.9, True, weight_decay=0.01),
    RMSProp(0.01, weight_decay=0.01),
    Adam(0.01, weight_decay=0.01),
    AdamW(0.01, weight_decay=0.1),
)


def network() -> Graph:
    """12×12×1 → two convolutions, the first with batch norm → 4 classes."""
    return chain(
        ("input", Input(12, 12, 1)),
        ("low", Conv2D(4, (3, 3), stride=(2, 2))),
        ("norm", BatchNorm()),
        ("relu", ReLU()),
        ("high", Conv2D(3, (3, 3))),
        ("flatten", Flatten()),
        ("dense", Dense(4)),
        ("softmax", Softmax()),
    )


def begin(optimizer: Optimizer, locks: Locks = NO_LOCKS) -> Training:
    graph = network()
    return Training.begin(graph, initial_parameters(graph, 0), optimizer, plan=default_plan(graph, 2), locks=locks)


def run(training: Training, epochs: int = 3, clipping: float = 0.5, **more) -> list[Event]:
    options = {"batch_size": 16, "epochs": epochs, "seed": 4, "clipping": clipping, **more}
    return list(train(training, TRAINING, VALIDATION, **options))


def held(training: Training, node: str) -> bytes:
    """All that a node has, learned and kept, as bytes."""
    arrays = {**training.parameters.arrays(node), **training.parameters.state_arrays(node)}
    return b"".join(array.tobytes() for array in arrays.values())


@pytest.mark.parametrize(
    "optimizer", OPTIMIZERS, ids=lambda o: f"{o.kind}{'_nesterov' if getattr(o, 'nesterov', False) else ''}"
)
def test_locked_layers_stay_to_the_bit_while_the_others_learn(optimizer: Optimizer) -> None:
    training = begin(optimizer, LOWER)
    before = {node: held(training, node) for node in ("low", "norm", "high", "dense")}
    run(training)
    after = {node: held(training, node) for node in before}
    assert {node for node in before if before[node] == after[node]} == {"low", "norm"}


@pytest.mark.parametrize("names", ["low", "high", "low high", "dense"])
def test_the_others_get_the_gradients_they_would_get_anyway(names: str) -> None:
    locked = frozenset(names.split())
    # without the batch norm: a locked one is another function in training, see below
    graph, labels = chain(*((n.id, n.layer) for n in network() if n.id != "norm")), TRAINING.labels[:16]
    gradients = []
    for now in (frozenset[str](), locked):
        parameters = initial_parameters(graph, 0)
        compiled = compile_network(graph, parameters, 16, mode="train", locked=now)
        compiled.step(TRAINING.read(np.arange(16)), labels)
        gradients.append({node.id: parameters.layout.views(compiled.gradient, node.id) for node in graph})
    for node in graph.ids - locked:
        for name, expected in gradients[0][node].items():
            assert np.array_equal(gradients[1][node][name], expected), (node, name)
    if "low" in locked:
        assert not gradients[1]["low"]["weights"].any(), "nobody asked for it, so nobody works it out"


def test_only_what_can_move_counts_for_clipping() -> None:
    training = begin(SGD(1.0, 0.0), Locks(frozenset({"dense"})))
    before = training.parameters.vector.copy()
    events = train(training, TRAINING, VALIDATION, batch_size=16, epochs=1, seed=4, clipping=1e-3)
    next(events), next(events)
    assert np.linalg.norm(training.parameters.vector - before) == pytest.approx(1e-3, rel=1e-4)


def test_a_locked_batch_norm_trains_as_what_it_is_outside_training() -> None:
    training = begin(SGD(0.0, 0.0), LOWER)
    training.parameters.state_arrays("norm")["mean"][:] = 0.3
    training.parameters.state_arrays("norm")["variance"][:] = 0.2
    outside: Evaluation = evaluate(training.graph, training.parameters, TRAINING)
    losses = [e.loss for e in run(training, epochs=1, batch_size=70) if isinstance(e, StepDone)]
    assert losses == [pytest.approx(outside.loss, rel=1e-5)]


def test_a_muted_filter_stays_silent_and_its_neighbours_learn() -> None:
    training = begin(AdamW(0.01), Locks(filters=frozenset({("high", 1)})))
    start = training.parameters.arrays("high")["weights"].copy()
    assert not start[1].any() and start[0].any()
    run(training)
    arrays = training.parameters.arrays("high")
    assert not arrays["weights"][1].any() and arrays["bias"][1] == 0.0
    assert (arrays["weights"][[0, 2]] != start[[0, 2]]).all()


def test_what_may_move_is_counted() -> None:
    layout = initial_parameters(network(), 0).layout
    # low 4·(9+1) + norm 2·4 + high 3·(36+1) + dense 4·(27+1)
    assert trainable(layout, NO_LOCKS) == layout.size == 40 + 8 + 111 + 112
    assert trainable(layout, LOWER) == 111 + 112
    muted = Locks(LOWER.layers, frozenset({("high", 2), ("low", 0), ("gone", 0), ("high", 99)}))
    assert trainable(layout, muted) == 2 * 37 + 112


def test_with_everything_locked_nothing_moves() -> None:
    training = begin(SGD(0.1), Locks(network().ids))
    before, state = training.parameters.vector.tobytes(), training.parameters.state.tobytes()
    assert run(training)[-1] == Finished(15, stopped=False)
    assert (training.parameters.vector.tobytes(), training.parameters.state.tobytes()) == (before, state)


def commanded(training: Training, *, stop_after: int = 0) -> Training:
    """Ten steps; after the fourth the lower layers are locked, after the eighth they are free again. Stopped and
    begun again after ``stop_after`` steps."""
    orders = {4: Lock(LOWER), 8: Lock(NO_LOCKS)}
    options = {"batch_size": 16, "epochs": 2, "seed": 4, "clipping": 0.5}

    def drive(until: int) -> None:
        def cancelled() -> bool:
            return bool(until) and training.step >= until

        events = train(training, TRAINING, VALIDATION, **options, cancelled=cancelled)
        event = next(events)
        while not isinstance(event, Finished):
            order = orders.get(event.step) if isinstance(event, StepDone) else None
            if order is not None:
                told = events.send(order)
                assert isinstance(told, Commanded) and (told.step, told.command) == (event.step, order)
            event = next(events)

    if stop_after:
        drive(stop_after)
        copy = Training(
            training.graph,
            training.parameters.copy(),
            training.optimizer,
            training.optimizer_state.copy(),
            training.plan,
            training.run,
            training.step,
            training.epoch,
            training.validation_losses,
            locks=training.locks,
        )
        training = copy
    drive(0)
    return training


@pytest.mark.parametrize("optimizer", [SGD(0.05, 0.9, weight_decay=0.01), AdamW(0.01)], ids=["sgd", "adamw"])
def test_a_lock_in_the_middle_holds_at_once_and_resuming_is_exact(optimizer: Optimizer) -> None:
    whole = commanded(begin(optimizer))
    for stop in (3, 4, 6, 8, 9):
        again = commanded(begin(optimizer), stop_after=stop)
        assert again.parameters.vector.tobytes() == whole.parameters.vector.tobytes()
        assert again.parameters.state.tobytes() == whole.parameters.state.tobytes()
        for name, memory in whole.optimizer_state.vectors.items():
            assert again.optimizer_state.vectors[name].tobytes() == memory.tobytes()


def test_a_lock_takes_hold_at_the_next_step_and_lets_go_again() -> None:
    training = begin(SGD(0.05, 0.9))
    events = train(training, TRAINING, VALIDATION, batch_size=16, epochs=2, seed=4)
    assert isinstance(next(events), Started)
    seen = []
    for step in range(1, 9):
        next(events)
        if step % 5 == 0:
            next(events)  # the end of an epoch
        seen.append(held(training, "low"))
        if step == 3:
            events.send(Lock(LOWER))
        if step == 6:
            events.send(Lock(NO_LOCKS))
    moved = [a != b for a, b in itertools.pairwise(seen)]
    assert moved == [True, True, False, False, False, True, True]
    assert math.isfinite(float(training.parameters.vector.sum()))
