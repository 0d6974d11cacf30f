"""Sentences with places for values: “The data has {classes:# class|# classes}”. Numbers and their nouns are put into
words here and nowhere else."""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from numbers import Real
from typing import Any, NamedTuple

from cnnstudio.nn.arrays import THIN, shape_text, thousands

#: a sentence with places, or a function of the values where numbers decide how it is built
Phrase = str | Callable[[Mapping[str, Any]], str]


class Words(NamedTuple):
    """A heading and a sentence."""

    title: str
    sentence: str


class Wording(NamedTuple):
    """The phrases of which both are made, and whether the sentence is understood without the name of its layer."""

    title: Phrase
    sentence: Phrase
    alone: bool = False


def listed(names: Iterable[object]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    found = list(map(str, names))
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def number_text(value: float) -> str:
    """A number in a sentence: whole ones in full, others with six significant digits, a true minus."""
    whole = round(value)
    return thousands(whole) if abs(value - whole) < 1e-9 else f"{value:.6g}".replace("-", "−")


def share_text(share: float) -> str:
    """A probability in percent. None is nothing or all, even where its number has been rounded to that, so none is
    written so."""
    if not math.isfinite(share):
        return "no number"
    if share < 0.0005:
        return "<\u202f0.1\u202f%"
    return ">\u202f99.9\u202f%" if share >= 0.9995 else f"{100 * share:.1f}\u202f%"


def percent(share: float, digits: int = 1) -> str:
    """A share in percent, with so many digits behind the point."""
    return f"{100 * share:.{digits}f}\u202f%"


def amount(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 layer, 0 layers, 61 706 parameters. ``many`` is for nouns that do not end in s."""
    return f"{thousands(number)} {one if number == 1 else many or f'{one}s'}"


def of_number(number: object, many: str) -> str:
    """A noun as it stands after a number: epoch after 1, epochs after others; a unit such as px stays as it is."""
    return many.removesuffix("s") if number == 1 and len(many) > 1 else many


def place_text(cell: Sequence[int]) -> str:
    """A cell, from 0, as people count: “row 9, column 14, map 2”, or “number 17”."""
    if len(cell) == 1:
        return f"number {thousands(cell[0] + 1)}"
    return f"row {cell[0] + 1}, column {cell[1] + 1}, map {cell[2] + 1}"


def bytes_text(count: float) -> str:
    """An amount of memory in words: 640 B, 12.3 kB, 4.56 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f}{THIN}{unit}" if unit == "B" else f"{count:.3g}{THIN}{unit}"
        count /= 1000
    return f"{count:.3g}{THIN}TB"


@lru_cache(4096)
def _parsed(phrase: str) -> tuple[tuple[str, str | None, str, str | None], ...]:
    """A phrase taken apart once: cards say the same thing many times a second."""
    return tuple(
        (text, name, spec or "", conversion) for text, name, spec, conversion in string.Formatter().parse(phrase)
    )


class Phrases(string.Formatter):
    """Fills the places of a phrase. A place says how its value is written:

    - ``{error:unended}`` as it is without the stop at its end, for what goes on after it;
    - ``{size:thousands}`` as 61 706, ``{answer:number}`` as 61 706 or −0.125, ``{memory:bytes}`` as 12.3 MB, and as
      Python otherwise writes numbers;
    - ``{count:# layer|# layers}`` with its noun, the first form for one and the second for all others, ``#`` being the
      number; ``{count:is|are}`` without it;
    - ``{input:shape}`` as 28×28×1, ``{sides:# byte|# bytes}`` as 60 000 × 28 × 28 bytes,
      ``{input:×# cell|# cells}`` as 28×28×1 cells, ``{input:product}`` as 28·28·1;
    - ``{cell:place}``, counted from 0, as people count: row 9, column 14, map 2, or number 17; ``{cell:Place}`` where
      it begins a sentence;
    - ``{names:commas}`` as a, b, c, ``{names:listed}`` as a, b and c, ``{names:and}`` as a and b and c,
      ``{parts:joined}`` as abc, ``{parts:dots}`` as a · b · c,
      ``{numbers:sum}`` as 1 + 2 + 3.

    Numbers have a true minus, and a narrow space before %, where no line ends. A value that is a sentence itself is put
    into words.
    """

    def __init__(self, **writers: Callable[[Any], str]) -> None:
        self._writers: dict[str, Callable[[Any], str]] = {
            "shape": shape_text,
            "thousands": thousands,
            "number": number_text,
            "bytes": bytes_text,
            "commas": lambda names: ", ".join(map(str, names)),
            "listed": listed,
            "product": lambda numbers: "·".join(map(str, numbers)),
            "place": place_text,
            "Place": lambda cell: place_text(cell).capitalize(),
            "and": lambda parts: " and ".join(map(str, parts)),
            "dots": lambda parts: " · ".join(map(str, parts)),
            "sum": lambda parts: " + ".join(map(str, parts)),
            "unended": lambda said: str(said).rstrip("."),
            "joined": lambda parts: "".join(map(str, parts)),
            **writers,
        }

    def said(self, phrase: Phrase, values: Mapping[str, Any]) -> str:
        """The words of a phrase with these values."""
        if not isinstance(phrase, str):
            return phrase(values)
        said: list[str] = []
        for text, name, spec, conversion in _parsed(phrase):
            said.append(text)
            if name is not None:
                value = values[name] if name in values else self.get_field(name, (), values)[0]
                said.append(self.format_field(self.convert_field(value, conversion) if conversion else value, spec))
        return "".join(said)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in self._writers:
            return self._writers[format_spec](value)
        if "|" in format_spec:
            return _with_noun(value, format_spec)
        if isinstance(value, Real):
            return format(value, format_spec).replace("-", "−").replace("%", f"{THIN}%")
        return format(value, format_spec) if format_spec else str(value)


def _with_noun(value: Any, spec: str) -> str:
    times = spec.startswith("×")
    one, _, many = spec.removeprefix("×").partition("|")
    if isinstance(value, tuple):
        number = math.prod(value)
        figure = "×".join(map(str, value)) if times else " × ".join(map(thousands, value or (1,)))
    else:
        number, figure = value, thousands(value)
    return (one if number == 1 else many).replace("#", figure)
