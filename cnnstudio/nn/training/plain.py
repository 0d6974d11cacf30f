"""Plain values that somebody else wrote, each taken as one type or refused with a sentence."""

from __future__ import annotations

import math
from collections.abc import Hashable
from typing import Any, NoReturn

from cnnstudio.nn.telling.told import WordedError

#: how floating numbers are written that JSON does not have
STRANGE = ("nan", "inf", "-inf")


class MessageError(WordedError, ValueError):
    """It is no event and no command. ``str()`` is one sentence."""


def names(values: dict[str, Any], *wanted: str) -> None:
    """Exactly these entries, beside the kind of a message."""
    for name in wanted:
        if name not in values:
            refuse("“{name}” is missing.", name=name)
    if surplus := values.keys() - {"kind", *wanted}:
        refuse("There is an unknown entry “{surplus}”.", surplus=min(surplus))


def mapping(found: object) -> dict[str, Any]:
    """An object with any entries."""
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        refuse("An object is expected.")
    return found


def entries(found: object, name: str) -> list[Any]:
    """A list."""
    if not isinstance(found, list):
        refuse("“{name}” must be a list.", name=name)
    return found


def integer(found: object, name: str) -> int:
    """A whole number from 0; true and false are none."""
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1 << 53:
        refuse("“{name}” must be a whole number from 0.", name=name)
    return found


def real(found: object, name: str) -> float:
    """A number, or the name of one that JSON does not have."""
    if isinstance(found, str) and found in STRANGE:
        return float(found)
    if not isinstance(found, int | float) or isinstance(found, bool):
        refuse("“{name}” must be a number.", name=name)
    try:
        value = float(found)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        refuse("“{name}” must be a number.", name=name)
    return value


def text(found: object, name: str) -> str:
    """A text."""
    if not isinstance(found, str):
        refuse("“{name}” must be a text.", name=name)
    return found


def truth(found: object, name: str) -> bool:
    """True or false."""
    if not isinstance(found, bool):
        refuse("“{name}” must be true or false.", name=name)
    return found


def refuse(template: str, /, **values: Hashable) -> NoReturn:
    """Complain."""
    raise MessageError(template, **values)
