"""Random graphs with branches, sums, products and joins: all ways to compute them agree."""

from __future__ import annotations

import numpy as np
import pytest
from random_graphs import CLASSES, PLAIN, random_graph

from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.network import classifier, compile_network
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.parameters.parameters import Parameters, initial_parameters
from cnnstudio.nn.rules.losses import CrossEntropy
from cnnstudio.nn.sliding_window import ShapeError

BATCH = 7
SEEDS = range(25)


def setting(
    graph: Graph, seed: int, dtype: type = np.float64, batch: int = BATCH
) -> tuple[Parameters, np.ndarray, np.ndarray]:
    """Parameters without zeros, images and labels."""
    generator = np.random.default_rng(seed)
    parameters = initial_parameters(graph, seed).copy(dtype)
    moved = parameters.vector
    moved += 0.1 * generator.standard_normal(moved.size)
    entry = graph.shape("input")
    return parameters, generator.random((batch, *entry)).astype(dtype), generator.integers(0, CLASSES, batch)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("batch", "threads"), [(BATCH, 1), (BATCH, 2), (10 * BATCH, 1)])
def test_training_computes_the_gradients_of_the_probe(seed: int, batch: int, threads: int) -> None:
    """Also in batches so large that they are computed in parts."""
    graph = random_graph(seed)
    parameters, images, labels = setting(graph, seed, batch=batch)
    training = compile_network(graph, parameters, batch, mode="train", plan=default_plan(graph, threads))
    for _ in range(2):  # buffers that are used again must not remember
        loss = training.step(images, labels)
    probe = compile_network(graph, parameters, batch, mode="probe")
    probe.forward(images)
    logits = classifier(graph).logits
    gradient = np.ascontiguousarray(probe.value(logits).T)
    expected = CrossEntropy().measure(gradient.copy(), labels, gradient)
    CrossEntropy().differentiate(gradient, labels, batch)
    assert loss.total == pytest.approx(expected.total, rel=1e-9)
    gradients = probe.backward(logits, gradient.T).parameters
    scale = max(1.0, float(np.abs(training.gradient).max()))
    for slot in parameters.layout.slots:
        ours = training.gradient[slot.start : slot.stop].reshape(slot.spec.shape)
        theirs = gradients[slot.node][slot.spec.name]
        np.testing.assert_allclose(ours, theirs, atol=1e-9 * scale, err_msg=f"{slot.node} {slot.spec.name}")


@pytest.mark.parametrize("seed", SEEDS)
def test_evaluation_computes_the_values_of_the_probe(seed: int) -> None:
    graph = random_graph(seed, normalised=True)
    parameters, images, _ = setting(graph, seed)
    probe = compile_network(graph, parameters, BATCH, mode="probe")
    network = compile_network(graph, parameters, BATCH, plan=default_plan(graph, 2))
    for run in (probe, network):
        run.forward(images)
    np.testing.assert_allclose(network.value("softmax"), probe.value("softmax"), atol=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_threads_share_a_batch_without_changing_it(seed: int) -> None:
    """Statistics are those of the whole batch and masks are drawn for it, however many share it."""
    graph = random_graph(seed, normalised=True)
    results = []
    for threads in (1, 2, 3):
        parameters, images, labels = setting(graph, seed)
        network = compile_network(graph, parameters, BATCH, mode="train", plan=default_plan(graph, threads))
        network.step(images, labels, seed=seed)
        network.commit()
        results.append((network.gradient, parameters.state))
    scale = max(1.0, float(np.abs(results[0][0]).max()))
    for gradient, state in results[1:]:
        np.testing.assert_allclose(gradient, results[0][0], atol=1e-8 * scale)
        np.testing.assert_allclose(state, results[0][1], rtol=1e-9, atol=1e-12)


def normalised_classifier() -> Graph:
    """A residual block whose batch norms meet in the middle of the work."""
    kinds = layer_kinds()
    return Graph(
        (
            Node("input", Input(8, 8, 3)),
            Node("conv", Conv2D(6, (3, 3), padding="same"), ("input",)),
            Node("norm", BatchNorm(), ("conv",)),
            Node("relu", kinds["relu"](), ("norm",)),
            Node("conv2", Conv2D(6, (3, 3), padding="same"), ("relu",)),
            Node("norm2", BatchNorm(), ("conv2",)),
            Node("add", kinds["add"](), ("norm2", "relu")),
            Node("relu2", kinds["relu"](), ("add",)),
            Node("pool", kinds["global_average_pool"](), ("relu2",)),
            Node("norm3", BatchNorm(), ("pool",)),
            Node("dense", Dense(CLASSES), ("norm3",)),
            Node("softmax", Softmax(), ("dense",)),
        )
    )


@pytest.mark.parametrize("threads", [2, 3])
def test_batch_norm_gives_the_same_bits_with_and_without_a_team(threads: int) -> None:
    graph = normalised_classifier()
    bits = []
    with Team(threads) as team:
        for helpers in (None, team, team):
            parameters, images, labels = setting(graph, 1, np.float32)
            network = compile_network(graph, parameters, BATCH, mode="train", plan=default_plan(graph, threads))
            for step in range(20):
                network.step(images, labels, step=step, team=helpers)
                network.commit()
                np.subtract(parameters.vector, 0.1 * network.gradient, out=parameters.vector)
            bits.append((parameters.vector.tobytes(), parameters.state.tobytes()))
    assert bits[0] == bits[1] == bits[2]


def test_batch_norm_keeps_its_figures_until_the_step_counts() -> None:
    graph = normalised_classifier()
    parameters, images, labels = setting(graph, 1)
    network = compile_network(graph, parameters, BATCH, mode="train", plan=default_plan(graph, 2))
    before = parameters.state.copy()
    network.step(images, labels)
    assert np.array_equal(parameters.state, before)
    network.commit()
    probe = compile_network(graph, parameters, BATCH, mode="probe")
    probe.forward(images)
    batch = probe.value("conv").reshape(-1, 6)
    kept = parameters.state_arrays("norm")
    np.testing.assert_allclose(kept["mean"], 0.1 * batch.mean(0), rtol=1e-9)
    np.testing.assert_allclose(kept["variance"], 0.9 + 0.1 * batch.var(0, ddof=1), rtol=1e-9)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_single_number_for_each_channel_moves_no_running_figures(threads: int) -> None:
    """Behind Dense the last single image of an epoch has no variance; behind a convolution it has one."""
    graph = normalised_classifier()
    parameters, images, labels = setting(graph, 1)
    network = compile_network(graph, parameters, 1, mode="train", plan=default_plan(graph, threads))
    before = {node: parameters.state_arrays(node) for node in ("norm", "norm3")}
    before = {node: {name: array.copy() for name, array in found.items()} for node, found in before.items()}
    network.step(images[:1], labels[:1])
    network.commit()
    for name in ("mean", "variance"):
        assert not np.array_equal(parameters.state_arrays("norm")[name], before["norm"][name])
        assert np.array_equal(parameters.state_arrays("norm3")[name], before["norm3"][name])


def test_random_graphs_are_what_they_are_meant_to_be() -> None:
    graphs = [random_graph(seed, normalised=True) for seed in SEEDS]
    kinds = {node.layer.kind for graph in graphs for node in graph}
    assert kinds >= set(PLAIN) | {"batch_norm", "dropout"}
    assert sum(any(len(readers) > 1 for readers in graph.consumers.values()) for graph in graphs) > 15
    with pytest.raises(ShapeError):
        layer_kinds()["add"]().output_shape([(2, 2, 1), (2, 2, 2)])
