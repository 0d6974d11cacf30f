"""The run before an edit: what a run's first weights had learned until it began, as the folder of that run tells."""

from __future__ import annotations

import logging
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnstudio.design.format.design_format import check_version, design_from_json, migrate
from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError, parse
from cnnstudio.design.value.design import Design
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.training.events import Commanded, EpochDone, Lock, Place, Set
from cnnstudio.nn.training.messages import event_from_json
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.project.run_folder import ABOUT, lines_of, runs_folder
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
    history = _until(_history(folder), run.began)
    return RunBefore(history, _design(folder, history)) if len(history.losses) else None


def _history(folder: Path) -> History:
    """All figures of a folder's run, no number where a line is lost."""
    steps: dict[int, tuple[float, float]] = {}
    epochs: dict[int, EpochDone] = {}
    commands: list[Commanded] = []
    for line in lines_of(folder):
        try:
            match line.get("kind"):
                case "step_done":
                    steps[int(line["step"])] = float(line["loss"]), float(line["accuracy"])
                case "epoch_done" | "commanded":
                    line.pop("at", None)
                    event = event_from_json(line)
                    if isinstance(event, EpochDone):
                        epochs[event.epoch] = event
                    elif isinstance(event, Commanded):
                        commands.append(event)
        except (MessageError, KeyError, TypeError, ValueError) as error:
            _log.warning("%s: A line cannot be read: %s", folder, error)
    count = len(steps)
    while count and count not in steps:  # a gap: what is behind it has no place
        count -= 1
    figures = np.array([steps.get(step, (math.nan, math.nan)) for step in range(1, count + 1)], np.float32)
    figures = figures.reshape(count, 2)
    return History(
        figures[:, 0].copy(), figures[:, 1].copy(), tuple(epochs[n] for n in sorted(epochs)), tuple(commands)
    )


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
        document = parse(read_plain(folder / ABOUT, LARGEST_JSON), str(folder / ABOUT))
        found = document.mapping()
        version = check_version(found.get("format"), document)
        design = design_from_json(migrate("design", found["design"], version))
    except (OSError, KeyError, FileFormatError) as error:
        _log.warning("What was begun in %s cannot be read: %s", folder, error)
        return None
    for told in history.commands:
        if isinstance(told.command, Set | Lock):
            design = after(design, told.command)
    return design
