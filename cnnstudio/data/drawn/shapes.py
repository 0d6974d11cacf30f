"""Shapes: coloured figures on textured ground, 32×32×3, ten classes.

Colour, texture, size, place and turn are drawn without regard to the class: only the outline tells it.
"""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import Labels, Pixels
from cnnstudio.data.drawn.builtin import BuiltIn
from cnnstudio.data.drawn.outlines import OUTLINES, Field
from cnnstudio.data.drawn.palette import Colours, srgb

SIDE = 32
#: outlines are drawn on a grid this many times finer, then averaged
FINER = 2
#: radius in pixels
SMALLEST, LARGEST = 8.5, 14.0
#: from the middle, in pixels across and down
FARTHEST = 4.0
CLASSES = tuple(OUTLINES)


def draw(labels: Labels, random: np.random.Generator) -> Pixels:
    """labels int64 (n,) → pixels uint8 (n, 32, 32, 3)."""
    count = len(labels)
    distance = _place(labels, random)
    ground_lightness = random.uniform(0.2, 0.52, count)
    hue = random.random(count)
    picture = _ground(ground_lightness, hue, random)
    cover = np.clip(0.5 - distance * FINER, 0, 1).reshape(count, SIDE, FINER, SIDE, FINER).mean(axis=(2, 4))
    picture *= 1 - _shadow(cover, random)[..., None]
    body = _body(distance, ground_lightness, hue, random)
    picture += cover[..., None] * (body - picture)
    grain = random.uniform(0.004, 0.022, (count, 1, 1, 1)).astype(np.float32)
    picture += grain * random.standard_normal(picture.shape, dtype=np.float32)
    pixels: Pixels = np.rint(picture.clip(0, 1) * 255).astype(np.uint8)
    return pixels


def _place(labels: Labels, random: np.random.Generator) -> Field:
    """Signed distance in pixels to each outline, (n, fine side, fine side)."""
    count = len(labels)
    radius = random.uniform(SMALLEST, LARGEST, count)
    room = np.minimum(SIDE / 2 - radius - 0.5, FARTHEST)
    middle = SIDE / 2 + room * random.uniform(-1, 1, (2, count))
    reach = np.array([turn for _, turn in OUTLINES.values()])[labels]
    turn = reach * random.uniform(-1, 1, count)
    stretch = np.exp(random.uniform(-0.05, 0.05, count))
    free = random.random((count, 1, 1), dtype=np.float32)
    at = ((np.arange(SIDE * FINER) + 0.5) / FINER).astype(np.float32)
    right = (at - middle[0, :, None])[:, None, :] / radius[:, None, None]
    up = (middle[1, :, None] - at)[:, :, None] / radius[:, None, None]
    cosine, sine = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
    x = ((cosine * right + sine * up) * stretch[:, None, None]).astype(np.float32)
    y = ((cosine * up - sine * right) / stretch[:, None, None]).astype(np.float32)
    distance = np.empty(x.shape, dtype=np.float32)
    for label, (outline, _) in enumerate(OUTLINES.values()):
        rows = np.flatnonzero(labels == label)
        distance[rows] = outline(x[rows], y[rows], free[rows])
    return distance * radius[:, None, None].astype(np.float32)


def _ground(lightness: Field, hue: Field, random: np.random.Generator) -> Field:
    """A quiet texture between two neighbouring colours, float32 (n, 32, 32, 3)."""
    count = len(lightness)
    chroma = random.uniform(0.01, 0.09, count)
    step = random.uniform(0.03, 0.11, count) * random.choice([-1, 1], count)
    first = srgb(lightness, chroma, hue)
    second = srgb(lightness + step, chroma * 1.2, hue + random.uniform(-0.12, 0.12, count))
    mix = _texture(count, random)[..., None]
    return first[:, None, None] + mix * (second - first)[:, None, None]


