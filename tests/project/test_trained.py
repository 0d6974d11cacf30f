"""The trained networks that come with the program: they open, they are small, and what is said of them holds."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.data.library import preview
from cnnstudio.model import Model
from cnnstudio.nn.looking.first_weights import first_weights
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.trained import trained, trained_names, trained_sentence
from cnnstudio.resources import resource


def test_together_they_are_small() -> None:
    assert len(trained_names()) >= 2
    assert sum(path.stat().st_size for path in resource("trained").iterdir()) <= 1 << 20


@pytest.mark.slow
@pytest.mark.parametrize("name", trained_names())
def test_they_answer_as_well_as_is_said_and_their_training_can_be_seen(name: str) -> None:
    project = trained(name)
    test = preview(project.design.recipe.data).test
    right = float(np.mean(Model.of(project).predict(test.pixels) == test.labels))
    said = project.run.history.epochs[-1].validation_accuracy
    assert right >= said - 0.03, "on the first of its test images, too"
    told = "answers all pictures" if said == 1 else f"{said:.1%}".removesuffix("%")
    assert told in worded(trained_sentence(name)).replace("\u202f", "")
    graph = project.design.graph
    first = next(node for node in graph.order if graph[node].layer.kind == "conv2d")
    began = first_weights(graph, project.weights.parameters, project.design.recipe.seed, first)
    assert began is not None, "the seed draws again what it began with"
    assert np.abs(project.weights.parameters.arrays(first)["weights"] - began).max() > 0.05
