"""The tab of steps: it is made when it is first shown, reached by keys, and ends with its window."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnstudio.ui.panels.layers.declaration import append
from cnnstudio.ui.panels.steps.declaration import STEPS

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_the_steps_are_a_tab_with_keys_a_stop_and_an_end(window, qtbot) -> None:
    before = window.document.project.design
    append(window.studio, "relu")
    append(window.studio, "dropout")
    assert not window.studio.made(STEPS) and window.below.buttons["Steps"].isVisible()
    qtbot.keyClick(window, Qt.Key.Key_H, CTRL | SHIFT)
    view = window.studio.get(STEPS).view
    assert view.isVisible() and view.hasFocus()
    assert [view.model().index(row, 0).data() for row in range(3)] == ["As it was opened", "Add ReLU", "Add Dropout"]
    view.setCurrentIndex(view.model().index(0, 0))
    assert window.document.project.design == before
    window.training_bar.train_button.setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6, SHIFT)
    assert view.hasFocus()
    window.discard()
    assert view.stack() is None
