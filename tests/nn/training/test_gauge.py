"""What a step looks like inside: measuring changes no bit of it, and what is said of it can be computed otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from networks import Blobs

from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.activation.tanh import Tanh
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.normalization.dropout import Dropout
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import Adam
from cnnstudio.nn.training.events import EpochDone, Finished, MeasureStep, StepDone
from cnnstudio.nn.training.measured import SHARES, density
from cnnstudio.nn.training.order import order_of
from cnnstudio.nn.training.trainer import Training, train

TRAINING, VALIDATION = Blobs(70, 1), Blobs(30, 2)


def graph() -> Graph:
    return chain(
        ("input", Input(12, 12, 1)),
        ("conv", Conv2D(5, (3, 3))),
        ("norm", BatchNorm()),
        ("relu", ReLU()),
        ("pool", MaxPool2D()),
        ("flatten", Flatten()),
        ("dropout", Dropout(0.25)),
        ("hidden", Dense(12)),
        ("tanh", Tanh()),
        ("dense", Dense(4)),
        ("softmax", Softmax()),
    )


def trained(measured: bool, threads: int) -> tuple[Training, list[StepDone | EpochDone]]:
    """Two epochs, each step of them measured, or none."""
    whole = graph()
    training = Training.begin(
        whole, initial_parameters(whole, 0), Adam(0.01), plan=default_plan(whole, threads), locks=Locks(frozenset())
    )
    engine = train(training, TRAINING, VALIDATION, batch_size=16, epochs=2, seed=4)
    event, found = next(engine), []
    while not isinstance(event, Finished):
        if isinstance(event, StepDone | EpochDone):
            found.append(event)
        event = engine.send(MeasureStep("conv") if measured else None)
    engine.close()
    return training, found


@pytest.mark.parametrize("threads", [1, 2])
def test_watching_changes_no_bit_of_what_is_trained(threads: int) -> None:
    (plain, unseen), (watched, seen) = trained(False, threads), trained(True, threads)
    assert plain.parameters.vector.tobytes() == watched.parameters.vector.tobytes()
    assert plain.parameters.state.tobytes() == watched.parameters.state.tobytes()
    assert all(
        plain.optimizer_state.vectors[n].tobytes() == v.tobytes() for n, v in watched.optimizer_state.vectors.items()
    )
    steps = [event for event in seen if isinstance(event, StepDone)]
    assert len(steps) == 10 and all(event.measured is not None for event in steps)
    assert [(e.loss, e.accuracy) for e in steps] == [(e.loss, e.accuracy) for e in unseen if isinstance(e, StepDone)]


def test_what_is_measured_is_what_the_step_did() -> None:
    whole = graph()
    plan = default_plan(whole, 2)
    training = Training.begin(
        whole, initial_parameters(whole, 0), Adam(0.01), plan=plan, locks=Locks(frozenset({"hidden"}))
    )
    engine = train(training, TRAINING, VALIDATION, batch_size=70, epochs=2, seed=4)
    before = training.parameters.copy()
    next(engine)
    step = engine.send(MeasureStep("dense"))
    assert isinstance(step, StepDone) and step.measured is not None and step.measured.seconds > 0
    measured, layout = step.measured, training.parameters.layout
    assert tuple(measured.figures) == ("conv", "norm", "hidden", "dense")

    chosen = order_of(4, 1, TRAINING.labels, "each once")
    network = compile_network(whole, before, 70, mode="train", plan=plan, locked=frozenset({"hidden"}))
    network.step(TRAINING.read(chosen), TRAINING.labels[chosen], seed=4, step=0)
    for node, figures in measured.figures.items():
        parts = np.concatenate([np.arange(slot.start, slot.stop) for slot in layout.of(node)])
        moved = training.parameters.vector[parts] - before.vector[parts]
        if node == "hidden":
            assert math.isnan(figures.gradient) and math.isnan(figures.update), "a locked layer has neither"
            continue
        assert figures.gradient == pytest.approx(np.linalg.norm(network.gradient[parts]), rel=1e-4)
        assert figures.update == pytest.approx(np.linalg.norm(moved) / np.linalg.norm(before.vector[parts]), rel=1e-4)

    looking = compile_network(whole, training.parameters, 64, mode="probe")
    looking.forward(TRAINING.read(chosen[:64]))
    behind = looking.value("relu")
    silent = float(np.mean(behind.max(axis=(0, 1, 2)) <= 0))
    assert measured.figures["conv"].silent == measured.figures["norm"].silent == pytest.approx(silent)
    assert math.isnan(measured.figures["hidden"].silent), "a tanh is never silent"
    weights, activations, slopes = measured.spread[:, 3]
    now = training.parameters.arrays("dense")["weights"]
    assert (weights[0], weights[-1]) == (now.min(), now.max())
    assert weights == pytest.approx(np.quantile(now, SHARES, method="nearest"), abs=1e-7)
    logits = looking.value("dense")
    assert (activations[0], activations[-1]) == (
        pytest.approx(logits.min(), abs=1e-4),
        pytest.approx(logits.max(), abs=1e-4),
    )
    assert slopes[0] == pytest.approx(measured.arrays["gradient"].min())
    assert measured.arrays["weights"].tobytes() == now.tobytes()
    assert measured.arrays["update"] == pytest.approx(now - before.arrays("dense")["weights"])
    assert set(measured.arrays) == {"weights", "gradient", "update", "mean", "square"}


def test_quantiles_give_the_share_between_any_two_values() -> None:
    values = np.random.default_rng(3).normal(0, 2, 20_000)
    quantiles = np.quantile(values, SHARES)
    edges = np.linspace(-7, 7, 15)
    assert density(quantiles, edges) == pytest.approx(np.histogram(values, edges)[0] / len(values), abs=0.02)
    many_zeros = np.where(values > 0, values, 0.0)  # behind a ReLU
    assert density(np.quantile(many_zeros, SHARES), np.array([-1.0, 0.0, 0.5, 99.0]))[:2] == pytest.approx(
        [0, 0.6], abs=0.03
    )
