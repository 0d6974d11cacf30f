"""The preferences: each of them holds at once, is remembered, and says what is true."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QSize, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QSplitterHandle, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import Shiboken

from cnnstudio.data.importing import stored
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.ui.look import motion, preferences, theme
from cnnstudio.ui.look.living import living_widgets
from cnnstudio.ui.run import threads
from cnnstudio.ui.shell import appearance
from cnnstudio.ui.shell.sheets.preferences_sheet import PreferencesPage
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.overlay import Overlay
from tests.ui.conftest import OpenWindow
from tests.ui.face import BUILD, EXPLAIN, LEARN, TRAIN, Face
from tests.ui.rectangles import faults
from tests.ui.test_layout import at_rest

ROOM = {100: QSize(900, 560), 150: QSize(1440, 900)}


@pytest.fixture(autouse=True)
def _as_before(qapp: QApplication) -> Iterator[None]:
    yield
    theme.set_text_size(qapp, 100)
    theme.apply(qapp, "light")


@pytest.fixture
def page(window: Face) -> PreferencesPage:
    QTest.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    found = window.findChild(PreferencesPage)
    assert found is not None and found.isVisible()
    return found


def choose(segments: Segments, words: str) -> None:
    QTest.mouseClick(segments.buttons[words], Qt.MouseButton.LeftButton)


def place_of(widget: QWidget) -> int:
    """Which widget of Qt's it is; Python makes the object for one of Qt's own whenever it is asked for it."""
    place: int = Shiboken.getCppPointer(widget)[0]
    return place


def sizes_of_text() -> dict[int, int]:
    """The size of every widget's font that is there, by the widget; some of Qt's own have no text."""
    return {
        place_of(widget): widget.font().pixelSize()
        for widget in living_widgets()
        if widget.isVisible()
        and not (widget.objectName().startswith("qt_") and type(widget) in (QWidget, QSplitterHandle))
    }


def test_the_look_changes_at_once_and_the_menu_marks_it(window: Face, page: PreferencesPage) -> None:
    choose(page.look, "Dark")
    assert theme.current().dark and window.commands.action("theme dark").isChecked()
    window.commands.action("theme light").trigger()
    assert page.look.choice == "Light" and not theme.current().dark
    choose(page.look, "As the system")
    assert theme.current().name == theme.system_name() and preferences.text("theme") == "system"


def test_all_text_grows_in_every_window_and_shrinks_back(open_window: OpenWindow, qapp: QApplication) -> None:
    windows = open_window(), open_window()
    QTest.keyClick(windows[1], Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    page = windows[1].findChild(PreferencesPage)
    before = sizes_of_text()
    choose(page.text_size, "150\u202f%")
    for window in windows:
        at_rest(window)
        grown = sizes_of_text()
        for widget in window.findChildren(QWidget):
            if widget.isVisible() and before.get(place_of(widget), -1) > 0 and not _drawn(widget):
                assert grown[place_of(widget)] == pytest.approx(1.5 * before[place_of(widget)], abs=0.51), widget
    choose(page.text_size, "100\u202f%")
    at_rest(windows[1])
    after = sizes_of_text()
    assert {key: size for key, size in before.items() if after.get(key, size) != size} == {}


def _drawn(widget: QWidget) -> bool:
    """Whether it is of the canvas, which has its own zoom."""
    return any(type(parent).__name__ == "CanvasView" for parent in (widget, widget.parentWidget()))


def test_it_begins_with_the_text_size_that_was_chosen(qapp: QApplication) -> None:
    appearance.choose_text_size(125)
    theme.set_text_size(qapp, 100)
    appearance.dress(qapp)
    assert theme.text_size() == 125 and qapp.font().pixelSize() == round(1.25 * theme.BODY_PX)
    preferences.remember("text size", "12 000")
    appearance.dress(qapp)
    assert theme.text_size() == 100


@pytest.mark.window
@pytest.mark.parametrize("percent", ROOM)
def test_nothing_is_cut_where_text_is_large_or_the_window_small(open_window: OpenWindow, percent: int) -> None:
    window = open_window()
    window.resize(ROOM[percent])
    appearance.choose_text_size(percent)
    for workspace in (BUILD, TRAIN, EXPLAIN, LEARN):
        window.workspaces.show(workspace)
        at_rest(window)
        assert window.size() == ROOM[percent]
        assert faults(window) == [], workspace
    for sheet in ("preferences", "gallery", "shortcuts"):
        window.commands.run(sheet)
        at_rest(window)
        assert faults(window) == [], sheet
        for open_sheet in window.findChildren(Overlay):
            open_sheet.dismiss()
        at_rest(window)


def test_motion_is_asked_in_one_place(window: Face, page: PreferencesPage) -> None:
    choose(page.motion, "Less")
    assert motion.still(window) and window.explain.film.still
    choose(page.motion, "Full")
    assert not motion.still(window) and not window.explain.film.still


def test_the_next_run_has_the_threads_that_were_chosen(window: Face, page: PreferencesPage, qtbot: QtBot) -> None:
    assert threads.chosen_threads() == default_threads() and page.threads.choice == str(default_threads())
    choose(page.threads, "1")
    assert window.studio.run_control.threads() == 1
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.training_bar.train_button.click()
    qtbot.waitUntil(lambda: len(window.session.log.read()) > 2)
    with qtbot.waitSignal(window.session.finished):
        window.training_bar.stop_button.click()
    assert window.document.project.run is not None and window.document.project.run.plan.threads == 1


@pytest.mark.parametrize("words", ["0", "-1", "many", "9" * 400, "٣"])
def test_threads_that_make_no_sense_are_not_taken(words: str) -> None:
    preferences.remember("threads", words)
    assert 1 <= threads.chosen_threads() <= threads.most_threads()


class Shown(QObject):
    """A program for files."""

    def __init__(self) -> None:
        super().__init__()
        self.folders: list[Path] = []

    @Slot(QUrl)
    def show_url(self, url: QUrl) -> None:
        self.folders.append(Path(url.toLocalFile()))


def test_folders_open_in_the_program_for_files(page: PreferencesPage) -> None:
    shown = Shown()
    QDesktopServices.setUrlHandler("file", shown, "show_url")
    try:
        for button in (page.open_settings, page.open_pictures):
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    finally:
        QDesktopServices.unsetUrlHandler("file")
    assert shown.folders == [preferences.folder(), stored.folder().parent]
    assert all(folder.is_dir() for folder in shown.folders)


def test_the_pictures_made_ready_are_weighed_limited_and_cleared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, open_window: OpenWindow
) -> None:
    window = open_window()
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path))
    kept = stored.folder() / f"{'a' * 32}.pixels"
    kept.parent.mkdir()
    kept.write_bytes(bytes(3_000_000))
    window.commands.run("preferences")
    page = window.findChild(PreferencesPage)
    assert page.taken.text() == "3\u202fMB now" and page.limit.choice == "5\u202fGB"
    choose(page.limit, "20\u202fGB")
    assert stored.budget() == 20 * 10**9
    QTest.mouseClick(page.clear, Qt.MouseButton.LeftButton)
    assert not kept.exists() and not page.clear.isEnabled() and stored.budget() == 20 * 10**9
    assert page.taken.text() == "Nothing is kept now."
