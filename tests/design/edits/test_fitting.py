"""Fitting a network to data is one edit that makes every template trainable on them."""

from __future__ import annotations

import pytest

from cnnstudio.data.preparation.measured import Brightness
from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.edits.fitting import fitted
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.layers.input import Input

COLOURS = Brightness((0.5, 0.4, 0.3), (0.2, 0.25, 0.3))
CLASSES = ("cat", "dog", "cow")


@pytest.mark.parametrize("name", template_names())
def test_every_template_that_can_be_trained_can_be_fitted(name: str) -> None:
    design = template(name)
    if why_not_trainable(design):
        pytest.skip("it is no classifier")
    shape = design.graph.shape(design.graph.images[0])
    wanted = (shape[0] + 8, shape[1] + 8, 3)
    after = fitted(design, wanted, CLASSES, COLOURS)
    assert why_not_trainable(after, wanted, 3) == ""
    assert after.classes == CLASSES
    entry = after.graph[after.graph.images[0]].layer
    assert entry == Input(*wanted, COLOURS.mean, COLOURS.deviation)
    changed = [node.id for node in after.graph if node.layer != design.graph[node.id].layer]
    assert len(changed) == 2
    assert after.cards == design.cards and after.recipe == design.recipe


def test_fitted_again_it_is_the_same() -> None:
    once = fitted(template("lenet5"), (32, 32, 3), CLASSES, COLOURS)
    assert fitted(once, (32, 32, 3), CLASSES, COLOURS) == once


def test_without_one_input_it_is_refused() -> None:
    two, _ = edits.add(template("lenet5"), Input(), (0, 0))
    for design in (Design(), two):
        with pytest.raises(EditRefused, match="one Input"):
            fitted(design, (8, 8, 1), CLASSES, Brightness(0.5, 0.5))
