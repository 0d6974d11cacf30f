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
from cnnstudio.nn.training.evaluation import Examples, evaluate
from cnnstudio.nn.training.events import (
    Command,
    Commanded,
    Diverged,
    Engine,
    EpochDone,
    Event,
    Finished,
    Lock,
    Set,
    SnapshotTaken,
    Started,
    StateTaken,
    StepDone,
    Stop,
    TakeSnapshot,
    TakeState,
    TrainingState,
)
from cnnstudio.nn.training.order import EACH_ONCE, order_of


class Vary(Protocol):
    """Varies training images; see ``cnnstudio.data.preparation.augmentation.Augmenter``."""

    def __call__(self, images: NDArray[np.uint8], positions: NDArray[np.int64], epoch: int) -> NDArray[np.uint8]: ...


@dataclass
class Training:
    """Everything that training changes. Only ``train`` writes to it, and only at the end of a step.

    ``epoch_loss``, ``epoch_correct`` and ``epoch_images`` sum the figures of the current epoch, so that a run resumed
    in the middle of one, or before its validation, reports the whole of it. ``validation_losses`` are those of the
    finished epochs, which a schedule may look at. What ``locks`` name stands still; what the optimizer remembers of it
    waits too.
    """

    graph: Graph
    parameters: Parameters
    optimizer: Optimizer
    optimizer_state: OptimizerState
    plan: Plan
    run: str = ""
    step: int = 0
    epoch_loss: float = 0.0
    epoch_correct: int = 0
    epoch_images: int = 0
    validation_losses: tuple[float, ...] = ()
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

    def lock(self, locks: Locks) -> None:
        """Other locks from the next step on."""
        self.locks = locks
        locks.silence(self.parameters)

    def snapshot(self) -> Snapshot:
        """The weights as they are after the last finished step."""
        return Snapshot(self.parameters.frozen(), self.run, self.step)

    def state(self) -> TrainingState:
        """All that it goes on from, as it is after the last finished step."""
        return TrainingState(
            self.snapshot(),
            self.optimizer_state.copy(),
            self.optimizer.learning_rate,
            self.locks,
            (self.epoch_loss, self.epoch_correct, self.epoch_images),
        )


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
) -> Engine:
    """Train until ``epochs`` epochs are done in all; a run that stands in the middle of one goes on there.

    ``send`` a command instead of asking for the next event with ``next``. ``cancelled`` is read between layers; once
    it is true the step under way is abandoned and the run ends. ``loss`` is used for training and, without its class
    weights, for validation;
    ``schedule`` gives each step its part of the optimizer's learning rate; a gradient whose norm, locked parameters
    left out, is above ``clipping`` is shortened to it (0: never). ``vary`` makes other images of the training images
    before the network sees them. ``drawing`` is how each epoch draws them, see ``order_of``.

    Raises:
        GraphError: the graph is no classifier.
        SettingError: the loss has weights for another number of classes, or none that counts.
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
    team: Team
    ending: bool = False
    #: since when the epoch runs, and how many images of it were trained since
    begun: float = field(default_factory=time.perf_counter)
    trained: int = 0
    networks: dict[int, Network] = field(default_factory=dict)

    def close(self) -> None:
        """Free the networks."""
        for network in self.networks.values():
            network.close()
        self.networks.clear()

    def run(self) -> Engine:
        """Epoch by epoch, from wherever the training stands."""
        training, last = self.training, self.epochs * self.steps_per_epoch
        self._prepare()
        self.decayed = training.parameters.layout.decayed() if training.optimizer.weight_decay else None
        yield from self._tell(Started(training.step, self.steps_per_epoch, self.epochs))
        while not self.ending:
            if training.epoch_images and training.step % self.steps_per_epoch == 0:
                yield from self._validate()
            elif training.step < last:
                yield from self._epoch(training.step // self.steps_per_epoch + 1)
            else:
                break
        yield from self._tell(Finished(training.step, training.step < last or training.epoch_images > 0))

    @property
    def steps_per_epoch(self) -> int:
        """The last batch of an epoch may be smaller than the others."""
        return math.ceil(len(self.examples) / self.batch_size)

    def _prepare(self) -> None:
        """Networks for the locks there are: one for full batches, and one for the last of an epoch where that is
        smaller."""
        training, full = self.training, min(self.batch_size, len(self.examples))
        layout = training.parameters.layout
        self.free = training.locks.free(layout) if training.locks else None
        self.still = training.locks.still(layout)
        sizes = {full, len(self.examples) % self.batch_size or full}
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
                training.optimizer = training.optimizer.replace(learning_rate=command.learning_rate)
        return Commanded(training.step, command)

    def _epoch(self, epoch: int) -> Engine:
        """The steps of an epoch that are still to do."""
        order = order_of(self.seed, epoch, self.examples.labels, self.drawing)
        self.begun, self.trained = time.perf_counter(), 0
        while self.training.step < epoch * self.steps_per_epoch and not self.ending:
            first = self.training.step % self.steps_per_epoch * self.batch_size
            yield from self._step(epoch, order[first : first + self.batch_size])

    def _step(self, epoch: int, chosen: NDArray[np.int64]) -> Engine:
        """One batch: forward, backward, and unless it is abandoned or has no finite gradient, the optimizer."""
        training, network = self.training, self.networks[len(chosen)]
        images = self.examples.read(chosen)
        try:
            loss = network.step(
                images if self.vary is None else self.vary(images, chosen, epoch),
                self.examples.labels[chosen],
                seed=self.seed,
                step=training.step,
                cancelled=self.cancelled,
                team=self.team,
            )
        except Abandoned:
            self.ending = True
            return
        for part in self.still:
            network.gradient[part] = 0.0
        if not (math.isfinite(loss.total) and _is_finite(network.gradient)):
            self.ending = True
            yield from self._tell(Diverged(training.step))
            return
        _shorten(network.gradient, self.clipping)
        self._finish_step(network, loss, len(chosen))
        yield from self._tell(StepDone(training.step, epoch, loss.total / len(chosen), loss.correct / len(chosen)))

    def _finish_step(self, network: Network, loss: BatchLoss, images: int) -> None:
        """The only place where weights change."""
        training = self.training
        rate = self._rate(training.step)
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
        training.epoch_loss += loss.total
        training.epoch_correct += loss.correct
        training.epoch_images += images
        self.trained += images

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
        done = EpochDone(
            training.step // self.steps_per_epoch,
            training.step,
            training.epoch_loss / training.epoch_images,
            training.epoch_correct / training.epoch_images,
            result.loss,
            result.accuracy,
            self.trained / elapsed,
            time.perf_counter() - self.begun,
            self._rate(training.step - 1),
        )
        training.validation_losses += (result.loss,)
        training.epoch_loss, training.epoch_correct, training.epoch_images = 0.0, 0, 0
        yield from self._tell(done)

    def _rate(self, step: int) -> float:
        """The learning rate of a step, from 0."""
        training, steps = self.training, self.epochs * self.steps_per_epoch
        return training.optimizer.learning_rate * self.schedule.factor(step, steps, training.validation_losses)


def _shorten(gradient: Floats, longest: float) -> None:
    """Scale a gradient, in place, so that its norm is at most ``longest`` (0: leave it)."""
    if longest:
        norm = math.sqrt(float(np.dot(gradient, gradient)))
        if norm > longest:
            gradient *= longest / norm


def _is_finite(gradient: Floats) -> bool:
    with np.errstate(all="ignore"):
        return math.isfinite(float(np.dot(gradient, gradient)))
