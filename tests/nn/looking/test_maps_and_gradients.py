"""Maps of one picture with their gradients: those that Explain confirms by trying."""

from __future__ import annotations

import numpy as np
import pytest
from networks import small_classifier

from cnnstudio.nn.looking.backward_pass import BackwardPass
from cnnstudio.nn.looking.maps_and_gradients import maps_and_gradients
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters


def test_they_are_those_of_the_backward_pass_and_without_a_right_answer_those_of_the_own_one() -> None:
    graph = small_classifier(dropout=0.25)
    snapshot = Snapshot(initial_parameters(graph, 3).frozen())
    image = np.random.default_rng(1).integers(0, 256, (12, 12, 1)).astype(np.uint8)
    expected = BackwardPass(graph, snapshot, image, 2)
    found = maps_and_gradients(graph, snapshot, image, 2, ("conv", "relu", "nowhere"))
    assert set(found.values) == {"conv", "relu"}
    for node in ("conv", "relu"):
        assert found.values[node] == pytest.approx(expected.site(node).output, abs=1e-5)
        assert found.gradients[node] == pytest.approx(expected.nodes[node], abs=1e-6)
    own = maps_and_gradients(graph, snapshot, image, -1, ("conv",))
    assert own.label == int(expected.probabilities.argmax())
