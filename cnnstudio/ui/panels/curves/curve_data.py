"""The numbers behind the curves: grown from the log lane, never rebuilt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.training.events import Commanded, EpochDone, Event, Started, StepDone
from cnnstudio.runs.run import History
from cnnstudio.ui.panels.curves.plot_axes import Epochs
from cnnstudio.ui.panels.curves.smoothing import Smoothing


class Series:
    """One value a step, from step 1 on, with a smoothed companion; grows in place."""

    def __init__(self) -> None:
        self._raw = np.empty(1024, np.float32)
        self._smooth = np.empty(1024, np.float32)
        self._count = 0
        self._smoothing = Smoothing(0.0)

    def __len__(self) -> int:
        return self._count

    @property
    def raw(self) -> NDArray[np.float32]:
        """The values as they came."""
        return self._raw[: self._count]

    @property
    def smooth(self) -> NDArray[np.float32]:
        """Their mean, smoothed; the values themselves where nothing is smoothed."""
        return self._smooth[: self._count]

    def append(self, value: float) -> None:
        """Add the next step's value."""
        if self._count == len(self._raw):
            self._raw = np.concatenate([self._raw, np.empty_like(self._raw)])
            self._smooth = np.concatenate([self._smooth, np.empty_like(self._smooth)])
        self._raw[self._count] = value
        self._smooth[self._count] = self._smoothing.follow(value)
        self._count += 1

    def smooth_by(self, weight: float) -> None:
        """Smooth all of it, and what comes, by another weight; 0 leaves it as it is."""
        self._smoothing = Smoothing(weight)
        for place, value in enumerate(self.raw.tolist()):
            self._smooth[place] = self._smoothing.follow(value)


class CurveData:
    """Loss and accuracy by step, the validation figures by epoch, and what was done to the run on its way."""

    def __init__(self) -> None:
        self._weight = 0.0
        self.clear()

    def clear(self) -> None:
        """Begin with another run."""
        self.loss = Series()
        self.accuracy = Series()
        self.smoothing = self._weight
        self.epochs: list[EpochDone] = []
        self.commands: list[Commanded] = []
        self.ends = Epochs()
        #: the run that this one's first weights come from, up to where it began
        self.before: History | None = None
        #: the images in a batch of the epoch under way, 0 where nobody knows
        self.batch = 0

    @property
    def smoothing(self) -> float:
        """By which weight both are smoothed; 0 where they are not."""
        return self._weight

    @smoothing.setter
    def smoothing(self, weight: float) -> None:
        self._weight = weight
        for series in (self.loss, self.accuracy):
            series.smooth_by(weight)

    def add(self, events: list[Event]) -> bool:
        """Take the log's new events; whether there was anything to draw among them."""
        found = False
        for event in events:
            if isinstance(event, Started):
                self.ends = replace(self.ends, steps=event.steps_per_epoch)
                self.batch = event.batch_size
            elif isinstance(event, StepDone):
                self.loss.append(event.loss)
                self.accuracy.append(event.accuracy)
                found = True
            elif isinstance(event, EpochDone):
                self.epochs.append(event)
                before = self.ends.ends
                self.ends = Epochs((*before, event.step), event.step - (before[-1] if before else 0))
                found = True
            elif isinstance(event, Commanded):
                self.commands.append(event)
                found = True
        return found

    def history(self) -> History:
        """What is known of the run as the figures of one."""
        return History(self.loss.raw.copy(), self.accuracy.raw.copy(), tuple(self.epochs), tuple(self.commands))

    def seconds(self, pace: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """The steps at which it is known how long the run has taken, and how long, in seconds, the run before it below
        0; ``pace`` is what a step of the epoch under way takes, 0 where nobody knows."""
        steps, times = _times(self.epochs, len(self.loss), pace)
        if self.before is not None and (ended := self.before.epochs):
            count = len(self.before.losses)
            own, took = _times(ended, count, ended[-1].seconds * len(ended) / ended[-1].step)
            steps = [*(step - count for step in own[:-1]), *steps]
            times = [*(time - took[-1] for time in took[:-1]), *times]
        return tuple(steps), tuple(times)

    def validation(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Steps and values of ``"loss"`` or ``"accuracy"`` on the validation images."""
        return _validation(self.epochs, name)

    def before_values(self, name: str) -> NDArray[np.float32]:
        """What ``"loss"`` or ``"accuracy"`` was in the run before, by step; nothing where there was none."""
        if self.before is None:
            return np.zeros(0, np.float32)
        return self.before.losses if name == "loss" else self.before.accuracies

    def before_validation(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """The same on the validation images, by steps below 0."""
        if self.before is None:
            return np.zeros(0), np.zeros(0)
        steps, values = _validation(self.before.epochs, name)
        return steps - len(self.before.losses), values


def _times(epochs: Sequence[EpochDone], count: int, pace: float) -> tuple[list[float], list[float]]:
    """From 0 on the ends of epochs, and the last of ``count`` steps if it is known when that was, in steps and in
    seconds."""
    steps, times = [0.0], [0.0]
    for done in epochs:
        steps.append(float(done.step))
        times.append(times[-1] + max(done.seconds, 1e-9))
    if count > steps[-1] and pace > 0:
        times.append(times[-1] + (count - steps[-1]) * pace)
        steps.append(float(count))
    return steps, times


def _validation(epochs: Sequence[EpochDone], name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    steps = np.array([done.step for done in epochs], np.float64)
    return steps, np.array([getattr(done, f"validation_{name}") for done in epochs], np.float64)
