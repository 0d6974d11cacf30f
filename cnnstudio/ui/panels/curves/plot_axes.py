"""The two axes of a curve: where their labels and lines lie. Values on the left as plain numbers; time below in epochs,
steps or seconds, evenly or by its powers of ten.

All else counts steps; a place is where a step lies on the axis.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product

import numpy as np

from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.panels.curves.thinned import Values
from cnnstudio.ui.run.epoch_time import duration

#: pixels between two labels below
ROOM = 12
EPOCHS, STEPS, SECONDS = UNITS = ("epochs", "steps", "seconds")
#: steps before this one have the place of this one where time runs by powers of ten: it never begins there
FIRST = 0.5
#: pixels between two labels of steps or seconds, about
APART = 90


@dataclass(frozen=True)
class Tick:
    """A label in its place on an axis; ``line`` where a grid line lies, None for a label between lines."""

    at: float
    text: str
    line: float | None


def value_ticks(low: float, high: float, size: float, *, percent: bool, logarithmic: bool) -> list[Tick]:
    """Labels for a range on ``size`` pixels; a logarithmic range is given by its powers of ten."""
    if logarithmic:
        return [Tick(value, f"{10**value:.4g}", value) for value in _powers(low, high, size)]
    step = nice((high - low) / max(2, round(size / 44)))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    values = [step * number for number in range(first, last + 1)]
    if percent:
        return [Tick(value, f"{100 * value:.4g}\u202f%", value) for value in values]
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    digits += abs(step * 10**digits - round(step * 10**digits)) > 1e-6  # 0.25 has two
    return [Tick(value, f"{value:.{digits}f}", value) for value in values]


def _powers(low: float, high: float, size: float) -> list[float]:
    found: list[float] = []
    for digits in ((1,), (1, 3), (1, 2, 5)):
        powers = range(math.floor(low), math.ceil(high) + 1)
        found = [power + math.log10(digit) for power in powers for digit in digits]
        found = [value for value in found if low <= value <= high]
        if len(found) >= max(2, size / 60):
            break
    return found


@dataclass(frozen=True)
class Epochs:
    """Where the epochs of a run end, by step: those that are over at ``ends``, and each after them ``steps`` later than
    the one before; 0 where nobody knows how many those are."""

    ends: tuple[int, ...] = ()
    steps: int = 0

    def end(self, epoch: int) -> int:
        """The step at which an epoch ends, counted from 1; 0 is where the first begins."""
        if epoch <= len(self.ends):
            return self.ends[epoch - 1] if epoch > 0 else 0
        return (self.ends[-1] if self.ends else 0) + (epoch - len(self.ends)) * self.steps

    def at(self, step: float) -> int:
        """The epoch in which a step lies, from 1; an end belongs to the epoch that it ends."""
        over = self.ends[-1] if self.ends else 0
        if step <= over:
            return bisect_left(self.ends, step) + 1
        return len(self.ends) + math.ceil((step - over) / max(1, self.steps))


def epoch_ticks(low: float, high: float, size: float, epochs: Epochs, width_of: Callable[[str], float]) -> list[Tick]:
    """Labels for a range of steps: a line where an epoch ends, and its name in the middle before it. Where labels would
    touch, one stands for several epochs and lies at the line."""
    if epochs.steps <= 0:
        return []
    first, last = epochs.at(max(1.0, low)), epochs.at(max(1.0, high))
    shortest = min(epochs.end(epoch) - epochs.end(epoch - 1) for epoch in range(first, last + 1))
    shown = max(1e-9, (high - low) / shortest)
    widest = width_of(f"epoch {last}") + ROOM
    every = max(1, math.ceil(nice(widest * shown / max(1.0, size))))
    ticks = []
    for epoch in range(math.ceil(first / every) * every, last + 1, every):
        begin, end = epochs.end(epoch - 1), epochs.end(epoch)
        ticks.append(Tick((begin + end) / 2 if every == 1 else end, f"epoch {epoch}", float(end)))
    return ticks


def nice(value: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 … at or above a positive number."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in (1.0, 2.0, 2.5, 5.0) if step * power >= value * (1 - 1e-9)), 10.0 * power)


@dataclass(frozen=True)
class TimeScale:
    """``seconds`` are the steps at which it is known how long the run has taken, from 0 on, and how long; empty where
    nobody knows, and then seconds are steps."""

    unit: str = EPOCHS
    logarithmic: bool = False
    seconds: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())

    @property
    def counted(self) -> str:
        """What it really is counted in."""
        return STEPS if self.unit == SECONDS and len(self.seconds[0]) < 2 else self.unit

    def places(self, steps: Values) -> Values:
        """Where steps lie."""
        if self.counted == SECONDS:
            found = _along(steps, *(np.array(knots, np.float64) for knots in self.seconds))
        else:
            found = np.asarray(steps, np.float64)
        return np.log10(np.maximum(found, self._least)) if self.logarithmic else found

    def steps(self, places: Values) -> Values:
        """The steps that lie there."""
        found = 10.0 ** np.asarray(places, np.float64) if self.logarithmic else np.asarray(places, np.float64)
        if self.counted == SECONDS:
            found = _along(found, *(np.array(knots, np.float64) for knots in self.seconds[::-1]))
        return found

    def place(self, step: float) -> float:
        """Where one step lies."""
        return float(self.places(np.array([step], np.float64))[0])

    def step(self, place: float) -> float:
        """The step that lies at one place."""
        return float(self.steps(np.array([place], np.float64))[0])

    def ticks(
        self, low: float, high: float, size: float, epochs: Epochs, width_of: Callable[[str], float]
    ) -> list[Tick]:
        """Labels for the places from ``low`` to ``high`` on ``size`` pixels."""
        counted = self.counted
        if counted == EPOCHS and not self.logarithmic:
            return epoch_ticks(low, high, size, epochs, width_of)
        if counted == EPOCHS:
            last = epochs.at(max(1.0, self.step(high))) if epochs.steps > 0 else 0
            numbers = [number for number in _round_numbers(last) if epochs.end(number) > 0]
            found = [(self.place(epochs.end(number)), f"epoch {number}") for number in numbers]
        else:
            values = _magnitudes(low, high) if self.logarithmic else _even(low, high, size)
            values = [value for value in values if counted == SECONDS or value == round(value)]
            places = [math.log10(value) if self.logarithmic else value for value in values]
            said = _clock if counted == SECONDS else _count
            found = [(place, said(value)) for place, value in zip(places, values, strict=True)]
        return _apart(found, low, high, size, width_of)

    @property
    def _least(self) -> float:
        """The smallest time that is shown where it runs by powers of ten."""
        if self.counted != SECONDS:
            return FIRST
        steps, seconds = (np.array(knots, np.float64) for knots in self.seconds)
        return max(1e-6, float(_along(np.array([FIRST]), steps, seconds)[0]))


def _along(values: Values, known: Values, wanted: Values) -> Values:
    """Values between known ones, and as steep as at the ends beyond them."""
    found = np.interp(values, known, wanted)
    for outside, (one, two) in ((values < known[0], (0, 1)), (values > known[-1], (-2, -1))):
        slope = (wanted[two] - wanted[one]) / max(1e-12, known[two] - known[one])
        end = one if one == 0 else two
        found = np.where(outside, wanted[end] + (values - known[end]) * slope, found)
    return found


def _even(low: float, high: float, size: float) -> list[float]:
    step = nice((high - low) / max(1, round(size / APART)))
    first = max(0, math.ceil(low / step - 1e-9))
    return [step * number for number in range(first, math.floor(high / step + 1e-9) + 1)]


def _magnitudes(low: float, high: float) -> list[float]:
    powers = range(math.floor(low), math.ceil(high) + 1)
    return [
        digit * 10.0**power for power, digit in product(powers, (1, 2, 5)) if low <= math.log10(digit) + power <= high
    ]


def _round_numbers(last: int) -> Iterable[int]:
    power = 1
    while power <= last:
        yield from (number for number in (power, 2 * power, 5 * power) if number <= last)
        power *= 10


def _apart(
    found: list[tuple[float, str]], low: float, high: float, size: float, width_of: Callable[[str], float]
) -> list[Tick]:
    """Those of the labels that do not touch the one before; a line for each of them."""
    ticks: list[Tick] = []
    end = -math.inf
    for place, text in found:
        middle, half = (place - low) / max(1e-12, high - low) * size, width_of(text) / 2
        if middle - half >= end:
            ticks.append(Tick(place, text, place))
            end = middle + half + ROOM
    return ticks


def _count(value: float) -> str:
    return f"step {thousands(round(value))}" if value >= 1 else "0"


def _clock(value: float) -> str:
    return duration(value) if value > 0 else "0"
