"""What a run's folder tells of it: what was begun, and the figures, line by line."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from cnnstudio.design.format.design_format import check_version, design_from_json, migrate
from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError, parse
from cnnstudio.design.value.design import Design
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.training.events import Commanded, EpochDone
from cnnstudio.project.history import MOST_STEPS
from cnnstudio.project.run_folder import ABOUT, event_of, lines_of
from cnnstudio.runs.run import History

_log = logging.getLogger(__name__)


@dataclass(frozen=True, eq=False)
class Begun:
    """What was begun: the design with its recipe, the fingerprint of the data, and the run that its first weights are
    of, "" where they were drawn."""

    design: Design
    data: str
    parent: str


def begun_of(folder: Path) -> Begun:
    """What was begun in a folder.

    Raises:
        FileFormatError: its ``run.json`` is not there or not what it should be.
    """
    path = folder / ABOUT
    document = parse(bytes_of(path, LARGEST_JSON), str(path))
    found = document.mapping()
    for name in ("format", "design", "data", "parent"):
        if name not in found:
            document.refuse("“{name}” is missing.", name=name)
    version = check_version(found["format"], document)
    design = design_from_json(migrate("design", found["design"], version))
    return Begun(design, found["data"].text(256), found["parent"].text(64))


def bytes_of(path: Path, most: int | None = None) -> bytes:
    """All of a file in a folder of a run; of a longer one than ``most`` one byte more than that.

    Raises:
        FileFormatError: it cannot be read.
    """
    try:
        return read_plain(path, path.stat().st_size if most is None else most)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise FileFormatError(str(path), "", "It cannot be read ({why}).", why=why) from error


def history_of(folder: Path) -> History:
    """The figures of a folder's run, one entry a step and no number where its line is lost; without the lines that
    cannot be read."""
    steps: dict[int, tuple[float, float]] = {}
    epochs: dict[int, EpochDone] = {}
    commands: list[Commanded] = []
    for line in lines_of(folder):
        try:
            match line.get("kind"):
                case "step_done":  # of thousands of lines these are nearly all
                    steps[int(line["step"])] = float(line["loss"]), float(line["accuracy"])
                case "epoch_done" | "commanded":
                    event = event_of(line)
                    if isinstance(event, EpochDone):
                        epochs[event.epoch] = event
                    elif isinstance(event, Commanded):
                        commands.append(event)
        except (KeyError, TypeError, ValueError) as error:
            _log.warning("%s: A line cannot be read: %s", folder, error)
    steps = {step: figures for step, figures in steps.items() if 0 < step <= MOST_STEPS}
    figures = np.full((2, max(steps, default=0)), np.nan, np.float32)
    if steps:
        figures[:, np.fromiter(steps, np.int64) - 1] = np.array(list(steps.values()), np.float32).T
    return History(figures[0], figures[1], tuple(epochs[n] for n in sorted(epochs)), tuple(commands))
