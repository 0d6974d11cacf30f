"""Run control: Train, Pause, Stop and Reset, and what the document has afterwards."""

from __future__ import annotations

import os
import signal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_training import design_of, small_graph

from cnnstudio.data.review.editing import with_picture
from cnnstudio.design.edits import edits
from cnnstudio.design.edits.locking import lock
from cnnstudio.nn.graph.layer import layer_from_json
from cnnstudio.nn.layers.normalization.dropout import Dropout
from cnnstudio.nn.training.events import Commanded, HelperLost
from cnnstudio.project.project import untrained
from cnnstudio.runs.recorder import steps_per_epoch
from cnnstudio.ui.document.stale_result import stale_result
from cnnstudio.ui.panels.curves.marks import marks_of
from cnnstudio.worker.training import next_run
from cnnstudio.worker.training.until import Until
from tests.ui.training_parts import LONG, Parts, parts, unloaded, write_idx  # noqa: F401


def vector(of: Parts) -> np.ndarray:
    return of.project.weights.parameters.vector


def until_step(qtbot: QtBot, of: Parts, step: int) -> None:
    def there() -> bool:
        status = of.session.status.value
        return of.session.active and status is not None and status.step >= step

    qtbot.waitUntil(there)


def test_training_leaves_run_and_weights_in_the_document_without_an_undo_step(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    before = vector(parts).copy()
    parts.train(qtbot)
    run = parts.project.run
    assert run is not None and run.step == 2 * steps_per_epoch(90, 10) and len(run.history.epochs) == 2
    assert parts.project.weights.run == run.id and not np.array_equal(vector(parts), before)
    assert parts.document.history.count() == 0 and parts.document.modified


def test_reset_to_a_new_seed_is_one_step_and_begins_with_other_weights(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train(qtbot)
    trained, run, seed = vector(parts).copy(), parts.project.run, parts.project.design.recipe.seed
    parts.run_control.reset()
    fresh = vector(parts).copy()
    parts.document.history.undo()
    parts.run_control.reset(new_seed=True)
    assert parts.project.design.recipe.seed == seed + 1 and parts.project.run is None
    assert not np.array_equal(vector(parts), fresh)
    parts.document.history.undo()
    assert np.array_equal(vector(parts), trained) and parts.project.run is run
    assert parts.project.design.recipe.seed == seed


def test_until_an_epoch_behind_its_end_a_run_gets_so_many(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.run_control.train_until(Until("epoch", 4))
    qtbot.waitUntil(lambda: parts.session.state == "paused")
    assert parts.project.design.recipe.epochs == 4
    assert parts.session.status.value is not None and parts.session.status.value.epoch == 4
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    assert parts.project.run is not None and len(parts.project.run.history.epochs) == 4


def test_a_run_that_gets_no_better_ends_says_so_and_goes_on_for_as_many_epochs(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train(qtbot, epochs=9, early_stopping=2, learning_rate=0.0)
    run = parts.project.run
    assert run is not None and len(run.history.epochs) == run.design.recipe.epochs == 3
    assert "stopped early" in parts.notices.by_urgency[0].text and "2 epochs" in parts.notices.by_urgency[0].text
    assert marks_of(list(run.history.commands), {})[-1].text == "stopped early"
    parts.train(qtbot, early_stopping=0, epochs=4)
    assert (
        parts.project.run is not None and parts.project.run.id == run.id and len(parts.project.run.history.epochs) == 7
    )


def test_pressed_before_the_data_is_there_training_begins_once_it_is(qtbot: QtBot, unloaded: Parts) -> None:  # noqa: F811
    unloaded.data.load()
    unloaded.run_control.train()
    assert unloaded.run_control.waiting and unloaded.session.state == "idle"
    with qtbot.waitSignal(unloaded.session.finished):
        pass
    assert not unloaded.run_control.waiting and unloaded.project.run is not None


def test_train_and_pause_are_one_button_and_stop_keeps_what_was_learned(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train_or_pause()
    until_step(qtbot, parts, 5)
    parts.run_control.train_or_pause()
    qtbot.waitUntil(lambda: parts.session.state == "paused")
    parts.run_control.train_or_pause()
    qtbot.waitUntil(lambda: parts.session.state == "running")
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    assert parts.project.run is not None and parts.project.run.step >= 5
    assert parts.project.weights.step == parts.project.run.step


def test_reset_forgets_and_can_be_undone(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    fresh = vector(parts).copy()
    parts.train(qtbot)
    trained, run = vector(parts).copy(), parts.project.run
    parts.run_control.reset()
    assert np.array_equal(vector(parts), fresh) and parts.project.run is None and len(parts.session.log) == 0
    parts.document.history.undo()
    assert np.array_equal(vector(parts), trained) and parts.project.run is run
    assert len(parts.session.log) == len(run.history.losses) + len(run.history.epochs)


def test_reset_leaves_locked_layers_what_they_have_learned(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    fresh = vector(parts).copy()
    parts.train(qtbot)
    trained = parts.project.weights.parameters
    parts.document.edit("Lock", lock(parts.project.design, ["conv"]))
    parts.run_control.reset()
    now = parts.project.weights.parameters
    for name, array in now.arrays("conv").items():
        assert np.array_equal(array, trained.arrays("conv")[name])
    untouched = now.layout.views(fresh, "dense")
    assert all(np.array_equal(array, untouched[name]) for name, array in now.arrays("dense").items())
    assert parts.project.run is None and parts.project.weights.step == 0


def test_reset_while_training_ends_the_run_and_leaves_nothing_of_it(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    fresh = vector(parts).copy()
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 5)
    parts.run_control.reset()
    qtbot.waitUntil(lambda: not parts.session.active)
    assert np.array_equal(vector(parts), fresh) and parts.project.run is None and len(parts.session.log) == 0


def test_edits_go_on_while_it_trains_and_what_still_fits_is_kept(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 5)
    dense = layer_from_json("dense", {"units": 7})
    wider, _ = edits.insert(parts.project.design, edits.Edge("flatten", "dense"), dense, (0.0, 0.0))
    parts.document.edit("Insert", wider)
    fresh = parts.project.weights.parameters
    graph = parts.session.graph
    assert graph is not None and graph != parts.project.design.graph
    with qtbot.waitSignal(parts.session.finished) as blocker:
        parts.run_control.stop()
    trained = blocker.args[1].parameters
    now = parts.project.weights.parameters
    assert np.array_equal(now.arrays("conv")["weights"], trained.arrays("conv")["weights"])
    assert np.array_equal(now.arrays("dense_1")["weights"], fresh.arrays("dense_1")["weights"])
    # Back to the design that was trained, everything fits again.
    parts.document.history.undo()
    back = parts.project.weights.parameters
    assert np.array_equal(back.arrays("conv")["weights"], trained.arrays("conv")["weights"])


def test_the_learning_rate_follows_the_document(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 2)
    parts.set_recipe(learning_rate=0.003)
    with qtbot.waitSignal(parts.session.recorded) as blocker:
        parts.run_control.with_newest_weights(lambda: None)
    until_step(qtbot, parts, blocker.args[0].step + 2)
    with qtbot.waitSignal(parts.session.finished) as blocker:
        parts.run_control.stop()
    assert blocker.args[0].design.recipe.optimizer.learning_rate == 0.003


def test_a_layer_locked_in_the_design_is_locked_in_the_run_and_undo_lets_it_learn(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    def newest() -> tuple[int, bytes]:
        with qtbot.waitSignal(parts.session.recorded) as blocker:
            parts.run_control.with_newest_weights(lambda: None)
        run, weights = blocker.args
        return run.step, weights.parameters.arrays("conv")["weights"].tobytes()

    def told() -> int:
        return sum(isinstance(event, Commanded) for event in parts.session.log.read())

    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 2)
    parts.document.edit("Lock", lock(parts.project.design, ["conv"]))
    qtbot.waitUntil(lambda: told() == 1)
    step, weights = newest()
    until_step(qtbot, parts, step + 3)
    step, later = newest()
    assert later == weights
    parts.document.history.undo()
    qtbot.waitUntil(lambda: told() == 2)
    step, _ = newest()
    until_step(qtbot, parts, step + 3)
    assert newest()[1] != weights
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()


def test_a_save_in_the_middle_gets_the_newest_weights_and_the_run_goes_on(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 5)
    saved = []
    parts.run_control.with_newest_weights(lambda: saved.append(parts.project))
    qtbot.waitUntil(lambda: bool(saved))
    run = saved[0].run
    assert run.step >= 5 and saved[0].weights.step == run.step and run.optimizer.step == run.step
    assert parts.session.active
    until_step(qtbot, parts, run.step + 1)


def test_another_project_takes_nothing_from_the_run_under_way(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 3)
    other = untrained(design_of(small_graph(), data=parts.project.design.recipe.data))
    parts.document.open(other, None)
    qtbot.waitUntil(lambda: not parts.session.active)
    assert parts.project is other and len(parts.session.log) == 0


def test_a_window_that_closes_has_everything_at_once(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 3)
    parts.run_control.settle()
    assert not parts.session.active and parts.project.run is not None and parts.project.run.step >= 3


def test_it_says_why_it_cannot_be_trained(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.document.edit("Cut", edits.remove(parts.project.design, ["softmax"]))
    parts.run_control.train()
    qtbot.waitUntil(lambda: bool(parts.notices.current))
    assert "Softmax" in parts.notices.current[0].text and parts.notices.current[0].kind == "warning"
    assert not parts.session.active
    parts.set_recipe(epochs=2)
    assert parts.notices.current, "another edit leaves the reason standing"
    parts.document.history.undo()
    parts.document.history.undo()
    assert parts.run_control.why_not() == "" and not parts.notices.current, "what holds no more is not left standing"


def test_data_that_cannot_be_opened_is_no_reason_to_wait(qtbot: QtBot, unloaded: Parts) -> None:  # noqa: F811
    unloaded.set_recipe(data="/nowhere/at/all")
    unloaded.run_control.train()
    qtbot.waitUntil(lambda: bool(unloaded.notices.current))
    qtbot.waitUntil(lambda: not unloaded.run_control.waiting)
    assert "/nowhere" in unloaded.notices.current[0].text
    assert "could not be opened" in unloaded.run_control.why_not()


def test_what_the_classes_are_called_is_no_edit(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    assert parts.project.design.classes == ()
    steps = parts.document.history.count()
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    run = parts.project.run
    assert run is not None
    assert parts.project.design.classes == run.design.classes == parts.data.classes != ()
    assert parts.document.history.count() == steps and parts.document.modified
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    again = parts.project.run
    assert again is not None and again.id == run.id, "it goes on with the run, whose design has them too"


def test_an_edit_during_a_run_is_said_not_to_be_trained_and_can_be(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    assert "No run is under way" in parts.run_control.why_not_this()
    parts.run_control.train()
    until_step(qtbot, parts, 3)
    assert "one of this network" in parts.run_control.why_not_this() and not parts.notices.current
    design = parts.project.design
    more = edits.configure(design, "conv", design.graph["conv"].layer.replace(filters=9))
    parts.document.edit("More", more)
    (notice,) = parts.notices.current
    assert "goes on with the network as it was" in notice.text and notice.action_title == "Train this one"
    parts.notices.dismiss(notice)
    parts.document.edit("Fewer", edits.configure(design, "conv", design.graph["conv"].layer.replace(filters=7)))
    assert not parts.notices.current, "it is said once"
    parts.document.history.undo()
    parts.document.history.undo()
    assert parts.run_control.why_not_this(), "the run is one of this network again"
    parts.document.edit("More", more)
    (notice,) = parts.notices.current
    assert parts.session.graph == design.graph
    notice.action()
    until_step(qtbot, parts, 2)
    assert parts.session.graph == more.graph and not parts.notices.current
    parts.document.edit("Cut", edits.remove(more, ["softmax"]))
    parts.run_control.train_this()
    assert parts.session.active, "what cannot be trained ends no run"
    assert any("Softmax" in each.text for each in parts.notices.current)
    parts.run_control.settle()
    assert not [each for each in parts.notices.current if each.action_title == "Train this one"]


def told(of: Parts) -> list[str]:
    return [notice.text for notice in of.notices.current]


def test_a_run_that_begins_in_place_of_the_last_says_why_and_what_it_has_of_it(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train(qtbot)
    first = parts.project.run
    parts.train(qtbot)
    assert parts.project.run is not None and first is not None and parts.project.run.id == first.id
    assert not any("new run" in text for text in told(parts)), "it goes on"
    design = parts.project.design
    wider = design.graph["dense"].layer.replace(initializer="glorot")
    parts.document.edit("Change", edits.configure(design, "dense", wider))
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    assert parts.project.run.id != first.id and parts.project.run.history.epochs[0].epoch == 1
    assert told(parts)[-1] == (
        "The layers have been changed since they were trained. A new run begins, counted from epoch 1, with what was "
        "learned where it still fits."
    )


def test_a_picture_that_is_added_during_a_run_is_said_to_count_from_the_next(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    until_step(qtbot, parts, 3)
    design, data = parts.project.design, parts.data.unchanged
    assert data is not None and not parts.notices.current
    changes = with_picture(data, design.recipe.data.changes, np.zeros((8, 8, 1), np.uint8), 0)
    recipe = design.recipe.replace(data=design.recipe.data.replace(changes=changes))
    parts.document.edit("Add", design.with_changes(recipe=recipe))
    (notice,) = parts.notices.current
    assert "goes on with the pictures as they were" in notice.text
    parts.document.history.undo()
    assert not parts.notices.current, "it is no longer so"
    parts.document.history.redo()
    parts.run_control.settle()
    qtbot.waitUntil(lambda: parts.data.dataset is not None)
    parts.run_control.train()
    until_step(qtbot, parts, 3)
    assert not any("as they were" in each.text for each in parts.notices.current), "the next run has it"
    parts.run_control.settle()


def test_what_is_said_of_a_run_is_not_said_of_other_images(qtbot: QtBot, parts: Parts, tmp_path: Path) -> None:  # noqa: F811
    parts.train(qtbot)
    stale = stale_result(parts.document, parts.data.fingerprint)
    assert stale is None
    design, others = parts.project.design, tmp_path / "others"
    others.mkdir()
    write_idx(others)
    name = others / "train-labels-idx1-ubyte"
    name.write_bytes(name.read_bytes()[:8] + bytes(reversed(name.read_bytes()[8:])))
    data = design.recipe.data.taken_from(str(others))
    parts.document.edit("Import", design.with_changes(recipe=design.recipe.replace(data=data)))
    qtbot.waitUntil(lambda: parts.data.dataset is not None and parts.data.dataset.source == str(others))
    stale = stale_result(parts.document, parts.data.fingerprint)
    assert stale is not None and stale.short == "Trained on other images"
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    assert stale_result(parts.document, parts.data.fingerprint) is None
    parts.document.history.undo()
    qtbot.waitUntil(lambda: parts.data.dataset is not None and parts.data.dataset.source != str(others))
    stale = stale_result(parts.document, parts.data.fingerprint)
    assert stale is not None, "the accuracy that stands there is that of the imported images"


def test_what_a_run_may_change_reaches_it_on_its_way_is_marked_and_leaves_its_figures_true(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
) -> None:
    (edge,) = (e for e in parts.project.design.graph.edges if e.target == "dense")
    design, node = edits.insert(parts.project.design, edge, layer_from_json("dropout", {"rate": 0.2}), (0.0, 0.0))
    parts.document.edit("Insert", design)
    parts.set_recipe(epochs=LONG, optimizer="sgd")
    parts.run_control.train()
    until_step(qtbot, parts, 3)
    told = parts.project.design
    recipe = told.recipe.choose(momentum=0.5, clipping=1.0, batch_size=45, schedule="cosine")
    parts.document.edit("Set", edits.configure(told.with_changes(recipe=recipe), node, Dropout(0.6)))
    qtbot.waitUntil(lambda: sum(isinstance(event, Commanded) for event in parts.session.log.read()) == 5)
    status = parts.session.status.value
    assert status is not None
    parts.set_recipe(epochs=status.epoch + 2)  # another end is one of the things that may change
    with qtbot.waitSignal(parts.session.finished):
        pass
    run = parts.project.run
    assert run is not None and stale_result(parts.document) is None and not parts.notices.by_urgency
    assert (run.design.graph, run.design.recipe) == (parts.project.design.graph, parts.project.design.recipe)
    assert run.history.epochs[-1].batch_size == 45 and not run.place.picture
    commands = list(run.history.commands)
    marks = marks_of(commands, {node: "Dropout"}, run.history.epochs)
    words = {mark.text for mark in marks}
    assert {"momentum 0.5", "clipping 1", "schedule: cosine", "Dropout: rate 0.6"} <= words
    (taken,) = (mark.step for mark in marks if mark.text == "batch size 45")
    assert taken == next(done.step for done, then in pairwise(run.history.epochs) if then.batch_size == 45)
    asked = [each for each in commands if each.step < taken]
    still = marks_of(asked, {}, [done for done in run.history.epochs if done.step < taken])
    assert not any("batch" in mark.text for mark in still), "the epoch under way keeps its batches"


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="the children of a process are listed by Linux")
def test_where_a_helper_is_killed_it_is_said_once_and_the_run_goes_on_to_the_same_numbers(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def children() -> set[int]:
        return {int(pid) for task in Path("/proc/self/task").glob("*/children") for pid in task.read_text().split()}

    monkeypatch.setattr(next_run, "WORTH_SHARING", 0)
    parts.run_control.threads = lambda: 2
    parts.train(qtbot, epochs=40)
    undisturbed, helpers = parts.project.weights, children()
    assert helpers and parts.project.run.plan.threads == 2
    parts.run_control.reset()
    parts.run_control.train(Until("epoch", 2))
    qtbot.waitUntil(lambda: parts.session.state == "paused")
    for pid in helpers:
        os.kill(pid, signal.SIGKILL)
    with qtbot.waitSignal(parts.session.finished):
        parts.session.resume()
    told = [notice.text for notice in parts.notices.current if "helped with the training" in notice.text]
    assert len(told) == 1
    events = parts.session.log.read()
    assert sum(isinstance(event, HelperLost) for event in events) == 1
    assert np.array_equal(parts.project.weights.parameters.vector, undisturbed.parameters.vector)
