"""The worker for short computations: only the newest question counts, and it ends when asked to."""

from __future__ import annotations

import threading
import weakref
from functools import partial

import pytest
from PySide6.QtCore import QObject
from small_training import Hears

from cnnstudio.nn.telling.told import worded
from cnnstudio.worker.background import Background
from cnnstudio.worker.turns.newest import Asker, Newest
from tests.worker.threads import beside


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
    qtbot.waitUntil(lambda: answers == ["first", "newest"])
    background.shutdown()


def test_a_bug_is_logged_and_told_by_default_and_the_worker_goes_on(qtbot, caplog) -> None:
    above = Hears()
    background = Background("Counting sheep", QObject(QObject(above)))  # however far above the hearer is
    with qtbot.waitSignal(above.heard) as blocker:
        background.ask(lambda: 1 // 0)
    (failure,) = blocker.args
    assert worded(failure.sentence) == "Counting sheep failed: integer division or modulo by zero"
    assert failure.bug and "ZeroDivisionError" in failure.details
    assert "Counting sheep failed" in caplog.text and "Traceback" in caplog.text
    with qtbot.waitSignal(background.answered):
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
    qtbot.waitUntil(lambda: bool(heard))
    background.shutdown()
    assert [worded(failure.sentence) for failure in heard] == ["Counting sheep failed: MemoryError"] and told == []


def test_those_of_a_window_share_two_threads_and_a_slow_one_holds_up_only_itself(qtbot) -> None:
    window, threads, answers = QObject(), set(), []
    go_on = threading.Event()
    backgrounds = [Background(f"Asking {number}", QObject(window)) for number in range(6)]

    def slow() -> str:
        threads.add(threading.get_ident())
        assert go_on.wait(10)
        return "slow"

    def quick(number: int, again: int) -> str:
        threads.add(threading.get_ident())
        return f"{number} {again}"

    for background in backgrounds:
        background.answered.connect(answers.append)
    backgrounds[0].ask(slow)
    for again in range(3):
        for number, background in enumerate(backgrounds[1:], start=1):
            background.ask(partial(quick, number, again))
        qtbot.waitUntil(lambda again=again: {f"{n} {again}" for n in range(1, 6)} <= set(answers))
        backgrounds[0].ask(slow)  # the slow one asks on, and has its one thread all the same
    assert "slow" not in answers
    go_on.set()
    qtbot.waitUntil(lambda: answers.count("slow") == 2)
    assert len(threads) == 2
    loop = beside(window)
    for background in backgrounds:
        assert loop.running
        background.shutdown()
    assert not loop.running


def test_nobody_loses_its_place_by_asking_again() -> None:
    window, policy, clock = QObject(), Newest(), iter(range(100))
    first, second = (Asker(window, name, lambda _answer: None) for name in ("first", "second"))
    policy.askers += [first, second]
    first.put(lambda: "first", float(next(clock)))
    second.put(lambda: "second", float(next(clock)))
    first.put(lambda: "first again", float(next(clock)))
    assert first.due < second.due
    assert first.begin(float(next(clock)))() == "first again"
    assert second.due < first.due


def test_who_wants_pauses_has_them_and_holds_nobody_up() -> None:
    window, policy = QObject(), Newest()
    often, seldom = Asker(window, "often", lambda _answer: None), Asker(window, "seldom", lambda _answer: None, 0.1)
    policy.askers += [often, seldom]
    seldom.put(lambda: None, 5.0)
    seldom.begin(5.0)
    seldom.busy = False
    seldom.put(lambda: None, 5.01)
    assert policy.next(5.02) == pytest.approx(0.08)
    often.put(lambda: None, 5.03)
    assert callable(policy.next(5.03))


def test_two_that_ask_at_once_are_not_left_to_one_thread_that_is_free(qtbot) -> None:
    window = QObject()
    one, other = (Background(f"Asking {number}", window) for number in range(2))
    with qtbot.waitSignal(one.answered):
        one.ask(lambda: "its thread is free again after this")
    qtbot.waitUntil(lambda: one._asker._loop._free == 1)
    both = threading.Barrier(2, timeout=5)  # broken unless each has a thread
    answers: list[object] = []
    for asker in (one, other):
        asker.answered.connect(answers.append)
    one.ask(both.wait)
    other.ask(both.wait)
    try:
        qtbot.waitUntil(lambda: len(answers) == 2)
    finally:
        one.shutdown()
        other.shutdown()


def test_what_was_answered_is_not_kept_until_somebody_asks_again(qtbot) -> None:
    background = Background("Asking")
    held = QObject()
    gone = weakref.ref(held)
    with qtbot.waitSignal(background.answered):
        background.ask(partial(isinstance, held, QObject))
    del held
    try:
        qtbot.waitUntil(lambda: gone() is None)
    finally:
        background.shutdown()
