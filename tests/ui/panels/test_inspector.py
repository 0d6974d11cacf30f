"""Editing a layer in the inspector with real keys, and what it answers."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from shiboken6 import isValid

from cnnstudio.data.preparation.augmentation import Augmentation
from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.design.wording.problems import problem_words
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained
from cnnstudio.runs.run import Run
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.inspector.layer_form import ProblemCard
from cnnstudio.ui.panels.inspector.value_box import ValueBox
from cnnstudio.ui.widgets.reasons.reason_card import ReasonCard, coloured
from tests.ui.screen import point


@pytest.fixture
def window(same_window):
    return same_window()


@pytest.fixture
def form(window):
    window.document.select(["conv2d_1"])
    return window.inspector.form


def layer(window, node: str = "conv2d_1"):
    return window.document.project.design.graph[node].layer


def field(form, name: str):
    return form.rows[name].editor


def type_into(qtbot, box, text: str) -> None:
    box.setFocus()
    box.selectAll()
    qtbot.keyClicks(box, text)


def texts(form) -> str:
    cards = form.findChildren(ReasonCard)
    return "\n".join(card.formula.accessibleName() for card in cards if not card.isHidden())


def test_a_form_that_gives_way_lives_until_nothing_is_about_it(window) -> None:
    """What gets the keyboard from one of its fields may choose another layer, while Qt is still on its way from it."""
    window.document.select(["conv2d_1"])
    before = window.inspector.form
    before.name.setFocus()
    window.document.select(["conv2d_2"])
    assert isValid(before) and window.inspector.form.node == "conv2d_2"
    assert window.canvas.hasFocus(), "the field that had the keyboard is gone"
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert not isValid(before)


def test_there_is_a_field_for_every_setting(window):
    for node in window.document.project.design.graph:
        window.document.select([node.id])
        form = window.inspector.form
        assert list(form.rows) == [about.name for about in node.layer.settings()]
        for about in node.layer.settings():
            assert about.sentence in field(form, about.name).toolTip() or about.type == "padding"


def test_a_burst_of_steps_is_one_undo_step(window, form, qtbot):
    box = field(form, "filters")
    box.setFocus()
    for _ in range(4):
        qtbot.keyClick(box, Qt.Key.Key_Up)
    assert layer(window).filters == 10
    assert window.document.history.count() == 1
    assert worded(window.document.to_undo) == "Change filters"
    window.document.history.undo()
    assert layer(window).filters == 6
    assert box.value == 6


@pytest.mark.parametrize(
    "typed, kernel", [("3", (3, 3)), ("3x5", (3, 5)), ("3 × 5", (3, 5)), ("7 px", (7, 7)), ("3,1", (3, 1))]
)
def test_a_pair_takes_one_number_or_two(window, form, qtbot, typed, kernel):
    type_into(qtbot, field(form, "kernel"), typed)
    qtbot.keyClick(field(form, "kernel"), Qt.Key.Key_Return)
    assert layer(window).kernel == kernel


def test_typing_is_entered_when_the_field_is_left(window, form, qtbot):
    type_into(qtbot, field(form, "filters"), "12")
    assert layer(window).filters == 6
    window.canvas.setFocus()
    assert layer(window).filters == 12


@pytest.mark.parametrize("typed", ["0", "many", "99999", "3.5"])
def test_what_makes_no_sense_is_refused_in_place(window, form, qtbot, typed):
    box, row = field(form, "filters"), form.rows["filters"]
    type_into(qtbot, box, typed)
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert row.refusal.isVisible()
    assert "from 1 to 4\u202f096" in row.refusal.text()
    assert box.property("invalid") == "true"
    assert layer(window).filters == 6
    window.canvas.setFocus()
    assert box.value == 6
    assert not row.refusal.isVisible()
    assert window.document.history.count() == 0


def test_escape_takes_typing_back(window, form, qtbot):
    box = field(form, "filters")
    type_into(qtbot, box, "12")
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    window.canvas.setFocus()
    assert layer(window).filters == 6
    assert window.document.selection == {"conv2d_1"}


def test_undo_reaches_the_document_from_inside_a_field(window, form, qtbot):
    box = field(form, "filters")
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert layer(window).filters == 7
    qtbot.keyClick(box.lineEdit(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert layer(window).filters == 6


def test_padding_of_ones_own(window, form, qtbot):
    editor = field(form, "padding")
    assert editor.choice.currentText() == "same (2)"
    editor.choice.setFocus()
    qtbot.keyClick(editor.choice, Qt.Key.Key_Down)
    assert layer(window).padding == (2, 2, 2, 2)
    top = editor.sides[0]
    assert top.isVisible()
    type_into(qtbot, top, "1")
    qtbot.keyClick(top, Qt.Key.Key_Return)
    assert layer(window).padding == (1, 2, 2, 2)
    assert window.document.project.design.graph.shape("conv2d_1") == (27, 28, 6)


def test_it_says_why(window, form, qtbot):
    shown = texts(form)
    assert "(28 + 2 + 2 − 5) / 1⌋ + 1 = 28" in shown
    assert "6 × (5·5·1 + 1) = 156" in shown
    form.rows["filters"].editor.stepBy(2)
    qtbot.waitUntil(lambda: "8 × (5·5·1 + 1) = 208" in texts(form))


def test_formulas_mark_terms_and_result():
    text = coloured("2 < 3 = 5")
    assert "&lt;" in text
    accent, good = [part.split(";")[0] for part in text.split("color:")[1:]][::2]
    assert accent != good


def test_a_problem_comes_first_with_its_numbers(window):
    design = window.document.project.design
    window.document.edit("Delete", edits.remove(design, ["flatten_1"], rejoin=True))
    window.document.select(["dense_1"])
    form = window.inspector.form
    card = form.findChild(ProblemCard)
    assert card.heading.text() == "Needs a vector"
    assert "5×5×16" in card.column.itemAt(1).widget().text()
    assert window.status.problems.text() == "⚠ 1 problem"
    assert window.problems.rows[0].problem.node == "dense_1"


def test_a_problem_that_comes_or_goes_moves_no_field_under_the_mouse(window, form, qtbot) -> None:
    def top(widget: QWidget) -> int:
        for _ in range(2):  # words that are broken anew are laid out in a second pass, before anything is painted
            QApplication.processEvents()
        return widget.mapTo(window, QPoint()).y()

    kernel, design = field(form, "kernel"), window.document.project.design
    before = top(kernel)
    layer = design.graph["conv2d_1"].layer
    point(window, kernel.mapTo(window, kernel.rect().center()))
    window.document.edit(
        "Change kernel", edits.configure(design, "conv2d_1", layer.replace(kernel=(40, 40), padding="valid"))
    )
    card = form.findChild(ProblemCard)
    assert top(kernel) == before and top(card) > before, "it comes below the fields"
    point(window, QPoint(5, 5))
    assert top(card) < top(kernel), "and goes above them"
    broken = top(kernel)
    point(window, kernel.mapTo(window, kernel.rect().center()))
    window.document.history.undo()
    assert top(kernel) == broken and not any(card.isVisible() for card in form.findChildren(ProblemCard))
    point(window, QPoint(5, 5))
    assert top(kernel) == before


def test_rarely_used_settings_are_folded(window, form, qtbot):
    assert field(form, "kernel").isVisible()
    assert not field(form, "dilation").isVisible()
    assert form.more.button.text().endswith("more settings…")
    qtbot.mouseClick(form.more.button, Qt.MouseButton.LeftButton)
    assert field(form, "dilation").isVisible()
    type_into(qtbot, field(form, "dilation"), "2")
    qtbot.keyClick(field(form, "dilation"), Qt.Key.Key_Return)
    window.document.select([])
    window.document.select(["conv2d_1"])
    assert field(window.inspector.form, "dilation").isVisible()


def test_rename(window, form, qtbot):
    form.name.setFocus()
    form.name.selectAll()
    qtbot.keyClicks(form.name, "First filters")
    qtbot.keyClick(form.name, Qt.Key.Key_Return)
    assert window.document.project.design.cards["conv2d_1"].name == "First filters"
    window.document.history.undo()
    assert form.name.text() == "Conv 2D"


def test_filters_follow_the_weights(window, form, qtbot):
    assert form.filters.isVisible()
    assert "not trained yet" in form.filters.heading.text()
    before = form.filters.picture.weights.copy()
    window.document.edit("Seed", window.document.project.design)
    weights = window.document.project.weights
    changed = weights.parameters.copy()
    changed.vector[:] *= -1
    run = Run("run", window.document.project.design, Plan(), "digits", 1740)
    window.document.trained(run, Snapshot(changed.frozen(), run.id, run.step))
    assert form.filters.heading.text() == "Learned filters · step 1\u202f740"
    assert (form.filters.picture.weights == -before).all()
    window.document.select(["dense_1"])
    assert not window.inspector.form.filters.isVisible()


def test_nothing_and_several_selected(window):
    assert "Ready to train" in window.inspector.summary.advice
    window.document.select(["conv2d_1", "conv2d_2"])
    assert window.inspector.summary.title == "2 layers selected"


def test_what_to_do_next_follows_the_run_and_calls_the_buttons_by_their_names(window, qtbot) -> None:
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    summary, button = window.inspector.summary, window.training_bar.train_button
    assert f"press {button.text()}" in summary.advice
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state == "running")
    assert "press Train" not in summary.advice and f"{button.text()} holds the run" in summary.advice
    qtbot.waitUntil(lambda: summary.advice.startswith("Epoch "))
    assert window.status.saved.text() == "Training · not saved yet"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state == "paused")
    assert f"{button.text()} goes on" in summary.advice and button.text() == "Resume"
    qtbot.mouseClick(window.training_bar.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.session.state == "idle" and window.document.project.run is not None)
    assert f"{button.text()} goes on" in window.inspector.summary.advice and button.text() == "Train"


def test_the_input_takes_a_mean_for_each_channel(window, qtbot):
    window.document.open(untrained(template("vgg_mini")), None)
    window.document.select(["input_1"])
    box = field(window.inspector.form, "mean")
    for text, mean in (
        ("0.5, 0.4, 0.3", (0.5, 0.4, 0.3)),
        ("0.5,0.4,0.3", (0.5, 0.4, 0.3)),
        ("0,5 0,4 0,3", (0.5, 0.4, 0.3)),
        ("0,5; 0,25;0", (0.5, 0.25, 0.0)),
        ("0,5", 0.5),
    ):
        type_into(qtbot, box, text)
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert window.document.project.design.graph["input_1"].layer.mean == mean
    type_into(qtbot, box, "0.5, 0.4, 0.3")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert box.lineEdit().text() == "0.5, 0.4, 0.3"
    remarks = [card.findChildren(QLabel)[-1].text() for card in window.inspector.form.findChildren(ReasonCard)]
    each = zip((1, 2, 3), (0.5, 0.4, 0.3), strict=True)
    told = "; ".join(f"channel {number}: mean {mean:g}, deviation 0.25" for number, mean in each).capitalize() + "."
    assert told in remarks
    qtbot.waitUntil(lambda: "(pixel / 255 − mean) / deviation" in texts(window.inspector.form))
    type_into(qtbot, box, "0.5, 0.4")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    design = window.document.project.design
    (problem,) = analyse(design.graph).problems
    said = problem_words(design, problem).sentence
    assert "Its mean has 2 numbers, one for each channel, but the image has 3 channels." in said
    type_into(qtbot, box, "0.5 wide")
    assert "a number from −10 to 10, or one for each channel" in window.inspector.form.rows["mean"].refusal.text()


@pytest.mark.parametrize("size", [90, 100, 150])
def test_the_numbers_of_all_three_channels_are_seen(same_window, qapp, request, size):
    request.addfinalizer(lambda: theme.set_text_size(qapp, 100))
    theme.set_text_size(qapp, size)
    window = same_window("resnet_mini", size=(1100, 700))
    three = Input(32, 32, 3, (0.4914, 0.4822, 0.4465), (0.2471, 0.2435, 0.2616))
    window.document.edit("Three", edits.configure(window.document.project.design, "input_1", three), select=["input_1"])
    form = window.inspector.form
    QApplication.processEvents()
    for name in ("mean", "deviation"):
        box = field(form, name)
        line = box.lineEdit()
        assert line.fontMetrics().horizontalAdvance(line.text()) + 8 <= line.width(), line.text()
        assert form.rows[name].rect().contains(box.geometry())
    box = field(form, "mean")
    window.document.edit("One", edits.configure(window.document.project.design, "input_1", Input(32, 32, 3)))
    QApplication.processEvents()
    assert box.x() > 0, "one number stands beside its name again"


@pytest.mark.parametrize("key", [Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_from_every_field_the_keyboard_finds_back_to_the_canvas(window, qtbot, key) -> None:
    for node in ("conv2d_1", "max_pool2d_1", "input_1"):
        window.document.select([node])
        for name in window.inspector.form.rows:
            editor = field(window.inspector.form, name)
            editor.setFocus()
            qtbot.keyClick(window.focusWidget(), key)
            assert window.focusWidget() is window.canvas, name
            assert window.document.selection == {node}
    window.document.select([])
    window.inspector.focus_first()
    assert window.focusWidget() is window.inspector.summary.name
    qtbot.keyClick(window.focusWidget(), key)
    assert window.focusWidget() is window.canvas


def test_what_is_typed_is_entered_before_the_keyboard_goes_back(window, form, qtbot) -> None:
    box = field(form, "filters")
    type_into(qtbot, box, "12")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert layer(window).filters == 12 and window.focusWidget() is window.canvas
    type_into(qtbot, box, "no number")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert window.focusWidget() is not window.canvas, "what is refused stays to be mended"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.focusWidget() is not window.canvas and box.text() == "12", "Esc first takes the typing back"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.focusWidget() is window.canvas


def test_what_is_clicked_into_is_typed_over_and_nothing_is_written_behind_the_unit(qapp, qtbot):
    (about,) = (each for each in Augmentation.settings() if each.name == "rotation")
    box = ValueBox(about, "Augmentation")
    qtbot.addWidget(box)
    box.show()
    box.activateWindow()
    qtbot.waitUntil(box.isActiveWindow)
    box.clearFocus()
    line, entered = box.lineEdit(), []
    box.entered.connect(entered.append)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton, pos=line.rect().center())
    qtbot.keyClicks(box, "4")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    box.lineEdit().deselect()
    qtbot.keyClick(line, Qt.Key.Key_End)
    qtbot.keyClicks(box, "5")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Up)
    assert entered == [4.0, 45.0, 50.0]


def test_a_unit_is_written_as_its_number_wants_it(qtbot):
    box = ValueBox(Recipe().setting_at("early_stopping"), "Recipe")
    qtbot.addWidget(box)
    for typed, shown in (("1", "1 epoch"), ("2 epoch", "2 epochs"), ("1 epochs", "1 epoch"), ("0", "0 epochs")):
        box.selectAll()
        qtbot.keyClicks(box, typed)
        qtbot.keyClick(box, Qt.Key.Key_Return)
        assert box.text() == shown
