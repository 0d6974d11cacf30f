"""Driving the trainer in the terminal: a bar, a line an epoch, checkpoints, and signals."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass

from cnnstudio.cli.console import Output, percent, remark
from cnnstudio.cli.data import advance_to, progress_bar
from cnnstudio.cli.stopping import Stopping
from cnnstudio.cli.training.checkpoints import Checkpoints
from cnnstudio.data.dataset import DataSet
from cnnstudio.data.preparation.split import divided
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.nn.training.events import Commanded, EpochDone, Finished, StepDone, Stop
from cnnstudio.project.project import Project
from cnnstudio.project.run_folder import RunFolder
from cnnstudio.project.runs_budget import keep_within_budget
from cnnstudio.runs.fallback import Fallback, record_of, watched
from cnnstudio.runs.recorder import Recorder, steps_in_all, train_by, training_of
from cnnstudio.runs.replaying import replayed
from cnnstudio.runs.run import Run

#: what a line of --json says of an epoch
_FIGURES = ("epoch", "train_loss", "validation_loss", "validation_accuracy", "images_per_second", "seconds")


@dataclass(frozen=True)
class Ending:
    """How a training went: what came of it, whether a signal ended it, and what went wrong with the numbers."""

    project: Project
    stopped: bool
    diverged: Sentence | None


def drive(
    project: Project, data: DataSet, as_json: bool, output: Output, checkpoints: Checkpoints, stopping: Stopping
) -> Ending:
    """Train the project's run to its end, until the numbers fail or until a signal. Whatever is said of it is in its
    checkpoint before."""
    run = project.run
    assert run is not None
    recipe = project.design.recipe
    learning, validation = divided(data, recipe.data.split)
    recorder = Recorder(run, project.weights)
    fallback = Fallback(recorder, recipe.optimizer.learning_rate)
    engine = train_by(recipe, training_of(run, project.weights.parameters), learning, validation, stopping.wanted)
    engine = replayed(engine, run.ahead)
    folder = RunFolder(run, project.weights, fallback)
    steps = watched(engine, recorder, fallback, folder)
    in_all = steps_in_all(run, len(learning))
    progress = progress_bar("training", in_all, as_json or run.step >= in_all, run.step)
    begun = time.monotonic()
    with closing(folder), closing(steps), progress as bar:
        event = next(steps)
        while not isinstance(event, Finished):
            match event:
                case StepDone():
                    bar.set_description_str(f"epoch {event.epoch} of {recipe.epochs}", refresh=False)
                    bar.set_postfix_str(f"loss {event.loss:.3f}, accuracy {event.accuracy:.1%}", refresh=False)
                    advance_to(bar, event.step)
                    if checkpoints.due(time.monotonic() - begun):
                        checkpoints.write(_now(project, *record_of(steps, recorder)))
                case EpochDone() if not fallback.sentence:
                    checkpoints.write(_now(project, *record_of(steps, recorder)))
                    bar.clear()
                    _report(event, recipe.epochs, as_json, output)
                case _:
                    pass
            begun = time.monotonic()
            # Once only: the trainer answers each command with an event before it goes on.
            stop = (stopping.wanted() or fallback.sentence) and not isinstance(event, Commanded)
            event = steps.send(Stop() if stop else None)
        kept = fallback.good if fallback.sentence else None
        ended, weights = kept or record_of(steps, recorder)
        folder.finish(ended, weights)
        keep_within_budget()
        project = _now(project, ended, weights)
    if folder.refused is not None:
        remark(worded(folder.refused))
    checkpoints.write(project)
    return Ending(project, stopping.wanted() and event.stopped and not fallback.sentence, fallback.sentence)


def _now(project: Project, run: Run, weights: Snapshot) -> Project:
    """The project as its run has come to be."""
    design = project.design.with_changes(recipe=run.design.recipe)
    return project.with_changes(design=design, run=run.with_changes(design=design), weights=weights)


def _report(event: EpochDone, epochs: int, as_json: bool, output: Output) -> None:
    if as_json:
        output.emit({name: getattr(event, name) for name in _FIGURES})
        return
    output.say(
        f"epoch {event.epoch} of {epochs}: loss {event.train_loss:.4f}, validation loss {event.validation_loss:.4f}, "
        f"validation accuracy {percent(event.validation_accuracy)}, "
        f"{thousands(round(event.images_per_second))} images/s, {event.seconds:.1f}\u202fs"
    )
