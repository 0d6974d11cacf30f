"""A project that is lent leaves the user's own untouched: history, weights, file, and whether it is saved."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.project.project import untrained
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document

OWN, LENT, OTHER = (untrained(template(name)) for name in ("lenet5", "first_conv", "article"))


def add(document: Document, kind: str) -> None:
    design, _ = edits.append(document.project.design, layer_kinds()[kind]())
    document.edit(f"Add {kind}", design)


def train(document: Document) -> Snapshot:
    parameters = document.project.weights.parameters.copy()
    parameters.vector[:] += np.float32(1)
    weights = Snapshot(parameters.frozen(), "run", 3)
    document.trained(Run("run", document.project.design, Plan(), "digits", 3), weights)
    return weights


@pytest.fixture
def document(qapp) -> Document:
    """With a file, trained weights, one step done and one taken back."""
    document = Document(OWN, Path("mine.cnn"))
    add(document, "dropout")
    add(document, "relu")
    document.history.undo()
    train(document)
    document.select(["conv2d_1"])
    return document


def state(document: Document) -> tuple[object, ...]:
    stack = document.history
    return (document.project, document.path, document.selection, document.modified, stack.index(), stack.count())


def test_everything_comes_back_as_it_was(document):
    before, seen = state(document), []
    document.opened.connect(lambda: seen.append("opened"))
    document.changed.connect(lambda old, new: seen.append((old, new)))
    document.lend(LENT)
    assert seen == ["opened", (before[0], LENT)]
    assert document.guest
    assert state(document) == (LENT, None, frozenset(), False, 0, 0)
    assert document.own_path == Path("mine.cnn")
    add(document, "relu")
    train(document)
    document.lend(OTHER)  # the next lesson: the first one's steps and weights are gone, the user's are not
    assert state(document) == (OTHER, None, frozenset(), False, 0, 0)
    document.give_back()
    assert state(document) == before
    assert not document.guest
    document.history.redo()
    assert "relu_5" in document.project.design.graph
    document.history.undo()
    document.history.undo()
    assert document.project.design == OWN.design


def test_what_is_saved_stays_saved(qapp):
    document = Document(OWN, Path("mine.cnn"))
    add(document, "dropout")
    document.saved(document.project, Path("mine.cnn"))
    document.lend(LENT)
    add(document, "relu")
    assert document.modified
    document.give_back()
    assert not document.modified


def test_saving_what_was_lent_does_not_touch_the_users_file(document):
    document.lend(LENT)
    add(document, "relu")
    document.saved(document.project, Path("lesson.cnn"))
    assert not document.modified
    document.give_back()
    assert document.path == Path("mine.cnn")
    assert document.modified


def test_nothing_of_a_lent_run_gets_into_the_users_weights(qapp):
    document = Document(OWN)
    document.lend(OWN.with_changes(run=None))  # the same layers, so that its weights would fit
    train(document)
    document.give_back()
    assert document.project.weights is OWN.weights
    add(document, "dropout")
    document.history.undo()
    assert document.project.weights is OWN.weights


def test_opening_a_file_ends_the_loan(document):
    document.lend(LENT)
    document.open(OTHER, Path("other.cnn"))
    assert not document.guest
    assert state(document) == (OTHER, Path("other.cnn"), frozenset(), False, 0, 0)
    document.give_back()
    assert document.project is OTHER
