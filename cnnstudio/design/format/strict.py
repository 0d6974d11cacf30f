"""Reading JSON that may have been written by anybody: exact types, limits, a place for every complaint."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from cnnstudio.files.printable import printable
from cnnstudio.nn.telling.told import Sentence, WordedError

LARGEST_JSON = 8 << 20
#: what it may hold; counted before parsing, since "[],[],…" takes twenty times its length in memory
_MOST = {b",": 500_000, b":": 160_000, b"{": 50_000, b"[": 50_000}
_RESTORE = Sentence("Open its backup (.bak) or another copy.")


class FileFormatError(WordedError, ValueError):
    """A file is not what it should be. ``str()`` is one line: file, place, reason, and what to do.

    ``place`` reads like ``design.json: nodes[3].settings.kernel``; it is empty for the whole file. Where no ``remedy``
    is given the file is ``damaged``, and only another copy helps: whoever has its path says which there is.
    """

    def __init__(
        self,
        file: str | Sentence,
        place: str,
        reason: str | Sentence,
        remedy: str | Sentence | None = None,
        /,
        **values: Hashable,
    ) -> None:
        self.file = file
        self.place = place
        self.reason = Sentence(reason, **values)
        self.damaged = remedy is None
        self.remedy = Sentence(_RESTORE if remedy is None else remedy)
        said = self.reason
        if remedy != "":
            said = Sentence("{reason} {remedy}", reason=said, remedy=self.remedy)
        for part in (place, file):
            said = Sentence("{place}: {reason}", place=part, reason=said) if part else said
        super().__init__(said)

    def __str__(self) -> str:
        return printable(super().__str__())


def quoted(value: object) -> Sentence:
    """A value from a file as a sentence may show it: short and recognisable."""
    if not isinstance(value, str):
        return _name_of_type(value)
    return Sentence("“{text}”", text=value if len(value) <= 58 else f"{value[:57]}…")


def meant(value: object, known: Iterable[str], otherwise: Sentence | None = None) -> Sentence | str:
    """The name that is most like an unknown one, as a question to be appended; ``otherwise`` where none is like it."""
    from difflib import get_close_matches  # only where it is needed: every start of the program reads files

    close = get_close_matches(value, list(known), 1, 0.7) if isinstance(value, str) and len(value) <= 60 else []
    found = Sentence("Did you mean “{name}”?", name=close[0]) if close else otherwise
    return Sentence(" {found}", found=found) if found else ""


def parse(data: bytes, file: str, place: str = "") -> Checked:
    """The JSON document in ``data``.

    Raises:
        FileFormatError: too large, not UTF-8, not JSON, nested too deep, NaN or Infinity, or a key twice.
    """

    def refuse(reason: str, **values: Hashable) -> NoReturn:
        raise FileFormatError(file, place, reason, **values)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            refuse("The key {key} is there twice.", key=quoted(next(k for k in keys if keys.count(k) > 1)))
        return found

    def constant(name: str) -> NoReturn:
        refuse("{name} is not a number.", name=name)

    if len(data) > LARGEST_JSON:
        refuse("It has {size:# byte|# bytes}; at most {most:thousands} are read.", size=len(data), most=LARGEST_JSON)
    for mark, most in _MOST.items():
        if data.count(mark) > most:
            refuse(
                "It holds more than {most:thousands} times “{mark}”, more than any design needs.",
                most=most,
                mark=mark.decode(),
            )
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=unique, parse_constant=constant)
    except UnicodeDecodeError:
        refuse("It is not UTF-8 text.")
    except RecursionError:
        refuse("It is nested too deep.")
    except FileFormatError:
        raise
    except json.JSONDecodeError as error:
        refuse(
            "It is not valid JSON (line {lineno}, column {colno}: {msg}).",
            lineno=error.lineno,
            colno=error.colno,
            msg=error.msg,
        )
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

    def refuse(self, reason: str | Sentence, remedy: str | Sentence | None = None, /, **values: Hashable) -> NoReturn:
        """Complain about this value; ``reason`` is a sentence or its template, with its values."""
        raise FileFormatError(self.file, self.place, reason, remedy, **values)

    def fields(self, *required: str, optional: tuple[str, ...] = ()) -> dict[str, Checked]:
        """An object with exactly these keys (``optional`` ones may be missing)."""
        found = self.mapping()
        for key in found:
            if key not in required and key not in optional:
                likely = meant(key, (name for name in (*required, *optional) if name not in found))
                self.refuse("There is an unknown entry {key}.{likely}", key=quoted(key), likely=likely)
        for key in required:
            if key not in found:
                self.refuse("{key} is missing.", key=quoted(key))
        return found

    def mapping(self) -> dict[str, Checked]:
        """An object with any keys of whole characters."""
        if not isinstance(self.value, dict):
            self.refuse("Expected an object {{…}}, found {found}.", found=_name_of_type(self.value))
        if not all(map(_is_whole, self.value)):
            self.refuse("A name in it holds half a character (a lone surrogate).")
        return {key: Checked(value, self.file, self._below(key)) for key, value in self.value.items()}

    def items(self, most: int, fewest: int = 0) -> Iterator[Checked]:
        """The entries of a list."""
        values = self.entries(most, fewest)
        return (Checked(value, self.file, f"{self.place}[{i}]") for i, value in enumerate(values))

    def entries(self, most: int, fewest: int = 0) -> list[Any]:
        """A list of so many entries, themselves unchecked."""
        if not isinstance(self.value, list):
            self.refuse("Expected a list […], found {found}.", found=_name_of_type(self.value))
        if not fewest <= len(self.value) <= most:
            some = "{most:thousands}" if fewest == most else "{fewest:thousands} to {most:thousands}"
            wants = Sentence(some, fewest=fewest, most=most)
            self.refuse(
                "The list has {held:# entry|# entries}; {wants} are allowed.", held=len(self.value), wants=wants
            )
        return self.value

    def text(self, most: int = 256, fewest: int = 0) -> str:
        """A text of so many characters."""
        if not isinstance(self.value, str):
            self.refuse("Expected a text, found {found}.", found=_name_of_type(self.value))
        if not fewest <= len(self.value) <= most:
            self.refuse(
                "The text has {held:# character|# characters}; {fewest:thousands} to {most:thousands} are allowed.",
                held=len(self.value),
                fewest=fewest,
                most=most,
            )
        if not _is_whole(self.value):
            self.refuse("The text holds half a character (a lone surrogate).")
        return self.value

    def integer(self, low: int, high: int) -> int:
        """A whole number within limits; true and false are none."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.refuse("Expected a whole number, found {found}.", found=_name_of_type(self.value))
        if not low <= self.value <= high:
            self.refuse("The number must be from {low:thousands} to {high:thousands}.", low=low, high=high)
        return self.value

    def number(self, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within limits."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            self.refuse("Expected a number, found {found}.", found=_name_of_type(self.value))
        try:
            number = float(self.value)
        except OverflowError:
            number = math.inf
        if not math.isfinite(number) or not low <= number <= high:
            self.refuse("The number must be finite and from {low:g} to {high:g}.", low=low, high=high)
        return number

    def _below(self, key: str) -> str:
        shown = key if len(key) <= 60 else key[:59] + "…"
        if not self.place:
            return shown
        return f"{self.place}: {shown}" if self.place.endswith(".json") else f"{self.place}.{shown}"


def _is_whole(text: str) -> bool:
    """Whether it has no half a character, which JSON can tell of and no file can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _name_of_type(value: object) -> Sentence:
    match value:
        case None:
            return Sentence("null")
        case bool():
            return Sentence("true" if value else "false")
        case int() | float():
            huge = isinstance(value, int) and abs(value) >= 10**15
            return Sentence("a huge number") if huge else Sentence("{value:g}", value=value)
        case str():
            return quoted(value)
        case list():
            return Sentence("a list")
        case _:
            return Sentence("an object")
