"""The first window on screens of all kinds: within the screen, with its bars, and with nothing cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QMainWindow, QSplitter

from cnnstudio.ui.shell.fitting import SMALLEST, fill, fit, room_in
from tests.ui.face import Face

#: width, height, and DPI, of which 96 are factor 1: the last is font DPI 144, which Qt’s screenless platform takes so
SCREENS = {
    "908x596": (908, 596, 96),  # with a frame around the smallest window
    "1100x700": (1100, 700, 96),
    "1366x768": (1366, 768, 96),
    "1440x900": (1440, 900, 96),
    "1440x900 at 1.5": (1440, 900, 144),
    "2200x1400 at 2": (2200, 1400, 192),
    "680x420": (680, 420, 96),
}


#: where every mode of Explain, every lesson and every export is looked at: the least room that has to do
THOROUGHLY = "908x596"


def looked_at(folder: Path, width: int, height: int, dpi: int, *more: str) -> dict[str, object]:
    """What the first window of a process with such a screen tells of itself."""
    screen = {
        "name": "s",
        "x": 0,
        "y": 0,
        "width": width,
        "height": height,
        "logicalDpi": dpi,
        "logicalBaseDpi": 96,
        "dpr": 1,
    }
    config = folder / "screen.json"
    config.write_text(json.dumps({"screens": [screen]}))
    homes = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")}
    env = {**os.environ, **homes, "QT_QPA_PLATFORM": f"offscreen:configfile={config}"}
    env.pop("QT_FONT_DPI", None)  # it would take the place of the screen's
    program = [sys.executable, "-m", "tests.ui.shell.on_screen", *more]
    run = subprocess.run(program, env=env, capture_output=True, text=True, timeout=300)
    assert run.returncode == 0, run.stderr
    told: dict[str, object] = json.loads(run.stdout)
    return told


@pytest.fixture(scope="module")
def looks(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, drawn_digits: None
) -> Iterator[dict[str, Future[dict[str, object]]]]:
    """What is told of each screen that is asked for: two at a time, for the most of it is waiting."""
    params = [
        item.callspec.params
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.path == request.path and hasattr(item, "callspec")
    ]
    asked = [one["screen"] for one in params if "screen" in one]
    with ThreadPoolExecutor(2) as pool:
        yield {
            screen: pool.submit(
                looked_at, tmp_path_factory.mktemp("screen"), *SCREENS[screen], *(["all"] * (screen == THOROUGHLY))
            )
            for screen in asked
        }


@pytest.mark.window
@pytest.mark.parametrize("screen", SCREENS)
def test_the_first_window_lies_on_its_screen_with_all_it_needs(
    screen: str, looks: dict[str, Future[dict[str, object]]]
) -> None:
    width, height, dpi = SCREENS[screen]
    told = looks[screen].result()
    available = QRect(QPoint(*told["available"][:2]), QPoint(*told["available"][2:]))
    assert (available.width(), available.height()) == (width * 96 // dpi, height * 96 // dpi)
    for name in ("frame", "restored"):
        place = QRect(QPoint(*told[name][:2]), QPoint(*told[name][2:]))
        assert available.contains(place), (name, place, available)
    assert told["maximised"], "it wishes for more than there is"
    assert told["message"] and len(told["sheets"]) == 3 and all(told["sheets"].values())
    small = available.width() < 900 or available.height() < 560
    for name, of in told["places"].items():
        assert of["inside"], f"{name}: a bar or a button of it is off the screen"
        if not small:
            assert not of["scrolls"] and not of["faults"], (name, of)
    assert not small or any(of["scrolls"] for of in told["places"].values())


def test_what_wishes_for_more_than_there_is_fills_the_screen() -> None:
    room = room_in(QRect(0, 24, 1440, 876)).size()
    assert fill(QSize(1440, 900), room) and not fill(room, room) and not fill(QSize(900, 560), room)


def test_a_panel_hides_by_its_key_and_comes_back_as_wide_as_it_was(open_window, qtbot) -> None:
    window: Face = open_window()
    board, panels = window.board, window.studio.side_panels
    board.columns.setSizes([230, 830, 380])
    for keys, panel, side in (
        (Qt.KeyboardModifier.NoModifier, window.inspector, "right"),
        (Qt.KeyboardModifier.ShiftModifier, window.side, "left"),
    ):
        panel.setFocus()
        width, canvas = panel.width(), window.canvas.width()
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F9, keys)
        QApplication.processEvents()
        assert not panel.isVisible() and window.canvas.width() > canvas + width - 4
        assert window.focusWidget().isVisible()
        handle = panels.handles[side]
        assert handle.isVisible() and handle.size() == QSize(16, 56)
        assert not window.action(f"{side} panel").isChecked()
        qtbot.mouseClick(handle, Qt.MouseButton.LeftButton)
        assert panel.isVisible() and abs(panel.width() - width) <= 2 and not handle.isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    window.workspaces.show("Train")
    assert window.inspector.isVisible(), "each workspace has its own"
    window.workspaces.show("Learn")
    assert window.inspector.isVisible(), "lent, it is there"
    window.workspaces.show("Build")
    assert not window.inspector.isVisible()


def test_a_panel_that_is_dragged_to_nothing_is_hidden(open_window, qtbot) -> None:
    window: Face = open_window()
    columns: QSplitter = window.board.columns
    handle = columns.handle(2)
    start = handle.rect().center()
    qtbot.mousePress(handle, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(handle, QPoint(window.width(), start.y()))
    qtbot.mouseRelease(handle, Qt.MouseButton.LeftButton, pos=QPoint(window.width(), start.y()))
    assert not window.inspector.isVisible() and window.studio.side_panels.handles["right"].isVisible()
    qtbot.keyClick(window, Qt.Key.Key_F9)
    assert window.inspector.isVisible() and window.inspector.width() >= 200


@pytest.mark.qt_log_ignore("does not support propagateSizeHints")
def test_the_canvas_alone_fills_the_screen_and_all_comes_back(open_window, qtbot) -> None:
    window: Face = open_window()
    around = (window.topbar, window.status, window.side, window.inspector, window.board.below)
    for leave in (Qt.Key.Key_F11, Qt.Key.Key_Escape):
        qtbot.keyClick(window.canvas, Qt.Key.Key_F11)
        assert window.isFullScreen() and not any(part.isVisible() for part in around)
        assert window.canvas.isVisible() and window.canvas.hasFocus()
        qtbot.keyClick(window.canvas, leave)
        assert not window.isFullScreen() and all(part.isVisible() for part in around)
    qtbot.keyClick(window.canvas, Qt.Key.Key_F11)
    qtbot.mouseClick(window.studio.side_panels.way_back, Qt.MouseButton.LeftButton)
    assert all(part.isVisible() for part in around) and not window.studio.side_panels.way_back.isVisible()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F11)
    qtbot.keyClick(window.canvas, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert all(part.isVisible() for part in around) and not window.isFullScreen()


def test_a_window_that_was_kept_comes_back_where_it_was(qapp, qtbot) -> None:
    """With its frame, however often: where it lies is kept without."""
    first = QMainWindow()
    qtbot.addWidget(first)
    room = room_in(first.screen().availableGeometry())
    smallest = SMALLEST.boundedTo(room.size())
    free = room.size() - smallest
    first.setGeometry(QRect(room.topLeft() + QPoint(min(3, free.width()), min(40, free.height())), smallest))
    first.show()
    place, size, kept = first.pos(), first.size(), first.saveGeometry()
    if first.geometry().topLeft() == place:
        pytest.skip("windows have no frame here: there is no window manager")
    for _ in range(3):
        again = QMainWindow()
        qtbot.addWidget(again)
        assert again.restoreGeometry(kept)
        fit(again, again.size())
        again.show()
        assert (again.pos(), again.size()) == (place, size)
        kept = again.saveGeometry()
