"""The doors of the first start."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLabel

from cnnstudio.design.edits import edits
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.sheets.gallery import Tile
from cnnstudio.ui.shell.sheets.welcome import Welcome, welcome

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


@pytest.mark.parametrize("door", [0, 1, 2])
def test_each_door_leads_where_it_says(window, qtbot, door: int) -> None:
    shown = welcome(window.studio)
    qtbot.mouseClick(shown.doors[door], LEFT)
    assert gone(window)
    if door == 0:
        assert len(window.document.project.design.graph) == 0 and windows.opened == []
    elif door == 1:
        assert window.workspaces.current == "Learn"
    else:
        assert len(window.findChildren(Tile)) > 3


def test_esc_sends_it_away(window, qtbot) -> None:
    welcome(window.studio)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
    assert gone(window)
