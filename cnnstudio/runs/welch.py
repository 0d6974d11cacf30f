"""Whether one of two groups of runs is better than the other, or whether too few seeds were tried to say so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

#: how sure an interval is
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Comparison:
    """The means of two groups, what the second has more than the first, and the interval in which that lies, by Welch's
    t with so many degrees of ``freedom``."""

    first: float
    second: float
    difference: float
    low: float
    high: float
    freedom: float

    @property
    def better(self) -> int:
        """1 or 2 for the group that is better, where more is better; 0 where the interval leaves both possible."""
        return 2 if self.low > 0 else 1 if self.high < 0 else 0


def compared(first: Sequence[float], second: Sequence[float], confidence: float = CONFIDENCE) -> Comparison | None:
    """Compare the means of two groups whose spreads may be different (Welch, 1947); None where that cannot be done:
    with fewer than two values in one of them, or where neither has any spread that could be reckoned with."""
    if min(len(first), len(second)) < 2:
        return None
    shares = [variance(values) / len(values) for values in (first, second)]
    if not sum(shares) > 0:
        return None
    freedom = sum(shares) ** 2 / sum(
        share**2 / (len(values) - 1) for share, values in zip(shares, (first, second), strict=True)
    )
    half = t_quantile(0.5 + confidence / 2, freedom) * math.sqrt(sum(shares))
    one, two = fmean(first), fmean(second)
    return Comparison(one, two, two - one, two - one - half, two - one + half, freedom)


def t_quantile(share: float, freedom: float) -> float:
    """Below which value of Student's t with so many degrees of freedom lies this share, above a half, of it."""
    low, high = 0.0, 1.0
    while t_share(high, freedom) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if t_share(middle, freedom) < share else (low, middle)
    return (low + high) / 2


def t_share(value: float, freedom: float) -> float:
    """Which share of Student's t lies below a value that is not negative."""
    return 1 - _incomplete_beta(freedom / 2, 0.5, freedom / (freedom + value**2)) / 2


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function (Abramowitz and Stegun, 1964, 26.5.8)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # there the fraction of the other side is the faster
        return 1 - _incomplete_beta(b, a, 1 - x)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float, most: int = 500) -> float:
    """The continued fraction of the incomplete beta function, from its front (Lentz, 1976)."""
    tiny = 1e-300
    value, numerator, denominator = tiny, tiny, 0.0
    for place in range(most):
        m = place // 2
        if place == 0:
            term = 1.0
        elif place % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        denominator = 1 / ((1 + term * denominator) or tiny)
        numerator = (1 + term / numerator) or tiny
        factor = numerator * denominator
        value *= factor
        if place and abs(factor - 1) < 1e-14:
            break
    return value
