"""The two axes of a curve: where their labels and lines lie. Values on the left as plain numbers, epochs below."""

from __future__ import annotations

import math
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


def epoch_ticks(low: float, high: float, size: float, per_epoch: int, width_of: Callable[[str], float]) -> list[Tick]:
    """Labels for a range of steps: a line where an epoch ends, and its name in the middle before it. Where labels would
    touch, one stands for several epochs and lies at the line."""
    if per_epoch <= 0:
        return []
    widest = width_of(f"epoch {max(1, round(high / per_epoch))}") + ROOM
    shown = max(1e-9, (high - low) / per_epoch)
    every = max(1, math.ceil(nice(widest * shown / max(1.0, size))))
    ticks = []
    for epoch in range(max(1, math.floor(low / per_epoch)), math.ceil(high / per_epoch) + 1):
        if epoch % every == 0:
            line = float(epoch * per_epoch)
            ticks.append(Tick(line - per_epoch / 2 if every == 1 else line, f"epoch {epoch}", line))
    return ticks


def nice(value: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 … at or above a positive number."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in (1.0, 2.0, 2.5, 5.0) if step * power >= value * (1 - 1e-9)), 10.0 * power)
