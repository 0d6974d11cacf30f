"""Compiled networks: modes agree, threads and plans decide nothing but bits, nothing grows."""

from __future__ import annotations

import gc
import tracemalloc
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from networks import Blobs, small_classifier

import cnnstudio.nn
from cnnstudio.nn.graph.graph import Graph, GraphError, Node, chain
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.network import Abandoned, classifier, compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters

BLOBS = Blobs(10)


def test_probe_gives_the_gradients_that_training_uses() -> None:
    graph = small_classifier()
    parameters = initial_parameters(graph, 1).copy(np.float64)
    trained = compile_network(graph, parameters, 10, mode="train", plan=default_plan(graph, 2))
    trained.step(BLOBS.pixels, BLOBS.labels)
    probe = compile_network(graph, parameters, 10, mode="probe")
    probe.forward(BLOBS.pixels)
    probabilities = probe.value("softmax")
    seed = (probabilities - np.eye(4)[BLOBS.labels]) / 10
    gradients = probe.backward("dense", seed)
    for slot in parameters.layout.slots:
        ours = trained.gradient[slot.start : slot.stop].reshape(slot.spec.shape)
        np.testing.assert_allclose(ours, gradients.parameters[slot.node][slot.spec.name], atol=1e-12)
    assert gradients.nodes["input"].shape == (10, 12, 12, 1)
    np.testing.assert_allclose(gradients.nodes["dense"], seed)


def test_the_loss_is_the_mean_of_minus_log_probability() -> None:
    graph = small_classifier()
    parameters = initial_parameters(graph, 1).copy(np.float64)
    network = compile_network(graph, parameters, 10, mode="eval")
    network.forward(BLOBS.pixels)
    probabilities = network.value("softmax")
    np.testing.assert_allclose(probabilities.sum(1), 1)
    expected = -np.log(probabilities[np.arange(10), BLOBS.labels]).sum()
    loss = compile_network(graph, parameters, 10, mode="train").step(BLOBS.pixels, BLOBS.labels)
    assert loss.total == pytest.approx(expected, rel=1e-12)
    assert loss.correct == np.count_nonzero(probabilities.argmax(1) == BLOBS.labels)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_a_plan_decides_the_bits_with_or_without_threads(threads: int) -> None:
    graph = small_classifier(dropout=0.5)
    parameters = initial_parameters(graph, 1)
    plan = default_plan(graph, threads)
    alone, together = (compile_network(graph, parameters, 10, mode="train", plan=plan) for _ in range(2))
    one = compile_network(graph, parameters, 10, mode="train", plan=default_plan(graph, 1))
    with Team(threads) as team:
        for step in range(3):
            a = alone.step(BLOBS.pixels, BLOBS.labels, seed=5, step=step)
            b = together.step(BLOBS.pixels, BLOBS.labels, seed=5, step=step, team=team)
            one.step(BLOBS.pixels, BLOBS.labels, seed=5, step=step)
            assert a == b
            assert np.array_equal(alone.gradient, together.gradient)
            # dropout masks are drawn for the whole batch: how it is shared only changes the order of sums
            np.testing.assert_allclose(alone.gradient, one.gradient, atol=1e-6)


def test_a_cancelled_step_is_abandoned_between_layers() -> None:
    graph = small_classifier()
    network = compile_network(graph, initial_parameters(graph, 0), 10, mode="train")
    calls = iter([False] * 5 + [True] * 100)
    with pytest.raises(Abandoned):
        network.step(BLOBS.pixels, BLOBS.labels, cancelled=lambda: next(calls))


def allocated_by_the_engine() -> int:
    """The bytes that hang on code of the engine, whatever else this process does meanwhile."""
    gc.collect()
    ours = tracemalloc.Filter(True, str(Path(cnnstudio.nn.__file__).parent / "*"), all_frames=True)
    return sum(trace.size for trace in tracemalloc.take_snapshot().filter_traces([ours]).traces)


