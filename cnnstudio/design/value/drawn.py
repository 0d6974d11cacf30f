"""What lies on the canvas besides layers and wires: frames, notes and blocks. The engine knows none of them."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST_NOTE = 10_000
#: the narrowest and shortest frame, and the narrowest note, in scene units
SMALLEST = 60.0
NOTE_WIDTH = 220.0


@dataclass(frozen=True)
class Frame:
    """A rectangle with a title behind some cards; those that lie within move with it."""

    title: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Note:
    """Free text of at most 10,000 characters; its height follows from text and width."""

    text: str
    x: float
    y: float
    width: float = NOTE_WIDTH


@dataclass(frozen=True)
class Block:
    """Some layers under one name. ``members`` are the nodes directly in it, those of blocks within it not included;
    ``parent`` is the block around it or "". Collapsed it is shown as one card."""

    name: str
    members: frozenset[str] = frozenset()
    parent: str = ""
    collapsed: bool = False
