"""Messages belong to the window: seen in every workspace, over nothing, and gone when they are no longer so."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QWidget
from small_mnist import small_mnist

from cnnstudio.ui.widgets.overlay import open_sheets
from tests.ui.face import NAMES, Face
from tests.ui.screen import point


def place(window: Face, widget: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_in_every_workspace_the_work_moves_down_for_a_message_and_back(window, qtbot) -> None:
    for name in NAMES:
        window.workspaces.go_to(name)
        QApplication.processEvents()
        before = place(window, window.workspaces.widget)
        if name == "Explain":  # its film takes the keyboard once there are numbers to show
            qtbot.waitUntil(lambda: window.explain.film.isVisible())
            before = place(window, window.workspaces.widget)
        keyboard = window.focusWidget()
        window.notices.tell("holiday.cnn is damaged.", "error")
        QApplication.processEvents()
        strip, work = place(window, window.strip), place(window, window.workspaces.widget)
        assert strip.top() == place(window, window.topbar).bottom() + 1, name
        assert strip.height() == 32 and work.top() == before.top() + 32 and work.bottom() == before.bottom(), name
        assert window.focusWidget() is keyboard, f"{name}: a message takes no keyboard"
        window.notices.clear()
        QApplication.processEvents()
        assert place(window, window.workspaces.widget) == before, name


def test_nothing_moves_under_the_mouse_when_a_message_comes_or_goes(window, qtbot) -> None:
    field, work = window.inspector, window.workspaces.widget
    before = place(window, work)
    point(window, place(window, field).center())
    message = window.notices.tell("The run goes on with the network as it was.", "info")
    QApplication.processEvents()
    strip = place(window, window.strip)
    assert strip.height() == 32 and strip.top() == before.top(), "it is seen at once, over the work"
    assert window.strip.isAncestorOf(window.childAt(strip.center())) and place(window, work) == before
    point(window, strip.center())
    assert place(window, work).top() == before.top() + 32, "whoever comes for it makes room"
    point(window, place(window, field).center())
    window.notices.dismiss(message)
    QApplication.processEvents()
    assert not window.strip.isVisible() and place(window, work).top() == before.top() + 32
    window.notices.tell("Another one.", "info")
    QApplication.processEvents()
    assert place(window, work).top() == before.top() + 32, "its place is taken by the next"
    window.notices.clear()
    point(window, place(window, window.topbar).center())
    assert place(window, work) == before


def test_esc_closes_the_upper_message_where_nothing_nearer_needs_it(window, qtbot) -> None:
    for name in NAMES:
        window.workspaces.go_to(name)
        window.notices.tell("One may break.", "warning")
        window.notices.tell("One broke.", "error")
        if name == "Build":
            window.document.select(["conv2d_1"])
            qtbot.keyClick(window.canvas, Qt.Key.Key_Escape)
            assert not window.document.selection and len(window.notices.current) == 2
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
        assert [notice.text for notice in window.notices.current] == ["One may break."], name
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
        assert not window.notices.current, name


def test_f6_comes_by_and_the_keyboard_is_not_lost_when_the_message_goes(window, qtbot) -> None:
    window.notices.tell("One broke.", "error", action_title="Mend it", action=lambda: None)
    window.canvas.setFocus()
    for _ in range(12):
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        if window.strip.isAncestorOf(window.focusWidget()):
            break
    assert window.focusWidget().text() == "Mend it"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert not window.notices.current and window.canvas.hasFocus()


@pytest.mark.parametrize("when", ["before", "while it is open"])
def test_a_message_is_seen_and_answered_while_a_sheet_is_open(open_window, qtbot, when: str) -> None:
    window: Face = open_window(size=(900, 560))
    done: list[bool] = []

    def tell() -> None:
        window.notices.tell("One broke.", "error", action_title="Mend it", action=lambda: done.append(True))

    if when == "before":
        tell()
    window.commands.run("shortcuts")
    (sheet,) = open_sheets(window)
    if when != "before":
        tell()
    qtbot.waitUntil(lambda: place(window, sheet.sheet).top() > place(window, window.strip).bottom())
    assert window.rect().contains(place(window, sheet.sheet))
    middle = place(window, window.strip).center()
    assert window.strip.isAncestorOf(window.childAt(middle)), "nothing lies over it"
    assert sheet.isAncestorOf(window.childAt(place(window, sheet.sheet).center()))
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget().text() == "Mend it"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert done == [True] and not window.notices.current
    before = sheet.sheet.y()
    qtbot.waitUntil(lambda: sheet.sheet.y() != before or sheet.sheet.y() == 32)
    assert window.childAt(place(window, window.topbar).center()) is sheet, "the rest is veiled again"


def test_what_was_said_of_a_wrong_folder_goes_with_the_right_one(window, qtbot, tmp_path) -> None:
    for wrong in ("beach", "holiday"):
        (tmp_path / wrong).mkdir()
        window.data.choose(str(tmp_path / wrong))
        qtbot.waitUntil(lambda wrong=wrong: [wrong in n.text for n in window.notices.current] == [True])
        assert window.notices.current[0].kind == "error"
    window.data.choose(str(small_mnist(tmp_path, train=60)))
    qtbot.waitUntil(lambda: bool(window.notices.current) and window.notices.current[-1].kind != "error")
    assert not [notice for notice in window.notices.current if notice.kind == "error"]


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_file_of_words_is_refused_in_one_short_line_until_something_opens(window, qtbot, tmp_path) -> None:
    (tmp_path / "notes.txt").write_text("no images here")
    window.open_any(tmp_path / "notes.txt")
    (notice,) = window.notices.current
    assert notice.text == (
        "notes.txt holds no design and no pictures: open a .cnn file, a picture, or a folder with a folder of pictures "
        "for each class."
    )
    QApplication.processEvents()
    assert window.strip.height() == 32
    window.files.save_to(tmp_path / "mine.cnn")
    window.open_any(tmp_path / "mine.cnn")
    assert not window.notices.current


def test_f6_comes_to_a_new_message_next_wherever_the_keyboard_is(window, qtbot) -> None:
    window.canvas.setFocus()
    window.notices.tell("holiday.cnn is damaged.", "error", action_title="Open the backup", action=lambda: None)
    QApplication.processEvents()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget() is window.strip.first
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert not window.strip.isAncestorOf(window.focusWidget()), "once is enough"
    window.canvas.setFocus()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert not window.strip.isAncestorOf(window.focusWidget())
    window.notices.tell("Another one.", "warning")
    QApplication.processEvents()
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.strip.isAncestorOf(window.focusWidget())
