"""Drives the trainer on the worker: serves the window between two steps and never waits for it."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass, field

from cnnstudio.nn.network.network import Abandoned
from cnnstudio.nn.parameters import Snapshot
from cnnstudio.nn.training.trainer import Command, EpochDone, Event, Finished, Lock, Set, Started, StepDone
from cnnstudio.runs.fallback import Fallback
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.recorder import Recorder, train_by, training_of
from cnnstudio.runs.run import Run
from cnnstudio.worker.jobs import PARKED, Placeable
from cnnstudio.worker.lanes import Latest, Log
from cnnstudio.worker.next_run import NextRun
from cnnstudio.worker.pace import Pace, Status

#: seconds between two snapshots for the screen
SNAPSHOT_PAUSE = 0.1


@dataclass(eq=False)
class Control:
    """What the window asks of the worker while a run is under way. Everything in it is safe in both
    threads."""

    stop: threading.Event = field(default_factory=threading.Event)
    pause: threading.Event = field(default_factory=threading.Event)
    snapshot: threading.Event = field(default_factory=threading.Event)
    record: threading.Event = field(default_factory=threading.Event)
    commands: deque[Command] = field(default_factory=deque)


@dataclass(frozen=True, eq=False)
class Outcome:
    """How a run ended: its record and weights, and if it diverged, the sentence that says so."""

    run: Run
    weights: Snapshot
    diverged: str = ""


#: what the worker tells the window: "running", "paused", or a record that was asked for
Tell = Callable[[str, object], None]


def drive(
    next_run: NextRun,
    control: Control,
    log: Log[Event],
    snapshots: Latest[Snapshot],
    status: Latest[Status],
    tell: Tell,
) -> Generator[Placeable, None, Outcome]:
    """Train what ``next_run`` says. Yields after every event, and ``PARKED`` while it is paused.

    Raises:
        GraphError: the graph is no classifier.
    """
    recipe = next_run.run.design.recipe
    run = next_run.run if next_run.goes_on else _planned(next_run.run, control)
    recorder = Recorder(run)
    training = training_of(run, next_run.parameters)
    fallback, shown = Fallback(recorder, training), 0.0
    pace = Pace(recipe.batch_size, len(next_run.train))
    steps = train_by(recipe, training, next_run.train, next_run.validation, control.stop.is_set)
    with closing(steps):
        event: Event = next(steps)
        while True:
            now = time.monotonic()
            log.append(event)
            recorder.hear(event)
            fallback.hear(event)
            match event:
                case Started():
                    status.put(pace.started(event, now))
                    tell("running", None)
                case StepDone():
                    status.put(pace.step_done(event, now))
                case EpochDone() if fallback.sentence:
                    log.append(Finished(event.step, stopped=True))
                    break
                case EpochDone():
                    status.put(pace.epoch_done(event, now))
                case Finished():
                    break
            yield None
            while True:
                if control.snapshot.is_set() and (control.pause.is_set() or now - shown >= SNAPSHOT_PAUSE):
                    control.snapshot.clear()
                    shown = now
                    snapshots.put(training.snapshot())
                if control.record.is_set():
                    control.record.clear()
                    tell("record", recorder.record(training))
                if not control.pause.is_set() or control.stop.is_set() or fallback.sentence:
                    break
                tell("paused", None)
                yield PARKED
                if not control.pause.is_set():
                    pace.resumed(time.monotonic())
                    tell("running", None)
            event = _next(steps, control)
    run, weights = fallback.good if fallback.sentence else recorder.record(training)
    snapshots.put(weights)
    return Outcome(run, weights, fallback.sentence)


def _next(steps: Generator[Event, Command | None, None], control: Control) -> Event:
    try:
        command = control.commands.popleft()
    except IndexError:
        return next(steps)
    while control.commands and isinstance(command, Set | Lock) and type(control.commands[0]) is type(command):
        command = control.commands.popleft()  # only the last of a burst matters
    return steps.send(command)


def _planned(run: Run, control: Control) -> Run:
    """A new run with the fastest algorithms for it on this machine, which may have to be timed first."""
    design = run.design
    try:
        plan = plan_for(design.graph, design.recipe.batch_size, run.plan.threads, control.stop.is_set)
    except Abandoned:
        return run  # stopped while timing: it will not train either
    return run.with_changes(plan=plan)
