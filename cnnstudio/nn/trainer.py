"""Training as a generator: it yields after every step, takes commands in between and knows no thread.

Whoever drives it decides on which thread it runs, when it pauses (by not asking for the next event) and what is
done with the events. Parameters and optimizer change only at the end of a step, so an abandoned step leaves no
trace, and between two events a snapshot is always consistent.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.losses import CROSS_ENTROPY, BatchLoss, Loss
from cnnstudio.nn.network import Abandoned, Network, classifier, compile_network
from cnnstudio.nn.optimizers import Optimizer, OptimizerState
from cnnstudio.nn.parameters import Parameters, Snapshot
from cnnstudio.nn.plan import Plan, default_plan
from cnnstudio.nn.randomness import draws
from cnnstudio.nn.schedules import CONSTANT, Schedule
from cnnstudio.nn.threads import Team, one_blas_thread

__all__ = [
    "Command", "Commanded", "Diverged", "EpochDone", "Evaluation", "Event", "Finished", "OptimizerState", "Set",
    "Started", "StepDone", "Stop", "Training", "evaluate", "train",
]  # fmt: skip


class Examples(Protocol):
    """Images with stable indices; see ``cnnstudio.data.dataset.Examples``."""

    @property
    def labels(self) -> NDArray[np.int64]: ...
    def __len__(self) -> int: ...
    def read(self, indices: NDArray[np.int64], out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]: ...


class Vary(Protocol):
    """Varies training images; see ``cnnstudio.data.augmentation.Augmenter``."""

    def __call__(
        self, images: NDArray[np.uint8], positions: NDArray[np.int64], epoch: int
    ) -> NDArray[np.uint8]: ...


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
class Stop:
    """A command: end the run after the last finished step."""


Command = Set | Stop


@dataclass(frozen=True)
class Commanded:
    """A command took effect after ``step`` steps."""

    step: int
    command: Command


@dataclass(frozen=True)
class Diverged:
    """The loss was no number any more. The weights are those of the last good step."""

    step: int
    sentence: str


@dataclass(frozen=True)
class Finished:
    """The last event. ``stopped`` tells that not all epochs were trained."""

    step: int
    stopped: bool


Event = Started | StepDone | EpochDone | Commanded | Diverged | Finished


@dataclass
class Training:
    """Everything that training changes. Only ``train`` writes to it, and only at the end of a step.

    ``epoch_loss``, ``epoch_correct`` and ``epoch_images`` sum the figures of the current epoch, so that a run resumed
    in the middle of one, or before its validation, reports the whole of it. ``validation_losses`` are those of the
    finished epochs, which a schedule may look at.
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

    @classmethod
    def begin(
        cls,
        graph: Graph,
        parameters: Parameters,
        optimizer: Optimizer,
        *,
        run: str = "",
        plan: Plan | None = None,
    ) -> Training:
        """A new run from these parameters, which are copied."""
        copied = parameters.copy()
        state = optimizer.start(copied.vector.size, copied.vector.dtype)
        return cls(graph, copied, optimizer, state, plan or default_plan(graph), run)

    def snapshot(self) -> Snapshot:
        """The weights as they are after the last finished step."""
        return Snapshot(self.parameters.frozen(), self.run, self.step)


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How a network does on a set of images, by index: mean loss, accuracy 0…1, predicted classes (N,) and
    probabilities (N, classes)."""

    loss: float
    accuracy: float
    predictions: NDArray[np.int64]
    probabilities: NDArray[np.float32]


def never() -> bool:
    """The ``cancelled`` of whoever does not cancel."""
    return False


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
) -> Generator[Event, Command | None, None]:
    """Train until ``epochs`` epochs are done in all; a run that stands in the middle of one goes on there.

    ``send`` a command instead of asking for the next event with ``next``. ``cancelled`` is read between layers; once
    it is true the step under way is abandoned and the run ends. ``loss`` is used for training and validation;
    ``schedule`` gives each step its part of the optimizer's learning rate; a gradient whose norm is above ``clipping``
    is shortened to it (0: never). ``vary`` makes other images of the training images before the network sees them.

    Raises:
        GraphError: the graph is no classifier.
    """
    count = len(examples)
    steps_per_epoch = math.ceil(count / batch_size)
    stopping = False

    def obey(command: Command | None) -> Iterator[Event]:
        nonlocal stopping
        while command is not None:
            if isinstance(command, Stop):
                stopping = True
            else:
                training.optimizer = training.optimizer.replace(learning_rate=command.learning_rate)
            command = yield Commanded(training.step, command)

    with one_blas_thread(), Team(training.plan.threads) as team:
        networks: dict[int, Network] = {}
        for size in {min(batch_size, count), count % batch_size or min(batch_size, count)}:
            networks[size] = compile_network(
                training.graph, training.parameters, size, mode="train", plan=training.plan, loss=loss
            )
        yield from obey((yield Started(training.step, steps_per_epoch, epochs)))
        labels = examples.labels
        last = epochs * steps_per_epoch
        decayed = training.parameters.layout.decayed() if training.optimizer.weight_decay else None
        begun, trained = time.perf_counter(), 0
        while not stopping:
            if training.epoch_images and training.step % steps_per_epoch == 0:
                elapsed = max(time.perf_counter() - begun, 1e-9)
                try:
                    result = evaluate(
                        training.graph,
                        training.parameters,
                        validation,
                        plan=training.plan,
                        cancelled=cancelled,
                        team=team,
                        loss=loss,
                    )
                except Abandoned:
                    break
                done = EpochDone(
                    training.step // steps_per_epoch,
                    training.step,
                    training.epoch_loss / training.epoch_images,
                    training.epoch_correct / training.epoch_images,
                    result.loss,
                    result.accuracy,
                    trained / elapsed,
                    time.perf_counter() - begun,
                    _rate(training, schedule, training.step - 1, last),
                )
                training.validation_losses += (result.loss,)
                training.epoch_loss, training.epoch_correct, training.epoch_images = 0.0, 0, 0
                yield from obey((yield done))
                continue
            if training.step >= last:
                break
            epoch = training.step // steps_per_epoch + 1
            order = draws(seed, "order", epoch).permutation(count)
            begun, trained = time.perf_counter(), 0
            while training.step < epoch * steps_per_epoch and not stopping:
                number = training.step % steps_per_epoch
                chosen = order[number * batch_size : (number + 1) * batch_size]
                network = networks[len(chosen)]
                try:
                    batch_loss = network.step(
                        _seen(examples, chosen, vary, epoch),
                        labels[chosen],
                        seed=seed,
                        step=training.step,
                        cancelled=cancelled,
                        team=team,
                    )
                except Abandoned:
                    stopping = True
                    break
                if not (math.isfinite(batch_loss.total) and _is_finite(network.gradient)):
                    yield Diverged(training.step, _diverged(training))
                    stopping = True
                    break
                _shorten(network.gradient, clipping)
                rate = _rate(training, schedule, training.step, last)
                _finish_step(training, network, batch_loss, len(chosen), rate, decayed)
                trained += len(chosen)
                mean, accuracy = batch_loss.total / len(chosen), batch_loss.correct / len(chosen)
                yield from obey((yield StepDone(training.step, epoch, mean, accuracy)))
        yield Finished(training.step, training.step < last or training.epoch_images > 0)


def _seen(examples: Examples, chosen: NDArray[np.int64], vary: Vary | None, epoch: int) -> NDArray[np.uint8]:
    images = examples.read(chosen)
    return images if vary is None else vary(images, chosen, epoch)


def _rate(training: Training, schedule: Schedule, step: int, steps: int) -> float:
    """The learning rate of ``step`` (from 0) of ``steps``."""
    return training.optimizer.learning_rate * schedule.factor(step, steps, training.validation_losses)


def _shorten(gradient: Floats, longest: float) -> None:
    """Scale a gradient, in place, so that its norm is at most ``longest`` (0: leave it)."""
    if longest:
        norm = math.sqrt(float(np.dot(gradient, gradient)))
        if norm > longest:
            gradient *= longest / norm


def _finish_step(
    training: Training, network: Network, loss: BatchLoss, images: int, rate: float, decayed: Floats | None
) -> None:
    """The only place where weights change."""
    training.optimizer.update(
        training.parameters.vector, network.gradient, training.optimizer_state, rate=rate, decayed=decayed
    )
    network.commit()
    training.step += 1
    training.epoch_loss += loss.total
    training.epoch_correct += loss.correct
    training.epoch_images += images


def _is_finite(gradient: Floats) -> bool:
    with np.errstate(all="ignore"):
        return math.isfinite(float(np.dot(gradient, gradient)))


def _diverged(training: Training) -> str:
    return (
        f"The loss grew beyond all numbers at step {training.step + 1}. The weights of step {training.step} are kept; "
        f"try a learning rate below {training.optimizer.learning_rate:g}."
    )


def evaluate(
    graph: Graph,
    parameters: Parameters,
    examples: Examples,
    *,
    batch_size: int = 256,
    plan: Plan | None = None,
    cancelled: Callable[[], bool] = never,
    team: Team | None = None,
    loss: Loss = CROSS_ENTROPY,
) -> Evaluation:
    """Loss, accuracy, predictions and probabilities on all examples.

    Raises:
        GraphError: the graph is no classifier.
        Abandoned: ``cancelled`` returned true.
    """
    found = classifier(graph)
    count = len(examples)
    classes = graph.shape(found.softmax)[0]
    probabilities = np.zeros((count, classes), np.float32)
    total, correct = 0.0, 0
    networks: dict[int, Network] = {}
    # weights of a diverging run give figures that are no numbers; warnings would say nothing more
    with one_blas_thread(), np.errstate(over="ignore", invalid="ignore"):
        for start in range(0, count, batch_size):
            indices = np.arange(start, min(start + batch_size, count))
            if len(indices) not in networks:
                networks[len(indices)] = compile_network(
                    graph, parameters, len(indices), plan=plan, outputs=(found.logits,)
                )
            network = networks[len(indices)]
            network.forward(examples.read(indices), cancelled=cancelled, team=team)
            logits = network.value(found.logits).T
            share = np.empty_like(logits)
            measured = loss.measure(logits, examples.labels[indices], share)
            probabilities[indices] = share.T
            total += measured.total
            correct += measured.correct
    return Evaluation(total / max(1, count), correct / max(1, count), probabilities.argmax(1), probabilities)
