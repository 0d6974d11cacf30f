"""The numbers behind the curves: grown from the log lane, never rebuilt."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.training.events import Commanded, EpochDone, Event, Started, StepDone
from cnnstudio.ui.panels.curves.plot_axes import Epochs

#: the smoothed curve follows a new value by this share, and faster at the start, where the loss falls steeply
SHARE = 0.05
START = 8


class Series:
    """One value a step, from step 1 on, with a smoothed companion; grows in place."""

    def __init__(self) -> None:
        self._raw = np.empty(1024, np.float32)
        self._smooth = np.empty(1024, np.float32)
        self._count = 0
        self._mean = float("nan")

    def __len__(self) -> int:
        return self._count

    @property
    def raw(self) -> NDArray[np.float32]:
        """The values as they came."""
        return self._raw[: self._count]

    @property
    def smooth(self) -> NDArray[np.float32]:
        """Their exponentially weighted mean; values that are no number are left out of it."""
        return self._smooth[: self._count]

    def append(self, value: float) -> None:
        """Add the next step's value."""
        if self._count == len(self._raw):
            self._raw = np.concatenate([self._raw, np.empty_like(self._raw)])
            self._smooth = np.concatenate([self._smooth, np.empty_like(self._smooth)])
        if math.isnan(self._mean):
            self._mean = value
        elif math.isfinite(value):
            self._mean += max(SHARE, START / (self._count + 1 + START)) * (value - self._mean)
        self._raw[self._count] = value
        self._smooth[self._count] = self._mean
        self._count += 1


class CurveData:
    """Loss and accuracy by step, the validation figures by epoch, and what was done to the run on its way."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin with another run."""
        self.loss = Series()
        self.accuracy = Series()
        self.epochs: list[EpochDone] = []
        self.commands: list[Commanded] = []
        self.ends = Epochs()

    def add(self, events: list[Event]) -> bool:
        """Take the log's new events; whether there was anything to draw among them."""
        found = False
        for event in events:
            if isinstance(event, Started):
                self.ends = replace(self.ends, steps=event.steps_per_epoch)
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

    def validation(self, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
        """Steps and values of ``"loss"`` or ``"accuracy"`` on the validation images."""
        steps = np.array([done.step for done in self.epochs], np.float64)
        return steps, np.array([getattr(done, f"validation_{name}") for done in self.epochs], np.float64)
