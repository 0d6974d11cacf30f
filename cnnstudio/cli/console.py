"""What the command line says, and to which stream: results to standard output, all else to standard error."""

from __future__ import annotations

import json
import math
import sys
from typing import Any, TextIO

from cnnstudio.design.format.strict import printable

#: exit codes: done; done, and the answer is bad; nothing done since the input was bad; stopped by Ctrl+C
GOOD, BAD_ANSWER, BAD_INPUT, STOPPED = 0, 1, 2, 130

#: for terminals that know only a few characters
_PLAIN = str.maketrans(
    {"\u2009": " ", "×": "x", "·": "-", "–": "-", "−": "-", "’": "'", "“": '"', "”": '"', "…": "..."}
)


class Refused(Exception):
    """The command cannot be carried out; ``str()`` is the one line that says what and where."""

    def __init__(self, sentence: str, code: int = BAD_INPUT) -> None:
        super().__init__(printable(sentence))
        self.code = code


def say(text: str = "") -> None:
    """A line of the result."""
    write(text, sys.stdout)


def remark(text: str) -> None:
    """A line beside the result: an error, or what is being done."""
    write(printable(text), sys.stderr)


def emit(values: dict[str, Any]) -> None:
    """A result as one line of JSON; figures that are no number become null."""
    clean = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
    print(json.dumps(clean, ensure_ascii=True, allow_nan=False), flush=True)


def write(text: str, stream: TextIO) -> None:
    """A line to a stream, in the characters it knows; at once, so that pipes see it."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        text = text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    print(text, file=stream, flush=True)


def percent(share: float) -> str:
    """A share of 0…1 as a percentage."""
    return f"{share * 100:.2f}\u2009%"
