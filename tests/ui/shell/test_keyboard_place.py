"""Where the keyboard is after a workspace is chosen, a name written or the last problem solved: never where letters
would be typed into something."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QScrollArea

from cnnstudio.design.edits import edits
from cnnstudio.ui.data.declaration import DATA as DATA_SPACE
from tests.ui.face import BUILD, NAMES

CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5)


def go(window, qtbot, number: int) -> None:
    qtbot.keyClick(window.focusWidget() or window, KEYS[number], CTRL)
    assert window.workspaces.current == NAMES[number]


@pytest.mark.parametrize("way", ["keys", "mouse"])
def test_a_workspace_gets_the_keyboard_for_its_main_view(window, qtbot, way: str) -> None:
    window.document.select(["conv2d_1"])
    for number in (3, 1, 4, 2, 0, 3, 2, 4, 0, 1):
        if way == "keys":
            go(window, qtbot, number)
        else:
            qtbot.mouseClick(window.topbar.switch.buttons[NAMES[number]], Qt.MouseButton.LeftButton)
        focused = QApplication.focusWidget()
        assert focused is not None and focused.isVisible()
        assert not isinstance(focused, QLineEdit | QAbstractSpinBox)
        data = window.studio.get(DATA_SPACE).main
        main = (data, window.canvas, window.canvas, window.explain.centre, window.learn)[number]
        assert main is focused or main.isAncestorOf(focused)
    before = window.document.project.design
    qtbot.keyClick(focused, Qt.Key.Key_F)
    assert window.document.project.design is before


def test_esc_keeps_the_old_name_and_goes_back_to_the_canvas(window, qtbot) -> None:
    window.document.select(["conv2d_1"])
    field = window.inspector.form.name
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, "Edges")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "Conv 2D" and window.canvas.hasFocus()
    qtbot.mouseClick(window.palette_panel.search, Qt.MouseButton.LeftButton)
    assert window.document.project.design.cards["conv2d_1"].name == "Conv 2D"
    assert window.document.selection == {"conv2d_1"}
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, "Edges")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.project.design.cards["conv2d_1"].name == "Edges" and window.canvas.hasFocus()


def test_the_keyboard_goes_to_the_canvas_when_the_last_problem_is_solved(window, qtbot) -> None:
    design = window.document.project.design
    layer = design.graph["conv2d_2"].layer.replace(kernel=(15, 15))
    window.document.edit("Break", edits.configure(design, "conv2d_2", layer))
    window.workspaces.go_to(BUILD)
    button = window.problems.open_row.repairs.rows[0].button
    button.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not window.findings.grave and window.canvas.hasFocus()


def test_tab_comes_to_nothing_that_is_not_seen(open_window, qtbot) -> None:
    window = open_window(size=(1100, 700))
    bar = window.palette_panel.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    window.document.select(["conv2d_2"])
    window.inspector.form.name.setFocus()
    seen = []
    while not window.canvas.hasFocus() and len(seen) < 80:
        seen.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        QApplication.processEvents()
        now = window.focusWidget()
        unseen = now is not window.canvas and now.visibleRegion().isEmpty()
        assert not unseen, now.accessibleName()
    assert len(seen) > 30, "through the inspector, the bars and the palette"
