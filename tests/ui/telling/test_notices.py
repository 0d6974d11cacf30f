"""One road for all that the user is told."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import pytest
from PySide6.QtCore import qInstallMessageHandler, qWarning
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton, QWidget

from cnnstudio.app import catch_everything
from cnnstudio.ui.telling import notices as notices_module
from cnnstudio.ui.telling.notice_strip import NoticeStrip
from cnnstudio.ui.telling.notices import Notices


@pytest.fixture
def notices(qapp) -> Notices:
    return Notices()


@pytest.fixture
def strip(notices, qtbot) -> Iterator[NoticeStrip]:
    over = QWidget()
    qtbot.addWidget(over)
    over.resize(600, 300)
    strip = NoticeStrip(notices, over)
    over.show()
    yield strip


def buttons(strip: NoticeStrip) -> dict[str, QPushButton]:
    return {button.text(): button for button in strip.findChildren(QPushButton)}


def test_a_notice_shows_and_goes(notices, strip, qtbot):
    assert not strip.isVisible()
    notice = notices.tell("The file is damaged.", "error", details="line 3")
    assert notices.current == (notice,)
    assert strip.isVisible()
    assert strip.height() >= 36
    notices.dismiss(notice)
    assert not strip.isVisible()
    notices.dismiss(notice)


def test_what_lies_at_the_top_and_in_the_zoom_corner_stays_in_sight(notices, strip, qtbot):
    over = strip.parentWidget()
    notices.tell("The work that was not saved when the program ended is here again.", "info", action_title="Undo it",
                 action=lambda: None)  # fmt: skip
    for width in (600, 900, 1400):
        over.resize(width, 400)
        assert strip.y() > 300 and strip.geometry().bottom() < 400
        assert strip.geometry().right() < width - 150
    over.resize(300, 400)
    assert strip.width() > 260


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


def test_the_same_is_not_said_twice_and_few_at_once(notices):
    for number in range(5):
        notices.tell(f"Notice {number}", "error")
    notices.tell("Notice 4", "error")
    assert [notice.text for notice in notices.current] == ["Notice 2", "Notice 3", "Notice 4"]


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
    assert "division by zero" in notices.current[1].text
    qWarning("only logged")
    assert len(notices.current) == 2
