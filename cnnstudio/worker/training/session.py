"""The training session: what the window sees of the run that the worker drives."""

from __future__ import annotations

import threading
from collections import deque
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal

from cnnstudio.data.dataset import DataSet
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Told, told
from cnnstudio.nn.training.events import Event, Lock, Set, StepDone
from cnnstudio.project.project import Project
from cnnstudio.runs.adjusting import can_obey
from cnnstudio.runs.piped import EngineLost
from cnnstudio.runs.run import Run
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, JobFailed, Jobs, Steps
from cnnstudio.worker.lanes import Latest, Log
from cnnstudio.worker.training.driver import Begin, Control, Outcome, drive, own_engine
from cnnstudio.worker.training.next_run import NextRun, next_run
from cnnstudio.worker.training.pace import Status
from cnnstudio.worker.training.until import NOW, Until

State = Literal["idle", "loading", "running", "paused", "stopping"]


class TrainingSession(QObject):
    """One run at a time, trained by the worker of ``jobs``.

    The data lanes are ``log`` (every event of the shown run), ``latest`` (the newest snapshot somebody asked for),
    ``measured`` (the newest step that was measured, while ``watch`` is on) and ``status``; poll them. A new run gets
    new lanes; the log of one that goes on begins with the figures it had. Signals come in the window's thread and only
    for changes of state.
    """

    state_changed = Signal(str)
    #: (Run, Snapshot): a run has ended, by itself, by ``stop`` or because it diverged
    finished = Signal(object, object)
    #: one sentence for the user: it cannot be trained, or it diverged
    failed = Signal(object)
    #: one sentence: the run could not be written down
    not_kept = Signal(object)
    #: a process that helped with the run under way has ended by itself; it goes on without it
    helper_lost = Signal()
    #: a bug has ended the run; it is told already
    crashed = Signal()
    #: an epoch of the run under way has ended
    epoch_ended = Signal()
    #: (Run, Snapshot) in answer to ``checkpoint``
    recorded = Signal(object, object)

    _told = Signal(object, str, object)

    def __init__(self, jobs: Jobs, parent: QObject | None = None, engine: Begin = own_engine) -> None:
        super().__init__(parent)
        self._engine = engine
        self.log: Log[Event] = Log()
        self.latest: Latest[Snapshot] = Latest()
        self.measured: Latest[StepDone] = Latest()
        self.status: Latest[Status] = Latest()
        self.jobs = jobs
        self._state: State = "idle"
        self._next_run: NextRun | None = None
        self._control = Control()
        self._watched: str | None = None
        self._job: Job | None = None
        self._abandoned = False
        #: whether others had turns in the run that ended last, so that its times are not its own
        self.shared = False
        self._begun, self._ended = threading.Event(), threading.Event()
        self._outcome: Outcome | None = None
        self._told.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._state

    @property
    def active(self) -> bool:
        """Whether a run is under way, paused included."""
        return self._state != "idle"

    @property
    def run(self) -> Run | None:
        """The run under way as it was when it began; None when there is none."""
        return self._next_run.run if self._next_run is not None and self.active else None

    @property
    def graph(self) -> Graph | None:
        """The graph of the run under way: cards that are not in it show no training."""
        return self.run.design.graph if self.run is not None else None

    @property
    def begun(self) -> bool:
        """Whether the worker is at it; before that the run waits for other jobs."""
        return self.active and self._begun.is_set()

    @property
    def waits_for(self) -> Told | None:
        """What the worker does before a run that has not begun; None if it is next."""
        ahead = self.jobs.ahead_of(self._job) if self._job is not None else ()
        return ahead[0] if ahead else None

    @property
    def beside(self) -> Told | None:
        """What has a turn between the steps of the run, if anything has."""
        return self.jobs.beside(self._job) if self._job is not None else None

    def start(self, project: Project, data: DataSet, threads: int = 1, until: Until | None = None) -> None:
        """Train ``project`` on ``data``, to be held at some place; ``cnnstudio.worker.training.next_run`` says what
        that means. No effect while a run is under way."""
        if self.active:
            return
        what = next_run(project, data, threads)
        if not what.goes_on:
            self.log = Log()
        elif self._last_step() != what.run.step:  # another run's figures, or those of steps that were given up
            self.show_history(project.run)
        if what.goes_on and project.run is not None:  # what was decided while it stood still
            self.log.extend(list(what.run.history.commands[len(project.run.history.commands) :]))
        control, log, latest, status = Control(until=deque([until])), self.log, Latest[Snapshot](), Latest[Status]()
        control.watched, measured = self._watched, Latest[StepDone]()
        self._next_run, self._control, self.latest, self.status = what, control, latest, status
        self.measured = measured
        begun, ended = threading.Event(), threading.Event()
        self._begun, self._ended, self._outcome = begun, ended, None

        def work(job: Job) -> Steps:
            def tell(news: str, value: object) -> None:
                self._told.emit(control, news, value)

            begun.set()
            control.cancelled = job.cancelled
            try:
                outcome = yield from drive(what, control, log, latest, measured, status, tell, self._engine)
            except (GraphError, EngineLost) as error:
                raise JobFailed("{error}", error=error) from error
            except MemoryError as error:
                raise JobFailed("There is not enough memory for this network and batch size.") from error
            else:
                self._outcome = outcome
                return outcome
            finally:
                ended.set()

        self._job = self.jobs.submit(told("training", design=project.design.title), work, run=True)
        self._job.done.connect(self._end)
        self._job.failed.connect(self._fail)
        self._job.state_changed.connect(self._job_changed)
        self._enter("loading")

    def pause(self) -> None:
        """Hold on after the step under way."""
        if self._state in ("loading", "running"):
            self._control.until.append(NOW)

    def resume(self, until: Until | None = None) -> None:
        """Go on, also after a pause, to the end or until it is to be held."""
        if self.active:
            self._control.until.append(until)
            self._wake()

    def stop(self) -> None:
        """End the run now; the step under way is abandoned, all earlier ones are kept."""
        if not self.active or self._job is None:
            return
        self._enter("stopping")
        self._control.stop.set()
        self._job.cancel()

    def abandon(self) -> None:
        """End the run and forget it: ``finished`` does not come, and the log is empty at once."""
        if self.active:
            self._abandoned = True
            self.log = Log()
            self.stop()

    def adjust(self, *commands: Set) -> None:
        """Change settings of the run under way, from the next step on; those it does not have are left out."""
        if self.run is not None:
            self._control.commands.extend(command for command in commands if can_obey(self.run.design, command))

    def set_locks(self, locks: Locks) -> None:
        """Lock other layers and filters in the run under way from the next step on; nodes it does not have are left
        out."""
        if self.active and self.graph is not None:
            self._control.commands.append(Lock(locks.within(self.graph.ids)))

    def ask_snapshot(self) -> None:
        """Ask for a new snapshot in ``latest``; it comes between two steps, at most ten times a second."""
        if self.active and not self._control.snapshot.is_set():
            self._control.snapshot.set()
            if self._state == "paused":
                self._wake()

    def watch(self, layer: str | None) -> None:
        """Measure steps now and then, of this run and those to come, for at most ``MEASURE_SHARE`` of the time: figures
        of all layers, and the arrays of one, "" for none. None: measure no more."""
        self._watched = self._control.watched = layer

    def checkpoint(self) -> None:
        """Ask for the run's record and weights as they are; they come with ``recorded``."""
        if self.active:
            self._control.record.set()
            self._wake()

    def end_now(self, seconds: float = 5.0) -> tuple[Run, Snapshot] | None:
        """Stop and wait: the run and its weights, for a window that closes. None if there is no run, or if
        it did not end in time."""
        if not self.active:
            return None
        self.stop()
        if not self._begun.is_set() or not self._ended.wait(seconds) or self._outcome is None:
            return None
        outcome = self._outcome
        self._leave()
        return outcome.run, outcome.weights

    def show_history(self, run: Run | None) -> None:
        """Fill a new ``log`` with the figures of a run that was trained earlier (None: with nothing). No
        effect while a run is under way, unless it was abandoned."""
        if not self.active or self._abandoned:
            self.log = Log()
            if run is not None:
                self.log.extend(run.history.events())

    def shutdown(self) -> None:
        """Stop and wait for the worker to end. Its jobs go with it."""
        self.stop()
        self.jobs.shutdown()

    def _last_step(self) -> int:
        events = reversed(self.log.read())
        return next((event.step for event in events if isinstance(event, StepDone)), 0)

    def _wake(self) -> None:
        if self._job is not None and not self._job.over:
            self._job.wake()

    def _enter(self, state: State) -> None:
        if state != self._state:
            self._state = state
            self.state_changed.emit(state)

    def _leave(self) -> None:
        self.shared = self._job is not None and self._job.task.shared
        self._job = None
        self._next_run = None
        self._abandoned = False
        self._enter("idle")

    def _hear(self, control: Control, news: str, value: object) -> None:
        if control is not self._control or not self.active:
            return
        if news == "refused":
            self.not_kept.emit(value)
        elif news == "helper lost":
            self.helper_lost.emit()
        elif news == "epoch":
            self.epoch_ended.emit()
        elif news == "record":
            assert isinstance(value, tuple)
            self.recorded.emit(*value)
        elif self._state != "stopping":
            self._enter("paused" if news == "paused" else "running")

    def _end(self, outcome: Outcome) -> None:
        if self._job is None or self._outcome is not outcome:
            return  # taken by end_now already
        abandoned = self._abandoned
        self._leave()
        if abandoned:
            return
        self.finished.emit(outcome.run, outcome.weights)
        if outcome.diverged:
            self.failed.emit(outcome.diverged)

    def _fail(self, failure: Failure) -> None:
        self._leave()
        if failure.bug:
            self.crashed.emit()
        else:
            self.failed.emit(failure.sentence)

    def _job_changed(self, state: str) -> None:
        if state == "cancelled":
            self._leave()