def _texture(count: int, random: np.random.Generator) -> Field:
    """Stripes, checks, dots, waves or clouds over a gradient, float32 (n, 32, 32) in 0…1."""
    at = np.linspace(-1, 1, SIDE, dtype=np.float32)
    turn = random.uniform(0, 2 * np.pi, (count, 1, 1)).astype(np.float32)
    x = np.cos(turn) * at + np.sin(turn) * at[:, None]
    y = np.cos(turn) * at[:, None] - np.sin(turn) * at
    pitch = random.uniform(9, 20, (count, 1, 1)).astype(np.float32)
    phase = random.uniform(0, 2 * np.pi, (2, count, 1, 1)).astype(np.float32)
    across, along = np.sin(pitch * x + phase[0]), np.sin(pitch * y + phase[1])
    waves = np.sin(pitch * (x + 0.12 * np.sin(0.45 * pitch * y + phase[1])) + phase[0])
    kinds = np.stack(
        [
            across,
            across * along,
            np.minimum(across, along),
            waves,
            _clouds(count, random),
        ]
    )
    kind = kinds[random.integers(0, len(kinds), count), np.arange(count)]
    strength = random.uniform(0.15, 0.7, (count, 1, 1)).astype(np.float32)
    mix: Field = np.clip(0.5 + 0.5 * (strength * np.clip(1.6 * kind, -1, 1) + (1 - strength) * y), 0, 1)
    return mix


def _clouds(count: int, random: np.random.Generator) -> Field:
    """Two octaves of smooth noise, float32 (n, 32, 32) about -1…1."""
    clouds = np.zeros((count, SIDE, SIDE), dtype=np.float32)
    for cells, weight in ((5, 0.9), (9, 0.5)):
        knots = random.uniform(-1, 1, (count, cells + 1, cells + 1)).astype(np.float32)
        place = np.linspace(0, cells, SIDE, endpoint=False, dtype=np.float32)
        low = place.astype(int)
        part = place - low
        smooth = part * part * (3 - 2 * part)
        blend = np.zeros((SIDE, cells + 1), dtype=np.float32)
        blend[np.arange(SIDE), low] = 1 - smooth
        blend[np.arange(SIDE), low + 1] = smooth
        clouds += weight * np.matmul(np.matmul(blend, knots), blend.T)
    return clouds


def _shadow(cover: Field, random: np.random.Generator) -> Field:
    """How much darker the ground is beside the figure, (n, 32, 32): light falls from the upper left."""
    count = len(cover)
    framed = np.zeros((count, SIDE + 3, SIDE + 3), dtype=np.float32)
    framed[:, 3:, 3:] = cover
    # Moved one pixel to the right and down, and blurred over three by three.
    thrown = sum(framed[:, i : i + SIDE, j : j + SIDE] for i in (1, 2, 3) for j in (1, 2, 3)) / np.float32(9)
    dark: Field = random.uniform(0, 0.4, (count, 1, 1)).astype(np.float32) * thrown
    return dark


def _body(distance: Field, ground_lightness: Field, hue: Field, random: np.random.Generator) -> Field:
    """The figure's own colour with a slope of light and here and there a rim, float32 (n, 32, 32, 3)."""
    count = len(distance)
    lightness = ground_lightness + random.uniform(0.28, 0.42, count)
    chroma = random.uniform(0.1, 0.24, count)
    own_hue = hue + random.uniform(0.2, 0.8, count)
    colour = srgb(lightness, chroma, own_hue)
    rim_colour = srgb(np.minimum(lightness + 0.12, 0.97), chroma * 0.7, own_hue)
    at = np.linspace(-1, 1, SIDE, dtype=np.float32)
    slope = random.uniform(0, 0.1, (count, 1, 1, 1)).astype(np.float32)
    body: Colours = colour[:, None, None] - slope * (at + at[:, None])[None, ..., None]
    rim = (random.random(count) < 0.3).astype(np.float32)[:, None, None]
    inner = distance.reshape(count, SIDE, FINER, SIDE, FINER).mean(axis=(2, 4))
    rim = rim * np.clip(inner + 1.6, 0, 1)
    rimmed: Field = body + rim[..., None] * (rim_colour[:, None, None] - body)
    return rimmed


SHAPES = BuiltIn(
    name="shapes",
    title="Shapes",
    sentence="Ten kinds of coloured figures on textured ground, told apart by outline alone: 32×32 pixels, colour.",
    classes=CLASSES,
    image_shape=(SIDE, SIDE, 3),
    version=3,
    draw=draw,
)
