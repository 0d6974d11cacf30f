"""The command train."""

from __future__ import annotations

import os
import signal
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from cnnstudio.cli.console import BAD_ANSWER, GOOD, STOPPED, Refused, emit, grouped, percent, remark, say
from cnnstudio.cli.data import advance_to, data_for, progress_bar
from cnnstudio.cli.designs import Opened, check_target, open_design, save
from cnnstudio.cli.evaluation import test
from cnnstudio.data.dataset import DataSet, split_validation
from cnnstudio.data.library import BUILTIN
from cnnstudio.design.design import Design
from cnnstudio.nn.plan import default_plan
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.trainer import Diverged, EpochDone, Finished, StepDone, Stop, train
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.recorder import Recorder, new_run, steps_per_epoch, training_of, why_not_resumable
from cnnstudio.runs.run import Run

MOST_THREADS = 256


@dataclass
class Ending:
    """How a training went."""

    project: Project
    stopped: bool = False
    diverged: str = ""


def run(arguments: Namespace) -> int:
    """Train a design, say how well it does on the test images, and save it if wanted."""
    opened = open_design(arguments.design)
    if arguments.out:
        check_target(arguments.out)
    if arguments.threads is not None and not 1 <= arguments.threads <= MOST_THREADS:
        raise Refused(f"--threads must be from 1 to {MOST_THREADS}, not {arguments.threads}.")
    design = _with_options(opened, arguments)
    data = data_for(opened, design, arguments.json)
    project = _start(opened, design, data, arguments)
    ending = _train(project, data, arguments.json)
    if ending.diverged:
        remark(ending.diverged)
    if not ending.stopped:
        result = test(ending.project, data)
        if arguments.json:
            emit({"test_accuracy": result.accuracy})
        else:
            images = f"{grouped(len(data.test))} images of {data.title}"
            say(f"Test accuracy {percent(result.accuracy)}, loss {result.loss:.4g} ({images}).")
    if arguments.out:
        save(ending.project, arguments.out)
        if not arguments.json:
            say(f"Saved {arguments.out}.")
    if ending.stopped:
        remark(_how_to_go_on(ending.project, arguments.out))
        return STOPPED
    return BAD_ANSWER if ending.diverged else GOOD


def default_threads() -> int:
    """Two threads where the machine has them: more gain little, and their number decides the last bits."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(2, cores)


def _with_options(opened: Opened, arguments: Namespace) -> Design:
    """The design with what the options say in place of its recipe's settings."""
    names = ("epochs", "batch_size", "learning_rate", "optimizer", "seed", "data")
    changes = {name: getattr(arguments, name) for name in names if getattr(arguments, name) is not None}
    if "data" in changes and changes["data"] not in BUILTIN:
        # What is saved must find its data from any folder.
        changes["data"] = str(Path(changes["data"]).expanduser().absolute())
    try:
        return opened.design.with_changes(recipe=opened.design.recipe.replace(**changes))
    except SettingError as error:
        raise Refused(str(error)) from error


def _start(opened: Opened, design: Design, data: DataSet, arguments: Namespace) -> Project:
    """The project to train, with the run it begins or goes on with."""
    before = opened.project if arguments.resume else None
    if before is not None and before.run is not None:
        reason = _why_not_exactly(before.run, before, design, data, arguments.threads)
        if not reason:
            return before.with_changes(design=design, run=before.run.with_changes(design=design))
        remark(f"{opened.name}: Begins a new run from the weights in the file. {reason}")
    threads = arguments.threads or default_threads()
    run = new_run(design, default_plan(design.graph, threads), data.fingerprint)
    thumbnail = opened.project.thumbnail if opened.project else b""
    if before is not None:
        return Project(design, before.weights, run, thumbnail)
    return untrained(design).with_changes(run=run, thumbnail=thumbnail)


