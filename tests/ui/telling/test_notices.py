"""One road for all that the user is told."""

from __future__ import annotations

import ast
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QVBoxLayout, QWidget

import cnnstudio
from cnnstudio.app import catch_everything
from cnnstudio.ui.telling import notices as notices_module
from cnnstudio.ui.telling.notice_strip import NoticeStrip
from cnnstudio.ui.telling.notices import Notices


@pytest.fixture
def notices(qapp) -> Notices:
    return Notices()


@pytest.fixture
def strip(notices, qtbot) -> Iterator[NoticeStrip]:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(0)
    strip = NoticeStrip(notices)
    column.addWidget(strip)
    column.addWidget(QWidget(), 1)
    window.resize(900, 400)
    window.show()
    yield strip


def buttons(strip: NoticeStrip) -> dict[str, QPushButton]:
    return {button.text(): button for button in strip.findChildren(QPushButton)}


def test_a_notice_shows_and_goes(notices, strip, qtbot):
    assert not strip.isVisible()
    notice = notices.tell("The file is damaged.", "error", details="line 3")
    assert notices.current == (notice,)
    assert strip.isVisible()
    notices.dismiss(notice)
    assert not strip.isVisible()
    notices.dismiss(notice)


def lines(strip: NoticeStrip) -> list[str]:
    """The sentences on the screen, from top to bottom."""
    QApplication.processEvents()
    shown = [each for each in strip.findChildren(QLabel) if each.isVisible() and each.text()]
    return [each.text() for each in sorted(shown, key=lambda each: each.mapTo(strip, QPoint()).y())]


def test_the_most_urgent_two_are_shown_and_the_rest_is_counted(notices, strip):
    notices.tell("One thing to know.", "info", action_title="Do it", action=lambda: None)
    notices.tell("One broke.", "error")
    notices.tell("One may break.", "warning")
    notices.tell("Another broke.", "error")
    assert lines(strip) == ["Another broke.", "One broke."]
    (more,) = (button for text, button in buttons(strip).items() if text == "2 more")
    more.click()
    assert lines(strip) == ["Another broke.", "One broke.", "One may break.", "One thing to know."]
    more.click()
    assert len(lines(strip)) == 2
    assert strip.close_upper() and strip.close_upper()
    assert lines(strip) == ["One may break.", "One thing to know."] and not more.isVisible()
    assert strip.close_upper() and strip.close_upper() and not strip.close_upper()
    assert not strip.isVisible()


def test_a_line_is_32_pixels_high_and_a_long_sentence_is_whole(notices, strip):
    notices.tell("It broke.", "error")
    QApplication.processEvents()
    assert strip.height() == 32
    notices.clear()
    long = "The folder holds pictures of four sizes, and those of the commonest size are used; " * 3
    notices.tell(long, "warning", action_title="Use them", action=lambda: None)
    QApplication.processEvents()
    (told,) = (each for each in strip.findChildren(QLabel) if each.isVisible() and each.text())
    assert told.text() == long and told.height() >= told.heightForWidth(told.width()) > 20
    assert strip.width() == 900 and strip.height() < 80


def test_of_one_matter_the_newest_stands_until_it_is_settled(notices):
    notices.tell("holiday holds no pictures.", "error", about="data")
    notices.tell("The design is not saved.", "error", about="file")
    notices.tell("beach holds no pictures.", "error", about="data")
    assert [notice.text for notice in notices.current] == ["The design is not saved.", "beach holds no pictures."]
    notices.settle("data")
    assert [notice.text for notice in notices.current] == ["The design is not saved."]


def test_the_keyboard_stays_in_a_line_while_others_come_and_leaves_with_it(notices, strip, qtbot):
    notices.tell("One broke.", "error", action_title="Mend it", action=lambda: None)
    strip.window().activateWindow()
    qtbot.waitUntil(strip.window().isActiveWindow)
    assert strip.window().focusWidget() is None, "a message never takes the keyboard by itself"
    mend = buttons(strip)["Mend it"]
    mend.setFocus()
    notices.tell("Another broke.", "error")
    assert mend.hasFocus() and strip.first is not mend
    with qtbot.waitSignal(strip.left):
        notices.dismiss(notices.current[0])


def test_details_can_be_copied(notices, strip):
    notices.tell("It broke.", "error", details="Traceback …")
    buttons(strip)["Copy details"].click()
    assert QGuiApplication.clipboard().text() == "It broke.\n\nTraceback …"


def test_an_action_is_done_once_and_the_notice_goes(notices, strip):
    done = []
    notices.tell("Fits not.", "warning", action_title="Make it fit", action=lambda: done.append(1))
    buttons(strip)["Make it fit"].click()
    assert done == [1]
    assert notices.current == ()


def test_the_same_is_not_said_twice_and_the_urgent_is_kept(notices):
    notices.tell("The one that matters", "error")
    for number in range(20):
        notices.tell(f"Notice {number}", "warning")
    notices.tell("Notice 19", "warning")
    texts = [notice.text for notice in notices.current]
    assert texts[0] == "The one that matters" and texts[-2:] == ["Notice 18", "Notice 19"] and len(texts) == 8


def test_information_goes_by_itself(notices, qtbot, monkeypatch):
    monkeypatch.setattr(notices_module, "INFO_SECONDS", 0)
    with qtbot.waitSignals([notices.changed, notices.changed], timeout=2000):
        notices.tell("Saved.", "info")
    assert notices.current == ()


def test_a_worker_may_tell(notices, qtbot):
    with qtbot.waitSignal(notices.changed, timeout=2000):
        thread = threading.Thread(target=lambda: notices.tell("From a thread", "warning"))
        thread.start()
        thread.join()
    assert notices.current[0].text == "From a thread"


@pytest.fixture
def hooks():
    kept = sys.excepthook, threading.excepthook
    yield
    sys.excepthook, threading.excepthook = kept
    qInstallMessageHandler(None)


def test_what_nobody_caught_becomes_a_notice(notices, qtbot, hooks):
    catch_everything(notices)
    try:
        raise ValueError("broken 42")
    except ValueError:
        sys.excepthook(*sys.exc_info())
    assert "broken 42" in notices.current[0].text
    assert "Traceback" in notices.current[0].details

    with qtbot.waitSignal(notices.changed, timeout=2000):
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
    (only,) = notices.current
    assert "division by zero" in only.text and "broken 42" in only.details, "one line, and all there is to copy"
    qWarning("only logged")
    assert notices.current == (only,)


def test_whatever_warns_is_about_a_matter_of_which_only_the_newest_stands():
    """Otherwise red lines pile up, each from another try."""
    for path in sorted(Path(cnnstudio.__file__).parent.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "tell(" in text else ():
            match node:
                case ast.Call(func=ast.Attribute(attr="tell"), args=[_, ast.Constant("error" | "warning"), *_]):
                    assert "about" in {word.arg for word in node.keywords}, f"{path.name}:{node.lineno}"
