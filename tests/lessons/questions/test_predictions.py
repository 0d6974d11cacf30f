"""Questions about real layers: answers are the engine's, and the usual slips get their reply."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.lessons.questions.predictions import Prediction, predictions
from cnnstudio.nn.graph.graph import Graph, Node, chain
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.merge.add import Add
from cnnstudio.nn.layers.merge.concatenate import Concatenate
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.looking.probed import Probed, probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.nn.telling.told import worded


def looked_at(graph: Graph, seed: int = 0) -> Probed:
    """A network with weights and biases of all signs that looks at noise."""
    draws, parameters = np.random.default_rng(seed), initial_parameters(graph, seed)
    parameters.vector[:] += draws.normal(0, 0.3, parameters.vector.size).astype(np.float32)
    return probe(graph, Snapshot(parameters), draws.integers(0, 256, graph.shape(graph.order[0])).astype(np.uint8))


def asked(layer: Layer, *shape: int, hides: str, cell: tuple[int, ...] | None = None, seed: int = 0) -> Prediction:
    probed = looked_at(chain(("input", Input(*shape)), ("layer", layer)), seed)
    values = probed.values["layer"]
    cell = tuple(extent // 2 for extent in values.shape) if cell is None else cell
    (found,) = [p for p in predictions(probed, "layer", cell) if p.hides == hides]
    return found


def reply(prediction: Prediction, given: float) -> str:
    verdict = prediction.drawn.judge(given)
    assert not verdict.right and verdict.known
    return worded(verdict.reply)


def test_the_founding_example_and_its_known_slips() -> None:
    size = asked(Conv2D(6, (5, 5)), 32, 32, 3, hides="shape")
    assert size.drawn.answer == 28 and size.drawn.judge(28).right and "27 + 1 = 28" in worded(size.drawn.why)
    assert "+ 1" in reply(size, 27) and "how many maps" in reply(size, 6)
    parameters = asked(Conv2D(6, (5, 5)), 32, 32, 3, hides="parameters")
    assert parameters.drawn.answer == 456 == 6 * (5 * 5 * 3 + 1)
    assert "bias" in reply(parameters, 450)
    assert "reaches through the depth: 5×5×3" in reply(parameters, 6 * 26)
    assert "Every filter has its own" in reply(parameters, 451) and "one filter" in reply(parameters, 76)
    assert "the same filter at all places" in reply(parameters, 357_504)
    assert not parameters.drawn.judge(12).known


def test_padding_stride_and_what_is_dropped_have_replies_of_their_own() -> None:
    size = asked(Conv2D(2, (5, 5), stride=(1, 2), padding=(0, 0, 1, 2)), 9, 20, 1, hides="shape")
    # (20 + 3 − 5) / 2 = 9, + 1
    assert size.drawn.answer == 10 and "stride 1" in reply(size, 19) and "padding is missing" in reply(size, 8)
    odd = asked(MaxPool2D((3, 3), (2, 2)), 12, 12, 1, hides="shape")
    assert odd.drawn.answer == 5 and "round down" in reply(odd, 6)
    up = asked(MaxPool2D((3, 3), (2, 2), round_up=True), 12, 12, 1, hides="shape")
    assert up.drawn.answer == 6 and "round up" in reply(up, 5) and "rounded up 5" in worded(up.drawn.why)


def test_without_a_bias_none_is_asked_for() -> None:
    filters = asked(Conv2D(6, (5, 5), bias=False), 32, 32, 3, hides="parameters")
    assert (
        filters.drawn.answer == 450 and "no biases" in reply(filters, 456) and "bias" not in worded(filters.drawn.why)
    )
    graph = chain(("input", Input(2, 2, 3)), ("list", Flatten()), ("layer", Dense(5, bias=False)))
    units = next(p for p in predictions(looked_at(graph), "layer", (0,)) if p.hides == "parameters")
    assert units.drawn.answer == 60 and "no biases" in reply(units, 65)


def test_a_bias_is_not_forgotten_at_one_cell() -> None:
    value = asked(Conv2D(2, (3, 3)), 6, 6, 2, hides="value", cell=(1, 2, 1))
    probed = looked_at(chain(("input", Input(6, 6, 2)), ("layer", Conv2D(2, (3, 3)))))
    assert value.drawn.answer == pytest.approx(float(probed.values["layer"][1, 2, 1]), abs=0.0011)
    bias = float(probed.site("layer").arrays["bias"][1])
    assert "left out the bias" in reply(value, value.drawn.answer - round(bias, 3))


def test_the_largest_wins_and_relu_closes_below_zero() -> None:
    largest = asked(MaxPool2D(), 6, 6, 1, hides="value")
    window = looked_at(chain(("input", Input(6, 6, 1)), ("layer", MaxPool2D()))).values["input"][2:4, 2:4, 0]
    assert largest.drawn.judge(float(np.float32(f"{window.max():.3f}"))).right
    assert "average pooling" in reply(largest, round(float(np.mean([round(float(v), 3) for v in window.flat])), 3))
    graph = chain(("input", Input(6, 6, 1, mean=0.5)), ("layer", ReLU()))
    probed, signs = looked_at(graph), set()
    for row in range(6):
        value = float(probed.values["input"][row, 0, 0])
        (gate,) = [p for p in predictions(probed, "layer", (row, 0, 0)) if p.hides == "value"]
        signs.add(value < 0)
        shown = max((v for v, _ in gate.drawn.wrong if v not in (0, 1)), key=abs)
        if value < 0:
            assert gate.drawn.answer == 0 and "does not pass" in reply(gate, -abs(shown))
        else:
            assert gate.drawn.answer == pytest.approx(value, abs=0.006) and "only below zero" in reply(gate, 0)
    assert signs == {True, False}


def test_flatten_dense_batch_norm_and_merges() -> None:
    length = asked(Flatten(), 5, 6, 4, hides="shape")
    assert length.drawn.answer == 120 and "depth counts" in reply(length, 30)
    place = asked(Flatten(), 5, 6, 4, hides="value", cell=(0,))
    assert place.drawn.answer == 1 and "+ 1" in reply(place, 0)
    norm = asked(BatchNorm(), 5, 6, 4, hides="parameters")
    assert norm.drawn.answer == 8 and "not learned" in reply(norm, 16)
    graph = chain(("input", Input(2, 2, 3)), ("list", Flatten()), ("layer", Dense(5)))
    dense = predictions(looked_at(graph), "layer", (0,))[0]
    assert dense.drawn.answer == 65 and "bias" in reply(dense, 60) and "Every unit has its own" in reply(dense, 61)
    for kind, maps in ((Concatenate, 7), (Add, 3)):
        second = Conv2D(4 if kind is Concatenate else 3, (1, 1))
        nodes = (
            Node("input", Input(4, 4, 3)),
            Node("conv", second, ("input",)),
            Node("layer", kind(), ("input", "conv")),
        )
        depth = predictions(looked_at(Graph(nodes)), "layer", (0, 0, 0))[0]
        assert depth.hides == "shape" and depth.drawn.answer == maps


@pytest.mark.parametrize("kind", sorted(layer_kinds().keys() - {"input"}))
def test_every_kind_of_layer_is_asked_what_the_engine_answers(kind: str) -> None:
    """Whatever is asked, the answer judges itself right, wrong ones are wrong, and the size and the parameters are the
    layer's own."""
    design, _ = edits.append(Design(), Input(8, 8, 4))
    if kind in ("dense", "softmax"):
        design, _ = edits.append(design, Flatten())
    design, node = edits.append(design, layer_kinds()[kind]())
    if len(design.graph[node].inputs) < design.graph[node].layer.fewest_inputs:
        design = edits.connect(design, "input_1", node)
    graph = design.graph
    probed = looked_at(graph)
    layer, shapes, shape = graph[node].layer, graph.inferred[node].inputs, graph.shape(node)
    for prediction in predictions(probed, node, tuple(extent // 2 for extent in shape)):
        drawn = prediction.drawn
        assert drawn.judge(drawn.answer).right and worded(drawn.text).endswith("?") and worded(drawn.why).endswith(".")
        for value, said in drawn.wrong:
            verdict = drawn.judge(value)
            assert not verdict.right and verdict.reply == said
        if prediction.hides == "parameters":
            assert drawn.answer == sum(math.prod(spec.shape) for spec in layer.parameters(shapes))
        if prediction.hides == "shape":
            assert drawn.answer in (shape[1] if len(shape) == 3 else shape[0], shape[-1], math.prod(shape))


@settings(max_examples=60, deadline=None)
@given(
    size=st.integers(3, 40), kernel=st.integers(1, 7), stride=st.integers(1, 4),
    left=st.integers(0, 3), right=st.integers(0, 3), dilation=st.integers(1, 3),
)  # fmt: skip
def test_any_window_is_asked_rightly(size: int, kernel: int, stride: int, left: int, right: int, dilation: int) -> None:
    if dilation * (kernel - 1) + 1 > size + left + right or max(left, right) >= dilation * (kernel - 1) + 1:
        return
    layer = Conv2D(2, (1, kernel), (1, stride), (0, 0, left, right), (1, dilation))
    graph = chain(("input", Input(3, size, 1)), ("layer", layer))
    found = {p.hides: p.drawn for p in predictions(looked_at(graph), "layer", (0, 0, 0))}
    drawn = found["shape"]
    assert drawn.answer == graph.shape("layer")[1] and worded(drawn.why).endswith(f"= {drawn.answer}.")
    assert all(not drawn.judge(value).right for value, _ in drawn.wrong)
