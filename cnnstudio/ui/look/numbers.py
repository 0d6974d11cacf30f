"""Numbers and amounts as the whole window writes them."""

from __future__ import annotations

import math


def probability_text(value: float) -> str:
    """A probability with four significant digits, or so many more that what is not certain does not become 1."""
    digits = 4
    while value < 1 and number_text(value, digits) == "1" and digits < 17:
        digits += 1
    return number_text(value, digits)


def loss_text(probability: float, loss: float) -> str:
    """A loss as the negative logarithm of a probability, of which so many digits are written that it comes out so."""
    told = number_text(loss)
    for digits in range(4, 13):
        written = number_text(probability, digits)
        if probability > 0 and number_text(-math.log(float(written.replace("−", "-")))) == told:
            return f"−log {written} = {told}"
    return f"−log {probability_text(probability)} ≈ {told}"


def size_text(height: int, width: int) -> str:
    """How large a picture is, so that nobody takes one side for the other."""
    return f"{width}×{height}" if width == height else f"{width} wide, {height} high"


def number_text(value: float, digits: int = 4) -> str:
    """A measured number with four significant digits (or so many), a true minus sign and no minus zero."""
    if not math.isfinite(value):
        return "no number"
    text = f"{value:.{digits}g}".replace("e-0", "e-").replace("e+0", "e")
    return "0" if float(text) == 0 else text.replace("-", "−")


def signed_figure(value: float) -> str:
    """Four significant digits with a sign in front; zero has none."""
    return with_sign(number_text(value))


def with_sign(figure: str) -> str:
    """A number as it is written, with its sign in front; zero has none."""
    return f"+{figure}" if figure[0].isdigit() and figure != "0" else figure
