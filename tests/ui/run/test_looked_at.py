"""What is looked at: the document's weights and the sample image, and the newest weights of a run under way."""

from __future__ import annotations

import numpy as np
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.ui.run.looked_at import LookedAt
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


def test_it_is_the_document_s_network_and_the_sample_and_told_once_a_change(parts: Parts) -> None:  # noqa: F811
    told: list[LookedAt] = []
    parts.looking.changed.connect(told.append)
    now = parts.looking.now
    assert (now.graph, now.snapshot, now.run, now.live) == (
        parts.project.design.graph, parts.project.weights, None, False,
    )  # fmt: skip
    assert now.picture is parts.inspection.image and now.label == parts.inspection.label != ""
    parts.set_recipe(epochs=7)
    assert not told, "the recipe is nothing that is looked at"
    parts.samples.step(1)
    assert [seen.picture is parts.inspection.image for seen in told] == [True]
    layer = parts.project.design.graph["conv"].layer
    parts.document.edit("More", edits.configure(parts.project.design, "conv", layer.replace(filters=9)))
    assert [seen.graph for seen in told[1:]] == [parts.project.design.graph]
    assert parts.looking.now.snapshot is parts.project.weights


def test_a_run_under_way_is_looked_at_even_when_the_design_is_edited_and_the_document_after_it(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
) -> None:
    begun = parts.project.design.graph
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.looking.now.live and parts.looking.now.step > 0)
    layer = parts.project.design.graph["conv"].layer
    parts.document.edit("More", edits.configure(parts.project.design, "conv", layer.replace(filters=9)))
    now = parts.looking.now
    assert now.graph is begun and now.run is parts.session.run and now.snapshot.run == now.run.id
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()
    ended = parts.looking.now
    assert not ended.live and ended.graph is parts.project.design.graph and ended.snapshot is parts.project.weights
    assert ended.run is parts.project.run and ended.run.id == now.run.id
    parts.document.history.undo()
    parts.run_control.train()
    assert parts.looking.now.live and parts.looking.now.snapshot is parts.project.weights, (
        "until the run has told of its"
    )
    qtbot.waitUntil(lambda: parts.looking.now.step > ended.step)
    assert not np.array_equal(parts.looking.now.snapshot.parameters.vector, ended.snapshot.parameters.vector)
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()


def test_the_best_weights_are_looked_at_until_the_document_gets_others(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    looking = parts.looking
    run = parts.train_past_the_best(qtbot)
    assert looking.best_offered and looking.now.snapshot is parts.project.weights and not looking.now.best
    looking.look_at_best(True)
    assert looking.now.snapshot is run.best and looking.now.best and looking.now.graph is parts.project.design.graph
    parts.set_recipe(batch_size=20)
    assert looking.now.best, "the recipe is nothing that is looked at"
    layer = parts.project.design.graph["conv"].layer
    parts.document.edit("More", edits.configure(parts.project.design, "conv", layer.replace(filters=9)))
    assert not looking.best_offered and looking.now.snapshot is parts.project.weights, "they do not fit any more"
    parts.document.history.undo()
    assert looking.now.best, "undo leads back to what was looked at"
    parts.document.history.redo()
    assert looking.now.snapshot is parts.project.weights
    parts.document.history.undo()
    looking.look_at_best(False)
    parts.document.history.redo()
    parts.document.history.undo()
    assert looking.best_offered and not looking.now.best, "unless the last were asked for"
    looking.look_at_best(True)
    halved = parts.project.weights.parameters.copy()
    halved.vector[:] *= 0.5
    parts.document.change_weights("By hand", parts.project.weights.changed(halved))
    assert looking.now.snapshot is parts.project.weights, "whoever changes weights sees them"
    looking.look_at_best(True)
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    assert not looking.best_offered and not looking.now.best, "the best of a run under way are not known"
    parts.run_control.stop()  # it may not have begun yet, and then it finishes nothing
    qtbot.waitUntil(lambda: not parts.session.active)


def test_a_run_whose_last_epoch_was_its_best_has_nothing_to_choose(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train(qtbot, epochs=1)
    assert parts.project.run is not None and parts.project.run.best_epoch == 1
    assert not parts.looking.best_offered


def test_what_a_paused_run_has_recorded_is_what_is_looked_at(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: parts.looking.now.step > 0)
    parts.session.pause()
    qtbot.waitUntil(lambda: parts.session.state == "paused")
    recorded: list[int] = []
    parts.run_control.with_newest_weights(lambda: recorded.append(parts.looking.now.step))
    qtbot.waitUntil(lambda: bool(recorded))
    assert recorded == [parts.project.weights.step]
    told: list[LookedAt] = []
    parts.looking.changed.connect(told.append)
    seen = parts.looking.now.snapshot
    for _ in range(2):  # the same weights again are nothing new
        before = parts.session.latest.value
        parts.looking.follow_run()
        qtbot.waitUntil(lambda before=before: parts.session.latest.value is not before)
    parts.looking.follow_run()
    assert parts.looking.now.snapshot is seen and not told
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.stop()


def test_the_answers_are_called_as_the_run_called_them_also_over_other_data(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
) -> None:
    assert parts.looking.now.classes == parts.data.classes == ("0", "1", "2"), "nobody else has named them yet"
    named = parts.project.design.with_changes(classes=("top", "middle", "bottom"))
    parts.document.edit("Name", named)
    assert parts.looking.now.classes == ("top", "middle", "bottom")
    four = edits.configure(named, "dense", named.graph["dense"].layer.replace(units=4))
    parts.document.edit("Four", four)
    assert parts.looking.now.classes == parts.data.classes, "three names are not those of four answers"


def test_training_on_from_the_last_weights_is_told_to_whoever_looks_at_the_best(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.train_past_the_best(qtbot)
    told: list[bool] = []
    parts.looking.left_best.connect(lambda: told.append(True))
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    assert not told, "the last were looked at"
    parts.looking.look_at_best(True)
    assert parts.looking.now.best
    with qtbot.waitSignal(parts.session.finished):
        parts.run_control.train()
    assert told == [True]


def test_the_same_pictures_made_larger_are_looked_at_where_one_was(qtbot: QtBot, parts: Parts) -> None:  # noqa: F811
    parts.set_recipe(data="digits")
    qtbot.waitUntil(lambda: parts.data.source == "digits" and parts.data.sample is not None)
    parts.samples.show_index(150)
    shown = parts.looking.now.label
    parts.set_recipe(data=parts.project.design.recipe.data.making((32, 32, 1)))
    qtbot.waitUntil(lambda: parts.data.image_shape == (32, 32, 1))
    assert parts.looking.now.picture.shape == (32, 32, 1)
    assert parts.samples.index == 150 and parts.looking.now.label == shown
    parts.data.choose("digits")
    qtbot.waitUntil(lambda: parts.data.image_shape == (28, 28, 1))
    assert parts.looking.now.picture.shape == (28, 28, 1), "chosen again it is as it is drawn"
