"""First weights are made again from the seed, and only for weights that began with them."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.first_weights import first_weights
from cnnstudio.nn.parameters.parameters import initial_parameters

L = layer_kinds()
GRAPH = chain(
    ("input", L["input"](height=12, width=12)),
    ("conv", L["conv2d"](filters=8, kernel=(5, 5))),
    ("relu", L["relu"]()),
    ("second", L["conv2d"](filters=4, kernel=(3, 3))),
)


def test_they_are_the_very_numbers_training_began_with():
    began = initial_parameters(GRAPH, 7)
    trained = began.copy()
    random = np.random.default_rng(1)
    for node in ("conv", "second"):
        weights = trained.arrays(node)["weights"]
        weights += 0.5 * weights.std() * random.standard_normal(weights.shape).astype(np.float32)
        found = first_weights(GRAPH, trained, 7, node)
        assert np.array_equal(found, began.arrays(node)["weights"])
        assert np.array_equal(weights - found, weights - began.arrays(node)["weights"])


def test_weights_from_elsewhere_have_none():
    assert first_weights(GRAPH, initial_parameters(GRAPH, 8), 7, "conv") is None, "another seed"
    silent = initial_parameters(GRAPH, 7)
    silent.arrays("conv")["weights"][:] = 0
    assert first_weights(GRAPH, silent, 7, "conv") is None
    broken = initial_parameters(GRAPH, 7)
    broken.arrays("conv")["weights"][0, 0, 0, 0] = np.nan
    assert first_weights(GRAPH, broken, 7, "conv") is None
    assert first_weights(GRAPH, initial_parameters(GRAPH, 7), 7, "relu") is None
