"""What muting costs is what a plain recomputation without the filter says, class by class."""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import Examples
from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.muting import score, without_each
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.training.evaluation import evaluate

L = layer_kinds()
GRAPH = chain(
    ("input", L["input"](height=8, width=8)),
    ("conv", L["conv2d"](filters=3, kernel=(3, 3))),
    ("relu", L["relu"]()),
    ("flat", L["flatten"]()),
    ("dense", L["dense"](units=4)),
    ("softmax", L["softmax"]()),
)


def test_each_filter_is_taken_away_alone() -> None:
    random = np.random.default_rng(4)
    examples = Examples(random.integers(0, 256, (60, 8, 8, 1), dtype=np.uint8), random.integers(0, 3, 60))
    parameters = initial_parameters(GRAPH, 2)
    before = parameters.vector.copy()
    found = dict(without_each(GRAPH, parameters, "conv", [2, 0, 1], examples))
    assert list(found) == [2, 0, 1], "in the order that was asked for"
    assert np.array_equal(parameters.vector, before)
    for item, without in found.items():
        by_hand = parameters.copy()
        for array in by_hand.arrays("conv").values():
            array[item] = 0
        told = evaluate(GRAPH, by_hand, examples)
        assert without.accuracy == told.accuracy
        for number in range(3):
            mine = examples.labels == number
            assert without.classes[number] == (told.predictions[mine] == number).mean()
        assert np.isnan(without.classes[3]), "there is no image of this class"


def test_a_cost_is_what_is_lost() -> None:
    random = np.random.default_rng(4)
    examples = Examples(random.integers(0, 256, (60, 8, 8, 1), dtype=np.uint8), random.integers(0, 4, 60))
    parameters = initial_parameters(GRAPH, 2)
    all_of_it = score(GRAPH, parameters, examples)
    (_, without), *_ = without_each(GRAPH, parameters, "conv", [1], examples)
    cost = all_of_it.cost(without)
    assert cost.accuracy == all_of_it.accuracy - without.accuracy
    counts = np.bincount(examples.labels, minlength=4)
    assert np.isclose((cost.classes * counts).sum() / len(examples), cost.accuracy)