@pytest.mark.slow
@pytest.mark.parametrize("threads", [1, 2])
def test_steps_allocate_nothing_that_stays(threads: int) -> None:
    graph = small_classifier(dropout=0.3)
    plan = default_plan(graph, threads)
    network = compile_network(graph, initial_parameters(graph, 0), 10, mode="train", plan=plan)
    with Team(threads) as team:
        tracemalloc.start(6)
        try:
            held = []
            for step in range(650):
                if step % 200 == 50:  # what NumPy keeps in store for small arrays is full after the first
                    held.append(allocated_by_the_engine())
                network.step(BLOBS.pixels, BLOBS.labels, step=step, team=team)
            held.append(allocated_by_the_engine())
        finally:
            tracemalloc.stop()
    # a store may be filled later once; what stays of every step is there each time
    assert min(after - before for before, after in pairwise(held)) < 2_000  # one float a step would be 4,800 bytes


def test_a_step_allocates_less_than_its_smallest_map() -> None:
    graph = chain(
        ("input", Input(32, 32, 3)),
        ("conv", Conv2D(16, (3, 3), padding="same")),
        ("relu", ReLU()),
        ("pool", MaxPool2D()),
        ("conv2", Conv2D(16, (3, 3))),
        ("flatten", Flatten()),
        ("dense", Dense(10)),
        ("softmax", Softmax()),
    )
    images = np.random.default_rng(0).integers(0, 256, (32, 32, 32, 3)).astype(np.uint8)
    labels = np.arange(32) % 10
    network = compile_network(graph, initial_parameters(graph, 0), 32, mode="train")
    network.step(images, labels)
    tracemalloc.start()
    try:
        network.step(images, labels)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    smallest_map = 14 * 14 * 16 * 32 * 4
    assert peak < smallest_map / 2


def test_an_output_read_twice_gets_both_gradients() -> None:
    """Two branches from one ReLU; the gradient at the fork is the sum of what each sends back."""
    graph = Graph(
        (
            Node("input", Input(6, 6, 2)),
            Node("relu", ReLU(), ("input",)),
            Node("left", Conv2D(2, (3, 3)), ("relu",)),
            Node("right", Conv2D(2, (3, 3)), ("relu",)),
        )
    )
    parameters = initial_parameters(graph, 3).copy(np.float64)
    probe = compile_network(graph, parameters, 2, mode="probe")
    images = np.random.default_rng(0).random((2, 6, 6, 2))
    probe.forward(images)
    seed = np.random.default_rng(1).random((2, 4, 4, 2))
    left, right = probe.backward("left", seed), probe.backward("right", seed)
    assert not left.nodes["right"].any()
    assert not left.parameters["right"]["weights"].any()
    assert not np.allclose(left.nodes["relu"], right.nodes["relu"])
    both = chain(("input", Input(6, 6, 2)), ("relu", ReLU()), ("left", Conv2D(2, (3, 3))))
    single = compile_network(both, initial_parameters(both, 3).copy(np.float64), 2, mode="probe")
    single.forward(images)
    np.testing.assert_allclose(left.nodes["relu"], single.backward("left", seed).nodes["relu"])


def test_maps_are_there_upstream_of_an_error() -> None:
    graph = chain(
        ("input", Input(8, 8, 1)),
        ("conv", Conv2D(4, (3, 3))),
        ("pool", MaxPool2D((4, 4), (4, 4))),
        ("too_large", Conv2D(4, (5, 5))),
        ("relu", ReLU()),
    )
    snapshot = Snapshot(initial_parameters(graph, 0))
    images = np.zeros((1, 8, 8, 1), np.uint8)
    maps = inspect(graph, snapshot, images, ["input", "conv", "pool", "too_large", "relu"])
    assert {name: maps[name].shape for name in maps} == {
        "input": (1, 8, 8, 1),
        "conv": (1, 6, 6, 4),
        "pool": (1, 1, 1, 4),
    }
    assert inspect(graph, snapshot, np.zeros((1, 9, 8, 1), np.uint8), ["conv"]) == {}


