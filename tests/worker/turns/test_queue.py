"""Whose turn it is: one after the other, and between the steps of a run one other, for at most half of the time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import groupby

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from small_training import small_data, small_project

from cnnstudio.nn.telling.told import told
from cnnstudio.worker.jobs import PARKED, Job, Jobs, Steps
from cnnstudio.worker.training.session import TrainingSession
from cnnstudio.worker.turns.queue import Queue, Task
from tests.worker.threads import heavy

LONG = 10_000


class Timeline:
    """A queue whose work takes as long as it says; what was done when, in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.queue = Queue(lambda: self.now)
        self.done: list[tuple[str, float]] = []

    def task(self, title: str, pieces: int, seconds: float, *, run: bool = False, asks: int = 1) -> Task:
        """Work of so many pieces, in each of which it asks so often whether it is to go on."""

        def work() -> Steps:
            for _ in range(pieces):
                for _ in range(asks):
                    self.now += seconds / asks
                    self.done.append((title, seconds / asks))
                    self.queue.make_room(made)
                yield None

        made = Task(told(title), work, lambda _state: None, run)
        self.queue.tasks.append(made)
        return made

    def go_on(self, until: Callable[[], bool] = lambda: False) -> None:
        while not until() and not isinstance(turn := self.queue.next(self.now), float):
            turn()

    def stretches(self) -> list[tuple[str, float]]:
        return [(title, sum(s for _, s in parts)) for title, parts in groupby(self.done, key=lambda part: part[0])]

    def spent(self, title: str) -> float:
        return sum(seconds for done, seconds in self.done if done == title)


@pytest.mark.parametrize(("step", "piece", "asks"), [
    (0.004, 0.01, 1), (0.03, 0.001, 1), (0.004, 0.06, 1), (1.5, 0.02, 1), (0.004, 5.0, 500), (0.05, 2.0, 40),
])  # fmt: skip
def test_between_the_steps_of_a_run_another_has_at_most_half_of_the_time(step: float, piece: float, asks: int) -> None:
    line = Timeline()
    line.task("run", LONG, step, run=True)
    line.go_on(lambda: line.now > 1)
    other = line.task("other", 1 + round(6 / piece), piece, asks=asks)
    begun, before = line.now, line.spent("run")
    line.go_on(lambda: other.over)
    stretches = [seconds for title, seconds in line.stretches() if title == "other"]
    assert max(stretches) <= 0.2
    assert line.spent("other") <= line.spent("run") - before + 0.2
    # and it gets what it may have: half of the time, but for the last step after each stretch
    assert len(stretches) <= line.spent("other") / 0.05 + 1
    assert line.now - begun <= 2 * line.spent("other") + len(stretches) * step + 0.2


def test_only_one_has_turns_and_the_next_waits_for_it() -> None:
    line = Timeline()
    line.task("run", LONG, 0.01, run=True)
    line.go_on(lambda: line.now > 0.05)
    first, second = (line.task(title, 50, 0.02) for title in ("first", "second"))
    line.go_on(lambda: first.over)
    assert not second.begun and line.queue.ahead_of(second) == (told("run"),)
    line.go_on(lambda: second.over)
    assert {title for title, _ in line.done} == {"run", "first", "second"}


def test_without_a_run_nothing_is_interrupted_and_a_run_waits_its_turn() -> None:
    line = Timeline()
    line.task("first", 5, 1.0, asks=10)
    run = line.task("run", 3, 1.0, run=True)
    line.task("last", 2, 1.0)
    assert line.queue.ahead_of(run) == (told("first"),)
    line.go_on(lambda: run.begun)
    assert line.queue.beside(run) is None and [title for title, _ in line.stretches()] == ["first", "run"]
    line.go_on()
    assert [title for title, _ in line.stretches()][:4] == ["first", "run", "last", "run"]


def test_what_is_cancelled_ends_before_anything_else() -> None:
    line = Timeline()
    line.task("run", LONG, 0.01, run=True)
    waiting = [line.task(f"job {number}", 100, 1.0) for number in range(3)]
    line.go_on(lambda: waiting[0].begun)
    waiting[2].cancelled.set()
    turn = line.queue.next(line.now)
    assert callable(turn)
    turn()
    assert waiting[2].state == "cancelled" and ("job 2", 1.0) not in line.done


