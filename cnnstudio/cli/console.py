"""What the command line says, and to which stream: results to standard output, all else to standard error."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any, TextIO

from cnnstudio.files.printable import printable

#: exit codes: done; done, and the answer is bad; nothing done since the input was bad; stopped by Ctrl+C
GOOD, BAD_ANSWER, BAD_INPUT, STOPPED = 0, 1, 2, 130
#: what a program says whose reader has gone: 128 + SIGPIPE
NOBODY_READS = 141

#: for terminals that know only a few characters
_PLAIN = str.maketrans(
    {"\u202f": " ", "×": "x", "·": "-", "–": "-", "−": "-", "’": "'", "“": '"', "”": '"', "…": "..."}
)


class Refused(Exception):
    """The command cannot be carried out; ``sentence`` is the one line that says what and where."""

    def __init__(self, sentence: str, code: int = BAD_INPUT) -> None:
        self.sentence = printable(sentence)
        super().__init__(self.sentence)
        self.code = code


class Unheard(Exception):
    """Standard output takes nothing any more. ``code`` is the exit code for it, ``sentence`` says why; it is "" where
    the reader has simply gone."""

    def __init__(self, code: int, reason: str = "") -> None:
        self.code = code
        self.sentence = f"Standard output cannot be written ({reason})." if reason else ""
        super().__init__(self.sentence)


class Output:
    """Standard output for work that goes on without it: once it takes nothing, that is told, and ``code`` is not 0."""

    def __init__(self) -> None:
        self.code = GOOD

    def say(self, text: str) -> None:
        """A line of the result, if anybody hears it."""
        try:
            if not self.code:
                say(text)
        except Unheard as lost:
            self.code = lost.code
            if lost.sentence:
                remark(f"{lost.sentence} The training goes on.")

    def emit(self, values: dict[str, Any]) -> None:
        """A result as one line of JSON, if anybody hears it."""
        self.say(_as_json(values))


def say(text: str = "") -> None:
    """A line of the result.

    Raises:
        Unheard: standard output is closed or full.
    """
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise Unheard(BAD_ANSWER, "it is closed")
    with _heard(stream):
        write(text, stream)


def emit(values: dict[str, Any]) -> None:
    """A result as one line of JSON; figures that are no number become null.

    Raises:
        Unheard: standard output is closed or full.
    """
    say(_as_json(values))


def remark(text: str) -> None:
    """A line beside the result: an error, or what is being done."""
    remarks.write_line(printable(text))


class _Remarks:
    """Standard error, for lines and bars: where it is closed or full, nobody is left who could be told."""

    def write(self, text: str) -> None:
        """A piece of text, in the characters it knows."""
        self._do(lambda: sys.stderr.write(text))

    def flush(self) -> None:
        """At once."""
        self._do(sys.stderr.flush)

    def write_line(self, text: str) -> None:
        """A line, at once."""
        if self.there:
            self._do(lambda: write(text, sys.stderr))

    @property
    def there(self) -> bool:
        """Whether there is a standard error."""
        return sys.stderr is not None

    def _do(self, what: Callable[[], object]) -> None:
        try:
            what()
        except OSError:
            _silence(sys.stderr)

    def __getattr__(self, name: str) -> Any:
        return getattr(sys.stderr, name)


remarks = _Remarks()


def finish() -> None:
    """All that was said has been heard.

    Raises:
        Unheard: it was not.
    """
    if sys.stdout is not None:
        with _heard(sys.stdout):
            sys.stdout.flush()


@contextlib.contextmanager
def _heard(stream: TextIO) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        _silence(stream)
        raise Unheard(NOBODY_READS) from error
    except OSError as error:
        _silence(stream)
        raise Unheard(BAD_ANSWER, error.strerror or type(error).__name__) from error


def hold_places() -> None:
    """Open nothing in the place of a standard stream that is closed: whatever wrote to the stream would write to the
    file."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number


def _silence(stream: TextIO) -> None:
    """Python writes once more to a stream when it ends; give it somewhere to write to."""
    with contextlib.suppress(OSError, ValueError):  # without a number it belongs to somebody else
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _as_json(values: dict[str, Any]) -> str:
    clean = {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in values.items()}
    return json.dumps(clean, ensure_ascii=True, allow_nan=False)


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
    return f"{share * 100:.2f}\u202f%"
