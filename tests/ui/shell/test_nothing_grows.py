"""What is opened, selected and closed again leaves nothing behind: no widget, no thread, no file."""

from __future__ import annotations

from collections import Counter

import pytest
from face import Face
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.design.templates import template
from cnnstudio.project.project import untrained
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.living import living_widgets
from cnnstudio.ui.studio.ahead import pieces_of
from cnnstudio.ui.studio.declared import Workspace
from tests.ui.usage import ACTS, held, settle, start_all_threads


@pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)")
def test_nothing_is_left_behind(window: Face, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    for make in pieces_of(window.studio.declared, window.studio.get):
        make()
    start_all_threads(window, qtbot.waitUntil)
    window.recovery.soon.setInterval(600_000)  # a journal stays, and comes sooner or later by the machine
    grown = {}
    for act in ACTS:
        window.activateWindow()  # a sheet that was a window of its own may have taken it
        qtbot.waitUntil(window.isActiveWindow)
        for _ in range(2):  # what is made when it is first needed, stays
            act(window)
        qtbot.waitUntil(lambda: not window.session.jobs.queue)
        before = held()
        act(window)
        qtbot.waitUntil(lambda: not window.session.jobs.queue)
        after = held()
        if after[0] != before[0] or any(now > then for now, then in zip(after[1:], before[1:], strict=True)):
            grown[act.__name__] = after[0] - before[0], before[1:], after[1:]
    assert not grown


def test_a_closed_window_leaves_no_widget_behind(drawn_digits: None, qtbot: QtBot) -> None:
    theme.apply(QApplication.instance(), "light")
    settle()
    before = len(living_widgets())
    window = Face(untrained(template("lenet5")))
    window.show()
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    for make in pieces_of(window.studio.declared, window.studio.get):
        make()
    for workspace in (part for part in window.studio.declared if isinstance(part, Workspace)):
        window.workspaces.show(workspace.name)
        QApplication.processEvents()
    window.run_control.settle()
    window.discard()
    window.deleteLater()
    for _ in range(2):  # what goes with the window may itself be put off
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        QApplication.processEvents()
    left = Counter((type(each).__name__, type(each.parent()).__name__) for each in living_widgets())
    assert len(living_widgets()) <= before, left
