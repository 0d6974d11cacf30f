"""Long work as jobs: what the window sees of the application's one queue of heavy work.

A job's generator gives control back at every ``yield``, between pieces that should not take long. It may
yield ``PARKED`` when it has nothing to do until somebody wakes it: other jobs run meanwhile. Whoever has long
work to do submits a job here; nobody else starts a thread, so there is one heavy computation at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal

from cnnstudio.nn.telling.told import Sentence, Told
from cnnstudio.worker.failures import Failure, tell
from cnnstudio.worker.lanes import Latest
from cnnstudio.worker.turns.loop import loop_of
from cnnstudio.worker.turns.queue import PARKED, JobCancelled, JobFailed, Parked, Placeable, Queue, Steps, Task
from cnnstudio.worker.turns.queue import State as JobState

__all__ = [
    "PARKED", "Job", "JobCancelled", "JobFailed", "JobState", "Jobs", "Parked", "Placeable", "Progress", "Steps",
    "Work",
]  # fmt: skip

Work = Callable[["Job"], Steps]


@dataclass(frozen=True)
class Progress:
    """How far a job has come: ``fraction`` 0…1, or -1 where nobody knows, and a few words."""

    fraction: float = -1.0
    text: str | Sentence = ""


class Job(QObject):
    """One piece of long work, seen from the window.

    Its signals come in the window's thread. When ``failed`` comes for a bug, the window has been told; any other reason
    is for whoever asked to tell. ``progress`` is a lane: poll it. The methods that its own work calls (``report``,
    ``cancelled``) and ``wake`` may be called from any thread; where the work calls them, the run that it takes turns
    with may catch up.
    """

    state_changed = Signal(str)
    done = Signal(object)
    failed = Signal(object)

    def __init__(self, title: Told, work: Work, jobs: Jobs, *, run: bool) -> None:
        super().__init__(jobs)
        self._jobs = jobs
        self.title = title
        self.progress: Latest[Progress] = Latest()
        self._state: JobState = "queued"
        self.task = Task(title, partial(work, self), partial(jobs._told.emit, self), run)

    @property
    def state(self) -> JobState:
        """Where it stands."""
        return self._state

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self._state in ("done", "failed", "cancelled")

    @property
    def is_run(self) -> bool:
        """Whether it trains the network, and others may have a turn between its steps."""
        return self.task.run

    @property
    def result(self) -> Any:
        """What came of it; None before that."""
        return self.task.result

    @property
    def failure(self) -> Failure | None:
        """Why nothing came of it."""
        return self.task.failure

    def cancel(self) -> None:
        """Ask it to end soon; a queued job ends without having begun."""
        self.task.cancelled.set()
        self.wake()

    def wake(self) -> None:
        """Go on with a parked job."""
        self.task.woken.set()
        self._jobs._stir()

    def cancelled(self) -> bool:
        """Whether somebody asked it to end."""
        self._jobs._queue.make_room(self.task)
        return self.task.cancelled.is_set()

    def report(self, fraction: float, text: str | Sentence = "") -> None:
        """Tell how far it has come."""
        self.progress.put(Progress(fraction, text))
        self._jobs._queue.make_room(self.task)

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
    """The jobs of one window in the application's queue. Close it with ``shutdown`` before it goes."""

    changed = Signal()
    _told = Signal(object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        application = QCoreApplication.instance()
        self._loop, self._queue = loop_of(application or self, "jobs", Queue, priority=QThread.Priority.InheritPriority)
        self._listed: list[Job] = []
        self._closing = False
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        if application is not None:
            application.aboutToQuit.connect(self.shutdown)

    @property
    def queue(self) -> tuple[Job, ...]:
        """The jobs of this window that are not over, in the order in which they came."""
        return tuple(self._listed)

    @property
    def idle(self) -> bool:
        """Whether nothing is under way or waiting in the whole application."""
        return not self._listed and not self._queue.tasks

    @property
    def closed(self) -> bool:
        """Whether they have been shut down: nothing more can be submitted."""
        return self._closing

    def submit(self, title: Told, work: Work, *, run: bool = False) -> Job:
        """Run ``work`` when the worker is free. ``title`` says what it is (see ``cnnstudio.worker.wording``). Between
        the steps of a ``run`` another job may have a turn.

        Raises:
            RuntimeError: they have been shut down.
        """
        if self._closing:
            raise RuntimeError("the job queue has been shut down")
        job = Job(title, work, self, run=run)
        self._listed.append(job)
        self._loop.join(self)
        with self._queue.lock:
            self._queue.tasks.append(job.task)
        self._loop.stir()
        self.changed.emit()
        return job

    def ahead_of(self, job: Job) -> tuple[Told, ...]:
        """The titles of what the application does before a job that has not begun."""
        return self._queue.ahead_of(job.task)

    def beside(self, job: Job) -> Told | None:
        """The title of what takes turns with a run, if anything does."""
        return self._queue.beside(job.task)

    def shutdown(self) -> None:
        """Cancel all of this window's and wait for them to end. Safe to call twice."""
        self._closing = True
        lock, mine = self._queue.lock, [job.task for job in self._listed]
        with lock:
            for task in mine:
                task.cancelled.set()
            lock.notify_all()
            while any(task in self._queue.tasks for task in mine):
                lock.wait()
        self._loop.leave(self)

    def _stir(self) -> None:
        with self._queue.lock:
            self._queue.lock.notify_all()

    def _hear(self, job: Job, state: JobState) -> None:
        over = state in ("done", "failed", "cancelled")
        if over and job in self._listed:
            self._listed.remove(job)
        if state == "failed" and job.failure is not None and job.failure.bug:
            tell(job.failure, self)
        job._enter(state)
        self.changed.emit()
        if job.over:
            job.setParent(None)
