"""What a training run says of itself, and what can be said to it: frozen values that any thread or file may hold."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass

from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.rules.optimizers import OptimizerState


@dataclass(frozen=True)
class Started:
    """The first event: where the run stands and how far it will go."""

    step: int
    steps_per_epoch: int
    epochs: int


@dataclass(frozen=True)
class StepDone:
    """One optimizer step. ``step`` and ``epoch`` count from 1; loss and accuracy are the batch's, before the step."""

    step: int
    epoch: int
    loss: float
    accuracy: float


@dataclass(frozen=True)
class EpochDone:
    """One pass over the training images. Training figures are means over the epoch's steps while the weights moved;
    validation figures are those of the weights after it. ``seconds`` covers training and validation."""

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    images_per_second: float
    seconds: float
    learning_rate: float


@dataclass(frozen=True)
class Set:
    """A command: change a setting of the optimizer from the next step on."""

    learning_rate: float


@dataclass(frozen=True)
class Lock:
    """A command: from the next step on leave these alone, and nothing else."""

    locks: Locks


@dataclass(frozen=True)
class Stop:
    """A command: end the run after the last finished step."""


@dataclass(frozen=True)
class TakeSnapshot:
    """A command: give the weights as they are now, in a ``SnapshotTaken``."""


@dataclass(frozen=True)
class TakeState:
    """A command: give all that the run goes on from, in a ``StateTaken``."""


Command = Set | Lock | Stop | TakeSnapshot | TakeState


@dataclass(frozen=True)
class Commanded:
    """A command took effect after ``step`` steps."""

    step: int
    command: Command


@dataclass(frozen=True)
class Diverged:
    """The loss was no number any more. The weights are those of the last good step."""

    step: int


@dataclass(frozen=True)
class Finished:
    """The last event, which can still be answered with commands. ``stopped`` tells that not all epochs were trained."""

    step: int
    stopped: bool


@dataclass(frozen=True, eq=False)
class SnapshotTaken:
    """The weights that were asked for; nobody writes to them any more."""

    snapshot: Snapshot


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that a run goes on from exactly, after the step of its ``snapshot``. ``sums`` are loss, correct answers and
    images of the epoch it stands in. Nobody writes to its arrays any more."""

    snapshot: Snapshot
    optimizer: OptimizerState
    learning_rate: float
    locks: Locks
    sums: tuple[float, int, int]


@dataclass(frozen=True, eq=False)
class StateTaken:
    """The state that was asked for."""

    state: TrainingState


Event = Started | StepDone | EpochDone | Commanded | Diverged | Finished | SnapshotTaken | StateTaken

#: whoever trains: it yields events; between two steps it is sent commands, each of which it answers with one event
Engine = Generator[Event, Command | None, None]
