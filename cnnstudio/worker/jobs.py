"""Long work as jobs: generators that run one after the other on the application's one worker thread.

A job's generator gives control back at every ``yield``, between pieces that should not take long. It may
yield ``PARKED`` when it has nothing to do until somebody wakes it: other jobs run meanwhile. Whoever has long
work to do submits a job here; nobody else starts a thread, so there is one heavy computation at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Final, Literal

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal

from cnnstudio.worker.failures import Failure, bug, tell
from cnnstudio.worker.lanes import Latest

JobState = Literal["queued", "running", "parked", "done", "failed", "cancelled"]


class Parked:
    """What a generator yields to be left alone until ``Job.wake``."""


PARKED: Final = Parked()
Placeable = Parked | None
Steps = Generator[Placeable, None, Any]
Work = Callable[["Job"], Steps]


class JobCancelled(Exception):
    """Work may raise it once ``Job.cancelled()`` is true."""


class JobFailed(Exception):
    """The work could not be done, for a reason that is no bug: ``str()`` is one sentence for the user."""


@dataclass(frozen=True)
class Progress:
    """How far a job has come: ``fraction`` 0…1, or -1 where nobody knows, and a few words."""

    fraction: float = -1.0
    text: str = ""


class Job(QObject):
    """One piece of long work, seen from the window.

    Its signals come in the window's thread. When ``failed`` comes for a bug, the window has been told; any other reason
    is for whoever asked to tell. ``progress`` is a lane: poll it. The methods that its own work calls (``report``,
    ``cancelled``) and ``wake`` may be called from any thread.
    """

    state_changed = Signal(str)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, title: str, work: Work, jobs: Jobs) -> None:
        super().__init__(jobs)
        self._jobs = jobs
        self.title = title
        self.progress: Latest[Progress] = Latest()
        self.result: Any = None
        self.failure: Failure | None = None
        self._state: JobState = "queued"
        self._work = work
        self._cancelled = threading.Event()
        self._woken = threading.Event()
        self._generator: Steps | None = None

    @property
    def state(self) -> JobState:
        """Where it stands."""
        return self._state

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self._state in ("done", "failed", "cancelled")

    def cancel(self) -> None:
        """Ask it to end soon; a queued job ends without having begun."""
        self._cancelled.set()
        self.wake()

    def wake(self) -> None:
        """Go on with a parked job."""
        self._woken.set()
        self._jobs._stir()

    def cancelled(self) -> bool:
        """Whether somebody asked it to end."""
        return self._cancelled.is_set()

    def report(self, fraction: float, text: str = "") -> None:
        """Tell how far it has come."""
        self.progress.put(Progress(fraction, text))

    def _enter(self, state: JobState) -> None:
        if state == self._state or self.over:
            return
        self._state = state
        self.state_changed.emit(state)
        if state == "done":
            self.done.emit(self.result)
        elif state == "failed":
            self.failed.emit(self.failure)


class Jobs(QObject):
    """The queue of jobs and the one worker that runs them. Close it with ``shutdown`` before it goes."""

    changed = Signal()
    _told = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._condition = threading.Condition()
        self._waiting: list[Job] = []  # shared with the worker, under the condition
        self._listed: list[Job] = []  # the window's own
        self._closing = False
        self._worker = _Worker(self)
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def queue(self) -> tuple[Job, ...]:
        """The jobs that are not over, in the order in which they came."""
        return tuple(self._listed)

    @property
    def closed(self) -> bool:
        """Whether the queue has been shut down: nothing more can be submitted."""
        return self._closing

    def submit(self, title: str, work: Work) -> Job:
        """Run ``work`` when the worker is free. ``title`` says in the queue what it is (“Drawing Digits”).

        Raises:
            RuntimeError: the queue has been shut down.
        """
        if self._closing:
            raise RuntimeError("the job queue has been shut down")
        job = Job(title, work, self)
        self._listed.append(job)
        with self._condition:
            self._waiting.append(job)
            self._condition.notify_all()
        if not self._worker.isRunning():
            self._worker.start()
        self.changed.emit()
        return job

    def shutdown(self) -> None:
        """Cancel everything and wait for the worker to end. Safe to call twice."""
        with self._condition:
            self._closing = True
            for job in self._waiting:
                job._cancelled.set()
            self._condition.notify_all()
        self._worker.wait()

    def _stir(self) -> None:
        with self._condition:
            self._condition.notify_all()

    def _hear(self, job: Job, state: JobState) -> None:
        if state in ("done", "failed", "cancelled") and job in self._listed:
            self._listed.remove(job)
        if state == "failed" and job.failure is not None and job.failure.bug:
            tell(job.failure, self)
        job._enter(state)
        self.changed.emit()
        if job.over:
            job.setParent(None)


class _Worker(QThread):
    """Drives one generator at a time until it ends or parks itself."""

    def __init__(self, jobs: Jobs) -> None:
        super().__init__(jobs)
        self.setObjectName("worker")
        self._jobs = jobs
        self._parked: set[Job] = set()

    def run(self) -> None:
        while (job := self._next()) is not None:
            self._drive(job)

    def _next(self) -> Job | None:
        """The first job that has something to do; waits for one. None once the queue is closed."""
        jobs = self._jobs
        with jobs._condition:
            while True:
                for job in jobs._waiting:
                    if job not in self._parked or job._woken.is_set() or job.cancelled():
                        self._parked.discard(job)
                        return job
                if jobs._closing and not jobs._waiting:
                    return None
                jobs._condition.wait()

    def _drive(self, job: Job) -> None:
        job._woken.clear()
        if job._generator is None and job.cancelled():
            self._end(job, "cancelled")
            return
        self._jobs._told.emit(job, "running")
        try:
            if job._generator is None:
                job._generator = job._work(job)
            while not isinstance(next(job._generator), Parked):
                pass
            if job.cancelled():
                job._generator.close()
                raise JobCancelled
        except StopIteration as stopped:
            job.result = stopped.value
            self._end(job, "done")
        except JobCancelled:
            self._end(job, "cancelled")
        except JobFailed as failed:
            job.failure = Failure(str(failed))
            self._end(job, "failed")
        except Exception as error:  # noqa: BLE001 - a bug in one job must not take the worker with it
            job.failure = bug(job.title, error)
            self._end(job, "failed")
        else:
            self._parked.add(job)
            self._jobs._told.emit(job, "parked")

    def _end(self, job: Job, state: JobState) -> None:
        with self._jobs._condition:
            self._jobs._waiting.remove(job)
        job._generator = None
        self._jobs._told.emit(job, state)