@pytest.mark.parametrize("parks", [1, 3])
def test_what_is_cancelled_as_it_parks_still_ends_in_its_own_way(parks: int) -> None:
    """What a run has learned is not lost because Stop came as it was held; one that only parks on is ended."""

    def work() -> Steps:
        made.cancelled.set()
        for _ in range(parks):
            yield PARKED
        return "what it has"

    line = Timeline()
    made = Task(told("run"), work, lambda _state: None, True)
    line.queue.tasks.append(made)
    line.go_on()
    assert (made.state, made.result) == (("done", "what it has") if parks == 1 else ("cancelled", None))


def test_a_run_gives_the_same_numbers_with_another_job_between_its_steps(
    qtbot: QtBot, jobs: Jobs, session: TrainingSession
) -> None:
    data, project = small_data(), small_project(epochs=30)
    threads = set()

    def long(job: Job) -> Steps:
        for number in range(LONG):
            np.linalg.svd(np.ones((60, 60)))
            threads.add(threading.get_ident())
            if job.cancelled():
                return number
            yield None

    with qtbot.waitSignal(session.finished) as alone:
        session.start(project, data)
    assert session.beside is None and not session.shared
    session.start(project, data)
    qtbot.waitUntil(lambda: session.state == "running")
    other = jobs.submit(told("patterns-through"), long)
    with qtbot.waitSignal(session.finished) as shared:
        qtbot.waitUntil(lambda: session.beside == told("patterns-through"))
        assert session.state == "running" and other.state == "running"
    assert session.shared
    assert np.array_equal(alone.args[1].parameters.vector, shared.args[1].parameters.vector)
    with qtbot.waitSignal(other.done) as blocker:
        other.cancel()
    assert blocker.args[0] > 0 and len(threads) == 1


def test_two_windows_never_compute_at_once_and_end_each_for_itself(qtbot: QtBot) -> None:
    windows = [Jobs(), Jobs()]
    computing = threading.Semaphore(1)
    pieces = [0, 0]

    def work(number: int) -> Callable[[Job], Steps]:
        def steps(job: Job) -> Steps:
            while not job.cancelled():
                assert computing.acquire(blocking=False), "two at once"
                pieces[number] += 1
                np.linalg.svd(np.ones((40, 40)))
                computing.release()
                yield None

        return steps

    runs = [
        jobs.submit(told("training", design=str(number)), work(number), run=True) for number, jobs in enumerate(windows)
    ]
    qtbot.waitUntil(lambda: min(pieces) > 5)
    assert windows[0].beside(runs[0]) == told("training", design="1") and windows[0].queue == (runs[0],)
    windows[0].shutdown()
    ended, going = pieces
    qtbot.waitUntil(lambda: pieces[1] > going + 5)
    assert pieces[0] == ended and not windows[1].idle and heavy().running
    windows[1].shutdown()
    assert not heavy().running
    qtbot.waitUntil(lambda: windows[1].idle)


def test_an_application_that_quits_ends_a_run_that_nobody_stopped(
    qtbot: QtBot, jobs: Jobs, session: TrainingSession
) -> None:
    session.start(small_project(epochs=LONG), small_data())
    qtbot.waitUntil(lambda: session.state == "running")
    jobs.shutdown()  # as it is called when the application quits
    assert not heavy().running


def test_a_paused_run_has_its_turns_again_at_once(qtbot: QtBot, jobs: Jobs) -> None:
    go_on, steps = threading.Event(), []

    def run(_job: Job) -> Steps:
        while not go_on.is_set():
            yield PARKED
        for number in range(3):
            steps.append(number)
            yield None

    def endless(job: Job) -> Steps:
        while not job.cancelled():
            yield None

    training = jobs.submit(told("training", design=""), run, run=True)
    qtbot.waitUntil(lambda: training.state == "parked")
    other = jobs.submit(told("race"), endless)
    qtbot.waitUntil(lambda: other.state == "running")
    with qtbot.waitSignal(training.done):
        go_on.set()
        training.wake()
    assert steps == [0, 1, 2] and other.state == "running"
