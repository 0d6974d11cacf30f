"""The worker for short computations: only the newest question counts, and it ends when asked to."""

from __future__ import annotations

import threading

from cnnstudio.training.background import Background
from cnnstudio.training.jobs import Failure


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


def test_a_bug_is_told_and_the_worker_goes_on(qtbot) -> None:
    background = Background("test")
    failures: list[Failure] = []
    background.crashed.connect(failures.append)
    with qtbot.waitSignal(background.crashed, timeout=5000):
        background.ask(lambda: 1 // 0)
    assert "ZeroDivisionError" in failures[0].details
    with qtbot.waitSignal(background.answered, timeout=5000):
        background.ask(lambda: 2)
    background.shutdown()
    background.ask(lambda: 3)  # after the end nothing happens
    background.shutdown()
