"""The queue of heavy work: one computation at a time in the whole application, and turns between the steps of a run.

Each task is a generator. What it does up to a ``yield`` is a piece, which should not take long; it may yield ``PARKED``
when it has nothing to do until somebody wakes it. Tasks have their turn in the order in which they came, each to its
end. While a run goes on, one other task may have a turn between its steps: ``STRETCH`` at a time, and then not before
the run has had as long. A task whose pieces are long is held up where it asks whether it is to go on, in the middle of
a piece: the steps of the run that are due are taken there, on the same thread.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Generator
from functools import partial
from typing import Any, Final, Literal

from cnnstudio.data.dataset import Cancelled
from cnnstudio.nn.network.shard import Abandoned
from cnnstudio.nn.telling.told import Sentence, Told, WordedError
from cnnstudio.worker.failures import Failure, bug
from cnnstudio.worker.turns.loop import Turn
from cnnstudio.worker.wording import JobTitle

#: seconds of another task between two steps of a run; the promise is twice as many, for pieces have any length
STRETCH = 0.1

State = Literal["queued", "running", "parked", "done", "failed", "cancelled"]


class Parked:
    """What a generator yields to be left alone until it is woken."""


PARKED: Final = Parked()
Placeable = Parked | None
Steps = Generator[Placeable, None, Any]


class JobCancelled(Exception):
    """Work may raise it once it has been cancelled, or whatever the engine and the readers of data raise then."""


class JobFailed(WordedError):
    """The work could not be done, for a reason that is no bug."""


class Task:
    """A piece of heavy work, as the queue knows it. ``tell`` hears of every change of its state, in the worker; by then
    ``result`` or ``failure`` is there. A task that is a ``run`` lets others have a turn between its steps."""

    def __init__(self, title: Told, work: Callable[[], Steps], tell: Callable[[State], None], run: bool) -> None:
        self.title, self.run = title, run
        self.cancelled, self.woken = threading.Event(), threading.Event()
        self.result: Any = None
        self.failure: Failure | None = None
        self.state: State = "queued"
        self.shared = False  # whether another has had a turn between its steps
        self._work, self._tell = work, tell
        self._generator: Steps | None = None

    @property
    def begun(self) -> bool:
        """Whether it has had a turn."""
        return self.state != "queued"

    @property
    def over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "failed", "cancelled")

    @property
    def ready(self) -> bool:
        """Whether it has something to do."""
        return not self.over and (self.state != "parked" or self.woken.is_set() or self.cancelled.is_set())

    def piece(self) -> None:
        """Do the next piece. Whatever goes wrong ends the task and nothing else."""
        self.woken.clear()
        known = self.cancelled.is_set()  # one that is cancelled as it parks is still to see it, and to end in its way
        if not self.begun and known:
            self._enter("cancelled")
            return
        self._enter("running")
        try:
            if self._generator is None:
                self._generator = self._work()
            if isinstance(next(self._generator), Parked):
                if known:
                    self._generator.close()
                    raise JobCancelled
                self._enter("parked")
        except StopIteration as stopped:
            self.result = stopped.value
            self._enter("done")
        except (JobCancelled, Cancelled, Abandoned):
            self._enter("cancelled")
        except JobFailed as failed:
            self.failure = Failure(failed.sentence)
            self._enter("failed")
        except Exception as error:  # noqa: BLE001 - a bug in one task must not take the worker with it
            self.failure = bug(Sentence("{job}", job=JobTitle(self.title)), error)
            self._enter("failed")

    def _enter(self, state: State) -> None:
        if state != self.state:
            self.state = state
            if self.over:
                self._generator = None
            self._tell(state)


class Queue:
    """The policy of the one worker for heavy work. ``clock`` gives monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.lock = threading.Condition()
        self._clock = clock
        self.tasks: list[Task] = []  # that are not over, in the order in which they came; under the lock
        self._owed = 0.0  # seconds that the run is to have before the next turn of another task
        self._turn: tuple[Task, Task, float, int] | None = None  # guest, run, since when, thread

    def next(self, now: float) -> Turn | float:
        """What is cancelled ends first; then the run and the one that takes turns with it, or the first in order."""
        ready = [task for task in self.tasks if task.ready]
        if not ready:
            return math.inf
        if urgent := [task for task in ready if task.cancelled.is_set()]:
            return partial(self._piece, urgent[0])
        run = next((task for task in ready if task.run and task.begun), None)
        others = sorted((task for task in ready if task is not run), key=lambda task: not task.begun)
        if run is None:
            self._owed = 0.0
            return partial(self._piece, others[0])
        if others and not self._owed:
            return partial(self._between_steps, others[0], run)
        return partial(self._step, run)

    def ahead_of(self, task: Task) -> tuple[Told, ...]:
        """The titles of what is to be done before a task that has not begun."""
        with self.lock:
            place = self.tasks.index(task) if task in self.tasks and not task.begun else 0
            return tuple(other.title for other in self.tasks[:place] if other.ready)

    def beside(self, task: Task) -> Told | None:
        """The title of what takes turns with a run, if anything does."""
        with self.lock:
            if task not in self.tasks or not task.ready:
                return None
            begun = (other.title for other in self.tasks if other is not task and other.begun and other.ready)
            return next(begun, None)

    def make_room(self, task: Task) -> None:
        """Called by a task in the middle of a piece: if it has had its stretch, the run catches up first."""
        if self._turn is None:
            return
        guest, run, since, thread = self._turn
        now = self._clock()
        if task is guest and thread == threading.get_ident() and now - since >= STRETCH:
            self._turn = None
            self._owed += now - since
            while self._owed and run.ready:
                self._step(run)
            self._turn = (guest, run, self._clock(), thread)

    def _between_steps(self, guest: Task, run: Task) -> None:
        """One turn of another task: as many pieces as are likely to be done within the stretch."""
        begun = self._clock()
        run.shared = True
        self._turn = (guest, run, begun, threading.get_ident())
        while True:
            self._piece(guest)
            now = self._clock()
            since = self._turn[2]
            if not guest.ready or guest.cancelled.is_set() or run.cancelled.is_set():
                break
            if now - since + (now - begun) > STRETCH:
                break
            begun = now
        self._turn = None
        self._owed += now - since

    def _step(self, run: Task) -> None:
        begun = self._clock()
        self._piece(run)
        self._owed = max(0.0, self._owed - (self._clock() - begun))

    def _piece(self, task: Task) -> None:
        task.piece()
        if task.over:
            with self.lock:
                self.tasks.remove(task)
                self.lock.notify_all()
