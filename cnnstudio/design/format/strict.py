"""Reading JSON that may have been written by anybody: exact types, limits, a place for every complaint."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

LARGEST_JSON = 8 << 20
#: what it may hold; counted before parsing, since "[],[],…" takes twenty times its length in memory
_MOST = {b",": 500_000, b":": 160_000, b"{": 50_000, b"[": 50_000}
RESTORE = "Open its backup (.bak) or another copy."


class FileFormatError(ValueError):
    """A file is not what it should be. ``str()`` is one line: file, place, reason, and what to do.

    ``place`` reads like ``design.json: nodes[3].settings.kernel``; it is empty for the whole file.
    """

    def __init__(self, file: str, place: str, reason: str, remedy: str = RESTORE) -> None:
        super().__init__(printable(": ".join(part for part in (file, place, f"{reason} {remedy}") if part)))
        self.file = file
        self.place = place
        self.reason = printable(reason)
        self.remedy = remedy


def printable(text: str) -> str:
    """The text as one line without control characters, which could write to a terminal what they like."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def quoted(value: object) -> str:
    """A value from a file as a sentence may show it: short and recognisable."""
    text = f"“{value}”" if isinstance(value, str) else _name_of_type(value)
    return text if len(text) <= 60 else f"{text[:58]}…”"


def meant(value: object, known: Iterable[str], otherwise: str = "") -> str:
    """The name that is most like an unknown one, as a question to be appended; ``otherwise`` where none is like it."""
    from difflib import get_close_matches  # only where it is needed: every start of the program reads files

    close = get_close_matches(value, list(known), 1, 0.7) if isinstance(value, str) and len(value) <= 60 else []
    found = f"Did you mean “{close[0]}”?" if close else otherwise
    return f" {found}" if found else ""


def parse(data: bytes, file: str, place: str = "") -> Checked:
    """The JSON document in ``data``.

    Raises:
        FileFormatError: too large, not UTF-8, not JSON, nested too deep, NaN or Infinity, or a key twice.
    """

    def refuse(reason: str) -> NoReturn:
        raise FileFormatError(file, place, reason)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            refuse(f"The key {quoted(next(k for k in keys if keys.count(k) > 1))} is there twice.")
        return found

    def constant(name: str) -> NoReturn:
        refuse(f"{name} is not a number.")

    if len(data) > LARGEST_JSON:
        refuse(f"It has {len(data):,} bytes; at most {LARGEST_JSON:,} are read.")
    for mark, most in _MOST.items():
        if data.count(mark) > most:
            refuse(f"It holds more than {most:,} times “{mark.decode()}”, more than any design needs.")
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_constant=constant)
    except UnicodeDecodeError:
        refuse("It is not UTF-8 text.")
    except RecursionError:
        refuse("It is nested too deep.")
    except FileFormatError:
        raise
    except json.JSONDecodeError as error:
        refuse(f"It is not valid JSON (line {error.lineno}, column {error.colno}: {error.msg}).")
    except ValueError:
        # The only other complaint of the parser: int() refuses whole numbers of thousands of digits.
        refuse("It holds a number that is too long.")
    return Checked(value, file, place)


def dump(value: Any) -> bytes:
    """JSON with sorted keys and one fixed layout, so that equal values give equal bytes."""
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return text.encode() + b"\n"


@dataclass(frozen=True)
class Checked:
    """A value from a file and where it stands. Each method gives it as one type or raises FileFormatError."""

    value: Any
    file: str
    place: str = ""

    def refuse(self, reason: str, remedy: str = RESTORE) -> NoReturn:
        """Complain about this value."""
        raise FileFormatError(self.file, self.place, reason, remedy)

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Checked]:
        """An object with exactly these keys (``optional`` ones may be missing)."""
        found = self.mapping()
        for key in found:
            if key not in required and key not in optional:
                likely = meant(key, (name for name in (*required, *optional) if name not in found))
                self.refuse(f"There is an unknown entry {quoted(key)}.{likely}")
        for key in required:
            if key not in found:
                self.refuse(f"{quoted(key)} is missing.")
        return found

    def mapping(self) -> dict[str, Checked]:
        """An object with any keys."""
        if not isinstance(self.value, dict):
            self.refuse(f"Expected an object {{…}}, found {_name_of_type(self.value)}.")
        return {key: Checked(value, self.file, self._below(key)) for key, value in self.value.items()}

    def items(self, most: int, fewest: int = 0) -> Iterator[Checked]:
        """The entries of a list."""
        values = self.entries(most, fewest)
        return (Checked(value, self.file, f"{self.place}[{i}]") for i, value in enumerate(values))

    def entries(self, most: int, fewest: int = 0) -> list[Any]:
        """A list of so many entries, themselves unchecked."""
        if not isinstance(self.value, list):
            self.refuse(f"Expected a list […], found {_name_of_type(self.value)}.")
        if not fewest <= len(self.value) <= most:
            wants = f"{fewest:,}" if fewest == most else f"{fewest:,} to {most:,}"
            self.refuse(f"The list has {len(self.value):,} entries; {wants} are allowed.")
        return self.value

    def text(self, most: int = 256, fewest: int = 0) -> str:
        """A text of so many characters."""
        if not isinstance(self.value, str):
            self.refuse(f"Expected a text, found {_name_of_type(self.value)}.")
        if not fewest <= len(self.value) <= most:
            self.refuse(f"The text has {len(self.value):,} characters; {fewest:,} to {most:,} are allowed.")
        try:
            self.value.encode()
        except UnicodeEncodeError:
            self.refuse("The text holds half a character (a lone surrogate).")
        return self.value

    def integer(self, low: int, high: int) -> int:
        """A whole number within limits; true and false are none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse(f"Expected a whole number, found {_name_of_type(self.value)}.")
        if not low <= self.value <= high:
            self.refuse(f"The number must be from {low:,} to {high:,}.")
        return self.value

    def number(self, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within limits."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self.refuse(f"Expected a number, found {_name_of_type(self.value)}.")
        try:
            number = float(self.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or not low <= number <= high:
            self.refuse(f"The number must be finite and from {low:g} to {high:g}.")
        return number

    def _below(self, key: str) -> str:
        shown = key if len(key) <= 60 else key[:59] + "…"
        if not self.place:
            return shown
        return f"{self.place}: {shown}" if self.place.endswith(".json") else f"{self.place}.{shown}"


def _name_of_type(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"{value:g}" if isinstance(value, float) or abs(value) < 10**15 else "a huge number"
        case str():
            return quoted(value)
        case list():
            return "a list"
        case _:
            return "an object"
