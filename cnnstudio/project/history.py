"""Training runs as JSON: ``history.json`` of a .cnn file, and the optimizer's arrays that belong to it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.design.format.design_format import MOST_NODES, design_from_json, design_to_json
from cnnstudio.design.format.locks_format import are_of
from cnnstudio.design.format.strict import Checked
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import Layout
from cnnstudio.nn.rules.optimizers import OptimizerState
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.training.events import Commanded, EpochDone, EpochSoFar, Lock, Place, Set
from cnnstudio.nn.training.messages import command_from_json, to_json
from cnnstudio.nn.training.plain import MessageError
from cnnstudio.project.tensors import joined, shapes, slices
from cnnstudio.runs.adjusting import after
from cnnstudio.runs.run import History, Run

MOST_EPOCHS = 10_000
MOST_STEPS = 1 << 24
#: of more commands the last ones are stored
MOST_COMMANDS = 10_000
#: longer series are stored as means of 2, 4, 8… steps each: no screen shows more, and JSON has a limit
MOST_ENTRIES = 1 << 17
_COUNT = 1 << 53


def run_to_json(run: Run) -> dict[str, Any]:
    """A run as JSON values. Figures that are no number become null."""
    every, losses = _thinned(run.history.losses)
    _, accuracies = _thinned(run.history.accuracies)
    commands = [
        {"step": told.step, "place": asdict(told.place), **to_json(told.command)}
        for told in run.history.commands[-MOST_COMMANDS:]
    ]
    return {
        "id": run.id,
        "data": run.data,
        "step": run.step,
        "design": design_to_json(run.design),
        "plan": {"threads": run.plan.threads, "algorithms": dict(run.plan.algorithms)},
        "optimizer_steps": run.optimizer.step if run.optimizer else None,
        "epoch_so_far": run.epoch._asdict(),
        "epochs": [{name: _or_null(v) for name, v in asdict(epoch).items()} for epoch in run.history.epochs],
        "commands": commands,
        "parent": run.parent,
        "began": {"epoch": run.began.epoch, "picture": run.began.picture},
        "asked": run.asked,
        "steps": {
            "count": len(run.history.losses),
            "every": every,
            "losses": losses,
            "accuracies": accuracies,
        },
    }


def run_from_json(found: Checked, current: Design) -> Run:
    """The run that ``run_to_json`` wrote, without the optimizer's arrays. Where it trained the ``current``
    design or its graph, the run shares it.

    Raises:
        FileFormatError: anything in it is not as it should be.
    """
    fields = found.fields(
        "id", "data", "step", "design", "plan", "optimizer_steps", "epoch_so_far", "epochs", "steps", "commands",
        "parent", "began", optional=("asked",),
    )  # fmt: skip
    design = design_from_json(fields["design"])
    if design.graph == current.graph:
        design = current if design == current else design.with_changes(graph=current.graph)
    so_far = fields["epoch_so_far"].fields("loss", "correct", "images", optional=("batch_size",))
    steps = fields["optimizer_steps"]
    return Run(
        id=fields["id"].text(64, 1),
        design=design,
        plan=_plan(fields["plan"], design),
        data=fields["data"].text(256),
        step=fields["step"].integer(0, _COUNT),
        history=_history(fields, design),
        optimizer=None if steps.value is None else OptimizerState(steps.integer(0, _COUNT)),
        epoch=EpochSoFar(
            so_far["loss"].number(),
            so_far["correct"].integer(0, _COUNT),
            so_far["images"].integer(0, _COUNT),
            so_far["batch_size"].integer(0, _COUNT) if "batch_size" in so_far else 0,
        ),
        parent=fields["parent"].text(64),
        began=_place(fields["began"]),
        asked=fields["asked"].integer(0, _COUNT) if "asked" in fields else 0,
    )


def memory_slices(state: OptimizerState, layout: Layout) -> dict[str, Floats]:
    """What an optimizer remembers as named arrays: ``mean/conv2d_1.weights``."""
    found: dict[str, Floats] = {}
    for name, vector in state.vectors.items():
        found.update(slices(layout, vector, f"{name}/"))
    return found


def memory_shapes(run: Run, layout: Layout) -> dict[str, Shape]:
    """The names and shapes that ``memory_slices`` gives for the run's optimizer."""
    found: dict[str, Shape] = {}
    for name in run.design.recipe.optimizer.memory:
        found.update(shapes(layout, f"{name}/"))
    return found


