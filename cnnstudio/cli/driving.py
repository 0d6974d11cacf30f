"""Driving the trainer in the terminal: a bar, a line an epoch, and Ctrl+C."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Event
from types import FrameType

from cnnstudio.cli.console import emit, percent, say
from cnnstudio.cli.data import advance_to, progress_bar
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.split import divided
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.training.trainer import EpochDone, Finished, StepDone, Stop
from cnnstudio.project.project import Project
from cnnstudio.runs.fallback import Fallback, record_of, watched
from cnnstudio.runs.recorder import Recorder, steps_per_epoch, train_by, training_of

#: what a line of --json says of an epoch
_FIGURES = ("epoch", "train_loss", "validation_loss", "validation_accuracy", "images_per_second", "seconds")


@dataclass(frozen=True)
class Ending:
    """How a training went: what came of it, whether Ctrl+C ended it, and what went wrong with the numbers."""

    project: Project
    stopped: bool
    diverged: str


def drive(project: Project, data: DataSet, as_json: bool) -> Ending:
    """Train the project's run to its end, until the numbers fail or until Ctrl+C."""
    design, run = project.design, project.run
    assert run is not None
    recipe = design.recipe
    learning, validation = divided(data, recipe.data.split)
    recorder, stopping = Recorder(run), False
    fallback = Fallback(recorder, recipe.optimizer.learning_rate)
    engine = train_by(recipe, training_of(run, project.weights.parameters), learning, validation)
    steps = watched(engine, recorder, fallback)
    in_all = recipe.epochs * steps_per_epoch(len(learning), recipe.batch_size)
    progress = progress_bar("training", in_all, as_json or run.step >= in_all, run.step)
    with _interrupted() as interrupted, closing(steps), progress as bar:
        event = next(steps)
        while not isinstance(event, Finished):
            match event:
                case StepDone():
                    bar.set_description_str(f"epoch {event.epoch} of {recipe.epochs}", refresh=False)
                    bar.set_postfix_str(f"loss {event.loss:.3f}, accuracy {event.accuracy:.1%}", refresh=False)
                    advance_to(bar, event.step)
                case EpochDone() if not fallback.sentence:
                    bar.clear()
                    _report(event, recipe.epochs, as_json)
                case _:
                    pass
            # Once only: the trainer answers each command with an event before it goes on.
            command = Stop() if (interrupted.is_set() or fallback.sentence) and not stopping else None
            stopping = stopping or command is not None
            event = steps.send(command)
        kept = fallback.good if fallback.sentence else None
        record, weights = kept or record_of(steps, recorder)
    trained = design.with_changes(recipe=record.design.recipe)
    project = project.with_changes(design=trained, run=record.with_changes(design=trained), weights=weights)
    return Ending(project, stopping and event.stopped and not fallback.sentence, fallback.sentence)


@contextmanager
def _interrupted() -> Iterator[Event]:
    """Set by Ctrl+C; a second Ctrl+C ends the program at once."""
    pressed = Event()

    def note(number: int, frame: FrameType | None) -> None:
        pressed.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, note)
    try:
        yield pressed
    finally:
        signal.signal(signal.SIGINT, before)


def _report(event: EpochDone, epochs: int, as_json: bool) -> None:
    if as_json:
        emit({name: getattr(event, name) for name in _FIGURES})
        return
    say(
        f"epoch {event.epoch} of {epochs}: loss {event.train_loss:.4f}, validation loss {event.validation_loss:.4f}, "
        f"validation accuracy {percent(event.validation_accuracy)}, "
        f"{thousands(round(event.images_per_second))} images/s, {event.seconds:.1f} s"
    )
