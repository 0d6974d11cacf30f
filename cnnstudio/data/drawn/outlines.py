"""The outlines of Shapes as signed distances: negative inside, zero on the edge, near it exact.

Each takes x, y (n, S, S) in units of the figure's radius, y upwards, and a free proportion in 0…1 (n, 1, 1).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Field: TypeAlias = npt.NDArray[np.floating[Any]]
Outline = Callable[[Field, Field, Field], Field]


def circle(x: Field, y: Field, free: Field) -> Field:
    return np.hypot(x, y) - 0.95


def square(x: Field, y: Field, free: Field) -> Field:
    return _box(x, y, 0.78, 0.78)


def triangle(x: Field, y: Field, free: Field) -> Field:
    return _regular(x, y, 3, 0.55)


def hexagon(x: Field, y: Field, free: Field) -> Field:
    return _regular(x, y, 6, 0.86)


def star(x: Field, y: Field, free: Field) -> Field:
    """Five points; ``free`` sets how deep the notches are."""
    sector = 2 * np.pi / 5
    angle = np.arctan2(x, y)
    folded = np.abs(angle - sector * np.round(angle / sector))
    radius = np.hypot(x, y)
    along, across = radius * np.cos(folded), radius * np.sin(folded)
    inner = 0.42 + 0.12 * free
    tip_x, notch_x, notch_y = (
        1.08,
        inner * np.cos(sector / 2),
        inner * np.sin(sector / 2),
    )
    length = np.hypot(tip_x - notch_x, notch_y)
    edge: Field = ((along - tip_x) * notch_y + across * (tip_x - notch_x)) / length
    return edge


def cross(x: Field, y: Field, free: Field) -> Field:
    arm = 0.24 + 0.12 * free
    edge: Field = np.minimum(_box(x, y, 0.95, arm), _box(x, y, arm, 0.95))
    return edge


def ring(x: Field, y: Field, free: Field) -> Field:
    thick = 0.15 + 0.1 * free
    edge: Field = np.abs(np.hypot(x, y) - (0.95 - thick)) - thick
    return edge


def heart(x: Field, y: Field, free: Field) -> Field:
    """Two quarter discs on a square that stands on its corner."""
    size = 1.55
    side, up = np.abs(x) / size, (y + 0.85) / size
    disc = np.hypot(side - 0.25, up - 0.75) - np.sqrt(2) / 4
    half = 0.5 * np.maximum(side + up, 0)
    nearest = np.minimum(side**2 + (up - 1) ** 2, (side - half) ** 2 + (up - half) ** 2)
    body = np.sqrt(nearest) * np.sign(side - up)
    edge: Field = size * np.where(side + up > 1, disc, body)
    return edge


def crescent(x: Field, y: Field, free: Field) -> Field:
    bite = 0.5 + 0.12 * free
    edge: Field = np.maximum(np.hypot(x, y) - 0.97, 0.76 - np.hypot(x - bite, y - 0.1))
    return edge


def arrow(x: Field, y: Field, free: Field) -> Field:
    shaft = _box(x, y + 0.45, 0.17 + 0.08 * free, 0.5)
    head = np.maximum(np.abs(x) * 0.75 + (y - 0.98) * 0.66, 0.02 - y)
    edge: Field = np.minimum(shaft, head)
    return edge


def _box(x: Field, y: Field, half_width: float | Field, half_height: float | Field) -> Field:
    edge: Field = np.maximum(np.abs(x) - half_width, np.abs(y) - half_height)
    return edge


def _regular(x: Field, y: Field, corners: int, apothem: float) -> Field:
    """A regular polygon that stands on a side."""
    turns = 2 * np.pi / corners * np.arange(corners)
    sides = [x * np.float32(np.sin(turn)) - y * np.float32(np.cos(turn)) for turn in turns]
    edge: Field = np.maximum.reduce(sides) - np.float32(apothem)
    return edge


#: outline of each class and how far it may be turned either way, in radians
OUTLINES: dict[str, tuple[Outline, float]] = {
    "circle": (circle, np.pi),
    "square": (square, 0.4),
    "triangle": (triangle, 0.5),
    "hexagon": (hexagon, 0.5),
    "star": (star, 0.6),
    "cross": (cross, 0.4),
    "ring": (ring, np.pi),
    "heart": (heart, 0.5),
    "crescent": (crescent, 0.8),
    "arrow": (arrow, 0.8),
}
