"""The models of Things: each is a list of parts, drawn one over the other.

Outlines are signed distances in units of the thing's radius, negative inside; coordinates (n, S, S), y upwards.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from cnnstudio.data.drawn.outlines import Field
from cnnstudio.data.drawn.palette import Colours, srgb


@dataclass(frozen=True)
class Part:
    """``distance`` (n, S, S); ``colour`` (n, S, S, 3) or (n, 1, 1, 3) in 0…1; ``bulge`` is how far its middle comes
    towards the eye, within ``edge`` of its outline; ``relief`` is added to that; ``gloss`` is how strong its highlight
    is."""

    distance: Field
    colour: Colours
    bulge: float = 0.15
    edge: float = 0.3
    gloss: float = 0.05
    relief: Field | float = 0.0


@dataclass(frozen=True)
class Pose:
    """Where the points of a picture lie on a thing, and what chooses its proportions and colours."""

    x: Field
    y: Field
    random: np.random.Generator

    def free(self, low: float, high: float) -> Field:
        """A proportion of each thing: (n, 1, 1)."""
        return self.random.uniform(low, high, (len(self.x), 1, 1)).astype(np.float32)

    def colour(
        self, lightness: tuple[float, float], chroma: tuple[float, float], *hues: tuple[float, float]
    ) -> Colours:
        """A colour of each thing, one of the ranges of hue (in turns), all hues where none is given: (n, 1, 1, 3)."""
        count = len(self.x)
        spans = np.array(hues or ((0.0, 1.0),))[self.random.integers(0, max(len(hues), 1), count)]
        hue = spans[:, 0] + (spans[:, 1] - spans[:, 0]) * self.random.random(count)
        return srgb(self.random.uniform(*lightness, count), self.random.uniform(*chroma, count), hue)[:, None, None]


def mixed(first: Colours, second: Colours, share: Field) -> Colours:
    """``share`` (n, S, S) of the second colour."""
    return first + np.clip(share, 0, 1)[..., None] * (second - first)


# outlines


def disc(x: Field, y: Field, radius: Field | float) -> Field:
    return np.hypot(x, y) - radius


def oval(x: Field, y: Field, wide: Field | float, high: Field | float) -> Field:
    """Near its edge the distance is right."""
    reach = np.hypot(x / wide, y / high)
    found: Field = reach * (reach - 1) / (np.hypot(x / wide**2, y / high**2) + 1e-6)
    return found


def box(x: Field, y: Field, wide: Field | float, high: Field | float, round_: float = 0.0) -> Field:
    dx, dy = np.abs(x) - wide + round_, np.abs(y) - high + round_
    outside: Field = np.hypot(np.maximum(dx, 0), np.maximum(dy, 0))
    return outside + np.minimum(np.maximum(dx, dy), 0) - round_


def capsule(x: Field, y: Field, begin: tuple[float, float], end: tuple[float, float], thick: float) -> Field:
    dx, dy = end[0] - begin[0], end[1] - begin[1]
    share = np.clip(((x - begin[0]) * dx + (y - begin[1]) * dy) / (dx * dx + dy * dy), 0, 1)
    return np.hypot(x - begin[0] - share * dx, y - begin[1] - share * dy) - thick


def polygon(x: Field, y: Field, *corners: tuple[float, float]) -> Field:
    """A convex one, its corners counter-clockwise; outside it may be nearer than it seems."""
    found: Field = np.full_like(x, -10.0)
    for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
        length = float(np.hypot(x1 - x0, y1 - y0))
        found = np.maximum(found, ((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) / length)
    return found


def ring(x: Field, y: Field, radius: Field | float, thick: float) -> Field:
    return np.abs(np.hypot(x, y) - radius) - thick


# things


def apple(at: Pose) -> list[Part]:
    x, y = at.x, at.y + 0.08
    angle = np.arctan2(x, y)
    hollow = 0.16 * np.exp(-((angle / 0.45) ** 2)) + at.free(0.02, 0.1) * np.exp(
        -(((np.abs(angle) - np.pi) / 0.4) ** 2)
    )
    fruit = disc(x * at.free(0.9, 1.02), y, 0.8 - hollow + 0.05 * np.cos(2 * angle - 0.6 * np.sign(angle)))
    first = at.colour((0.5, 0.78), (0.13, 0.22), (0.03, 0.1), (0.25, 0.36))
    second = at.colour((0.6, 0.82), (0.12, 0.18), (0.2, 0.32))
    blush = 0.5 + 0.6 * x + 0.25 * np.sin(9 * x + 2 * y)
    brown = at.colour((0.28, 0.4), (0.04, 0.07), (0.12, 0.18))
    green = at.colour((0.5, 0.65), (0.1, 0.16), (0.33, 0.4))
    leaf = np.maximum(disc(x - 0.22, y - 0.55, 0.36), disc(x - 0.34, y - 1.0, 0.36))
    dent = -0.3 * np.exp(-((x / 0.22) ** 2 + ((y - 0.56) / 0.16) ** 2))
    return [
        Part(capsule(x, y, (0.0, 0.45), (0.09, 0.95), 0.055), brown, 0.05, 0.05),
        Part(fruit, mixed(first, second, blush), 0.55, 0.62, 0.4, dent),
        Part(leaf, green, 0.08, 0.15, 0.1),
    ]


def ball(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    tilt, turned = at.free(-0.5, 0.5), at.free(0, 2 * np.pi)
    sphere = disc(x, y, 0.93)
    angle = np.arctan2(y - tilt, x - 0.6 * tilt) + turned
    sectors = 0.5 + 8 * np.sin(3 * angle)
    first, second = at.colour((0.45, 0.7), (0.12, 0.22)), at.colour((0.85, 0.96), (0.0, 0.06))
    cap = np.clip(0.5 + 14 * (0.2 - np.hypot(y - tilt, x - 0.6 * tilt)), 0, 1)
    return [Part(sphere, mixed(mixed(first, second, sectors), second, cap), 0.8, 0.93, 0.45)]


def cup(at: Pose) -> list[Part]:
    x, y = at.x - 0.14, at.y
    slim = at.free(0.05, 0.28)
    wide = 0.58 * (1 - slim * (0.5 - 0.5 * y))
    body = np.maximum(np.abs(x) - wide, np.abs(y + 0.1) - 0.72)
    body = np.maximum(body, -0.1 - 0.72 - y) - 0.02
    colour, band = at.colour((0.5, 0.9), (0.02, 0.18)), at.colour((0.4, 0.9), (0.05, 0.2))
    striped = np.clip(0.5 + 18 * (at.free(0.0, 0.16) - np.abs(y + at.free(-0.1, 0.4))), 0, 1)
    rim, inside = oval(x, y - 0.62, 0.6, 0.17), oval(x, y - 0.62, 0.51, 0.115)
    drink = at.colour((0.2, 0.55), (0.02, 0.08), (0.1, 0.2))
    round_body = 0.5 * np.sqrt(np.maximum(1 - (x / 0.62) ** 2, 0))
    return [
        Part(ring(x + 0.64, (y + 0.06) * 0.85, 0.27, 0.085), colour, 0.09, 0.085, 0.3),
        Part(body, mixed(colour, band, striped), 0.0, 0.1, 0.25, round_body),
        Part(rim, colour, 0.05, 0.1, 0.3),
        Part(inside, drink * 0.8, 0.0, 0.1, 0.1),
    ]


def leaf(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    offset = at.free(0.42, 0.72)
    radius = np.sqrt(0.92**2 + offset**2)
    toothed = 0.02 * np.sin(26 * y) * at.free(0.0, 1.0)
    blade = np.maximum(disc(x - offset, y, radius), disc(x + offset, y, radius)) + toothed
    colour = at.colour((0.45, 0.72), (0.1, 0.17), (0.29, 0.4), (0.29, 0.4), (0.06, 0.24))
    pale = at.colour((0.7, 0.88), (0.06, 0.12), (0.24, 0.34))
    veins = np.abs(np.mod(y - 0.75 * np.abs(x) + 5, 0.27) - 0.135)
    line = np.clip(1 - veins / 0.03, 0, 1) * 0.6 + np.clip(1 - np.abs(x) / 0.04, 0, 1)
    ridge = (
        0.06 * np.exp(-((x / 0.07) ** 2)) - 0.12 * np.abs(x) + 0.025 * np.sin(2 * np.pi * (y - 0.75 * np.abs(x)) / 0.27)
    )
    return [
        Part(capsule(x, y, (0.0, -0.8), (0.0, -1.1), 0.04), pale, 0.03, 0.04),
        Part(blade, mixed(colour, pale, line), 0.05, 0.12, 0.12, ridge),
    ]


def fish(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    high = at.free(0.34, 0.5)
    body = oval(x - 0.16, y, 0.78, high)
    tail = np.maximum(polygon(x, y, (-0.45, 0.0), (-1.0, 0.46), (-1.0, -0.46)), -disc(x + 1.22, y, 0.36))
    fin = np.maximum(polygon(x, y - high, (-0.35, -0.12), (0.45, -0.12), (0.0, 0.3), (-0.3, 0.26)), -0.4 - y)
    first, second = at.colour((0.5, 0.75), (0.1, 0.2)), at.colour((0.75, 0.95), (0.02, 0.12))
    scales = 0.04 * np.sin(17 * x) * np.sin(17 * y) * (x < 0.5)
    belly = 0.5 - 1.6 * y + 0.5 * np.sin(8 * x) * at.free(0, 1)
    white, black = np.full((len(x), 1, 1, 3), 0.95, np.float32), np.full((len(x), 1, 1, 3), 0.06, np.float32)
    eye = disc(x - 0.62, y - 0.12, 0.095)
    return [
        Part(tail, first * 0.9, 0.05, 0.2, 0.1, 0.02 * np.sin(30 * np.arctan2(y, x + 0.3))),
        Part(fin, first * 0.8, 0.04, 0.15, 0.1),
        Part(body, mixed(first, second, belly), 0.4, 0.4, 0.35, scales),
        Part(eye, white, 0.05, 0.09, 0.3),
        Part(disc(x - 0.635, y - 0.12, 0.05), black, 0.03, 0.05, 0.6),
    ]


def starfish(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    sector = 2 * np.pi / 5
    angle = np.arctan2(x, y)
    folded = np.abs(angle - sector * np.round(angle / sector))
    radius = np.hypot(x, y)
    along, across = radius * np.cos(folded), radius * np.sin(folded)
    share = np.clip(along / 0.92, 0, 1)
    body = np.hypot(along - 0.92 * share, across) - (0.36 - at.free(0.2, 0.27) * share)
    first = at.colour((0.5, 0.75), (0.1, 0.2))
    second = at.colour((0.75, 0.95), (0.03, 0.12))
    dots = np.clip(0.4 + 3 * np.sin(14 * along) * np.cos(20 * across) - 1.6, 0, 1)
    spine = np.clip(1 - across / 0.06, 0, 1) * 0.5
    return [Part(body, mixed(first, second, dots + spine), 0.25, 0.24, 0.12, 0.05 * dots)]


def house(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    wide, eaves = 0.66, at.free(-0.05, 0.2)
    wall = box(x, y + 0.42 - eaves / 2, wide, 0.44 + eaves / 2)
    roof = np.maximum(np.abs(x) * 0.7 + (y - 0.86) * 0.72, eaves - 0.04 - y)
    walls, tiles = at.colour((0.6, 0.95), (0.01, 0.1)), at.colour((0.3, 0.6), (0.04, 0.17))
    bricks = 0.012 * np.sign(np.sin(22 * y) + 0.4)
    rows = 0.02 * np.sin(40 * y)
    door, glass = at.colour((0.25, 0.55), (0.03, 0.12)), at.colour((0.5, 0.9), (0.02, 0.1), (0.6, 0.7), (0.22, 0.28))
    side = at.random.choice([-1.0, 1.0], (len(x), 1, 1)).astype(np.float32)
    window = box(x + 0.3 * side, y + 0.3, 0.17, 0.18)
    cross = np.minimum(np.abs(x + 0.3 * side), np.abs(y + 0.3)) - 0.022
    frame = np.full((len(x), 1, 1, 3), 0.92, np.float32)
    return [
        Part(box(x - 0.36, y - 0.72, 0.09, 0.2), tiles * 0.75, 0.05, 0.06),
        Part(wall, walls, 0.05, 0.08, 0.02, bricks),
        Part(roof, tiles, 0.12, 0.2, 0.04, rows),
        Part(box(x - 0.24 * side, y + 0.5, 0.16, 0.35), door, 0.03, 0.05, 0.1),
        Part(window, glass, 0.0, 0.1, 0.4),
        Part(np.maximum(window - 0.03, np.minimum(-window, cross)), frame, 0.02, 0.03),
    ]


def boat(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    hull = np.maximum(oval(x, (y + 0.32) * 1.0, 0.92, 0.6), y + 0.34)
    mast = box(x + 0.05, y - 0.3, 0.035, 0.66)
    lift = at.free(0.0, 0.12)
    main = polygon(x, y - lift, (0.02, -0.22), (0.72, -0.22), (0.02, 0.78))
    fore = polygon(x, y - lift, (-0.62, -0.22), (-0.12, -0.22), (-0.12, 0.6))
    wood, sail = at.colour((0.35, 0.65), (0.06, 0.18)), at.colour((0.8, 0.97), (0.0, 0.08))
    striped, other = at.free(0.0, 1.0), at.colour((0.5, 0.8), (0.1, 0.2))
    planks = 0.02 * np.sin(34 * y)
    stripe = np.clip(0.5 + 8 * np.sin(9 * y), 0, 1) * (striped > 0.5)
    blown = 0.18 * np.sin(np.pi * np.clip((x + 0.1) / 0.9, 0, 1))
    rail = at.colour((0.75, 0.95), (0.0, 0.1))
    return [
        Part(mast, wood * 0.7, 0.03, 0.035),
        Part(main, mixed(sail, other, stripe), 0.02, 0.1, 0.04, blown),
        Part(fore, sail * 0.92, 0.02, 0.1, 0.04, 0.2 * blown),
        Part(hull, wood, 0.3, 0.5, 0.15, planks),
        Part(box(x, y + 0.37, 0.9, 0.05, 0.04), rail, 0.04, 0.05, 0.1),
    ]


def mushroom(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    high = at.free(0.62, 0.85)
    cap = np.maximum(oval(x, y - 0.05, 0.93, high), 0.02 - y + 0.1 * x * x)
    thick = at.free(0.2, 0.32)
    stem = np.maximum(np.abs(x + 0.04 * np.sin(3 * y)) - thick * (1 - 0.25 * y), np.abs(y + 0.42) - 0.5) - 0.02
    colour, white = at.colour((0.42, 0.68), (0.06, 0.2), (0.03, 0.2)), at.colour((0.85, 0.96), (0.01, 0.05))
    moved_x, moved_y = at.free(0, 6), at.free(0, 6)
    spots = np.sin(6.5 * x / (1.15 - np.abs(x) * 0.35) + moved_x) * np.sin(7.5 * y + moved_y) * (at.free(0, 1) > 0.3)
    gills = 0.03 * np.sin(40 * x)
    under = oval(x, y - 0.06, 0.78, 0.14)
    return [
        Part(stem, white * 0.95, 0.2, 0.25, 0.05, 0.01 * np.sin(25 * x)),
        Part(under, white * 0.7, 0.0, 0.1, 0.0, gills),
        Part(cap, mixed(colour, white, (spots - 0.55) * 9), 0.45, 0.6, 0.25),
    ]


def key(at: Pose) -> list[Part]:
    x, y = at.x, at.y
    bow = np.minimum(ring(x + 0.62, y, at.free(0.24, 0.3), 0.1), 9.0)
    shaft = box(x - 0.2, y, 0.72, 0.075, 0.03)
    teeth = np.minimum(box(x - 0.78, y + 0.17, 0.055, 0.17), box(x - 0.6, y + 0.14, 0.05, at.free(0.1, 0.16)))
    third = box(x - 0.44, y + 0.15, 0.04, at.free(0.06, 0.16))
    whole = np.minimum(np.minimum(bow, shaft), np.minimum(teeth, third))
    collar = box(x + 0.24, y, 0.05, 0.13, 0.03)
    metal = at.colour((0.55, 0.85), (0.01, 0.12), (0.18, 0.28), (0.55, 0.7))
    brushed = (metal * (1 + 0.12 * np.sin(60 * y + 7 * x))[..., None]).astype(np.float32)
    return [
        Part(whole, brushed, 0.1, 0.085, 0.5),
        Part(collar, metal, 0.08, 0.06, 0.5),
    ]


#: each model, and how far it is turned at most (in radians): a house stands, a key lies anywhere
MODELS: dict[str, tuple[Callable[[Pose], list[Part]], float]] = {
    "apple": (apple, 0.5),
    "ball": (ball, 3.1),
    "cup": (cup, 0.3),
    "leaf": (leaf, 3.1),
    "fish": (fish, 0.6),
    "starfish": (starfish, 3.1),
    "house": (house, 0.2),
    "boat": (boat, 0.3),
    "mushroom": (mushroom, 0.4),
    "key": (key, 3.1),
}
