"""A figure as data: marks in the order in which they are painted. Lengths are pixels, y points down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Line:
    """Straight pieces through points, or with ``curved`` a start and then three control points for each cubic.

    ``fill`` and ``stroke`` are “#rrggbb” or "" for none; ``node`` is the layer that the mark belongs to.
    """

    points: tuple[Point, ...]
    stroke: str = ""
    width: float = 1.0
    fill: str = ""
    opacity: float = 1.0
    dashed: bool = False
    closed: bool = False
    curved: bool = False
    node: str = ""


@dataclass(frozen=True)
class Rectangle:
    """A rectangle with round corners."""

    x: float
    y: float
    width: float
    height: float
    radius: float = 0.0
    fill: str = ""
    stroke: str = ""
    line: float = 1.0
    dashed: bool = False
    node: str = ""


@dataclass(frozen=True)
class Label:
    """One line of text; ``y`` is its baseline, ``size`` the font's pixels."""

    x: float
    y: float
    text: str
    size: float
    colour: str
    anchor: Anchor = "middle"
    bold: bool = False
    node: str = ""


@dataclass(frozen=True)
class Picture:
    """Pixels with sharp edges: the bytes of a PNG."""

    x: float
    y: float
    width: float
    height: float
    png: bytes
    node: str = ""


Mark = Line | Rectangle | Label | Picture


@dataclass(frozen=True)
class Figure:
    """``width`` × ``height`` pixels of ``background`` ("" is transparent) with marks on them."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    background: str = ""
    title: str = ""


def moved(mark: Mark, right: float, down: float) -> Mark:
    """The same mark elsewhere."""
    found = object.__new__(type(mark))  # ``replace`` takes ten times as long, and a figure has fifty thousand marks
    values = vars(found)
    values.update(vars(mark))
    if isinstance(mark, Line):
        values["points"] = tuple([(x + right, y + down) for x, y in mark.points])
    else:
        values["x"], values["y"] = mark.x + right, mark.y + down
    return found
