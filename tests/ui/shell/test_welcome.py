"""The doors of the first start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel, QToolButton

from cnnstudio.design.edits import edits
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.sheets.gallery import Tile
from cnnstudio.ui.shell.sheets.welcome import Welcome, welcome
from cnnstudio.ui.widgets.focused import Ring

LEFT = Qt.MouseButton.LeftButton


def gone(window) -> bool:
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    return not window.findChildren(Welcome)


def test_it_comes_once_says_that_answers_are_random_and_leaves_the_window_usable(window, qtbot) -> None:
    shown = welcome(window.studio)
    assert shown is not None and shown.isVisible() and QApplication.activeModalWidget() is None
    assert "random" in " ".join(label.text() for label in shown.findChildren(QLabel))
    assert "random" in window.inspector.summary.advice
    assert welcome(window.studio) is None
    qtbot.mouseClick(window.palette_panel.row("relu"), LEFT)
    assert not gone(window)
    window.document.edit("Work", edits.remove(window.document.project.design, ["softmax_1"]))
    assert gone(window), "work has begun"


@pytest.mark.parametrize("door", [0, 1, 2, 3])
def test_each_door_leads_where_it_says(window, qtbot, door: int) -> None:
    shown = welcome(window.studio)
    qtbot.mouseClick(shown.doors[door], LEFT)
    assert gone(window)
    if door == 0:
        assert len(window.document.project.design.graph) == 0 and windows.opened == []
    elif door == 1:
        assert window.workspaces.current == "Learn"
    elif door == 3:
        page = window.explain
        qtbot.waitUntil(lambda: page.place.ready and page.centre.currentWidget() is page.overview)
        assert not window.document.project.fresh and windows.opened == []
    else:
        assert len(window.findChildren(Tile)) > 3


def test_esc_sends_it_away(window, qtbot) -> None:
    welcome(window.studio)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert gone(window)


def test_closed_by_the_mouse_it_leaves_no_ring_around_what_has_the_keyboard_next(window, qtbot) -> None:
    shown = welcome(window.studio)
    QApplication.processEvents()
    assert any(ring.isVisible() for ring in window.findChildren(Ring)), "its first door has the keyboard"
    (cross,) = (button for button in shown.findChildren(QToolButton) if button.accessibleName() == "Close")
    qtbot.mouseClick(cross, LEFT)
    QApplication.processEvents()
    assert window.canvas.hasFocus() and not any(ring.isVisible() for ring in window.findChildren(Ring))


def test_it_has_the_keyboard_and_goes_round_its_doors(window, qtbot) -> None:
    shown = welcome(window.studio)
    reached = []
    for _ in range(2 * len(shown.doors) + 2):
        reached.append(window.focusWidget())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert set(reached) == {*shown.doors, shown.findChild(QToolButton)}
    qtbot.keyClick(shown.doors[1], Qt.Key.Key_Escape)
    assert gone(window) and window.canvas.hasFocus()


def test_return_takes_a_door(window, qtbot) -> None:
    shown = welcome(window.studio)
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.focusWidget() is shown.doors[1]
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    assert gone(window) and window.workspaces.current == "Learn"


def test_the_canvas_lets_the_keyboard_go(window, qtbot) -> None:
    """Tab is the key of its layers; Shift+Tab and F6 lead on."""
    for key in (Qt.Key.Key_Backtab, Qt.Key.Key_F6):
        window.canvas.setFocus()
        qtbot.keyClick(window.canvas, key)
        assert not window.canvas.hasFocus() and not window.canvas.isAncestorOf(window.focusWidget())
