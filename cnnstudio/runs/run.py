"""A training run as a value: the design it trains, how far it came and all its figures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.plan import Plan, default_plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.rules.optimizers import OptimizerState
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.events import Commanded, EpochDone, EpochSoFar, Event, Place, StepDone


@dataclass(frozen=True, eq=False)
class History:
    """The figures of a run. ``losses`` and ``accuracies`` (float32) have one entry a step, batch averages.
    ``commands`` are what was changed on the way, each where that was."""

    losses: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    accuracies: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    epochs: tuple[EpochDone, ...] = ()
    commands: tuple[Commanded, ...] = ()

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, History)
            and self.epochs == other.epochs
            and self.commands == other.commands
            and np.array_equal(self.losses, other.losses)
            and np.array_equal(self.accuracies, other.accuracies)
        )

    def events(self) -> list[Event]:
        """What was told of it, in its order; losses and accuracies of steps are all that is known of these."""
        found: list[Event] = []
        ends = {done.step: done for done in self.epochs}
        commands: dict[int, list[Commanded]] = {}
        for command in self.commands:
            commands.setdefault(command.step, []).append(command)
        found += commands.get(0, ())
        epoch = 1
        for step, figures in enumerate(zip(self.losses.tolist(), self.accuracies.tolist(), strict=True), start=1):
            found.append(StepDone(step, epoch, *figures))
            if step in ends:
                found.append(ends[step])
                epoch += 1
            found += commands.get(step, ())
        return found

    def __repr__(self) -> str:
        """How far it came, in a line."""
        if not len(self.losses):
            return "History(no steps)"
        steps = f"History({amount(len(self.losses), 'step')}, loss {self.losses[0]:.3g} → {self.losses[-1]:.3g}"
        if not self.epochs:
            return f"{steps})"
        epochs = amount(len(self.epochs), "epoch")
        return f"{steps}, {epochs}, validation accuracy {self.epochs[-1].validation_accuracy:.1%})"


@dataclass(frozen=True, eq=False)
class Run:
    """One training run. ``data`` is the fingerprint of the images it learns from.

    It goes on exactly from ``optimizer``, the optimizer's state after ``step`` steps, and ``epoch``, the sums of the
    one it stands in. ``design`` has the settings and the locks it has come to. Its first weights, of some layers at
    least, are those of the run ``parent`` ("" where there is none) as they were where this one ``began``. ``best`` are
    the weights with which its validation loss was lowest, where they are kept. ``asked`` is how many epochs the
    drawing's recipe asked for when it was last begun or gone on with; 0 where nobody knows. The recipe of ``design``
    says how many it is to have in the end. ``ahead`` is what it was told behind ``step`` before the steps from there on
    were lost: it is told so again.
    """

    id: str
    design: Design
    plan: Plan
    data: str
    step: int = 0
    history: History = field(default_factory=History)
    optimizer: OptimizerState | None = None
    epoch: EpochSoFar = EpochSoFar()
    parent: str = ""
    began: Place = Place()
    best: Snapshot | None = None
    asked: int = 0
    ahead: tuple[Commanded, ...] = ()

    @property
    def place(self) -> Place:
        """How far it has come."""
        return Place(len(self.history.epochs), self.epoch.images)

    @property
    def best_epoch(self) -> int:
        """The epoch after which ``best`` was taken, from 1; 0 where none is kept."""
        best = self.best
        return 0 if best is None else next((done.epoch for done in self.history.epochs if done.step == best.step), 0)

    def with_changes(self, **changes: Any) -> Run:
        """The same run with some fields replaced."""
        return replace(self, **changes)


def plan_of(run: Run | None, graph: Graph) -> Plan:
    """By what a network is computed: by the plan of the run it has learned in, else by the usual one."""
    trained_so = run is not None and run.design.graph.goes_on_as(graph)
    return run.plan if run is not None and trained_so else default_plan(graph)
