"""What is told to people, as data: the words are made where it is shown (see the folders called ``wording``)."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass


class NodeId(str):
    """The id of a node among the values of what is told; its name is looked up in the drawing when it is shown."""

    __slots__ = ()


@dataclass(frozen=True)
class Told:
    """``code`` says what is told, ``values`` are the numbers, shapes, layers and nodes that its words are made with.

    Whoever has to decide something looks at these, never at the words.
    """

    code: str
    values: tuple[tuple[str, Hashable], ...] = ()


def told(code: str, **values: Hashable) -> Told:
    """What is told, with its values by name."""
    return Told(code, tuple(values.items()))
