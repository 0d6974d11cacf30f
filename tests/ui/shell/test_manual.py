"""The manual: what it says is there, it can be read in both looks, and an installed program has it."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from cnnstudio.resources import resource
from cnnstudio.ui.shell.sheets.manual import Manual
from cnnstudio.ui.shell.sheets.shortcut_sheet import shortcuts
from cnnstudio.ui.shell.window import MainWindow

ROOT = Path(__file__).parents[3]
TEXT = resource("manual", "manual.md").read_text("utf-8")


@pytest.fixture
def manual(window: MainWindow, qtbot: QtBot) -> Manual:
    window.studio.commands.action("manual").trigger()
    found = window.findChild(Manual)
    assert found is not None
    qtbot.waitExposed(found)
    return found


def test_its_pictures_are_as_wide_as_its_text(manual: Manual, qtbot: QtBot) -> None:
    named = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", TEXT)
    assert sorted(named) == sorted(path.name for path in resource("manual").glob("*.png"))
    for width in (1140, 760):
        manual.resize(width, 700)
        qtbot.waitUntil(lambda wide=width: manual.page.width() > wide - 260)
        room = min(860, manual.page.viewport().width() - 48)
        for name in named:
            picture = manual.page.document().resource(QTextDocument.ResourceType.ImageResource, name)
            assert isinstance(picture, QImage) and picture.deviceIndependentSize().width() == pytest.approx(room, abs=1)


def test_the_contents_lead_to_every_chapter(manual: Manual) -> None:
    page, contents = manual.page, manual.contents
    chapters = re.findall(r"^##? (.+)$", TEXT, re.M)
    assert [contents.item(row).text() for row in range(contents.count())] == chapters
    contents.setFocus()
    for row in range(1, len(chapters)):
        QTest.keyClick(contents, Qt.Key.Key_Down)
        bar, top = page.verticalScrollBar(), page.cursorRect().top()
        assert page.textCursor().block().text() == chapters[row]
        assert 0 <= top < 60 or bar.value() == bar.maximum(), chapters[row]


def test_words_are_found_one_after_the_other_and_escape_closes(manual: Manual, qtbot: QtBot) -> None:
    manual.search.setFocus()
    QTest.keyClicks(manual.search, "repairs")
    places = [manual.page.textCursor().position()]
    for _ in range(TEXT.count("repairs")):
        QTest.keyClick(manual.search, Qt.Key.Key_Return)
        places.append(manual.page.textCursor().position())
    assert places[-1] == places[0] and len(set(places)) == TEXT.count("repairs")
    QTest.keyClick(manual, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not manual.isVisible())


def test_it_comes_forward_where_it_is_open(window: MainWindow, manual: Manual) -> None:
    window.studio.commands.run("manual")
    assert window.findChildren(Manual) == [manual]


def test_every_key_it_names_does_something(window: MainWindow) -> None:
    known = {key for rows in shortcuts(window.studio.commands).values() for keys, _ in rows for key in keys.split(", ")}
    named = {
        word
        for word in re.findall(r"`([^`]+)`", TEXT)
        if re.fullmatch(r"((Ctrl|Shift|Alt)\+)*(F?\d+|\S|[A-Z]\w+)", word)
    }
    assert len(named) > 15 and named <= known, named - known


def test_every_command_it_names_is_in_the_menu(window: MainWindow) -> None:
    def words(menu: QMenu, before: str = "") -> set[str]:
        menu.aboutToShow.emit()
        found = set()
        for action in menu.actions():
            path = before + action.text().partition("\t")[0].replace("&", "")
            found |= {path} | (words(action.menu(), f"{path} ▸ ") if isinstance(action.menu(), QMenu) else set())
        return found

    named = set(re.findall(r"\*\*([^*]+ ▸ [^*]+)\*\*", TEXT.replace("\n", " ")))
    assert len(named) > 5 and named <= words(window.menu), named - words(window.menu)


@pytest.mark.slow
def test_an_installed_program_has_it(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--no-deps",
        "--no-build-isolation",
        "-q",
        "-w",
        str(tmp_path),
        str(ROOT),
    ]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        held = set(wheel.namelist())
    for path in resource("manual").iterdir():
        assert f"cnnstudio/resources/manual/{path.name}" in held
