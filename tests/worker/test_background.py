"""The worker for short computations: only the newest question counts, and it ends when asked to."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject
from small_training import Hears

from cnnstudio.worker.background import Background


def test_what_has_not_begun_is_dropped_for_what_is_newer(qtbot) -> None:
    background = Background("test")
    answers: list[object] = []
    background.answered.connect(answers.append)
    begun, go_on = threading.Event(), threading.Event()

    def first() -> str:
        begun.set()
        assert go_on.wait(10)
        return "first"

    background.ask(first)
    assert begun.wait(10)
    background.ask(lambda: "dropped")
    background.ask(lambda: "newest")
    go_on.set()
    qtbot.waitUntil(lambda: answers == ["first", "newest"], timeout=5000)
    background.shutdown()


def test_a_bug_is_logged_and_told_by_default_and_the_worker_goes_on(qtbot, caplog) -> None:
    above = Hears()
    background = Background("Counting sheep", QObject(QObject(above)))  # however far above the hearer is
    with qtbot.waitSignal(above.heard, timeout=5000) as blocker:
        background.ask(lambda: 1 // 0)
    (failure,) = blocker.args
    assert failure.sentence == "Counting sheep failed: integer division or modulo by zero"
    assert failure.bug and "ZeroDivisionError" in failure.details
    assert "Counting sheep failed" in caplog.text and "Traceback" in caplog.text
    with qtbot.waitSignal(background.answered, timeout=5000):
        background.ask(lambda: 2)
    background.shutdown()
    background.ask(lambda: 3)  # after the end nothing happens
    background.shutdown()


def test_who_asks_to_hear_of_failures_hears_them_instead(qtbot) -> None:
    above, told, heard = Hears(), [], []
    above.heard.connect(told.append)

    def fail() -> None:
        raise MemoryError

    background = Background("Counting sheep", above, failed=heard.append)
    background.ask(fail)
    qtbot.waitUntil(lambda: bool(heard), timeout=5000)
    background.shutdown()
    assert [failure.sentence for failure in heard] == ["Counting sheep failed: MemoryError"] and told == []
