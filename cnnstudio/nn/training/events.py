"""What a training run says of itself, and what can be said to it: frozen values that any thread or file may hold."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import NamedTuple

from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.rules.optimizers import OptimizerState
from cnnstudio.nn.rules.schedules import Schedule
from cnnstudio.nn.training.measured import Measured


@dataclass(frozen=True, order=True)
class Place:
    """How far a run has come: ``epoch`` whole epochs, and ``picture`` training pictures of the one after. Its steps
    are only a count, for batches may have had several sizes."""

    epoch: int = 0
    picture: int = 0


@dataclass(frozen=True)
class Started:
    """Where the run stands and how far it will go: the first event, and again where its batches or its end become
    others on the way. ``steps_per_epoch`` are those of the epoch that it stands in."""

    step: int
    steps_per_epoch: int
    epochs: int
    batch_size: int
    place: Place = Place()


@dataclass(frozen=True)
class StepDone:
    """One optimizer step. ``step`` and ``epoch`` count from 1; loss and accuracy are the batch's, before the step.
    ``measured`` is what it looked like inside, where that was asked for with ``MeasureStep``."""

    step: int
    epoch: int
    loss: float
    accuracy: float
    measured: Measured | None = None


@dataclass(frozen=True)
class EpochDone:
    """One pass over the training images. Training figures are means over the epoch's steps while the weights moved;
    validation figures are those of the weights after it. ``seconds`` covers training and validation. ``batch_size`` is
    that of its batches, of which the last may be smaller; 0 where nobody knows."""

    epoch: int
    step: int
    train_loss: float
    train_accuracy: float
    validation_loss: float
    validation_accuracy: float
    images_per_second: float
    seconds: float
    learning_rate: float
    batch_size: int = 0


#: what ``Set`` changes, by name; in front of names of settings of the optimizer and of a layer stand these
LEARNING_RATE, SCHEDULE, CLIPPING = "optimizer.learning_rate", "schedule", "clipping"
BATCH_SIZE, EPOCHS, EARLY_STOPPING = "batch_size", "epochs", "early_stopping"
OPTIMIZER, LAYER = "optimizer.", "layer."
#: what one setting can be
Value = bool | int | float | Schedule


@dataclass(frozen=True)
class Set:
    """A command: change a setting on the way, by name, from the next step on: one of the optimizer
    ("optimizer.momentum"), "schedule", "clipping", "early_stopping" or "epochs", or of a layer one that leaves its
    shapes and weights alone ("layer.dropout_1.rate"). Another "batch_size" is that of the epochs after this one. A run
    that ends early is set to the epochs it has had."""

    name: str
    value: Value


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


@dataclass(frozen=True)
class MeasureStep:
    """A command: go on, and measure the next step; ``layer`` is one whose arrays are wanted as well, "" for none. It
    has no answer of its own: the step says what was measured. It changes nothing, and nobody needs to remember it."""

    layer: str = ""


Command = Set | Lock | Stop | TakeSnapshot | TakeState | MeasureStep


@dataclass(frozen=True)
class Commanded:
    """A command was obeyed after ``step`` steps, at this place of the run."""

    step: int
    command: Command
    place: Place = Place()


@dataclass(frozen=True)
class Diverged:
    """The loss was no number any more. The weights are those of the last good step."""

    step: int


@dataclass(frozen=True)
class HelperLost:
    """A process that computed a share of the batches has ended by itself; from now on all shares are computed in one,
    to the same bits."""

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


class EpochSoFar(NamedTuple):
    """Sums over the training images of the epoch that a run stands in, and the size of its batches; 0 where that is
    the one the run is set to."""

    loss: float = 0.0
    correct: int = 0
    images: int = 0
    batch_size: int = 0


@dataclass(frozen=True, eq=False)
class TrainingState:
    """All that a run goes on from exactly, after the step of its ``snapshot``, beside its settings and locks, which
    whoever heard the commands knows. Nobody writes to its arrays any more."""

    snapshot: Snapshot
    optimizer: OptimizerState
    epoch: EpochSoFar


@dataclass(frozen=True, eq=False)
class StateTaken:
    """The state that was asked for."""

    state: TrainingState


Event = Started | StepDone | EpochDone | Commanded | Diverged | HelperLost | Finished | SnapshotTaken | StateTaken

#: whoever trains: it yields events; between two steps it is sent commands, each of which it answers with one event,
#: but for ``MeasureStep``: that is another way to ask for the next one
Engine = Generator[Event, Command | None, None]
