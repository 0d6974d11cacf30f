"""Every layer's account of its numbers agrees with the engine, for whatever settings; where it looks is exact."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from bench import Bench, random_layer, some_cells
from networks import small_classifier
from random_graphs import random_graph

from cnnstudio.nn.arrays import to_public
from cnnstudio.nn.explaining.dependence import NOWHERE, Relation, as_volume
from cnnstudio.nn.explaining.parts import LedgerPart, Site, WindowPart
from cnnstudio.nn.graph.graph import Graph, Node, chain
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.looking.probed import Probed, agree, explain, probe, receptive_field
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.nn.telling.told import worded

KINDS = sorted(layer_kinds().keys() - {"input"})


def benched(kind: str, seed: int, dtype: type = np.float32) -> tuple[Layer, Bench, Site, np.random.Generator]:
    """A random layer of a kind, computed by the reference algorithm, and its site for the first image."""
    generator = np.random.default_rng([seed, *kind.encode()])
    layer, shapes = random_layer(layer_kinds()[kind], generator)
    bench = Bench(layer, shapes, "reference", dtype, mode="probe")
    bench.fill(generator)
    for spec in layer.state(shapes):
        bench.parameters[spec.name][...] = generator.uniform(0.5, 2.0, spec.shape)
    bench.forward()
    inputs = tuple(to_public(array)[0] for array in bench.inputs)
    site = Site(inputs, to_public(bench.output)[0], bench.parameters, bench.parameters)
    return layer, bench, site, generator


def evaluated(part: LedgerPart) -> float:
    """The steps in one line with their brackets, by the rules of arithmetic."""
    line = "(" * len(part.bracketed)
    for place, step in enumerate(part.steps):
        line += ")" * (place in part.bracketed) + f"{step.operator or '+'}({step.value!r})"
    return float(eval(line.translate(str.maketrans("−×÷", "-*/")), {"inf": math.inf, "nan": math.nan}))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_every_account_leads_to_the_engines_value(kind: str, seed: int) -> None:
    layer, _, site, generator = benched(kind, seed)
    for cell in some_cells(site.output.shape, generator):
        parts = layer.parts(site, cell)
        assert parts
        for part in parts:
            assert worded(part.caption).endswith(".")
            assert agree(part, float(site.output[cell])), (part.result, site.output[cell], layer, cell)
            if isinstance(part, LedgerPart):
                assert evaluated(part) == pytest.approx(part.result, nan_ok=True), "in one line it is the same"
            if isinstance(part, LedgerPart) and part.blocks:
                products = [value for block in part.blocks for value in block.products.ravel()]
                assert part.steps[0].value == math.fsum(products)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(6))
def test_a_cell_depends_on_its_sources_and_on_nothing_else(kind: str, seed: int) -> None:
    """Judged by the engine's gradient in float64; it may vanish on sources (max, ReLU), never be elsewhere."""
    layer, bench, site, generator = benched(kind, seed, np.float64)
    dense_reach = layer.kind not in ("max_pool2d", "global_max_pool", "relu", "relu6", "hard_sigmoid", "hard_swish")
    for cell in some_cells(site.output.shape, generator, 5):
        bench.forward()
        upstream = np.zeros_like(to_public(bench.output_gradient))
        upstream[(0, *cell)] = 1.0
        to_public(bench.output_gradient)[...] = upstream
        bench.operation.backward()
        bench.operation.backward_rest()
        for port, seen in enumerate(layer.dependence(site.shapes)):
            sources = seen.sources(cell)
            mask = sources.mask()
            touched = to_public(bench.input_gradients[port])[0].reshape(mask.shape) != 0
            assert not (touched & ~mask).any()
            if dense_reach:
                np.testing.assert_array_equal(touched, mask)
            assert mask.sum() == sources.count - sources.padding
            for places in (sources.rows, sources.columns, sources.channels):
                assert (np.diff(places) > 0).all(), "an account's numbers stand as they do in the picture"


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_spreads_as_its_cells_do_one_by_one(kind: str) -> None:
    layer, _, site, generator = benched(kind, 3)
    mask = generator.random(site.output.shape) < 0.1
    for seen in layer.dependence(site.shapes):
        region = seen.spread(mask)
        expected = np.zeros_like(region.mask)
        for cell in np.argwhere(mask):
            sources = seen.sources(tuple(int(i) for i in cell))
            expected[np.ix_(sources.rows + region.top, sources.columns + region.left, sources.channels)] = True
        np.testing.assert_array_equal(region.mask, expected)
        assert region.inside.shape == as_volume(seen.shape)


def test_a_cell_and_the_one_that_reads_it_in_the_middle_find_each_other() -> None:
    (seen,) = Conv2D(2, (5, 3), padding="same").dependence([(9, 8, 1)])
    assert seen.reader((4, 4, 0), 1) == (4, 4, 1)
    (flat,) = Flatten().dependence([(3, 4, 2)])
    assert flat.reader((2, 1, 1), 0) == (2 * 8 + 1 * 2 + 1,)
    (strided,) = MaxPool2D((2, 2), (3, 3)).dependence([(8, 8, 1)])
    assert strided.reader((2, 2, 0), 0) is None, "between two windows nobody looks"


