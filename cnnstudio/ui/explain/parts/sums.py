"""Sums as they are written: with as many digits as make what is shown true, and with “≈” where none do."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from cnnstudio.nn.explaining.parts import LedgerPart, Operator
from cnnstudio.ui.look.numbers import number_text

#: significant digits of the largest number, the fewest first
_DIGITS = (4, 5, 6)
#: numbers that are so small, or so large, are written with their power of ten
_MOST_PLACES, _MOST_WHOLE = 8, 8


@dataclass(frozen=True)
class Written:
    """How the numbers of a sum, the ``parts`` of its first and its result are written; ``sign`` is “=” where what
    stands there comes out so, otherwise “≈”."""

    figures: tuple[str, ...]
    parts: tuple[str, ...]
    sign: str
    result: str


@lru_cache(256)  # a film asks for each frame
def written(
    operators: tuple[Operator, ...], values: tuple[float, ...], result: float, parts: tuple[float, ...] = ()
) -> Written:
    """Numbers that are worked out one after the other, the first without an operator, and what they lead to. The
    ``parts`` add up to the first, too, where any digits let them."""
    found = [each for digits in _DIGITS if (each := _with_digits(digits, operators, values, result, parts))]
    fits = [each for each in found if each.sign == "="]
    whole = [each for each in fits if not parts or sum(map(_value, each.parts)) == _value(each.figures[0])]
    if chosen := [*whole, *fits]:
        return chosen[0]
    figures, made = (tuple(map(number_text, numbers)) for numbers in (values, parts))
    told, finite = number_text(result), all(map(math.isfinite, (*values, result)))
    sign = "=" if not finite or _worked_out(operators, figures) == _value(told) else "≈"
    return Written(figures, made, sign, told)


def account(part: LedgerPart) -> Written:
    """A ledger's sum; its parts are those of its blocks."""
    return written(
        tuple(step.operator for step in part.steps),
        tuple(step.value for step in part.steps),
        part.result,
        tuple(block.total for block in part.blocks),
    )


def added(values: Sequence[float]) -> Written:
    """A plain sum."""
    return written(("", *("+",) * (len(values) - 1)), tuple(values), math.fsum(values))


def step_text(weight: float, rate: float, slope: float, after: float) -> str:
    """A step of gradient descent: “2.742 − 0.1 × 1.515 = 2.59”."""
    for digits in _DIGITS:
        shown = [number_text(value, digits) for value in (weight, rate, slope, after)]
        if all(figure[-1].isdigit() for figure in shown):
            start, share, by, told = map(_value, shown)
            if _near(start - share * by, told, digits):
                return _step_line(shown, "=")
    return _step_line([number_text(value) for value in (weight, rate, slope, after)], "≈")


def _step_line(figures: Sequence[str], sign: str) -> str:
    weight, rate, slope, after = figures
    return f"{weight} − {rate} × {f'({slope})' if slope.startswith('−') else slope} {sign} {after}"


def comes_out(operators: Sequence[Operator], figures: Sequence[str], told: str) -> bool:
    """Whether numbers that are written with four digits lead to what is told with four."""
    if not all(figure[-1].isdigit() for figure in (*figures, told)):
        return True  # “no number”
    return _near(_worked_out(operators, tuple(figures)), _value(told), _DIGITS[0])


def _near(number: Decimal, told: Decimal, digits: int) -> bool:
    """Whether a number, rounded to so many significant digits, is the one that is told."""
    return abs(number - told) <= (Decimal(5).scaleb(told.adjusted() - digits) if told else 0)


def _with_digits(
    digits: int, operators: Sequence[Operator], values: Sequence[float], result: float, parts: Sequence[float]
) -> Written | None:
    """All that is added up to the same place after the point, at which the largest has so many digits, and what is
    multiplied with so many; None where that cannot be written so, or a number would become nothing."""
    factors = {place for place, operator in enumerate(operators) if operator in ("×", "÷")}
    summed = [value for place, value in enumerate(values) if place not in factors]
    everything = (*summed, *parts, result)
    if not math.isfinite(sum(values) + sum(everything)) or max(map(abs, everything)) >= 10**_MOST_WHOLE:
        return None
    multiplied = len(values) - 1 in factors
    places = _places(digits, (*summed, *parts) if multiplied else everything)
    last = _places(digits, (result,)) if multiplied else places
    if max(places, last) > _MOST_PLACES:
        return None
    figures = tuple(
        number_text(value, digits) if place in factors else _fixed(value, places) for place, value in enumerate(values)
    )
    made, told = tuple(_fixed(part, places) for part in parts), _fixed(result, last)
    if any(_lost(everything, (*(f for place, f in enumerate(figures) if place not in factors), *made, told))):
        return None
    off = abs(_worked_out(operators, figures) - _value(told))
    return Written(figures, made, "=" if off <= Decimal(5).scaleb(-last - 1) else "≈", told)


def _places(digits: int, values: Sequence[float]) -> int:
    """After the point, so that the largest has so many digits."""
    largest = max(map(abs, values))
    return max(0, digits - 1 - math.floor(math.log10(largest))) if largest else 0


def _lost(values: Iterable[float], figures: Iterable[str]) -> Iterable[bool]:
    return (bool(value) and figure == "0" for value, figure in zip(values, figures, strict=True))


def _worked_out(operators: Sequence[Operator], figures: Sequence[str]) -> Decimal:
    total = Decimal(0)
    for operator, figure in zip(operators, map(_value, figures), strict=True):
        match operator:
            case "" | "+":
                total += figure
            case "−":
                total -= figure
            case "×":
                total *= figure
            case "÷":
                total = total / figure if figure else Decimal("Infinity")
    return total


def _fixed(value: float, places: int) -> str:
    text = f"{value:.{places}f}"
    text = text.rstrip("0").rstrip(".") if places else text
    return "0" if text in ("-0", "") else text.replace("-", "−")


def _value(figure: str) -> Decimal:
    return Decimal(figure.replace("−", "-"))
