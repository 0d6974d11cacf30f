"""Divided weights are divided logits."""

from __future__ import annotations

import numpy as np
import pytest
from networks import small_classifier

from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.calibrated import calibrated, last_dense
from cnnstudio.nn.network.network import classifier, compile_network
from cnnstudio.nn.parameters.parameters import untrained_parameters
from cnnstudio.nn.training.scores import cooled

L = layer_kinds()


def test_every_logit_is_divided_and_nothing_else_is_changed() -> None:
    graph = small_classifier()
    parameters, ends = untrained_parameters(graph, 1), classifier(graph)
    images = np.random.default_rng(0).integers(0, 256, (5, *graph.shape(ends.input))).astype(np.uint8)
    found = {}
    for name, own in (("before", parameters), ("after", calibrated(graph, parameters, 1.7))):
        network = compile_network(graph, own, 5, outputs=(ends.logits, ends.softmax))
        network.forward(images)
        found[name] = network.value(ends.logits), network.value(ends.softmax)
    np.testing.assert_allclose(found["after"][0], found["before"][0] / 1.7, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(found["after"][1], cooled(found["before"][1], 1.7), rtol=1e-4, atol=1e-6)
    others = {slot.node for slot in parameters.layout.slots} - {ends.logits}
    after = calibrated(graph, parameters, 1.7)
    for node in others:
        for name, array in parameters.arrays(node).items():
            assert np.array_equal(array, after.arrays(node)[name])


def test_where_no_dense_layer_is_last_it_is_refused() -> None:
    graph = chain(
        ("input", L["input"](height=4, width=4)),
        ("dense", L["flatten"]()),
        ("softmax", L["softmax"]()),
    )
    assert last_dense(graph) is None
    with pytest.raises(ValueError, match="dense"):
        calibrated(graph, untrained_parameters(graph, 0), 2.0)