def test_accounts_are_held_to_the_engines_rounding() -> None:
    """A tolerance that lets a wrong account through would be worth nothing."""
    layer, _, site, _ = benched("conv2d", 1)
    (part,) = layer.parts(site, (0, 0, 0))
    assert isinstance(part, LedgerPart)
    assert not agree(part, part.result + 1e-5 * part.magnitude)
    wrong = replace(part, steps=(part.steps[0], replace(part.steps[1], value=part.steps[1].value + 0.01)))
    assert not agree(wrong, float(site.output[0, 0, 0]))


@pytest.mark.parametrize(
    "layer",
    [Conv2D(3, (7, 7), padding="same"), Conv2D(2, (1, 1)), Conv2D(8, (3, 5), (3, 2), dilation=(2, 1), groups=4)],
)
def test_sums_of_thousands_of_products_hold_as_well(layer: Conv2D) -> None:
    found = probed(chain(("input", Input(16, 15, 3)), ("wide", Conv2D(256, (1, 1))), ("conv", layer)), 4)
    generator = np.random.default_rng(0)
    for cell in some_cells(found.values["conv"].shape, generator, 20):
        explanation = explain(found, "conv", cell)
        (part,) = explanation.parts
        assert isinstance(part, LedgerPart) and explanation.agrees
        sources = explanation.sources[0]
        assert sum(block.products.size for block in part.blocks) == sources.count
        assert (part.places is not None) == (layer.kernel == (1, 1))
    if part.places is not None:
        assert [place[2] for place in part.places] == list(range(256))


def test_of_equal_values_the_first_wins_and_padding_never_does() -> None:
    layer = MaxPool2D((2, 2), (1, 1), padding="same")
    values = np.full((2, 2, 1), -3.0, np.float32)
    site = Site((values,), values)
    (part,) = layer.parts(site, (1, 1, 0))
    assert isinstance(part, WindowPart)
    assert part.winner == (0, 0) and part.result == -3 and part.source == (1, 1, 0)
    assert np.isnan(part.values).sum() == 3


def probed(graph: Graph, seed: int = 0, dtype: type = np.float32) -> Probed:
    generator = np.random.default_rng(seed)
    shape = graph.shape(graph.order[0])
    parameters = initial_parameters(graph, seed).copy(dtype)
    parameters.vector[:] += 0.1 * generator.standard_normal(parameters.vector.size).astype(dtype)
    return probe(graph, Snapshot(parameters), generator.integers(0, 256, shape).astype(np.uint8))


@pytest.mark.parametrize("seed", range(12))
def test_whole_networks_with_branches_are_accounted_for(seed: int) -> None:
    found = probed(random_graph(seed), seed)
    generator = np.random.default_rng(seed)
    for node, value in found.values.items():
        for cell in some_cells(value.shape, generator, 4):
            assert explain(found, node, cell).agrees, (node, found.graph[node].layer, cell)


