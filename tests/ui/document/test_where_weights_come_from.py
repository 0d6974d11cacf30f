"""Undo and redo around training: what is said of the weights is what they are, and so many steps back are enough."""

from __future__ import annotations

import random

import numpy as np
import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.since_training import Changes, since_training
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document

KINDS = layer_kinds()


@pytest.fixture
def document(qapp) -> Document:
    design = Design()
    for layer in (
        KINDS["input"](height=8, width=8, channels=1), KINDS["conv2d"](filters=2, kernel=(3, 3)), KINDS["flatten"](),
        KINDS["dense"](units=3), KINDS["softmax"](),
    ):  # fmt: skip
        design, _ = edits.append(design, layer)
    return Document(untrained(design))


def train(document: Document, run: str, project: Project | None = None) -> None:
    """Deliver what a run of a project, or of the one shown, would have learned: no number stays what it was."""
    begun = project or document.project
    parameters = begun.weights.parameters.copy()
    parameters.vector[:] += np.float32(1 + len(run))
    document.trained(Run(run, begun.design, Plan(), "digits", 10), Snapshot(parameters.frozen(), run, 10))


def change_by_hand(document: Document) -> None:
    parameters = document.project.weights.parameters.copy()
    parameters.vector[:] *= 0.5
    document.change_weights("By hand", document.project.weights.changed(parameters.frozen()))


def set_filters(document: Document, filters: int) -> None:
    design = document.project.design
    layer = design.graph["conv2d_1"].layer
    document.edit("Filters", edits.configure(design, "conv2d_1", layer.replace(filters=filters)))


def add_dense(document: Document) -> None:
    """A layer at the end: all others keep their weights."""
    document.edit("Add", edits.append(document.project.design, KINDS["dense"](units=4))[0])


def origins(document: Document) -> dict[str, str]:
    weights = document.project.weights
    return {slot.node: weights.origin(slot.node) for slot in weights.parameters.layout.firsts}


def test_every_layer_says_which_run_its_weights_come_from(document: Document) -> None:
    assert origins(document) == {"conv2d_1": "", "dense_1": ""}
    train(document, "a")
    assert origins(document) == {"conv2d_1": "a", "dense_1": "a"}
    add_dense(document)
    assert origins(document) == {"conv2d_1": "a", "dense_1": "a", "dense_2": ""}
    assert since_training(document.project) == Changes(("dense_2",), layers=True)
    before = document.project
    set_filters(document, 3)
    assert origins(document) == {"conv2d_1": "", "dense_1": "", "dense_2": ""}
    train(document, "bb", before)  # it ended while another design was shown
    assert origins(document) == {"conv2d_1": "", "dense_1": "", "dense_2": "bb"}
    document.history.undo()
    assert origins(document) == dict.fromkeys(("conv2d_1", "dense_1", "dense_2"), "bb")


def test_taking_back_a_layer_that_was_added_gives_the_trained_network_back(document: Document) -> None:
    train(document, "a")
    trained = document.project.weights
    add_dense(document)
    assert document.steps_back() == 1
    document.history.undo()
    assert document.project.weights is trained and since_training(document.project) is None
    document.history.redo()
    change_by_hand(document)
    assert origins(document)["conv2d_1"] == "a" and document.project.weights.run == ""
    assert document.steps_back() == 2


@pytest.mark.parametrize("seed", range(12))
def test_so_many_steps_back_are_enough_and_no_fewer(document: Document, seed: int) -> None:
    draw, runs = random.Random(seed), iter("abcdefghijklmnopqrstuvwxyz" * 9)
    left: list[Project] = []

    def step() -> None:
        stack, begun = document.history, left.pop() if left else None
        match draw.randrange(9):
            case 0 | 1:
                set_filters(document, draw.randrange(2, 5))
            case 2:
                add_dense(document)
            case 3:
                recipe = document.project.design.recipe
                document.edit("Epochs", document.project.design.with_changes(recipe=recipe.choose(epochs=7)))
            case 4:
                change_by_hand(document)
            case 5:
                train(document, next(runs) * draw.randrange(1, 5) + str(draw.random()), begun)
            case 6:
                stack.undo()
            case 7:
                stack.redo()
            case _:
                left.append(document.project)

    found = 0
    for _ in range(120):
        step()
        run, steps = document.project.run, document.steps_back()
        if since_training(document.project) is None or not steps:
            continue
        found += 1
        for back in range(1, steps + 1):
            document.history.undo()
            assert (since_training(document.project) is None) == (back == steps)
        assert document.project.run is run
        for _ in range(steps):
            document.history.redo()
    assert found > 5
