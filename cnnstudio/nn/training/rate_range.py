"""A learning-rate range test: the loss of one short training whose learning rate rises from step to step.

Smith, “Cyclical Learning Rates for Training Neural Networks” (2017): with rates that are too small the loss stays, with
good ones it falls, with rates that are too large it rises again.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.network.shard import never
from cnnstudio.nn.rules.losses import CROSS_ENTROPY, Loss
from cnnstudio.nn.rules.schedules import Schedule
from cnnstudio.nn.training.evaluation import Examples
from cnnstudio.nn.training.events import StepDone
from cnnstudio.nn.training.order import EACH_ONCE
from cnnstudio.nn.training.trainer import Training, Vary, train

#: the rates of the first and the last step, and how many steps there are
LOWEST, HIGHEST, STEPS = 1e-5, 1.0, 120
#: how much of the loss before goes into the smoothed one
SMOOTHING = 0.9
#: the test ends where the smoothed loss is so many times the lowest
LOST = 3.0
#: the first steps, whose rates move nothing yet: they tell how the loss varies by itself
FEWEST = 20
#: how much of the fall may be left where the loss has done with falling
NEARLY = 0.05
#: of the rate at which the loss has done with falling
ROOM = 0.2


@dataclass(frozen=True)
class RateTried:
    """One step of the test, with its learning rate: the loss of its batch before it, and the loss smoothed over the
    steps so far."""

    rate: float
    loss: float
    smoothed: float


@dataclass(frozen=True)
class _Rising(Schedule):
    """From ``LOWEST`` to ``HIGHEST`` of the optimizer's rate, by the same factor at every step."""

    kind: ClassVar[str] = "rising"

    def _factor(self, step: int, steps: int, losses: Sequence[float]) -> float:
        return float(LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1)))


class _NoExamples:
    """A test validates nothing."""

    labels: NDArray[np.int64] = np.zeros(0, np.int64)

    def __len__(self) -> int:
        return 0

    def read(self, indices: NDArray[np.int64], out: NDArray[np.uint8] | None = None) -> NDArray[np.uint8]:
        raise IndexError("there are none")


def try_rates(
    training: Training,
    examples: Examples,
    *,
    batch_size: int,
    seed: int,
    cancelled: Callable[[], bool] = never,
    loss: Loss = CROSS_ENTROPY,
    clipping: float = 0.0,
    vary: Vary | None = None,
    drawing: str = EACH_ONCE,
) -> Generator[RateTried, None, None]:
    """Train for ``STEPS`` steps, each with a higher rate, or until the loss is lost. Deterministic by ``seed``.

    ``training`` must be a new one, with parameters of its own (``Training.begin`` copies them); it is used up.

    Raises:
        GraphError, SettingError: as ``train``.
    """
    training.optimizer = training.optimizer.replace(learning_rate=1.0)
    epochs = math.ceil(STEPS * batch_size / len(examples))
    events = train(
        training, examples, _NoExamples(), batch_size=batch_size, epochs=epochs, seed=seed, cancelled=cancelled,
        loss=loss, schedule=_Rising(), clipping=clipping, vary=vary,
        drawing=drawing,
    )  # fmt: skip
    mean, lowest, count = 0.0, math.inf, 0
    with closing(events):
        for event in events:
            if not isinstance(event, StepDone):
                continue
            count += 1
            mean = SMOOTHING * mean + (1 - SMOOTHING) * event.loss
            smoothed = mean / (1 - SMOOTHING**count)
            lowest = min(lowest, smoothed)
            yield RateTried(_Rising().factor(count - 1, STEPS), event.loss, smoothed)
            if count == STEPS or (count > FEWEST and smoothed > LOST * lowest):
                return


def proposed_rate(tried: Sequence[RateTried]) -> float:
    """A rate to train with: a fifth of the lowest at which the smoothed loss had done with falling, so that steps are
    long and leave room; 0.0 where no rate made it fall."""
    losses, later = [one.loss for one in tried[:FEWEST]], tried[FEWEST:]
    if not later:
        return 0.0
    first, spread = statistics.fmean(losses), statistics.pstdev(losses)
    lowest = min(one.smoothed for one in later)
    if not lowest < first - spread:  # no more than chance does by itself
        return 0.0
    fallen = next(one.rate for one in later if one.smoothed <= lowest + NEARLY * (first - lowest))
    return float(f"{fallen * ROOM:.2g}")
