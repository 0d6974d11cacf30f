"""Plain values that somebody else wrote, each taken as one type or refused with a sentence."""

from __future__ import annotations

import math
from typing import Any, NoReturn

#: how floating numbers are written that JSON does not have
STRANGE = ("nan", "inf", "-inf")


class MessageError(ValueError):
    """It is no event and no command. ``str()`` is one sentence."""


def names(values: dict[str, Any], *wanted: str) -> None:
    """Exactly these entries, beside the kind."""
    for name in wanted:
        if name not in values:
            refuse(f"“{name}” is missing")
    if surplus := values.keys() - {"kind", *wanted}:
        refuse(f"There is an unknown entry “{min(surplus)}”")


def mapping(found: object) -> dict[str, Any]:
    """An object with any entries."""
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        refuse("An object is expected")
    return found


def entries(found: object, name: str) -> list[Any]:
    """A list."""
    if not isinstance(found, list):
        refuse(f"“{name}” must be a list")
    return found


def integer(found: object, name: str) -> int:
    """A whole number from 0; true and false are none."""
    if not isinstance(found, int) or isinstance(found, bool) or not 0 <= found < 1 << 53:
        refuse(f"“{name}” must be a whole number from 0")
    return found


def real(found: object, name: str) -> float:
    """A number, or the name of one that JSON does not have."""
    if isinstance(found, str) and found in STRANGE:
        return float(found)
    if not isinstance(found, int | float) or isinstance(found, bool):
        refuse(f"“{name}” must be a number")
    try:
        value = float(found)
    except OverflowError:
        value = math.inf
    if not math.isfinite(value):
        refuse(f"“{name}” must be a number")
    return value


def text(found: object, name: str) -> str:
    """A text."""
    if not isinstance(found, str):
        refuse(f"“{name}” must be a text")
    return found


def truth(found: object, name: str) -> bool:
    """True or false."""
    if not isinstance(found, bool):
        refuse(f"“{name}” must be true or false")
    return found


def refuse(reason: str) -> NoReturn:
    """Complain."""
    raise MessageError(f"{reason}.")
