"""The special functions that activations need and NumPy does not have."""

from __future__ import annotations

import math

import numpy as np

from cnnstudio.nn.arrays import Floats

#: W. J. Cody, “Rational Chebyshev approximations for the error function”, 1969: numerators and denominators, highest
#: power first, in x² below 0.46875, in x up to 4, and in 1/x² beyond
_NEAR = (
    (
        1.85777706184603153e-1, 3.16112374387056560e0, 1.13864154151050156e2, 3.77485237685302021e2,
        3.20937758913846947e3,
    ),
    (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3),
)  # fmt: skip
_MIDDLE = (
    (
        2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
        2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3,
        1.23033935479799725e3,
    ),
    (
        1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
        3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
    ),
)  # fmt: skip
_FAR = (
    (
        1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
        1.60837851487422766e-2, 6.58749161529837803e-4,
    ),
    (
        1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
        2.33520497626869185e-3,
    ),
)  # fmt: skip

#: with these Φ(x) = (1 + tanh(x · p(x²))) / 2 within 3e-8, which float32 cannot tell from it; p's highest power first
_BELOW = (
    1.75617379e-9, -1.322634401e-7, 3.964745568e-6, -5.530619936e-5, -3.259496359e-5, 3.633308456e-2, 7.978849415e-1,
)  # fmt: skip


def logistic(x: Floats, out: Floats) -> None:
    """Write 1 / (1 + exp(−x)) to ``out``; very negative numbers give 0."""
    np.negative(x, out=out)
    with np.errstate(over="ignore"):
        np.exp(out, out=out)
    out += 1
    np.divide(1, out, out=out)


def share_passed(x: Floats, y: Floats, out: Floats) -> None:
    """Write y / x to ``out``, and ½ where x is 0: of y = x · s(x) with s(0) = ½ the part s that passed."""
    with np.errstate(invalid="ignore"):
        np.divide(y, x, out=out)
    zero = x == 0
    if zero.any():
        out[zero] = 0.5


def share_below(x: Floats, out: Floats, scratch: Floats) -> None:
    """Write Φ(x), the share of the normal distribution below x, to ``out``: within one rounding of 1."""
    if x.dtype == np.float32:
        np.multiply(x, x, out=scratch)
        np.multiply(scratch, x.dtype.type(_BELOW[0]), out=out)
        for coefficient in _BELOW[1:-1]:
            out += x.dtype.type(coefficient)
            out *= scratch
        out += x.dtype.type(_BELOW[-1])
        out *= x
        np.tanh(out, out=out)
    else:
        np.multiply(x, math.sqrt(0.5), out=scratch)
        erf(scratch, out)
    out += 1
    out *= x.dtype.type(0.5)


def erf(x: Floats, out: Floats) -> None:
    """Write the error function of float64 numbers to ``out``, to their last digits."""
    size = np.abs(x)
    near, far = size <= 0.46875, size > 4
    out[near] = x[near] * _ratio(x[near] ** 2, _NEAR)
    middle = ~(near | far)
    y = size[middle]
    out[middle] = np.copysign(1 - _ratio(y, _MIDDLE) * np.exp(-y * y), x[middle])
    # beyond 6 nothing is left between erf and 1
    y = np.minimum(size[far], 6)
    t = 1 / (y * y)
    rest = (1 / math.sqrt(math.pi) - t * _ratio(t, _FAR)) / y * np.exp(-y * y)
    out[far] = np.copysign(1 - rest, x[far])


def _ratio(x: Floats, coefficients: tuple[tuple[float, ...], tuple[float, ...]]) -> Floats:
    """A rational function by Horner's rule."""
    top, bottom = (np.full_like(x, polynomial[0]) for polynomial in coefficients)
    for polynomial, result in zip(coefficients, (top, bottom), strict=True):
        for coefficient in polynomial[1:]:
            result *= x
            result += coefficient
    top /= bottom
    return top
