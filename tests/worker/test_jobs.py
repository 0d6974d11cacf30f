"""Jobs: one at a time, in order, cancellable, parkable; the worker ends with the queue."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QThread
from pytestqt.qtbot import QtBot
from small_training import Hears

from cnnstudio.nn.telling.told import told, worded
from cnnstudio.worker.jobs import PARKED, Job, JobCancelled, JobFailed, Jobs, Placeable
from cnnstudio.worker.wording import job_words
from tests.worker.threads import heavy

Steps = Generator[Placeable, None, Any]


@pytest.fixture
def jobs(qapp: Any) -> Iterator[Jobs]:
    queue = Jobs()
    yield queue
    queue.shutdown()
    assert not heavy().running


def test_a_job_runs_on_the_worker_and_hands_its_result_to_the_window(qtbot: QtBot, jobs: Jobs) -> None:
    window = QThread.currentThread()
    where: list[QThread] = []

    def work(job: Job) -> Steps:
        where.append(QThread.currentThread())
        job.report(0.5, "half way")
        yield
        return 42

    job = jobs.submit(told("reading", source="Counting"), work)
    assert [job_words(j.title) for j in jobs.queue] == ["Reading Counting"]
    heard: list[QThread] = []
    job.state_changed.connect(lambda _state: heard.append(QThread.currentThread()))
    with qtbot.waitSignal(job.done) as blocker:
        pass
    assert blocker.args == [42] and job.result == 42 and job.state == "done"
    assert where[0] is not window and set(heard) == {window}
    assert job.progress.value is not None and job.progress.value.fraction == 0.5
    assert jobs.queue == ()


def test_jobs_run_one_after_the_other_in_order(qtbot: QtBot, jobs: Jobs) -> None:
    running = threading.Semaphore(1)
    order: list[int] = []

    def work(number: int) -> Any:
        def steps(_job: Job) -> Steps:
            assert running.acquire(blocking=False), "two jobs at once"
            order.append(number)
            yield
            running.release()

        return steps

    submitted = [jobs.submit(told("reading", source=str(i)), work(i)) for i in range(5)]
    with qtbot.waitSignal(submitted[-1].done):
        pass
    assert order == [0, 1, 2, 3, 4] and all(job.state == "done" for job in submitted)


def test_a_running_job_is_cancelled_and_the_next_begins(qtbot: QtBot, jobs: Jobs) -> None:
    begun = threading.Event()

    def endless(job: Job) -> Steps:
        while True:
            begun.set()
            if job.cancelled():
                raise JobCancelled
            yield

    def short(_job: Job) -> Steps:
        yield
        return "next"

    first, second = (
        jobs.submit(told("reading", source="Endless"), endless),
        jobs.submit(told("reading", source="Short"), short),
    )
    assert begun.wait(5)
    with qtbot.waitSignal(second.done):
        first.cancel()
    assert first.state == "cancelled" and second.result == "next"


def test_a_queued_job_that_is_cancelled_never_begins(qtbot: QtBot, jobs: Jobs) -> None:
    gate = threading.Event()
    begun: list[str] = []

    def waiting(_job: Job) -> Steps:
        assert gate.wait(5)
        yield

    def never(_job: Job) -> Steps:
        begun.append("never")
        yield

    jobs.submit(told("reading", source="Waiting"), waiting)
    queued = jobs.submit(told("reading", source="Never"), never)
    queued.cancel()
    with qtbot.waitSignal(queued.state_changed) as blocker:
        gate.set()
    assert blocker.args == ["cancelled"] and begun == []


def test_a_parked_job_lets_others_run_and_goes_on_when_woken(qtbot: QtBot, jobs: Jobs) -> None:
    go = threading.Event()

    def parked(_job: Job) -> Steps:
        while not go.is_set():
            yield PARKED
        return "went on"

    def short(_job: Job) -> Steps:
        yield

    first, second = (
        jobs.submit(told("reading", source="Parked"), parked),
        jobs.submit(told("reading", source="Short"), short),
    )
    with qtbot.waitSignal(second.done):
        pass
    assert first.state == "parked" and jobs.queue == (first,)
    with qtbot.waitSignal(first.done) as blocker:
        go.set()
        first.wake()
    assert blocker.args == ["went on"]


def test_a_failure_gives_its_sentence_and_a_bug_its_traceback(qtbot: QtBot, jobs: Jobs) -> None:
    def refuses(_job: Job) -> Steps:
        yield
        raise JobFailed("There is no such file.")

    def breaks(_job: Job) -> Steps:
        yield
        raise ZeroDivisionError("by zero")

    job = jobs.submit(told("reading", source="Opening"), refuses)
    with qtbot.waitSignal(job.failed):
        pass
    assert job.failure is not None
    assert (worded(job.failure.sentence), job.failure.details) == ("There is no such file.", "")
    job = jobs.submit(told("reading", source="Breaking"), breaks)
    with qtbot.waitSignal(job.failed):
        pass
    assert job.failure is not None
    said = worded(job.failure.sentence)
    assert said == "Reading Breaking failed: by zero" and "ZeroDivisionError" in job.failure.details
    # The worker lives on.
    job = jobs.submit(told("reading", source="Again"), refuses)
    with qtbot.waitSignal(job.failed):
        pass


def test_a_bug_is_told_whoever_listens_and_a_reason_is_not(qtbot: QtBot, jobs: Jobs) -> None:
    above, heard = Hears(), []
    above.heard.connect(heard.append)
    jobs.setParent(above)

    def refuses(_job: Job) -> Steps:
        yield
        raise JobFailed("There is no such file.")

    def no_generator(_job: Job) -> Steps:
        raise ZeroDivisionError("by zero")

    def ends_badly(job: Job) -> Steps:
        try:
            yield PARKED
        finally:
            raise OSError("It cannot be closed.")

    parked = jobs.submit(told("reading", source="Waiting"), ends_badly)
    qtbot.waitUntil(lambda: parked.state == "parked")
    parked.cancel()
    qtbot.waitUntil(lambda: parked.over)
    jobs.submit(told("reading", source="Breaking"), no_generator)
    last = jobs.submit(told("reading", source="Opening"), refuses)
    qtbot.waitUntil(lambda: last.over)
    assert [worded(failure.sentence) for failure in heard] == [
        "Reading Waiting failed: It cannot be closed.",
        "Reading Breaking failed: by zero",
    ]
    jobs.setParent(None)


def test_shutdown_ends_running_parked_and_queued_jobs(qapp: Any) -> None:
    jobs = Jobs()
    begun = threading.Event()

    def endless(job: Job) -> Steps:
        begun.set()
        while not job.cancelled():
            yield

    def parked(_job: Job) -> Steps:
        while True:
            yield PARKED

    jobs.submit(told("reading", source="Parked"), parked)
    jobs.submit(told("reading", source="Endless"), endless)
    jobs.submit(told("reading", source="Queued"), endless)
    assert begun.wait(5)
    jobs.shutdown()
    assert not heavy().running
    jobs.shutdown()
    with pytest.raises(RuntimeError):
        jobs.submit(told("reading", source="Late"), endless)
