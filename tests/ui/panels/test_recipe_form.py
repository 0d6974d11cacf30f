"""The recipe's further settings, by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt

CTRL = Qt.KeyboardModifier.ControlModifier


def test_every_setting_of_a_recipe_is_somewhere(window):
    window.document.select([])
    form, bar = window.inspector.summary.recipe, window.training_bar.fields
    recipe = window.document.project.design.recipe
    assert set(form.rows) | set(bar.fields) | {"data"} == {about.name for about in recipe.settings()}


def test_a_setting_is_changed_undone_and_refused_in_place(window, qtbot):
    window.document.select([])
    form = window.inspector.summary.recipe
    qtbot.mouseClick(form.button, Qt.MouseButton.LeftButton)
    field = form.rows["rotation"].editor
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(field, "15")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.project.design.recipe.rotation == 15
    window.commands.run("undo")
    assert window.document.project.design.recipe.rotation == 0
    assert field.value == 0
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(field, "500")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.project.design.recipe.rotation == 0
    assert "180" in form.rows["rotation"].refusal.text()
    schedule = form.rows["schedule"].editor
    assert schedule.currentText() == "Cosine"
    schedule.setFocus()
    qtbot.keyClick(schedule, Qt.Key.Key_Down)
    assert window.document.project.design.recipe.schedule == "one_cycle"
