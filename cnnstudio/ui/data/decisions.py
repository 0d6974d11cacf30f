"""What can be decided about pictures, as values, and the keys that do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt

from cnnstudio.data.dataset import Part


@dataclass(frozen=True)
class Keep:
    """They are as they should be: go on to the next."""


@dataclass(frozen=True)
class Relabel:
    """They are of another class, from 0."""

    label: int


@dataclass(frozen=True)
class LeaveOut:
    """They are not to be used, or are again where all are left out already."""


@dataclass(frozen=True)
class UseFor:
    """They are used for something."""

    part: Part


Decision = Keep | Relabel | LeaveOut | UseFor

_KEYS: dict[Qt.Key, Decision] = {
    Qt.Key.Key_K: Keep(),
    Qt.Key.Key_X: LeaveOut(),
    Qt.Key.Key_T: UseFor("train"),
    Qt.Key.Key_V: UseFor("validation"),
    Qt.Key.Key_E: UseFor("test"),
    **{Qt.Key(Qt.Key.Key_1 + place): Relabel(place) for place in range(9)},
    Qt.Key.Key_0: Relabel(9),
}
#: what the keys do, in a line
KEYS_IN_WORDS = "1 … 0 class · X leave out · T V E train, validation, test · K keep · Space several"


def decision_of(key: int, classes: Sequence[str] = ()) -> Decision | None:
    """What a key without modifiers decides. A digit is the class of that name; where none is called so, the place of
    the class, from 1."""
    decision = _KEYS.get(Qt.Key(key))
    if isinstance(decision, Relabel) and (name := chr(int(key))) in classes:
        return Relabel(list(classes).index(name))
    return decision
