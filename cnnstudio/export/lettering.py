"""How wide a text is at most, without any font at hand: wide enough for the fonts that a viewer may put in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

_NARROW = frozenset("iljI.,:;'|!·\u202f ()[]tfr-")
_WIDE = frozenset("mwMWΣ%@—…")
#: shares of the font size, for Inter, Helvetica, Arial and DejaVu Sans
_SHARES = (0.38, 0.64, 0.95)


def text_width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line in pixels; East Asian letters take a whole square."""
    total = 0.0
    for letter in text:
        if letter in _NARROW:
            total += _SHARES[0]
        elif letter in _WIDE or letter > "\u2e00":
            total += max(_SHARES[2], 1.0 if letter > "\u2e00" else 0.0)
        elif letter.isupper():
            total += 0.72
        else:
            total += _SHARES[1]
    return total * size * (1.08 if bold else 1.0)


def fitted_lines(full: str, brief: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """A card's line of settings: in full, else in fewer signs, else broken at its commas, in wide letters between its
    words, so that none of them is lost."""
    for text in (full, brief):
        if fits(text):
            return (text,)
    lines = _broken(full, ", ", fits)
    if len(lines) == 2 and all(map(fits, lines)):
        return lines
    lines = _broken(brief, ", ", fits)
    return lines if all(map(fits, lines)) else _broken(brief, " ", fits)


def _broken(text: str, gap: str, fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Lines that end at gaps, each as long as it may be."""
    lines = [""]
    parts = text.split(gap)
    for part in (*(f"{part}{gap.rstrip()}" for part in parts[:-1]), parts[-1]):
        longer = f"{lines[-1]} {part}" if lines[-1] else part
        if lines[-1] and not fits(longer):
            lines.append(part)
        else:
            lines[-1] = longer
    return tuple(lines)


def cut(
    text: str,
    size: float,
    width: float,
    bold: bool = False,
    measure: Callable[[str, float, bool], float] = text_width,
) -> str:
    """The text, or its beginning and … where it is too long."""
    if measure(text, size, bold) <= width:
        return text
    fitting = bisect_right(range(len(text)), width, key=lambda end: measure(f"{text[:end]}…", size, bold)) - 1
    return text[: max(fitting, 0)].rstrip() + "…"
