"""The start: nothing is made or imported before the first paint that only another workspace needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

import cnnstudio
from cnnstudio.ui.studio import ahead
from cnnstudio.ui.studio.ahead import Ahead
from tests.ui.face import BUILD, EXPLAIN, LEARN, TRAIN

_START = """
import gc, json, linecache, sys
from cnnstudio import __main__ as program
begin = program._application
def application():
    run = begin()
    from PySide6.QtCore import QEvent, QObject, QTimer
    from cnnstudio import app
    make = app.first_window
    class Watch(QObject):
        def eventFilter(self, watched, event):
            if event.type() == QEvent.Type.Paint:
                watched.removeEventFilter(self)
                studio = app.window.studio
                made = [part.name for part in studio.declared if part.when != "at once" and studio.made(part)]
                found = {"loaded": sorted(sys.modules), "made": made, "searches": gc.isenabled()}
                print(json.dumps({**found, "read": list(linecache.cache)}))
                QTimer.singleShot(0, app.window.close)
            return False
    def first_window():
        app.window, app.watch = make(), Watch()
        from cnnstudio.ui.canvas.declaration import CANVAS
        app.window.studio.get(CANVAS).viewport().installEventFilter(app.watch)
        return app.window
    app.first_window = first_window
    return run
program._application = application
sys.argv = ["cnnstudio"]
sys.exit(program.main())
"""


def test_the_first_paint_waits_for_nothing_that_other_workspaces_need(tmp_path) -> None:
    around = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "XDG_CONFIG_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", _START], env=around, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["made"] == [] and not found["searches"]
    late = (
        "ui.explain.page", "ui.explain.stages", "ui.learn.page", "ui.learn.views", "lessons",
        "ui.panels.curves.curves", "ui.panels.compare.compare_sheet", "ui.panels.evaluation.drawing_card",
        "ui.evaluate.page", "ui.panels.maps.maps", "ui.panels.volumes.export_sheet", "opening",
        "ui.shell.left_behind", "ui.shell.sheets.welcome", "ui.shell.sheets.gallery", "ui.shell.sheets.command_search",
        "ui.shell.sheets.shortcut_sheet", "ui.shell.sheets.glossary_sheet",
    )  # fmt: skip
    assert not [name for name in found["loaded"] if name.startswith(tuple(f"cnnstudio.{part}" for part in late))]
    assert not {"urllib.request", "http.client", "cnnstudio.cli.main"} & set(found["loaded"])
    assert "numpy.random" not in found["loaded"], "the data are drawn or read once the window has been seen"
    ours = str(Path(cnnstudio.__file__).parent)
    assert not [path for path in found["read"] if path.startswith(ours)], "code is loaded as it was compiled"


@pytest.mark.parametrize(("workspace", "part"), [(TRAIN, "curves"), (EXPLAIN, "explain"), (LEARN, "learn")])
def test_a_page_is_made_when_it_is_first_shown(window, workspace: str, part: str) -> None:
    assert not any(window.made(name) for name in ("curves", "explain", "learn"))
    window.workspaces.show(workspace)
    assert [name for name in ("curves", "explain", "learn") if window.made(name)] == [part]
    page = getattr(window, part)
    assert page.isVisible()
    window.workspaces.show(BUILD)
    window.workspaces.show(workspace)
    assert getattr(window, part) is page


def test_pages_are_made_ready_while_nobody_does_anything(open_window, qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr(ahead, "QUIET", 1)
    monkeypatch.setattr(ahead, "APART", 1)
    window = open_window()
    qtbot.waitUntil(lambda: all(window.made(name) for name in ("curves", "explain", "learn")))
    assert window.workspaces.current == BUILD and not window.explain.isVisible() and not window.learn.isVisible()


def test_work_for_later_waits_for_the_hand_to_rest_and_for_the_run(qtbot: QtBot, monkeypatch) -> None:
    monkeypatch.setattr(ahead, "QUIET", 150)
    done: list[int] = []
    training = [True]
    widget = QWidget()
    qtbot.addWidget(widget)
    widget.show()
    qtbot.waitExposed(widget)
    later = Ahead(widget, [lambda: done.append(1), lambda: done.append(2)], lambda: bool(training))
    later.start()
    for step in range(12):
        qtbot.wait(30)
        qtbot.mouseMove(widget.windowHandle(), QPoint(5 + step, 5))
    qtbot.wait(400)
    assert not done and later.left == 2, "a run has the machine to itself"
    training.clear()
    qtbot.waitUntil(lambda: done == [1, 2])


def test_a_window_dressed_at_once_looks_like_one_dressed_piece_by_piece(open_window, qtbot: QtBot) -> None:
    first = open_window()  # nothing is on the screen: it is made without the style sheet
    second = open_window()  # it is made with it
    for window in (first, second):
        window.workspaces.show(TRAIN)
        with qtbot.waitSignal(window.inspection.maps_changed):
            window.samples.step(1)
    qtbot.waitUntil(lambda: first.maps.legends[0].isVisible() == second.maps.legends[0].isVisible())
    ones, others = (
        [
            (type(w).__name__, w.geometry())
            for w in window.findChildren(QWidget)
            # what stands at the foot is as wide as its numbers, which each window measures for itself
            if w.isVisible() and not window.status.isAncestorOf(w)
        ]
        for window in (first, second)
    )
    assert len(ones) > 100
    assert ones == others
