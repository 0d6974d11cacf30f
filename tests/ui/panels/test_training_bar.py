"""The training bar: what its buttons do, what it says, and that its fields are undoable edits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.stacking import stacked
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.nn.training.events import Commanded
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.since_training import Changes, since_training
from cnnstudio.runs.run import Place
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.bars.training_bar import TrainingBar, left
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


@pytest.fixture
def bar(qtbot: QtBot, qapp, parts: Parts) -> TrainingBar:  # noqa: F811
    theme.apply(qapp, "light")
    made = TrainingBar(parts.run_control, parts.looking)
    for widget in (made.recipe, made):
        widget.resize(widget.sizeHint().expandedTo(QSize(0, 40)))
        qtbot.addWidget(widget)
        widget.show()
    made.recipe.resize(1416, 40)
    made.activateWindow()
    qtbot.waitExposed(made)
    return made


def click(qtbot: QtBot, widget: QWidget) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def enter(qtbot: QtBot, bar: TrainingBar, name: str, text: str) -> None:
    field = bar.fields.fields[name]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_train_pause_resume_and_stop_by_mouse(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    assert bar.train_button.text() == "Train" and bar.text.text() == "not trained yet"
    assert not bar.stop_button.isEnabled() and not bar.reset_button.isEnabled()
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: bar.text.text().startswith("epoch ") and "img/s" in bar.text.text())
    assert bar.train_button.text() == "Pause" and bar.text.text().endswith("left")
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: bar.train_button.text() == "Resume")
    qtbot.waitUntil(lambda: bar.text.text().endswith("paused"))
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: bar.train_button.text() == "Pause")
    qtbot.waitUntil(lambda: bar.accuracy.isVisible() and bar.accuracy.text().endswith("%"))
    with qtbot.waitSignal(parts.session.finished):
        click(qtbot, bar.stop_button)
    assert bar.train_button.text() == "Train" and bar.text.text().startswith("stopped in epoch ")
    assert bar.bar.value() < 1000 and not bar.stop_button.isEnabled()


def test_what_has_a_turn_between_the_steps_is_named(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    def endless(job):
        while not job.cancelled():
            yield

    parts.set_recipe(epochs=LONG)
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: bar.text.text().startswith("epoch ") and "img/s" in bar.text.text())
    other = parts.session.jobs.submit(told("patterns-through"), endless)
    qtbot.waitUntil(lambda: " · in turns with: Patterns through the network · " in bar.text.text())
    assert bar.text.text().endswith("left") and bar.train_button.text() == "Pause"
    step = parts.session.status.value.step
    qtbot.waitUntil(lambda: parts.session.status.value.step > step + 5)
    other.cancel()
    qtbot.waitUntil(lambda: "in turns" not in bar.text.text())


def test_a_finished_run_says_so_and_reset_begins_anew(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    parts.train(qtbot)
    assert bar.text.text().startswith("2 epochs trained · ") and bar.bar.value() == 1000 and bar.accuracy.isVisible()
    click(qtbot, bar.reset_button)
    assert bar.text.text() == "not trained yet" and bar.bar.value() == 0 and not bar.accuracy.isVisible()
    assert parts.project.run is None and worded(parts.document.to_undo) == "Reset weights"


def test_what_keeps_it_from_training_is_said_beside_the_button_and_when_pressed(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    bar: TrainingBar,
) -> None:
    parts.document.edit("Cut", edits.remove(parts.project.design, ["softmax"]))
    why = parts.run_control.why_not()
    assert "Softmax" in why and bar.text.text() == why and bar.train_button.toolTip() == why
    assert bar.train_button.property("role") == "blocked" and not bar.bar.isVisible()
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: [notice.text for notice in parts.notices.current] == [why])
    parts.document.history.undo()
    assert bar.train_button.property("role") == "primary" and bar.bar.isVisible()


def test_problems_are_counted(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    parts.document.edit("Cut", edits.disconnect(parts.project.design, edits.Edge("conv", "relu")))
    assert bar.text.text() == "1 problem to solve first"


def test_fields_are_undoable_edits_of_the_recipe(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    enter(qtbot, bar, "batch_size", "32")
    enter(qtbot, bar, "epochs", "7")
    enter(qtbot, bar, "learning_rate", "0.03")
    bar.fields.fields["optimizer"].activated.emit(bar.fields.fields["optimizer"].findData("sgd"))
    recipe = parts.project.design.recipe
    assert (recipe.batch_size, recipe.epochs, recipe.optimizer.learning_rate, recipe.optimizer.kind) == (
        32,
        7,
        0.03,
        "sgd",
    )
    assert worded(parts.document.to_undo) == "Change optimizer"
    for _ in range(4):
        parts.document.history.undo()
    recipe = parts.project.design.recipe
    assert (recipe.batch_size, recipe.epochs, recipe.optimizer.learning_rate, recipe.optimizer.kind) == (
        10,
        2,
        0.01,
        "adam",
    )
    assert bar.fields.fields["epochs"].value == 2


def test_another_optimizer_brings_its_own_settings_in_one_step(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    optimizer, rate = bar.fields.fields["optimizer"], bar.fields.fields["learning_rate"]

    def choose(name: str) -> tuple[float, float]:
        optimizer.activated.emit(optimizer.findData(name))
        parts.document.history.set_clean()  # or the next choice would belong to the same step
        recipe = parts.project.design.recipe
        assert rate.value == recipe.optimizer.learning_rate
        return recipe.optimizer.learning_rate, recipe.optimizer.weight_decay

    parts.set_recipe(learning_rate=0.001)
    assert choose("adamw") == (0.001, 0.01)
    assert choose("sgd") == (0.01, 0.0)
    enter(qtbot, bar, "learning_rate", "0.02")
    assert choose("adamw") == (0.02, 0.01)
    parts.document.history.undo()
    recipe = parts.project.design.recipe
    assert (recipe.optimizer.kind, recipe.optimizer.learning_rate, recipe.optimizer.weight_decay) == ("sgd", 0.02, 0.0)


def test_arrows_go_by_factors_and_a_burst_is_one_step(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    fields, seen = bar.fields.fields, []
    for _ in range(4):
        qtbot.keyClick(fields["learning_rate"], Qt.Key.Key_Up)
        seen.append(parts.project.design.recipe.optimizer.learning_rate)
    assert seen == [0.02, 0.05, 0.1, 0.2]
    assert parts.document.history.count() == 1
    for key, sizes in ((Qt.Key.Key_Up, [16, 32]), (Qt.Key.Key_Down, [16, 8, 4])):
        for size in sizes:
            qtbot.keyClick(fields["batch_size"], key)
            assert parts.project.design.recipe.batch_size == size
    qtbot.keyClick(fields["epochs"], Qt.Key.Key_Down)
    qtbot.keyClick(fields["epochs"], Qt.Key.Key_Down)
    assert parts.project.design.recipe.epochs == 1


def test_what_makes_no_sense_is_refused_in_the_field(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    with qtbot.waitSignal(bar.fields.refused, check_params_cb=bool) as blocker:
        enter(qtbot, bar, "batch_size", "0")
    assert "1 to 4\u202f096" in blocker.args[0] and parts.project.design.recipe.batch_size == 10
    assert bar.text.text() == blocker.args[0]
    qtbot.keyClick(bar.fields.fields["batch_size"], Qt.Key.Key_Escape)
    assert bar.text.text() == "not trained yet" and bar.fields.fields["batch_size"].value == 10


def test_only_the_learning_rate_is_open_during_a_run(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: parts.session.state == "running")
    enabled = {name: field.isEnabled() for name, field in bar.fields.fields.items()}
    assert enabled == {"batch_size": True, "epochs": True, "learning_rate": True, "optimizer": False}
    assert "stop it to change" in bar.fields.fields["optimizer"].toolTip()
    assert "next epoch" in bar.fields.fields["batch_size"].toolTip()
    enter(qtbot, bar, "learning_rate", "0.004")
    qtbot.waitUntil(lambda: any(isinstance(event, Commanded) for event in parts.session.log.read()))
    with qtbot.waitSignal(parts.session.finished) as blocker:
        click(qtbot, bar.stop_button)
    assert blocker.args[0].design.recipe.optimizer.learning_rate == 0.004
    assert bar.fields.fields["optimizer"].isEnabled()


def test_squeezed_it_keeps_every_button_and_takes_less_room(qtbot: QtBot, bar: TrainingBar) -> None:
    wide = bar.sizeHint().width()
    bar.squeeze(True)
    assert bar.sizeHint().width() < wide * 0.8
    buttons = (bar.train_button, bar.stop_button, bar.reset_button)
    assert all(button.isVisible() for button in buttons)
    assert [button.accessibleName() for button in buttons[1:]] == ["Stop", "Reset"]


def test_the_recipe_fits_into_narrow_windows(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    assert bar.fields.labels["batch_size"].text() == "Batch size"
    bar.recipe.resize(876, 40)
    qtbot.waitUntil(lambda: bar.fields.labels["batch_size"].text() == "Batch")
    assert bar.recipe.minimumSizeHint().width() <= 876
    last = bar.fields.fields["optimizer"]
    qtbot.waitUntil(lambda: last.geometry().right() < bar.fields.width())  # or the last box would be cut
    assert not bar.fields.labels["optimizer"].isVisible()
    qtbot.waitUntil(lambda: bar.recipe.said.width() > 200)


def test_the_row_below_says_in_full_what_the_bar_says_in_brief(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    bar: TrainingBar,
) -> None:
    parts.train(qtbot)
    assert bar.recipe.said.shown().startswith("2 epochs trained · ") and bar.recipe.said.shown() == bar.text.text()
    bar.squeeze(True)
    qtbot.waitUntil(lambda: bar.text.shown() == "2 epochs")
    bar.text.set_text("20 epochs trained", "20 epochs")
    assert bar.text.shown() == "20 epochs"


def test_buttons_do_not_jump(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    parts.set_recipe(epochs=LONG)
    place = bar.stop_button.geometry()
    click(qtbot, bar.train_button)
    qtbot.waitUntil(lambda: bar.train_button.text() == "Pause")
    assert bar.stop_button.geometry() == place


def test_it_follows_the_theme(qtbot: QtBot, qapp, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    before = theme.current().name
    parts.train(qtbot)
    pictures = []
    for name in ("dark", "light"):
        theme.apply(qapp, name)
        pictures.append(bar.grab().toImage())
    theme.apply(qapp, before)
    assert pictures[0] != pictures[1]


def test_time_left_in_words() -> None:
    assert [left(s) for s in (0.2, 12.4, 100, 4000, 9000)] == [
        "0\u202fs left", "12\u202fs left", "2\u202fmin left", "67\u202fmin left", "2\u202fh 30\u202fmin left",
    ]  # fmt: skip


def test_data_being_opened_is_shown_where_training_waits_for_it(qtbot: QtBot, unloaded: Parts) -> None:  # noqa: F811
    bar = TrainingBar(unloaded.run_control, unloaded.looking)
    qtbot.addWidget(bar)
    unloaded.data.load()
    assert bar.text.text() == "not trained yet", "the status bar tells of it"
    unloaded.run_control.train()
    assert bar.text.text().startswith("Preparing ")
    unloaded.run_control.stop()
    assert bar.text.text() == "not trained yet"


def test_an_edit_that_begins_weights_anew_takes_the_accuracy_back_until_undo(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    bar: TrainingBar,
) -> None:
    parts.train(qtbot)
    shown = bar.accuracy.text()
    colour = bar.accuracy.styleSheet()
    design = parts.project.design
    layer = design.graph["conv"].layer
    parts.document.edit("Set filters", edits.configure(design, "conv", replace(layer, filters=layer.filters + 1)))
    assert bar.text.text() == "Changed since training · 2 layers start anew · Ctrl+Z takes it back"
    qtbot.waitUntil(lambda: bar.text.shown() in ("Changed · 2 layers anew · Ctrl+Z", "Changed · 2 layers anew"))
    bar.grab()
    assert "Ctrl+Z brings the trained weights back" in bar.text.toolTip()
    assert not bar.bar.isVisible(), "a full bar says that this network is trained"
    assert bar.accuracy.toolTip() == bar.text.toolTip() and bar.accuracy.styleSheet() != colour
    assert "Train begins a new run" in bar.train_button.toolTip()
    parts.set_recipe(epochs=1)
    assert "Ctrl+Z, 2 times, takes" in bar.text.text()
    parts.document.history.undo()
    parts.document.history.undo()
    assert bar.text.text().startswith("2 epochs trained · ") and "validation" in bar.accuracy.toolTip()
    assert bar.accuracy.text() == shown and bar.accuracy.styleSheet() == colour


def test_figures_are_those_of_the_network_that_was_trained_last_and_of_no_other(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    tmp_path: Path,
) -> None:
    parts.train(qtbot)
    assert since_training(parts.project) is None
    layer = parts.project.design.graph["conv"].layer
    parts.document.edit("More", edits.configure(parts.project.design, "conv", replace(layer, filters=9)))
    assert since_training(parts.project) == Changes(("conv", "dense"), layers=True)
    parts.train(qtbot)
    assert since_training(parts.project) is None, "the run is one of this network"
    weights = parts.project.weights.parameters
    halved = weights.copy()
    halved.vector[:] *= 0.5
    parts.document.change_weights("By hand", parts.document.project.weights.changed(halved))
    assert since_training(parts.project) == Changes((), layers=False)
    parts.document.history.undo()
    assert since_training(parts.project) is None
    before = parts.project.run
    parts.document.history.redo()
    parts.train(qtbot)
    save_project(parts.project, tmp_path / "a.cnn")
    run = load_project(tmp_path / "a.cnn").run
    assert (run.parent, run.began) == (before.id, Place(len(before.history.epochs), 0))


def test_train_in_the_empty_panel_is_off_where_nothing_can_be_trained(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
) -> None:
    panel = CurvesPanel(parts.run_control)
    qtbot.addWidget(panel)
    panel.show()
    assert panel.begin.isEnabled()
    design = parts.project.design
    parts.document.edit("Delete", edits.remove(design, ["dense"]))
    assert not panel.begin.isEnabled() and parts.run_control.why_not() in panel.begin.toolTip()
    parts.document.history.undo()
    assert panel.begin.isEnabled()
    with qtbot.waitSignal(parts.session.finished):
        qtbot.mouseClick(panel.begin, Qt.MouseButton.LeftButton)


def test_a_number_that_follows_the_network_says_so_until_one_is_chosen(
    parts: Parts,  # noqa: F811
    bar: TrainingBar,
) -> None:
    layers = (Input(28, 28, 1), Conv2D(8, (3, 3)), GlobalAveragePool(), Dense(10), Softmax())
    parts.document.edit("Stack", stacked(layers))
    epochs, rate = bar.fields.fields["epochs"], bar.fields.fields["learning_rate"]
    assert all(
        "with global pooling learn slowly. It follows the network" in field.toolTip() for field in (epochs, rate)
    )
    assert "follows" not in bar.fields.fields["batch_size"].toolTip()
    parts.set_recipe(epochs=9)
    assert "follows" not in epochs.toolTip() and "follows" in rate.toolTip()


def test_train_says_from_which_weights_it_goes_on(qtbot: QtBot, parts: Parts, bar: TrainingBar) -> None:  # noqa: F811
    parts.train_past_the_best(qtbot)
    assert bar.train_button.toolTip() == "Train: goes on with these weights"
    parts.looking.look_at_best(True)
    assert bar.train_button.toolTip() == "Train: goes on from the last weights, not from the best"
    parts.looking.look_at_best(False)
    assert bar.train_button.toolTip() == "Train: goes on with these weights"
