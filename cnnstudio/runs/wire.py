"""Messages between a driver and an engine in another process: one line of JSON each.

What a message has of arrays follows its line as safetensors, as many bytes as the line announces under ``bytes``.
Three lines are no messages: ``go_on`` asks for the next event with no command, ``failed`` tells with a template and its
values why an engine cannot go on, and ``stop``, alone of all commands, is heard while a step is under way.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, BinaryIO, NoReturn

from safetensors import SafetensorError
from safetensors.numpy import load, save

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.parameters.parameters import Layout
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.nn.training.events import Command, Event
from cnnstudio.nn.training.messages import arrays_of, command_from_json, event_from_json, to_json
from cnnstudio.nn.training.plain import MessageError, integer, mapping, names, text

#: the longest line and the most bytes of arrays that are read
LONGEST_LINE, MOST_BYTES = 1 << 20, 1 << 33


@dataclass(frozen=True)
class GoOn:
    """Take the next step."""


@dataclass(frozen=True)
class Failed:
    """The engine cannot go on, for a reason that is one sentence."""

    why: Sentence


def write(stream: BinaryIO, message: Event | Command | GoOn | Failed) -> None:
    """Write a message and its arrays.

    Raises:
        OSError: nobody reads any more.
    """
    match message:
        case GoOn():
            values: dict[str, Any] = {"kind": "go_on"}
        case Failed(why):
            values = {"kind": "failed", **_sentence_to_json(why)}
        case _:
            values = to_json(message)
    data = b""
    if not isinstance(message, GoOn | Failed) and (arrays := arrays_of(message)):
        data = save(arrays)
        values["bytes"] = len(data)
    stream.write(json.dumps(values, allow_nan=False).encode() + b"\n" + data)
    stream.flush()


def read_command(stream: BinaryIO) -> Command | GoOn | None:
    """The next command; None at the end of the stream.

    Raises:
        MessageError: it is none.
    """
    values = _line(stream)
    if values is None:
        return None
    if values.get("kind") == "go_on":
        names(values)
        return GoOn()
    return command_from_json(values)


def read_event(stream: BinaryIO, layouts: tuple[Layout, Layout]) -> Event | Failed | None:
    """The next event of an engine that trains a graph with these layouts; None at the end of the stream.

    Raises:
        MessageError: it is none.
    """
    values = _line(stream)
    if values is None:
        return None
    if values.get("kind") == "failed":
        return Failed(_sentence_from_json(values))
    return event_from_json(values, _arrays(stream, values), layouts)


def _line(stream: BinaryIO) -> dict[str, Any] | None:
    line = stream.readline(LONGEST_LINE)
    if not line:
        return None
    if not line.endswith(b"\n"):
        raise MessageError("A line ended early or has more than {longest:thousands} bytes.", longest=LONGEST_LINE)
    try:
        values = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise MessageError("A line is not JSON: {error}", error=error) from error
    if not isinstance(values, dict):
        raise MessageError("A line must be an object.")
    return values


def _arrays(stream: BinaryIO, values: dict[str, Any]) -> dict[str, Floats]:
    """What the line announces, which it then says no more."""
    if "bytes" not in values:
        return {}
    count = integer(values.pop("bytes"), "bytes")
    if count > MOST_BYTES:
        raise MessageError("At most {most:thousands} bytes are read.", most=MOST_BYTES)
    data = stream.read(count)
    if len(data) < count:
        raise MessageError(
            "Of {count:# byte that was|# bytes that were} announced only {data:thousands} came.",
            count=count,
            data=len(data),
        )
    try:
        return load(data)
    except SafetensorError as error:
        raise MessageError("The arrays are damaged: {error}.", error=error) from error


def _sentence_to_json(sentence: Sentence) -> dict[str, Any]:
    return {"template": sentence.template, "values": {name: _value(value) for name, value in sentence.values}}


def _value(value: object) -> Any:
    """Plain values as they are, sentences as such, and all else as it is read."""
    if isinstance(value, Sentence):
        return _sentence_to_json(value)
    if isinstance(value, tuple):
        return [_value(part) for part in value]
    plain = value is None or type(value) in (bool, int, str) or (type(value) is float and math.isfinite(value))
    return value if plain else str(value)


def _sentence_from_json(values: dict[str, Any]) -> Sentence:
    """The sentence of another process, if it can be put into words.

    Raises:
        MessageError: it cannot.
    """
    try:
        sentence = _sentence(values)
        worded(sentence)
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
        raise MessageError("What failed is told with a template and its values.") from error
    return sentence


def _sentence(found: dict[str, Any]) -> Sentence:
    names(found, "template", "values")
    values = mapping(found["values"])
    return Sentence(text(found["template"], "template"), **{name: _meant(value) for name, value in values.items()})


def _meant(value: Any) -> Any:
    if isinstance(value, dict):
        return _sentence(value)
    return tuple(map(_meant, value)) if isinstance(value, list) else value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")
