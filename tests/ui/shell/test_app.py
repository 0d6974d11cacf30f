"""The application from its start to its end, and what it remembers for the next time."""

from __future__ import annotations

import faulthandler
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QDeadlineTimer, QLocale, QTimer, qInstallMessageHandler
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDoubleSpinBox

from cnnstudio import app as application
from cnnstudio.design.templates import template
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.look.living import living_windows
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.appearance import choose_theme
from cnnstudio.ui.shell.file_menus import RecentMenu
from cnnstudio.ui.shell.sheets.welcome import Welcome
from tests.ui.face import Face


@pytest.fixture
def clean_process(qapp, drawn_digits, monkeypatch) -> Iterator[None]:
    """Everything that a run changes in the process is as it was."""
    monkeypatch.setattr(application, "MainWindow", Face)
    preferences.forget_all()
    hooks = sys.excepthook, threading.excepthook, sys.getswitchinterval(), signal.getsignal(signal.SIGINT)
    was_on = faulthandler.is_enabled()
    yield
    sys.excepthook, threading.excepthook = hooks[:2]
    sys.setswitchinterval(hooks[2])
    signal.signal(signal.SIGINT, hooks[3])
    if not was_on:
        faulthandler.disable()
    qInstallMessageHandler(None)
    preferences.forget_all()
    theme.apply(qapp, "light")


def read(window: Face) -> None:
    """Wait until what is being opened has been read."""
    deadline = QDeadlineTimer(10_000)
    while window.files.opening and not deadline.hasExpired():
        QTest.qWait(10)
    assert not window.files.opening


def run(qapp, paths: list[str], look: Callable[[Face], None]) -> int:
    """Run the application, look at its window a moment after it has been painted, and close it."""
    failed: list[BaseException] = []

    def later() -> None:
        shown = [w for w in living_windows() if isinstance(w, Face) and w.isVisible()]
        first = next(w for w in shown if w not in windows.opened)  # there may be others by now
        try:
            deadline = QDeadlineTimer(10_000)
            while first._look.isActive() and not deadline.hasExpired():
                QTest.qWait(10)
            look(first)
        except BaseException as error:  # noqa: BLE001 - it is raised again below, outside the event loop
            failed.append(error)
        for window in shown:
            window.close()
            window.deleteLater()

    QTimer.singleShot(400, later)
    code = application.run(paths)
    if failed:
        raise failed[0]
    return code


def test_a_first_start_is_ready_to_train(clean_process, qapp):
    def look(window: Face) -> None:
        assert window.document.project.design == template("lenet5")
        assert window.workspaces.current == "Build"
        assert window.training_bar.train_button.isEnabled()
        assert not window.document.modified

    assert run(qapp, [], look) == 0


def test_a_file_named_at_the_start_is_opened(clean_process, qapp, tmp_path):
    path = tmp_path / "mine.cnn"
    save_project(untrained(template("first_conv")), path)

    def look(window: Face) -> None:
        read(window)
        assert window.document.path == path and windows.opened == [] and not window.notices.current

    assert run(qapp, [str(path), str(path)], look) == 0


def test_each_file_named_at_the_start_has_its_window_and_the_others_are_told(clean_process, qapp, tmp_path):
    good = [tmp_path / "exists.cnn", tmp_path / "mine.cnn"]
    for path in good:
        save_project(untrained(template("first_conv")), path)
    (tmp_path / "damaged.cnn").write_bytes(good[0].read_bytes()[:-200])
    (tmp_path / "fake.cnn").write_bytes(b"nothing")
    bad = [tmp_path / f"{name}.cnn" for name in ("damaged", "fake", "missing")]

    def look(window: Face) -> None:
        read(window)
        others = list(windows.opened)
        shown = [each.document.path for each in (window, *others)]
        told = [notice.text for notice in window.notices.current]
        for each in others:
            each.close()
        assert shown == good
        assert len(told) == 1 and all(told[0].count(str(path)) == 1 for path in bad) and " open," not in told[0]

    assert run(qapp, [str(path) for path in (bad[0], good[0], *bad[1:], good[1])], look) == 0


def test_a_damaged_file_named_at_the_start_is_told_in_the_window(clean_process, qapp, tmp_path):
    (tmp_path / "bad.cnn").write_bytes(b"nothing")

    def look(window: Face) -> None:
        read(window)
        assert window.document.path is None
        assert window.notices.current[0].kind == "error"

    assert run(qapp, [str(tmp_path / "bad.cnn")], look) == 0


def test_the_look_is_remembered(clean_process, qapp):
    choose_theme("dark")
    assert theme.current().dark
    theme.apply(qapp, "light")
    application.prepare(qapp)
    assert theme.current().dark


def test_damaged_preferences_do_no_harm(clean_process, tmp_path):
    preferences.remember("recent", "{not json")
    preferences.remember("geometry", "not base64!")
    assert preferences.recent_files() == []
    assert preferences.state("geometry") is None
    paths = [tmp_path / f"{number}.cnn" for number in range(10)]
    for path in paths:
        path.touch()
        preferences.remember_file(path)
    assert preferences.recent_files() == list(reversed(paths))[: preferences.MOST_RECENT]
    paths[9].unlink()
    assert Path(paths[9]) not in preferences.recent_files()


def test_only_the_first_start_of_all_shows_the_doors(qapp, clean_process) -> None:
    seen = []
    for _ in range(2):
        run(qapp, [], lambda window: seen.append(len(window.findChildren(Welcome))))
    assert seen == [1, 0]


def test_a_file_named_from_its_folder_is_found_again_from_any_other(qapp, clean_process, tmp_path, monkeypatch) -> None:
    save_project(untrained(template("first_conv")), tmp_path / "mine.cnn")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    run(qapp, ["mine.cnn"], read)
    monkeypatch.chdir(tmp_path / "elsewhere")
    listed: list[str] = []

    def look(window: Face) -> None:
        recent = window.findChild(RecentMenu)
        recent.aboutToShow.emit()
        (entry,) = recent.actions()
        listed.append(entry.text())
        entry.trigger()
        read(window)
        assert window.document.path == tmp_path / "mine.cnn"

    run(qapp, [], look)
    name, _, folder = listed[0].partition("\t")
    assert name == "mine.cnn" and folder.endswith(tmp_path.name)


def test_it_speaks_english_whatever_the_system_speaks(qapp, clean_process) -> None:
    QLocale.setDefault(QLocale(QLocale.Language.German))
    shown: list[str] = []

    def look(_window: Face) -> None:
        box = QDoubleSpinBox(decimals=1, maximum=9999.0, value=1000.5)
        shown.append(box.text())
        box.deleteLater()

    assert run(qapp, [], look) == 0
    assert shown == ["1000.5"]