def memory_joined(run: Run, layout: Layout, arrays: Mapping[str, Floats]) -> dict[str, Floats]:
    """The vectors that ``memory_slices`` took apart."""
    names = run.design.recipe.optimizer.memory
    return {name: joined(layout, arrays, f"{name}/") for name in names}


def _plan(found: Checked, design: Design) -> Plan:
    fields = found.fields("threads", "algorithms")
    algorithms: dict[str, str] = {}
    chosen = fields["algorithms"].mapping()
    if len(chosen) > MOST_NODES:
        fields["algorithms"].refuse("There are more entries than layers.")
    for node_id, item in chosen.items():
        if node_id not in design.graph:
            item.refuse("The design has no such layer.")
        # One that is gone from this version gives way to the default: the same numbers up to rounding.
        if design.graph[node_id].layer.knows_algorithm(item.text(64)):
            algorithms[node_id] = item.value
    return Plan(fields["threads"].integer(1, 256), algorithms)


def _history(found: Mapping[str, Checked], design: Design) -> History:
    fields = found["steps"].fields("count", "every", "losses", "accuracies")
    count = fields["count"].integer(0, MOST_STEPS)
    every = fields["every"].integer(1, MOST_STEPS)
    entries = math.ceil(count / every)
    if entries > MOST_ENTRIES:
        fields["every"].refuse("Series of more than {most:thousands} entries are stored thinned.", most=MOST_ENTRIES)
    losses, accuracies = (_series(fields[name], entries, every)[:count] for name in ("losses", "accuracies"))
    commands = found["commands"].items(MOST_COMMANDS)
    return History(
        losses,
        accuracies,
        tuple(_epoch(item, design.recipe.batch_size) for item in found["epochs"].items(MOST_EPOCHS)),
        tuple(_command(item, design) for item in commands),
    )


def _command(found: Checked, design: Design) -> Commanded:
    fields = found.fields("step", optional=tuple(found.mapping()))
    step = fields.pop("step").integer(0, _COUNT)
    place = _place(fields.pop("place")) if "place" in fields else Place()
    try:
        command = command_from_json({name: item.value for name, item in fields.items()})
    except MessageError as error:
        found.refuse("{error}", error=error)
    if not isinstance(command, Set | Lock):
        found.refuse("A record holds the commands lock and set alone.")
    if isinstance(command, Lock) and not are_of(design.graph, command.locks):
        found.refuse("The design has no such layer or filter.")
    try:
        after(design, command)
    except SettingError as error:
        found.refuse("{error}", error=error)
    return Commanded(step, command, place)


def _place(found: Checked) -> Place:
    fields = found.fields("epoch", "picture")
    return Place(*(fields[name].integer(0, _COUNT) for name in ("epoch", "picture")))


def _epoch(found: Checked, batch_size: int) -> EpochDone:
    counts = ("epoch", "step")
    figures = (
        "train_loss", "train_accuracy", "validation_loss", "validation_accuracy",
        "images_per_second", "seconds", "learning_rate",
    )  # fmt: skip
    fields = found.fields(*counts, *figures, optional=("batch_size",))
    done = EpochDone(
        *(fields[name].integer(1, _COUNT) for name in counts), *(_number(fields[name]) for name in figures)
    )
    return replace(done, batch_size=fields["batch_size"].integer(0, _COUNT) if "batch_size" in fields else batch_size)


def _number(found: Checked) -> float:
    return math.nan if found.value is None else found.number()


def _or_null(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _thinned(series: NDArray[np.float32]) -> tuple[int, list[float | None]]:
    """How many steps share an entry, and the entries."""
    every = 1
    while every * MOST_ENTRIES < len(series):
        every *= 2
    if every > 1:
        starts = np.arange(0, len(series), every)
        sums = np.add.reduceat(series.astype(np.float64), starts)
        series = (sums / np.diff(starts, append=len(series))).astype(np.float32)
    # The shortest text that gives the same float32 again, not the float64 it equals.
    return every, [float(str(value)) if math.isfinite(value) else None for value in series]


def _series(found: Checked, entries: int, every: int) -> NDArray[np.float32]:
    values = found.entries(entries, entries)
    for value in values:
        if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
            found.refuse("It must hold numbers and null only.")
    with np.errstate(over="ignore"):
        try:
            series = np.array([math.nan if value is None else value for value in values], np.float32)
        except OverflowError:
            found.refuse("It holds a number that is too large.")
    if np.isinf(series).any():
        found.refuse("It holds a number that is too large.")
    return np.repeat(series, every)
