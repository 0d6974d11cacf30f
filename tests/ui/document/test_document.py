"""Edits, undo, merging, and which weights survive."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.project.project import untrained
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document

KINDS = layer_kinds()


def stack(*layers) -> Design:
    design = Design()
    for layer in layers:
        design, _ = edits.append(design, layer)
    return design


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def document(qapp, now) -> Document:
    design = stack(
        KINDS["input"](height=8, width=8, channels=1),
        KINDS["conv2d"](filters=2, kernel=(3, 3)),
        KINDS["flatten"](),
        KINDS["dense"](units=3),
        KINDS["softmax"](),
    )
    return Document(untrained(design), clock=lambda: now[0])


def with_filters(document: Document, filters: int) -> Design:
    design = document.project.design
    layer = design.graph["conv2d_1"].layer
    return edits.configure(design, "conv2d_1", layer.replace(filters=filters))


def train(document: Document, amount: float = 1.0, step: int = 10) -> Snapshot:
    """Weights as a run would leave them."""
    parameters = document.project.weights.parameters.copy()
    parameters.vector[:] += np.float32(amount)
    weights = Snapshot(parameters.frozen(), "run", step)
    document.trained(Run("run", document.project.design, Plan(), "digits", step), weights)
    return weights


def dense_weights(document: Document) -> np.ndarray:
    return np.array(document.project.weights.parameters.arrays("dense_1")["weights"])


def test_an_edit_is_one_step_that_says_before_and_after(document, qtbot):
    before = document.project
    design = with_filters(document, 4)
    with qtbot.waitSignal(document.changed, timeout=1000) as caught:
        document.edit("Change filters", design)
    assert caught.args == [before, document.project]
    assert document.project.design == design
    assert document.history.count() == 1
    assert worded(document.to_undo) == "Change filters"
    document.history.undo()
    assert document.project.design == before.design
    document.history.redo()
    assert document.project.design == design


def test_what_was_done_is_kept_as_a_sentence_and_not_as_words(document):
    assert document.to_undo is document.to_redo is None
    document.edit(Sentence("Move {name}", name="Conv 2D"), with_filters(document, 4))
    assert document.to_undo == Sentence("Move {name}", name="Conv 2D") and document.to_redo is None
    document.history.undo()
    assert document.to_undo is None and document.to_redo == Sentence("Move {name}", name="Conv 2D")


def test_a_step_is_told_once_when_it_can_be_taken_back(document):
    told: list[tuple[object, object]] = []
    document.history_changed.connect(lambda: told.append((document.to_undo, document.to_redo)))
    edit = Sentence("Change filters")
    document.edit(edit, with_filters(document, 4))
    document.history.undo()
    document.history.redo()
    assert told == [(edit, None), (None, edit), (edit, None)]
    document.history.undo()
    document.edit("Another", with_filters(document, 5))
    assert [worded(undo) for undo, _ in told[4:]] == ["Another"]


def test_an_edit_that_changes_nothing_is_no_step(document):
    document.edit("Nothing", with_filters(document, 2))
    assert document.history.count() == 0
    assert not document.modified


def test_a_burst_is_one_step(document, now):
    start = document.project.design
    for filters in (3, 4, 5):
        now[0] += 0.2
        document.edit("Change filters", with_filters(document, filters), merge="filters")
    assert document.history.count() == 1
    document.history.undo()
    assert document.project.design == start
    document.history.redo()
    assert document.project.design.graph["conv2d_1"].layer.filters == 5


@pytest.mark.parametrize("pause, other", [(5.0, "filters"), (0.1, "stride")])
def test_a_pause_or_another_key_begins_a_new_step(document, now, pause, other):
    document.edit("Change filters", with_filters(document, 3), merge="filters")
    now[0] += pause
    document.edit("Change filters", with_filters(document, 4), merge=other)
    assert document.history.count() == 2


def test_a_burst_does_not_merge_into_an_undone_or_saved_step(document, tmp_path):
    document.edit("Change filters", with_filters(document, 3), merge="filters")
    document.saved(document.project, tmp_path / "a.cnn")
    document.edit("Change filters", with_filters(document, 4), merge="filters")
    assert document.history.count() == 2
    document.history.undo()
    assert not document.modified
    document.edit("Change filters", with_filters(document, 5), merge="filters")
    assert document.history.count() == 2
    assert document.modified


def test_a_burst_that_comes_back_leaves_no_step(document):
    start = document.project.design
    document.edit("Change filters", with_filters(document, 3), merge="filters")
    document.edit("Change filters", with_filters(document, 2), merge="filters")
    assert document.project.design == start
    assert document.history.count() == 0
    assert not document.modified


def test_a_burst_through_other_shapes_keeps_the_weights(document):
    train(document)
    trained = dense_weights(document)
    document.edit("Units", with_filters(document, 3), merge="filters")
    assert dense_weights(document).shape != trained.shape
    document.edit("Units", with_filters(document, 2), merge="filters")
    np.testing.assert_array_equal(dense_weights(document), trained)


def test_untouched_weights_survive_an_edit_and_undo_brings_the_others_back(document):
    weights = train(document)
    trained = dense_weights(document)
    document.edit("Change filters", with_filters(document, 4))
    assert dense_weights(document).shape == (3, 6 * 6 * 4)
    document.history.undo()
    np.testing.assert_array_equal(dense_weights(document), trained)
    np.testing.assert_array_equal(document.project.weights.parameters.vector, weights.parameters.vector)


def test_undo_of_an_edit_without_new_shapes_keeps_newer_weights(document):
    design = document.project.design
    without = edits.remove(design, ["softmax_1"])
    document.edit("Delete Softmax", without)
    weights = train(document, 2.0)
    document.history.undo()
    np.testing.assert_array_equal(document.project.weights.parameters.vector, weights.parameters.vector)
    assert document.project.design == design


def test_weights_trained_between_edits_come_back_with_redo(document):
    document.edit("Change filters", with_filters(document, 4))
    train(document, 3.0)
    after = dense_weights(document)
    document.history.undo()
    assert dense_weights(document).shape == (3, 6 * 6 * 2)
    document.history.redo()
    np.testing.assert_array_equal(dense_weights(document), after)


def test_moving_a_card_keeps_the_very_same_weights(document):
    weights = document.project.weights
    document.edit("Move", edits.move(document.project.design, {"conv2d_1": (400.0, 80.0)}))
    assert document.project.weights is weights


def test_training_is_no_step_but_must_be_saved(document, tmp_path, qtbot):
    with qtbot.waitSignal(document.saved_changed, timeout=1000):
        train(document)
    assert document.history.count() == 0
    assert document.modified
    document.saved(document.project, tmp_path / "a.cnn")
    assert not document.modified
    assert document.path == tmp_path / "a.cnn"


def test_weights_trained_for_an_older_design_are_taken_where_they_fit(document):
    run = Run("run", document.project.design, Plan(), "digits", 5)
    parameters = document.project.weights.parameters.copy()
    parameters.vector[:] = 7.0
    wider = edits.configure(
        document.project.design,
        "dense_1",
        document.project.design.graph["dense_1"].layer.replace(units=5),
    )
    document.edit("Units", wider)
    fresh = dense_weights(document)
    document.trained(run, Snapshot(parameters.frozen(), "run", 5))
    arrays = document.project.weights.parameters.arrays("conv2d_1")
    assert np.all(arrays["weights"] == 7.0)
    np.testing.assert_array_equal(dense_weights(document), fresh)


def test_reset_weights_can_be_undone(document):
    fresh = document.project.weights.parameters.vector.copy()
    weights = train(document)
    run = document.project.run
    document.reset_weights()
    np.testing.assert_array_equal(document.project.weights.parameters.vector, fresh)
    assert document.project.run is None
    document.history.undo()
    assert document.project.weights is weights
    assert document.project.run is run


def test_selection_follows_the_design(document, qtbot):
    document.select(["conv2d_1", "nowhere"])
    assert document.selection == {"conv2d_1"}
    with qtbot.waitSignal(document.selection_changed, timeout=1000) as caught:
        document.edit("Delete", edits.remove(document.project.design, ["conv2d_1"], rejoin=True))
    assert caught.args == [frozenset()]
    document.history.undo()
    assert document.selection == {"conv2d_1"}


def test_project_and_selection_agree_whenever_someone_is_told(document):
    seen = []

    def look(*_):
        seen.append(all(node in document.project.design.graph for node in document.selection))

    document.changed.connect(look)
    document.selection_changed.connect(look)
    document.select(["conv2d_1"])
    document.edit("Delete", edits.remove(document.project.design, ["conv2d_1"]), select=["dense_1"])
    document.history.undo()
    document.history.redo()
    assert len(seen) == 7
    assert all(seen)


def test_opening_another_project_begins_a_new_history(document):
    document.edit("Change filters", with_filters(document, 4))
    other = untrained(Design(title="other"))
    document.open(other, Path("other.cnn"))
    assert document.project is other
    assert document.history.count() == 0
    assert not document.modified
    document.new(other)
    assert document.path is None


def test_a_long_random_walk_can_be_undone_and_redone(document):
    start = document.project.design
    rng = np.random.default_rng(3)
    for _ in range(200):
        design = document.project.design
        nodes = [node.id for node in design.graph]
        match rng.integers(4):
            case 0:
                kind = list(KINDS.values())[rng.integers(len(KINDS))]
                document.edit("Add", edits.append(design, kind())[0])
            case 1 if nodes:
                document.edit("Delete", edits.remove(design, [nodes[rng.integers(len(nodes))]], rejoin=True))
            case 2 if nodes:
                x, y = rng.integers(0, 500, 2)
                document.edit("Move", edits.move(design, {nodes[rng.integers(len(nodes))]: (float(x), float(y))}))
            case _:
                document.select(nodes[:2])
    end = document.project
    while document.history.can_undo():
        document.history.undo()
    assert document.project.design == start
    while document.history.can_redo():
        document.history.redo()
    assert document.project.design == end.design
    np.testing.assert_array_equal(document.project.weights.parameters.vector, end.weights.parameters.vector)
