"""Drives an engine on the worker: serves the window between two steps and never waits for it.

All that is known of the engine are its events and the commands it takes, so it may run here or in another process.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field, replace

from cnnstudio.nn.network.network import Abandoned
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.nn.training.events import (
    Command,
    Engine,
    EpochDone,
    Event,
    Finished,
    HelperLost,
    Lock,
    MeasureStep,
    Set,
    SnapshotTaken,
    Started,
    StateTaken,
    StepDone,
    TakeSnapshot,
    TakeState,
)
from cnnstudio.nn.training.measured import Measured
from cnnstudio.project.run_folder import RunFolder
from cnnstudio.project.runs_budget import keep_within_budget
from cnnstudio.runs.fallback import Fallback, record_of, watched
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.recorder import Recorder, train_by, training_of
from cnnstudio.runs.replaying import replayed
from cnnstudio.runs.run import Run
from cnnstudio.worker.lanes import Latest, Log
from cnnstudio.worker.training.next_run import NextRun
from cnnstudio.worker.training.pace import Pace, Status
from cnnstudio.worker.training.until import NOW, Until
from cnnstudio.worker.turns.queue import PARKED, Placeable

#: seconds between two snapshots for the screen, and the least between two steps that are measured
SNAPSHOT_PAUSE, MEASURE_PAUSE = 0.1, 0.05
#: how much of the time of a run measuring may take
MEASURE_SHARE = 0.05


@dataclass(eq=False)
class Control:
    """What the window asks of the worker while a run is under way. Everything in it is safe in both
    threads."""

    stop: threading.Event = field(default_factory=threading.Event)
    snapshot: threading.Event = field(default_factory=threading.Event)
    record: threading.Event = field(default_factory=threading.Event)
    commands: deque[Command] = field(default_factory=deque)
    #: the layer whose arrays are wanted beside the figures of all, "" for none; None while no step is to be measured
    watched: str | None = None
    #: where to hold, or None to go on; the newest counts
    until: deque[Until | None] = field(default_factory=deque)
    #: whether the worker is to end all that it does
    cancelled: Callable[[], bool] = never

    def stopped(self) -> bool:
        """Whether the run is to end."""
        return self.stop.is_set() or self.cancelled()


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended: its record and weights, and if it diverged, the sentence that says so."""

    run: Run
    weights: Snapshot
    diverged: Sentence | None = None


#: what the worker tells the window: "running", "paused", the end of an "epoch", "helper lost", "refused", or a "record"
Tell = Callable[[str, object], None]
#: makes the engine that trains a run; it ends its step under way and finishes once the function gives true
Begin = Callable[[NextRun, Callable[[], bool]], Engine]


def own_engine(what: NextRun, stopped: Callable[[], bool]) -> Engine:
    """The engine of this program, in this process.

    Raises:
        GraphError: the graph is no classifier.
    """
    training = training_of(what.run, what.parameters)
    return train_by(what.run.design.recipe, training, what.train, what.validation, stopped)


def drive(
    next_run: NextRun,
    control: Control,
    log: Log[Event],
    snapshots: Latest[Snapshot],
    measured: Latest[StepDone],
    status: Latest[Status],
    tell: Tell,
    begin: Begin = own_engine,
) -> Generator[Placeable, None, Outcome]:
    """Train what ``next_run`` says. Yields after every event, and ``PARKED`` while it is paused.

    Raises:
        GraphError: the graph is no classifier.
    """
    what = next_run if next_run.goes_on else _planned(next_run, control)
    recipe, recorder = what.run.design.recipe, Recorder(what.run, what.weights)
    fallback = Fallback(recorder, recipe.optimizer.learning_rate)
    pace = Pace(len(what.train))
    shown, paused, held = 0.0, False, False
    measure_from, measured_of = 0.0, ""
    until: Until | None = None
    told_again = replayed(begin(what, control.stopped), what.run.ahead)
    folder = RunFolder(what.run, what.weights, fallback)
    with closing(folder), closing(watched(told_again, recorder, fallback, folder)) as engine:
        event: Event = next(engine)
        while not isinstance(event, Finished):
            now = time.monotonic()
            match event:
                case SnapshotTaken():
                    snapshots.put(event.snapshot)
                    shown = now
                case StateTaken():
                    tell("record", recorder.record(event.state))
                case StepDone(measured=Measured() as found):
                    measured.put(event)
                    measure_from = max(now, measure_from) + max(MEASURE_PAUSE, found.seconds / MEASURE_SHARE)
                    log.append(replace(event, measured=None))  # a lane that forgets nothing
                case _:
                    log.append(event)
            match event:
                case Started():
                    status.put(pace.started(event, now))
                    tell("running", None)
                case StepDone():
                    status.put(pace.step_done(event, now))
                case EpochDone() if fallback.sentence:
                    event = Finished(event.step, stopped=True)
                    break
                case EpochDone():
                    status.put(pace.epoch_done(event, now))
                    tell("epoch", None)
                case HelperLost():
                    tell("helper lost", None)
                case _:
                    pass
            yield None
            while control.until:
                until, held = control.until.popleft(), False
            held = held or (until is not None and until.met(event))
            command = _command(control, shown, held)
            while command is None and held and not control.stopped() and not fallback.sentence:
                if not paused:
                    folder.flush()
                paused = True
                tell("paused", None)
                yield PARKED
                while control.until:
                    until = control.until.popleft()
                    held = until == NOW
                command = _command(control, shown, held)
            if paused and not held:
                paused = False
                pace.resumed(time.monotonic())
                tell("running", None)
            # somebody waits for another layer: it comes at once, and what follows comes so much later
            layer = control.watched
            if command is None and layer is not None and (now >= measure_from or layer not in ("", measured_of)):
                measured_of = layer
                command = MeasureStep(layer)
            event = engine.send(command)
        log.append(event)
        kept = fallback.good if fallback.sentence else None
        run, weights = kept or record_of(engine, recorder)
        folder.finish(run, weights)
        keep_within_budget()
        if folder.refused is not None:
            tell("refused", folder.refused)
    snapshots.put(weights)
    return Outcome(run, weights, fallback.sentence)


def _command(control: Control, shown: float, held: bool) -> Command | None:
    """What the engine is to be told before it goes on; None if it is to take its next step."""
    if control.snapshot.is_set() and (held or time.monotonic() - shown >= SNAPSHOT_PAUSE):
        control.snapshot.clear()
        return TakeSnapshot()
    if control.record.is_set():
        control.record.clear()
        return TakeState()
    try:
        command = control.commands.popleft()
    except IndexError:
        return None
    while control.commands and _same(command, control.commands[0]):
        command = control.commands.popleft()  # only the last of a burst matters
    return command


def _same(one: Command, two: Command) -> bool:
    """Whether the second command leaves nothing of the first."""
    if isinstance(one, Set) and isinstance(two, Set):
        return one.name == two.name
    return isinstance(one, Lock) and isinstance(two, Lock)


def _planned(what: NextRun, control: Control) -> NextRun:
    """A new run with the fastest algorithms for it on this machine, which may have to be timed first."""
    design, run = what.run.design, what.run
    try:
        plan = plan_for(design.graph, design.recipe.batch_size, run.plan.threads, control.stopped)
    except Abandoned:
        return what  # stopped while timing: it will not train either
    return replace(what, run=run.with_changes(plan=plan))
