"""How a run goes, in the few figures that verdicts look at."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable

import numpy as np

from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.training.events import Commanded, EpochDone, Event, Set, StepDone
from cnnstudio.runs.run import Run

#: steps whose mean is the newest loss, at most
STEPS = 50


class Course:
    """Hears the events of a run and keeps its figures.

    ``start`` is the training loss of its first batch, before the weights had moved, NaN until there is one; ``epochs``
    are all that have ended; ``rate`` is the learning rate that it has come to, ``highest`` the greatest it ever had.
    """

    def __init__(self, recipe: Recipe) -> None:
        self.optimizer = recipe.optimizer
        self.rate = self.highest = recipe.optimizer.learning_rate
        self.steps = 0
        self.epochs: list[EpochDone] = []
        self.start = math.nan
        self._newest: deque[float] = deque(maxlen=STEPS)

    @classmethod
    def of(cls, run: Run) -> Course:
        """The course of a run that is recorded."""
        history, found = run.history, cls(run.design.recipe)
        losses = history.losses.tolist()
        found.steps = len(losses)
        found.start = losses[0] if losses else math.nan
        found._newest.extend(losses)
        found.epochs = list(history.epochs)
        found.highest = max([found.highest, *(done.learning_rate for done in history.epochs)])
        found.hear(history.commands)
        return found

    def hear(self, events: Iterable[Event]) -> bool:
        """Take note of events; whether there were figures among them."""
        before = (self.steps, len(self.epochs), self.rate)
        for event in events:
            if isinstance(event, StepDone):
                loss = float(np.float32(event.loss))  # as it is recorded
                self.start = self.start if self.steps else loss
                self.steps += 1
                self._newest.append(loss)
            elif isinstance(event, EpochDone):
                self.epochs.append(event)
            elif isinstance(event, Commanded):
                match event.command:
                    case Set(name="optimizer.learning_rate", value=float(rate)):
                        self.rate, self.highest = rate, max(self.highest, rate)
        return before != (self.steps, len(self.epochs), self.rate)

    @property
    def loss(self) -> float:
        """The newest training loss: the mean of the last steps, in the first epoch of their newer half; NaN before
        there are any."""
        newest = list(self._newest)
        newest = newest if self.epochs else newest[len(newest) // 2 :]
        return float(np.mean(newest)) if newest else math.nan