def test_weights_beyond_all_numbers_are_accounted_for_too() -> None:
    """A run that diverged leaves NaN and infinity behind; they are shown, not stumbled over."""
    graph = small_classifier()
    for bad in (np.nan, np.inf, 3e38):
        parameters = initial_parameters(graph, 0)
        parameters.vector[:] = bad
        parameters.vector[::3] *= -1
        with np.errstate(all="ignore"):
            found = probe(graph, Snapshot(parameters), np.full((12, 12, 1), 200, np.uint8))
            for node, value in found.values.items():
                assert explain(found, node, tuple(n // 2 for n in value.shape)).parts, node
            assert explain(found, "conv", (5, 5, 0)).agrees


def test_an_image_of_another_shape_gives_nothing() -> None:
    graph = small_classifier()
    parameters = initial_parameters(graph, 0)
    assert probe(graph, Snapshot(parameters), np.zeros((5, 5, 1), np.uint8)).values == {}


def linear(seed: int) -> Graph:
    """A random graph whose activations are taken out and whose maxima are averages; its filters have gaps."""
    graph, gaps = random_graph(seed), np.random.default_rng(seed)
    gone: dict[str, str] = {}
    nodes: list[Node] = []
    for node_id in graph.order:
        node = graph[node_id]
        inputs = tuple(gone.get(source, source) for source in node.inputs)
        layer = node.layer
        if layer.category in ("activation", "output") or layer.kind == "multiply":
            gone[node_id] = inputs[0]
            continue
        if isinstance(layer, Conv2D):
            layer = layer.replace(dilation=tuple(int(n) for n in gaps.integers(1, 4, 2)))
        if isinstance(layer, MaxPool2D):
            layer = AveragePool2D(layer.kernel, layer.stride, layer.padding)
        if layer.kind == "global_max_pool":
            layer = layer_kinds()["global_average_pool"]()
        nodes.append(Node(node_id, layer, inputs))
    return Graph(tuple(nodes))


def measured_field(graph: Graph, node: str, cell: tuple[int, ...]) -> dict[str, np.ndarray]:
    """The cells with a non-zero derivative: of the cell's value, with all weights positive."""
    parameters = initial_parameters(graph, 0).copy(np.float64)
    generator = np.random.default_rng(1)
    parameters.vector[:] = generator.uniform(0.5, 1.5, parameters.vector.size)
    network = compile_network(graph, parameters, 1, mode="probe")
    network.forward(generator.random((1, *graph.shape("input"))))
    seed = np.zeros((1, *graph.shape(node)))
    seed[(0, *cell)] = 1.0
    return {i: g[0].reshape(as_volume(graph.shape(i))) != 0 for i, g in network.backward(node, seed).nodes.items()}


@pytest.mark.parametrize("seed", range(15))
def test_the_receptive_field_is_what_has_a_derivative(seed: int) -> None:
    """Exactly, where all is linear with positive weights; on every map, through all branches."""
    graph = linear(seed)
    generator = np.random.default_rng(seed)
    for node in graph.order[1:]:
        cell = some_cells(graph.shape(node), generator, 1)[0]
        field, measured = receptive_field(graph, node, cell), measured_field(graph, node, cell)
        for other, mask in measured.items():
            inside = field[other].inside if other in field else np.zeros_like(mask)
            np.testing.assert_array_equal(inside, mask, err_msg=f"{other} of {node} {cell}")


@pytest.mark.parametrize("seed", range(8))
def test_with_bends_and_maxima_the_derivative_lies_within(seed: int) -> None:
    graph = random_graph(seed)
    generator = np.random.default_rng(seed)
    for node in graph.order[1:]:
        cell = some_cells(graph.shape(node), generator, 1)[0]
        field, measured = receptive_field(graph, node, cell), measured_field(graph, node, cell)
        for other, mask in measured.items():
            assert not (mask & ~field[other].inside).any() if other in field else not mask.any()


def test_dilation_leaves_holes_and_padding_is_part_of_the_field() -> None:
    graph = chain(("input", Input(9, 9, 1)), ("conv", Conv2D(1, (3, 3), padding="same", dilation=(2, 2))))
    region = receptive_field(graph, "conv", (0, 4, 0))["input"]
    assert (region.top, region.left) == (2, 2)
    rows, columns = np.nonzero(region.mask[:, :, 0])
    assert sorted({*rows}) == [0, 2, 4] and sorted({*columns}) == [4, 6, 8]
    assert region.inside.sum() == 6


def test_paths_of_different_length_leave_a_hole() -> None:
    far = Conv2D(1, (3, 3), padding="same", dilation=(3, 3))
    nodes = (
        Node("input", Input(11, 11, 1)),
        Node("far", far, ("input",)),
        Node("near", Conv2D(1, (1, 1)), ("input",)),
        Node("sum", layer_kinds()["add"](), ("far", "near")),
    )
    region = receptive_field(Graph(nodes), "sum", (5, 5, 0))["input"]
    assert region.inside.sum() == 9 and not region.inside[4, 5, 0]


def test_every_kind_gives_an_account() -> None:
    silent = [kind for kind, layer in layer_kinds().items() if layer.parts is Layer.parts]
    assert not silent


def test_the_input_tells_the_pixel_it_was() -> None:
    graph = chain(("input", Input(3, 4, 3, mean=0.25, deviation=0.5)))
    found = probed(graph)
    explained = explain(found, "input", (1, 2, 0))
    assert explained.agrees and explained.sources == ()
    assert f"pixel of {found.image[1, 2, 0]} " in worded(explained.parts[0].caption)


def test_each_channel_is_told_by_its_own_mean_and_deviation() -> None:
    mean, deviation = (0.25, 0.5, 0.75), (0.5, 0.25, 1.0)
    found = probed(chain(("input", Input(3, 4, 3, mean=mean, deviation=deviation))))
    for channel in range(3):
        explained = explain(found, "input", (1, 2, channel))
        assert explained.agrees
        (ledger,) = explained.parts
        assert f"pixel of {found.image[1, 2, channel]} " in worded(ledger.caption)
        told = [(worded(step.name), step.value) for step in ledger.steps[2:]]
        expected = [("mean", mean[channel]), ("deviation", deviation[channel])]
        assert told == [(name, value) for name, value in expected if (name, value) != ("deviation", 1.0)]


def test_a_table_with_nowhere_and_repeats_marks_all() -> None:
    relation = Relation(3, np.array([[0], [0], [NOWHERE], [2]]))
    mask = np.array([True, False, True, False])
    np.testing.assert_array_equal(relation.spread(mask, 0), [True, False, False])


def test_a_dense_unit_lists_all_inputs_and_softmax_adds_up_to_one() -> None:
    graph = chain(("input", Input(4, 4, 1)), ("flat", Flatten()), ("dense", Dense(3)), ("soft", Softmax()))
    found = probed(graph)
    (ledger,) = explain(found, "dense", (2,)).parts
    assert isinstance(ledger, LedgerPart) and ledger.places is not None and len(ledger.places) == 16
    (bars,) = explain(found, "soft", (1,)).parts
    assert [worded(column.name) for column in bars.columns] == ["logit", "e^(logit − largest)", "probability"]
    assert bars.columns[2].total == pytest.approx(1.0, abs=1e-12)
