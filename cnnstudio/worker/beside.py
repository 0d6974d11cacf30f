"""Work that waits for others, such as a server, as a job: on a thread of its own, while other jobs run."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from cnnstudio.worker.jobs import PARKED, Job, Steps, Work

#: hears how far it is, 0…1, and is asked whether nobody wants it any more
Waits = Callable[[Callable[[float], None], Callable[[], bool]], Any]


def beside(waits: Waits) -> Work:
    """A job's work that is as long as ``waits`` takes and gives what that gives, or raises what it raises. Whoever
    cancels it does not wait for the thread: what it waits for may be silent for long."""

    def work(job: Job) -> Steps:
        there: list[Any] = []
        failed: list[Exception] = []
        over, left = threading.Event(), threading.Event()
        threading.Thread(target=partial(wait, job, there, failed, over, left), name="waiting", daemon=True).start()
        try:
            while not over.is_set():
                yield PARKED
        finally:
            left.set()
        if failed:
            raise failed[0]
        return there[0]

    def wait(job: Job, there: list[Any], failed: list[Exception], over: threading.Event, left: threading.Event) -> None:
        try:
            there.append(waits(job.report, left.is_set))
        except Exception as error:  # noqa: BLE001 - the job raises it
            failed.append(error)
        finally:
            over.set()
            job.wake()

    return work