def _why_not_exactly(run: Run, project: Project, design: Design, data: DataSet, threads: int | None) -> str:
    if threads not in (None, run.plan.threads):
        return f"The run shares its batches between {run.plan.threads} threads, not {threads}."
    return why_not_resumable(run, design, project.weights, data.fingerprint)


def _train(project: Project, data: DataSet, quiet: bool) -> Ending:
    design, run = project.design, project.run
    assert run is not None
    recipe = design.recipe
    learning, validation = split_validation(data.train, recipe.seed)
    training = training_of(run, project.weights.parameters)
    recorder = Recorder(run)
    if not quiet:
        say(_heading(project, data, len(learning), len(validation)))
    ending, stopping = Ending(project), False
    steps = train(
        training, learning, validation, batch_size=recipe.batch_size, epochs=recipe.epochs, seed=recipe.seed
    )
    in_all = recipe.epochs * steps_per_epoch(len(learning), recipe.batch_size)
    with _interrupted() as interrupts, closing(steps), progress_bar("", in_all, quiet, run.step) as bar:
        event = next(steps)
        while not isinstance(event, Finished):
            recorder.hear(event)
            match event:
                case StepDone():
                    if not quiet:
                        bar.set_description_str(f"epoch {event.epoch} of {recipe.epochs}", refresh=False)
                        figures = f"loss {event.loss:.3f}, accuracy {event.accuracy:.1%}"
                        bar.set_postfix_str(figures, refresh=False)
                        advance_to(bar, event.step)
                case EpochDone():
                    bar.clear()
                    _report(event, recipe.epochs, quiet)
                case Diverged():
                    ending.diverged = event.sentence
                case _:
                    pass
            # Once only: each command is answered by an event before the trainer goes on.
            command = Stop() if interrupts and not stopping else None
            stopping = stopping or command is not None
            event = steps.send(command)
        ending.stopped = stopping and event.stopped and not ending.diverged
    record, weights = recorder.record(training)
    trained = design.with_changes(recipe=record.design.recipe)
    ending.project = project.with_changes(design=trained, run=record.with_changes(design=trained), weights=weights)
    return ending


@contextmanager
def _interrupted() -> Iterator[list[float]]:
    """A list that Ctrl+C puts something in; a second Ctrl+C ends the program at once."""
    interrupts: list[float] = []

    def note(number: int, frame: FrameType | None) -> None:
        interrupts.append(time.monotonic())
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield interrupts
    finally:
        signal.signal(signal.SIGINT, before)


def _heading(project: Project, data: DataSet, learning: int, validation: int) -> str:
    run = project.run
    assert run is not None
    threads = "1 thread" if run.plan.threads == 1 else f"{run.plan.threads} threads"
    goes_on = f", goes on after step {grouped(run.step)}" if run.step else ""
    return (
        f"{project.design.title or 'The design'} on {data.title}: {grouped(learning)} training, {grouped(validation)} "
        f"validation and {grouped(len(data.test))} test images; {threads}, seed {project.design.recipe.seed}{goes_on}."
    )


def _report(event: EpochDone, epochs: int, quiet: bool) -> None:
    if quiet:
        names = ("epoch", "train_loss", "validation_loss", "validation_accuracy", "images_per_second", "seconds")
        emit({name: getattr(event, name) for name in names})
        return
    say(
        f"epoch {event.epoch} of {epochs}: loss {event.train_loss:.4f}, validation loss {event.validation_loss:.4f}, "
        f"validation accuracy {percent(event.validation_accuracy)}, "
        f"{grouped(round(event.images_per_second))} images/s, {event.seconds:.1f} s"
    )


def _how_to_go_on(project: Project, out: str | None) -> str:
    assert project.run is not None
    stopped = f"Stopped after step {project.run.step:,}"
    if out is None:
        return f"{stopped}; nothing was saved, since no --out was given."
    return f"{stopped}; cnnstudio train {out} --resume --out {out} goes on from there."
