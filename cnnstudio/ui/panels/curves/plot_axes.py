"""The two axes of a curve: where their labels and lines lie. Values on the left as plain numbers, epochs below."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass

#: pixels between two labels below
ROOM = 12


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
