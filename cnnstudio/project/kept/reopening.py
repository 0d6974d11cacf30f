"""A run's folder as a project: as it stands now, as it was at its best, or as it began."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cnnstudio.design.format.design_format import migrate
from cnnstudio.design.format.migrations import VERSION
from cnnstudio.design.format.strict import LARGEST_JSON, Checked, FileFormatError, parse
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Snapshot, layouts
from cnnstudio.nn.rules.optimizers import OptimizerState
from cnnstudio.project import history
from cnnstudio.project.kept.reading import Begun, begun_of, bytes_of, history_of
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.run_folder import kept_steps, open_elsewhere, runs_folder, summary_of
from cnnstudio.project.tensors import read_weights, remarks_of
from cnnstudio.runs.run import History, Run

Moment = Literal["last", "best", "first"]
_log = logging.getLogger(__name__)
_MEMORY, _RECORD = "memory/", "record"


def moments(folder: Path) -> tuple[Moment, ...]:
    """The moments of a run of which its folder has the weights."""
    states, weights = kept_steps(folder, "state"), kept_steps(folder, "weights")
    found: dict[Moment, bool] = {"last": bool(states), "best": len(weights) > 1, "first": bool(weights)}
    return tuple(moment for moment, there in found.items() if there)


def reopened(folder: Path, moment: Moment = "last") -> Project:
    """The project of a run: from the “last” state it goes on to the same bits; from the “best” weights or the “first”
    another run begins. What the run was told behind its last state it is told again when it goes on.

    Raises:
        FileFormatError: what is needed for it is not there, or not what it should be.
    """
    begun = begun_of(folder)
    if moment == "first":
        return _first(folder, begun)
    run, weights = _last(folder, begun)
    if moment == "best":
        if run.best is None:
            raise FileFormatError(
                str(folder), "", "It has no best weights: no epoch of it has ended, or the budget took them.", ""
            )
        weights = run.best
    return Project(run.design, weights, run)


def further(project: Project) -> Project:
    """The project with the state that the folder of its run has, where its process died further on than it was kept;
    else as it is."""
    run, weights = project.run, project.weights
    if run is None or (weights.run, weights.step) != (run.id, run.step):
        return project
    folder = runs_folder() / run.id
    summary = summary_of(folder)
    if summary is None or summary.get("ended") or open_elsewhere(folder):
        return project
    if max(kept_steps(folder, "state"), default=0) <= run.step:
        return project
    try:
        found = reopened(folder)
    except FileFormatError as error:
        _log.warning("The run's folder is not used: %s", error)
        return project
    same = found.run is not None and found.run.design.graph.goes_on_as(run.design.graph)
    return project.with_changes(weights=found.weights, run=found.run) if same else project


def _first(folder: Path, begun: Begun) -> Project:
    """The design with the weights it began with: nothing has been learned yet, and its seed leads to the same."""
    steps = kept_steps(folder, "weights")
    if not steps:
        raise FileFormatError(str(folder), "", "Its first weights have been removed.", "Its curves are still there.")
    weights, drawn = _weights(folder, steps[0], begun.design.graph), untrained(begun.design)
    same = np.array_equal(weights.parameters.vector, drawn.weights.parameters.vector)
    return drawn if same and not weights.run else Project(begun.design, weights)


def _last(folder: Path, begun: Begun) -> tuple[Run, Snapshot]:
    steps = kept_steps(folder, "state")
    if not steps:
        raise FileFormatError(
            str(folder), "", "No state of it is kept: none was written yet, or the budget took it.", ""
        )
    name = f"state-{steps[-1]}.safetensors"
    data, file = bytes_of(folder / name), str(folder / name)
    remarks = remarks_of(data, file, "", LARGEST_JSON).mapping()
    if _RECORD not in remarks:
        raise FileFormatError(file, "", "It holds no {record}.", record=_RECORD)
    record = parse(remarks[_RECORD].text(LARGEST_JSON).encode(), file, _RECORD)
    (found,) = (
        migrate("history", Checked({"runs": [record.value]}, file, _RECORD), VERSION).fields("runs")["runs"].items(1, 1)
    )
    run = history.run_from_json(found, begun.design)
    layout, _ = layouts(run.design.graph)
    memory = {f"{_MEMORY}{name}": shape for name, shape in history.memory_shapes(run, layout).items()}
    read = read_weights(data, run.design.graph, file, "", memory, (_RECORD,), LARGEST_JSON)
    if run.optimizer is not None:
        arrays = {name.removeprefix(_MEMORY): array for name, array in read.others.items()}
        run = run.with_changes(optimizer=OptimizerState(run.optimizer.step, history.memory_joined(run, layout, arrays)))
    return run.with_changes(history=_figures(folder, run), best=_best(folder, run)), read.weights


def _figures(folder: Path, run: Run) -> History:
    """The record's own history with the figures of its steps from the lines."""
    told = history_of(folder)
    return replace(run.history, losses=_until(told.losses, run.step), accuracies=_until(told.accuracies, run.step))


def _until(figures: NDArray[np.float32], step: int) -> NDArray[np.float32]:
    """So many of the figures, and no number for those whose lines are lost."""
    found = np.full(min(step, history.MOST_STEPS), np.nan, np.float32)
    found[: len(figures)] = figures[: len(found)]
    return found


def _best(folder: Path, run: Run) -> Snapshot | None:
    """The weights of the epoch after which the validation loss was lowest, where they are kept."""
    epochs = [done for done in run.history.epochs if np.isfinite(done.validation_loss)]
    best = min(epochs, key=lambda done: done.validation_loss, default=None)
    if best is None or best.step not in kept_steps(folder, "weights"):
        return None
    return _weights(folder, best.step, run.design.graph)


def _weights(folder: Path, step: int, graph: Graph) -> Snapshot:
    path = folder / f"weights-{step}.safetensors"
    return read_weights(bytes_of(path), graph, str(path), "").weights