def test_inspection_equals_the_reference() -> None:
    graph = small_classifier()
    parameters = initial_parameters(graph, 2)
    probe = compile_network(graph, parameters, 10, mode="probe")
    probe.forward(BLOBS.pixels)
    maps = inspect(graph, Snapshot(parameters), BLOBS.pixels, [node.id for node in graph])
    assert set(maps) == {node.id for node in graph}
    for name, found in maps.items():
        np.testing.assert_allclose(found, probe.value(name), atol=1e-5, err_msg=name)


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        ([], "is empty"),
        ([("input", Input(32, 32, 3)), ("conv", Conv2D(6, (5, 5)))], "ends in Conv 2D with 28×28×6"),
        ([("input", Input()), ("flatten", Flatten())], "add Dense and Softmax layers"),
        ([("input", Input()), ("flatten", Flatten()), ("dense", Dense())], "Softmax layer: add one behind that"),
        ([("input", Input(4, 4, 1)), ("softmax", Softmax())], "no input it can use"),
        ([("softmax", Softmax())], "no input it can use"),
    ],
)
def test_says_why_something_is_no_classifier(layers: list, says: str) -> None:
    with pytest.raises(GraphError, match=says):
        classifier(chain(*layers))


def test_pooling_before_the_activation_changes_no_number() -> None:
    """Also where the activation is read twice, asked for, or stands in a row of two."""
    graph = Graph(
        (
            Node("input", Input(12, 12, 1)),
            Node("conv", Conv2D(4, (3, 3)), ("input",)),
            Node("relu", ReLU(), ("conv",)),
            Node("pool", MaxPool2D(), ("relu",)),
            Node("relu2", ReLU(), ("pool",)),
            Node("pool2", MaxPool2D(), ("relu2",)),
            Node("flatten", Flatten(), ("pool2",)),
            Node("dense", Dense(4), ("flatten",)),
            Node("softmax", Softmax(), ("dense",)),
            Node("aside", MaxPool2D((3, 3), (1, 1)), ("relu",)),
        )
    )
    without_aside = graph.restricted({node.id for node in graph} - {"aside"})
    for part in (graph, without_aside):
        parameters = initial_parameters(part, 0)
        probe = compile_network(part, parameters.copy(np.float64), 10, mode="probe")
        probe.forward(BLOBS.pixels)
        for outputs in (("softmax",), ("relu", "softmax"), ("pool", "pool2", "softmax")):
            network = compile_network(part, parameters, 10, outputs=outputs)
            network.forward(BLOBS.pixels)
            for name in outputs:
                np.testing.assert_allclose(network.value(name), probe.value(name), atol=1e-5)
        train = compile_network(part, parameters.copy(np.float64), 10, mode="train")
        train.step(BLOBS.pixels, BLOBS.labels)
        seed = (probe.value("softmax") - np.eye(4)[BLOBS.labels]) / 10
        expected = probe.backward("dense", seed).parameters
        for slot in parameters.layout.slots:
            ours = train.gradient[slot.start : slot.stop].reshape(slot.spec.shape)
            np.testing.assert_allclose(ours, expected[slot.node][slot.spec.name], atol=1e-12)


@pytest.mark.parametrize(("images", "threads"), [(96, 1), (66, 2), (61, 1)])
def test_a_large_batch_is_computed_in_parts_to_the_same_numbers(images: int, threads: int) -> None:
    """Sixty-one cannot be divided, so it stays whole."""
    blobs, graph = Blobs(images), small_classifier(dropout=0.4)
    parameters = initial_parameters(graph, 1).copy(np.float64)
    network = compile_network(graph, parameters, images, mode="train", plan=default_plan(graph, threads))
    loss = network.step(blobs.pixels, blobs.labels, seed=3, step=7)
    again = network.step(blobs.pixels, blobs.labels, seed=3, step=7)
    assert loss == again
    whole = compile_network(graph, parameters, images, mode="train", plan=default_plan(graph, images // 2))
    expected = whole.step(blobs.pixels, blobs.labels, seed=3, step=7)
    assert loss.correct == expected.correct
    assert loss.total == pytest.approx(expected.total, rel=1e-12)
    np.testing.assert_allclose(network.gradient, whole.gradient, atol=1e-13)
    look = compile_network(graph, parameters, images, plan=default_plan(graph, threads), outputs=("pool", "softmax"))
    look.forward(blobs.pixels)
    probe = compile_network(graph, parameters, images, mode="probe")
    probe.forward(blobs.pixels)
    for name in ("pool", "softmax"):
        np.testing.assert_allclose(look.value(name), probe.value(name), atol=1e-13)
