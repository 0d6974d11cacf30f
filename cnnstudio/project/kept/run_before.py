"""The run before an edit: what a run's first weights had learned until it began, as the folder of that run tells."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.value.design import Design
from cnnstudio.nn.training.events import Lock, Place, Set
from cnnstudio.project.kept.reading import begun_of, history_of
from cnnstudio.project.run_folder import runs_folder
from cnnstudio.runs.adjusting import after
from cnnstudio.runs.run import History, Run

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class RunBefore:
    """Its figures up to where the other run began, and the design that it had come to; None where its folder does not
    tell it any more."""

    history: History
    design: Design | None


def run_before(run: Run) -> RunBefore | None:
    """The parent of a run; None where it has none or nothing is kept of it."""
    if not run.parent:
        return None
    folder = runs_folder() / run.parent
    history = _until(history_of(folder), run.began)
    return RunBefore(history, _design(folder, history)) if len(history.losses) else None


def _until(history: History, place: Place) -> History:
    """A history as it was at a place."""
    epochs = history.epochs[: place.epoch]
    steps = epochs[-1].step if epochs else 0
    if place.picture:
        later = history.epochs[place.epoch :]
        batch = later[0].batch_size if later else 0
        steps = min(len(history.losses), steps + math.ceil(place.picture / batch)) if batch else len(history.losses)
    commands = tuple(told for told in history.commands if told.step <= steps)
    return History(history.losses[:steps], history.accuracies[:steps], epochs, commands)


def _design(folder: Path, history: History) -> Design | None:
    try:
        design = begun_of(folder).design
    except FileFormatError as error:
        _log.warning("What was begun in %s cannot be read: %s", folder, error)
        return None
    for told in history.commands:
        if isinstance(told.command, Set | Lock):
            design = after(design, told.command)
    return design
