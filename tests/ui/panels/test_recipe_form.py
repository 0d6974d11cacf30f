"""The recipe's further settings, by hand."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QScrollArea

from cnnstudio.nn.rules.losses import CrossEntropy, MeanSquaredError
from cnnstudio.nn.rules.optimizers import OPTIMIZERS, SGD
from cnnstudio.nn.rules.schedules import SCHEDULES, Cosine, OneCycle
from cnnstudio.nn.telling.told import worded


@pytest.fixture
def window(same_window):
    return same_window()


CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def form(window, qtbot):
    window.document.select([])
    form = window.inspector.summary.recipe
    if form.button.text().startswith("More"):
        qtbot.mouseClick(form.button, Qt.MouseButton.LeftButton)
    return form


def recipe_of(window):
    return window.document.project.design.recipe


def choose(window, **settings):
    design = window.document.project.design
    window.document.edit("Choose", design.with_changes(recipe=design.recipe.choose(**settings)))


def typed(qtbot, field, text):
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_settings_that_are_unfolded_are_in_sight(open_window, qtbot):
    window = open_window(size=(1100, 700))
    window.document.select([])
    panel, form = window.inspector, window.inspector.summary.recipe
    assert form.button.text().startswith("More")
    assert form.button.mapTo(panel, QPoint(0, 0)).y() > 100
    qtbot.mouseClick(form.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: 0 <= form.button.mapTo(panel, QPoint(0, 0)).y() < 40)


def test_why_a_value_is_refused_is_in_sight(same_window, qtbot):
    window = same_window(size=(1100, 700))
    window.document.select([])
    panel, form = window.inspector, window.inspector.summary.recipe
    form.open(True)
    choose(window, **{"loss.class_weights": (1.0,) * 10})
    row = form.rows["loss.class_weights"]
    field, area = row.editor.numbers, panel.findChild(QScrollArea)
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(field, "a b")
    QApplication.processEvents()
    area.verticalScrollBar().setValue(field.mapTo(area.widget(), field.rect().bottomLeft()).y() + 4 - panel.height())
    qtbot.keyClick(field, Qt.Key.Key_Return)

    def whole() -> bool:
        text = row.refusal
        return all(
            panel.rect().contains(text.mapTo(panel, at)) for at in (text.rect().topLeft(), text.rect().bottomLeft())
        )

    qtbot.waitUntil(lambda: row.refusal.isVisible() and whole())


def test_what_is_being_typed_stays_when_the_data_come(window, form, qtbot):
    field = form.rows["clipping"].editor
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(field, "2.5")
    window.data.changed.emit()
    assert field.lineEdit().text() == "2.5"
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert recipe_of(window).clipping == 2.5


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_setting_of_a_recipe_is_somewhere(window, form, qtbot, optimizer):
    for schedule in SCHEDULES:
        choose(window, optimizer=optimizer, schedule=schedule)
        recipe, expected = recipe_of(window), set()
        for about in (about for about in recipe.settings() if about.name != "data"):
            value = getattr(recipe, about.name)
            expected |= {f"{about.name}.{inner.name}" for inner in value.settings()} if about.kinds else set()
            expected |= {about.name} if len(about.kinds) != 1 else set()
        bar = set(window.training_bar.fields.fields) - {"learning_rate"} | {"optimizer.learning_rate"}
        assert set(form.rows) | bar == expected, schedule
        qtbot.waitUntil(lambda: all(row.isVisibleTo(form) for row in form.rows.values()))
        for path, row in form.rows.items():
            assert recipe.setting_at(path).sentence in tip(row.editor)


def tip(editor):
    return editor.choice.toolTip() if hasattr(editor, "choice") else editor.toolTip()


def test_a_setting_is_changed_undone_and_refused_in_place(window, form, qtbot):
    field = form.rows["augmentation.rotation"].editor
    typed(qtbot, field, "15")
    assert recipe_of(window).augmentation.rotation == 15
    window.commands.run("undo")
    assert recipe_of(window).augmentation.rotation == 0
    assert field.value == 0
    typed(qtbot, field, "500")
    assert recipe_of(window).augmentation.rotation == 0
    assert "180" in form.rows["augmentation.rotation"].refusal.text()


def test_another_kind_brings_its_own_rows_and_undo_the_old_ones(window, form, qtbot):
    schedule = form.rows["schedule"].editor
    assert schedule.currentText() == "Cosine" and "schedule.last" in form.rows
    typed(qtbot, form.rows["schedule.last"].editor, "0.25")
    schedule.setFocus()
    qtbot.keyClick(schedule, Qt.Key.Key_Down)
    assert recipe_of(window).schedule == OneCycle()
    assert {"schedule.rise", "schedule.first", "schedule.last"} <= form.rows.keys()
    assert form.rows["schedule"].editor is schedule and schedule.hasFocus()
    typed(qtbot, form.rows["schedule.rise"].editor, "0.5")
    assert recipe_of(window).schedule == OneCycle(rise=0.5)
    window.commands.run("undo")
    window.commands.run("undo")
    assert recipe_of(window).schedule == Cosine(last=0.25)
    assert schedule.currentText() == "Cosine" and form.rows["schedule.last"].editor.value == 0.25
    assert "schedule.rise" not in form.rows


def test_momentum_looks_ahead_at_a_click(window, form, qtbot):
    choose(window, optimizer="sgd")
    switch = form.rows["optimizer.nesterov"].editor
    qtbot.mouseClick(switch, Qt.MouseButton.LeftButton, pos=QPoint(8, switch.height() // 2))
    assert recipe_of(window).optimizer == SGD(0.002, 0.9, True)
    assert worded(window.document.to_undo) == "Change nesterov"
    window.commands.run("undo")
    assert recipe_of(window).optimizer == SGD(0.002) and not switch.isChecked()
    switch.setFocus()
    qtbot.keyClick(switch, Qt.Key.Key_Space)
    assert recipe_of(window).optimizer.nesterov


def test_classes_are_weighed_alike_balanced_or_by_hand(window, form, qtbot):
    weights = form.rows["loss.class_weights"].editor
    assert weights.numbers.isHidden()
    for _ in range(2):
        qtbot.keyClick(weights.choice, Qt.Key.Key_Down)
    assert recipe_of(window).loss == CrossEntropy(class_weights=(1.0,) * 10)
    assert weights.numbers.isVisibleTo(form)
    typed(qtbot, weights.numbers, "2, 1 1 1 1 1 1 1 1; 0,5")
    assert recipe_of(window).loss.class_weights == (2.0, *[1.0] * 8, 0.5)
    typed(qtbot, weights.numbers, "2, -1")
    told = form.rows["loss.class_weights"].refusal.text()
    assert told.startswith("Class weights must be") and told.endswith(", not 2, -1."), "as it was typed"
    loss = form.rows["loss"].editor
    loss.setFocus()
    qtbot.keyClick(loss, Qt.Key.Key_Down)
    assert recipe_of(window).loss == MeanSquaredError(class_weights=(2.0, *[1.0] * 8, 0.5)), "set by hand, they stay"
    weights = form.rows["loss.class_weights"].editor
    typed(qtbot, weights.numbers, "1, 2")
    assert "2 class weights, but the network ends in 10 numbers" in window.run_control.why_not()
    for _ in range(2):
        qtbot.keyClick(weights.choice, Qt.Key.Key_Up)
    assert recipe_of(window).loss == MeanSquaredError() and weights.numbers.isHidden()
    assert window.run_control.why_not() == ""


def test_the_tab_key_goes_down_the_rows_whenever_they_were_made(window, form, qtbot):
    choose(window, optimizer="rmsprop", schedule="step")
    rows = list(form.rows.values())
    qtbot.waitUntil(lambda: all(row.isVisibleTo(form) for row in rows))
    form.button.setFocus()
    qtbot.keyClick(form.button, Qt.Key.Key_Tab)
    assert rows[0].isAncestorOf(QApplication.focusWidget()), "what unfolds follows its button"
    seen = [rows[0]]
    for _ in range(60):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        now = next((row for row in rows if row.isAncestorOf(QApplication.focusWidget())), None)
        if now is not None and now is not seen[-1]:
            seen.append(now)
        if len(seen) == len(rows):
            break
    titles = {row: path for path, row in form.rows.items()}
    assert [titles[row] for row in seen] == list(form.rows)
