"""Training as a generator: it yields after every step, takes commands in between and knows no thread.

Whoever drives it decides on which thread it runs, when it pauses (by not asking for the next event) and what is done
with the events. Parameters and optimizer change only at the end of a step, so an abandoned step leaves no trace, and
between two events a snapshot is always consistent.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import Abandoned, Network, classifier, compile_network
from cnnstudio.nn.network.plan import Plan, default_plan
from cnnstudio.nn.network.shard import never
from cnnstudio.nn.network.team import Team
from cnnstudio.nn.network.threads import one_blas_thread
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, BatchLoss, Loss
from cnnstudio.nn.rules.optimizers import Optimizer, OptimizerState
from cnnstudio.nn.rules.schedules import CONSTANT, Schedule
from cnnstudio.nn.training.adjusting import adjusted
from cnnstudio.nn.training.evaluation import Examples, evaluate
from cnnstudio.nn.training.events import (
    EPOCHS,
    Command,
    Commanded,
    Diverged,
    Engine,
    EpochDone,
    EpochSoFar,
    Event,
    Finished,
    HelperLost,
    Lock,
    MeasureStep,
    Place,
    Set,
    SnapshotTaken,
    Started,
    StateTaken,
    StepDone,
    Stop,
    TakeSnapshot,
    TakeState,
    TrainingState,
    Value,
)
from cnnstudio.nn.training.gauge import Gauge
from cnnstudio.nn.training.measured import Measured
from cnnstudio.nn.training.order import EACH_ONCE, order_of


class Vary(Protocol):
    """Varies training images; see ``cnnstudio.data.preparation.augmentation.Augmenter``."""

    def __call__(self, images: NDArray[np.uint8], positions: NDArray[np.int64], epoch: int) -> NDArray[np.uint8]: ...


@dataclass
class Training:
    """Everything that training changes. Only ``train`` writes to it, and only at the end of a step.

    It stands at ``place``: after as many epochs as there are ``validation_losses``, which a schedule may look at, and
    the images that ``epoch`` has sums of, so that a run resumed in the middle of one, or before its validation, reports
    the whole of it. ``step`` is a count. What ``locks`` name stands still; what the optimizer remembers of it waits
    too.
    """

    graph: Graph
    parameters: Parameters
    optimizer: Optimizer
    optimizer_state: OptimizerState
    plan: Plan
    run: str = ""
    step: int = 0
    epoch: EpochSoFar = EpochSoFar()
    validation_losses: tuple[float, ...] = ()
    #: after so many epochs it was last set to other epochs: early stopping looks at no losses before
    since: int = 0
    locks: Locks = NO_LOCKS

    @classmethod
    def begin(
        cls,
        graph: Graph,
        parameters: Parameters,
        optimizer: Optimizer,
        *,
        run: str = "",
        plan: Plan | None = None,
        locks: Locks = NO_LOCKS,
    ) -> Training:
        """A new run from these parameters, which are copied; muted filters are set to zero in the copy."""
        copied = parameters.copy()
        locks.silence(copied)
        state = optimizer.start(copied.vector.size, copied.vector.dtype)
        return cls(graph, copied, optimizer, state, plan or default_plan(graph), run, locks=locks)

    @property
    def place(self) -> Place:
        """How far it has come."""
        return Place(len(self.validation_losses), self.epoch.images)

    def lock(self, locks: Locks) -> None:
        """Other locks from the next step on."""
        self.locks = locks
        locks.silence(self.parameters)

    def snapshot(self) -> Snapshot:
        """The weights as they are after the last finished step."""
        return Snapshot(self.parameters.frozen(), self.run, self.step)

    def state(self) -> TrainingState:
        """All that it goes on from, as it is after the last finished step."""
        return TrainingState(self.snapshot(), self.optimizer_state.copy(), self.epoch)

    def adjust(self, name: str, value: Value) -> None:
        """Another setting of the optimizer or of a layer, by the name that ``Set`` has for it.

        Raises:
            SettingError: there is none that a run may change, or it cannot be this.
        """
        self.graph, self.optimizer = adjusted(self.graph, self.optimizer, name, value)


def train(
    training: Training,
    examples: Examples,
    validation: Examples,
    *,
    batch_size: int,
    epochs: int,
    seed: int,
    cancelled: Callable[[], bool] = never,
    loss: Loss = CROSS_ENTROPY,
    schedule: Schedule = CONSTANT,
    clipping: float = 0.0,
    vary: Vary | None = None,
    drawing: str = EACH_ONCE,
    early_stopping: int = 0,
) -> Engine:
    """Train until ``epochs`` epochs are done in all; a run that stands in the middle of one goes on there, with the
    batches that it began it with.

    ``send`` a command instead of asking for the next event with ``next``. ``cancelled`` is read between layers; once
    it is true the step under way is abandoned and the run ends. ``loss`` is used for training and, without its class
    weights, for validation;
    ``schedule`` gives each step its part of the optimizer's learning rate; a gradient whose norm, locked parameters
    left out, is above ``clipping`` is shortened to it (0: never). ``vary`` makes other images of the training images
    before the network sees them. ``drawing`` is how each epoch draws them, see ``order_of``. After ``early_stopping``
    epochs without a better validation loss it ends (Prechelt, 1998; 0: never so).

    Raises:
        GraphError: the graph is no classifier.
        SettingError: the loss has weights for another number of classes, or none that counts; or a command sets what a
            run cannot change.
    """
    classes = training.graph.shape(classifier(training.graph).softmax)[0]
    loss = loss.weighed(examples.labels, classes)
    with one_blas_thread(), Team(training.plan.threads) as team:
        loop = _Loop(
            training,
            examples,
            validation,
            batch_size,
            epochs,
            seed,
            cancelled,
            loss,
            schedule,
            clipping,
            vary,
            drawing,
            early_stopping,
            team,
        )
        with closing(loop):
            yield from loop.run()


@dataclass
class _Loop:
    """One call of ``train``: its arguments, and whether it is to end."""

    training: Training
    examples: Examples
    validation: Examples
    batch_size: int
    epochs: int
    seed: int
    cancelled: Callable[[], bool]
    loss: Loss
    schedule: Schedule
    clipping: float
    vary: Vary | None
    drawing: str
    early_stopping: int
    team: Team
    ending: bool = False
    #: whether it was told that a helper is gone
    alone: bool = False
    #: since when the epoch runs, and how many images of it were trained since
    begun: float = field(default_factory=time.perf_counter)
    trained: int = 0
    #: the size of the batches that the networks are for, and what was told last of where it stands
    prepared: int = 0
    told: tuple[int, int, int] = (0, 0, 0)
    networks: dict[int, Network] = field(default_factory=dict)
    #: whether the next step is to be measured, and what measures it once that was asked for
    measuring: MeasureStep | None = None
    gauge: Gauge | None = None

    def close(self) -> None:
        """Free the networks."""
        for network in self.networks.values():
            network.close()
        self.networks.clear()
        if self.gauge is not None:
            self.gauge.close()
            self.gauge = None

    def run(self) -> Engine:
        """Epoch by epoch, from wherever the training stands."""
        training = self.training
        self._prepare()
        yield from self._start()
        while not self.ending:
            if training.place.picture >= len(self.examples):
                yield from self._validate()
                if self._hopeless():
                    yield from self._tell(self._obey(Set(EPOCHS, training.place.epoch)))
            elif not self.over:
                yield from self._epoch(training.place.epoch + 1)
            else:
                break
        yield from self._tell(Finished(training.step, not self.over))

    @property
    def over(self) -> bool:
        """Whether all epochs are trained and validated; one that has begun is trained to its end."""
        place = self.training.place
        return place.epoch >= self.epochs and not place.picture

    def _hopeless(self) -> bool:
        """Whether the validation loss has not become better for as long as is waited for."""
        losses = self.training.validation_losses[self.training.since :]
        waited = len(losses) - 1 - losses.index(min(losses)) if losses else 0
        return not self.training.epoch.images and 0 < self.early_stopping <= waited and not self.over

    @property
    def epoch_batch(self) -> int:
        """The size of the batches of the epoch that it stands in, of which the last may be smaller."""
        return self.training.epoch.batch_size or self.batch_size

    @property
    def steps_per_epoch(self) -> int:
        """How many steps the epoch has that it stands in."""
        return math.ceil(len(self.examples) / self.epoch_batch)

    def _start(self) -> Engine:
        """Tell where it stands, if that has not been told."""
        started = Started(self.training.step, self.steps_per_epoch, self.epochs, self.epoch_batch, self.training.place)
        if self.told != (started.steps_per_epoch, started.batch_size, started.epochs):
            self.told = (started.steps_per_epoch, started.batch_size, started.epochs)
            yield from self._tell(started)

    def _prepare(self) -> None:
        """Networks for the locks, the layers and the batches there are: one for full batches, and one for the last of
        an epoch where that is smaller."""
        training, full = self.training, min(self.epoch_batch, len(self.examples))
        layout = training.parameters.layout
        self._find_decayed()
        self.free = training.locks.free(layout) if training.locks else None
        self.still = training.locks.still(layout)
        self.prepared = self.epoch_batch
        sizes = {full, len(self.examples) % self.epoch_batch or full}
        self.close()  # networks of other locks go before these take as much memory
        for size in sizes:
            self.networks[size] = compile_network(
                training.graph,
                training.parameters,
                size,
                mode="train",
                plan=training.plan,
                loss=self.loss,
                locked=training.locks.layers,
            )

    def _tell(self, event: Event) -> Engine:
        """Yield an event, and obey the commands that come back."""
        command = yield event
        while command is not None:
            if isinstance(command, MeasureStep):
                self.measuring = command
                return
            command = yield self._obey(command)

    def _obey(self, command: Command) -> Event:
        training = self.training
        match command:
            case TakeSnapshot():
                return SnapshotTaken(training.snapshot())
            case TakeState():
                return StateTaken(training.state())
            case Stop():
                self.ending = True
            case Lock():
                training.lock(command.locks)
                self._prepare()
            case Set():
                self._set(command.name, command.value)
        return Commanded(training.step, command, training.place)

    def _find_decayed(self) -> None:
        """Which parameters decay, if any do: the optimizer's weight decay may be changed on the way."""
        self.decayed = self.training.parameters.layout.decayed() if self.training.optimizer.weight_decay else None

    def _set(self, name: str, value: Value) -> None:
        match name:
            case "schedule" if isinstance(value, Schedule):
                self.schedule = value
            case "clipping" if isinstance(value, int | float):
                self.clipping = value
            case "epochs" if isinstance(value, int):
                self.epochs, self.training.since = value, self.training.place.epoch
            case "early_stopping" if isinstance(value, int):
                self.early_stopping = value
            case "batch_size" if isinstance(value, int):
                if self.training.place.picture:  # the epoch under way keeps its batches
                    self.training.epoch = self.training.epoch._replace(batch_size=self.epoch_batch)
                self.batch_size = value
            case _:
                before = self.training.graph
                self.training.adjust(name, value)
                if self.training.graph is not before:
                    self._prepare()
        self._find_decayed()

    def _epoch(self, epoch: int) -> Engine:
        """The steps of an epoch that are still to do."""
        training = self.training
        order = order_of(self.seed, epoch, self.examples.labels, self.drawing)
        self.begun, self.trained = time.perf_counter(), 0
        while (first := training.place.picture) < len(self.examples) and not self.ending:
            yield from self._start()
            if self.prepared != self.epoch_batch:
                self._prepare()
            yield from self._step(epoch, order[first : first + self.epoch_batch])

    def _step(self, epoch: int, chosen: NDArray[np.int64]) -> Engine:
        """One batch: forward, backward, and unless it is abandoned or has no finite gradient, the optimizer."""
        training, network = self.training, self.networks[len(chosen)]
        images = self.examples.read(chosen)
        if self.vary is not None:
            images = self.vary(images, chosen, epoch)
        try:
            loss = network.step(
                images,
                self.examples.labels[chosen],
                seed=self.seed,
                step=training.step,
                cancelled=self.cancelled,
                team=self.team,
            )
        except Abandoned:
            self.ending = True
            return
        if self.team.lost and not self.alone:
            self.alone = True
            yield from self._tell(HelperLost(training.step))
        for part in self.still:
            network.gradient[part] = 0.0
        if not (math.isfinite(loss.total) and _is_finite(network.gradient)):
            self.ending = True
            yield from self._tell(Diverged(training.step))
            return
        _shorten(network.gradient, self.clipping)
        measured = self._finish_step(network, loss, images)
        yield from self._tell(
            StepDone(training.step, epoch, loss.total / len(chosen), loss.correct / len(chosen), measured)
        )

    def _finish_step(self, network: Network, loss: BatchLoss, images: NDArray[np.uint8]) -> Measured | None:
        """The only place where weights change; what the step looked like, where that is wanted."""
        training, before = self.training, None
        if self.measuring is not None:
            if self.gauge is None:
                self.gauge = Gauge(training.graph, training.parameters, training.plan, training.locks.layers)
            before = self.gauge.before(network.gradient, self.measuring.layer)
            self.measuring = None
        rate = self._rate(training.place.picture // self.epoch_batch, training.step)
        training.optimizer.update(
            training.parameters.vector,
            network.gradient,
            training.optimizer_state,
            rate=rate,
            decayed=self.decayed,
            free=self.free,
        )
        network.commit()
        training.step += 1
        epoch = training.epoch
        training.epoch = EpochSoFar(
            epoch.loss + loss.total, epoch.correct + loss.correct, epoch.images + len(images), self.epoch_batch
        )
        self.trained += len(images)
        if before is None or self.gauge is None:
            return None
        try:
            return self.gauge.after(
                before, images, training.optimizer_state.vectors, cancelled=self.cancelled, team=self.team
            )
        except Abandoned:  # the step itself is done
            return None

    def _validate(self) -> Engine:
        """The end of an epoch."""
        training, elapsed = self.training, max(time.perf_counter() - self.begun, 1e-9)
        try:
            result = evaluate(
                training.graph,
                training.parameters,
                self.validation,
                plan=training.plan,
                cancelled=self.cancelled,
                team=self.team,
                loss=self.loss,
            )
        except Abandoned:
            self.ending = True
            return
        epoch = training.epoch
        done = EpochDone(
            training.place.epoch + 1,
            training.step,
            epoch.loss / epoch.images,
            epoch.correct / epoch.images,
            result.loss,
            result.accuracy,
            self.trained / elapsed,
            time.perf_counter() - self.begun,
            self._rate(self.steps_per_epoch - 1, training.step - 1),
            self.epoch_batch,
        )
        training.validation_losses += (result.loss,)
        training.epoch = EpochSoFar()
        yield from self._tell(done)

    def _rate(self, batch: int, taken: int) -> float:
        """The learning rate of a batch of the epoch, from 0, after so many steps were taken. Where batches have
        changed, the schedule goes on from as much of the run as is done."""
        training, per_epoch = self.training, self.steps_per_epoch
        step, steps = training.place.epoch * per_epoch + batch, self.epochs * per_epoch
        factor = self.schedule.factor(step, steps, training.validation_losses, taken=taken)
        return training.optimizer.learning_rate * factor


def _shorten(gradient: Floats, longest: float) -> None:
    """Scale a gradient, in place, so that its norm is at most ``longest`` (0: leave it)."""
    if longest:
        norm = math.sqrt(float(np.dot(gradient, gradient)))
        if norm > longest:
            gradient *= longest / norm


def _is_finite(gradient: Floats) -> bool:
    with np.errstate(all="ignore"):
        return math.isfinite(float(np.dot(gradient, gradient)))
