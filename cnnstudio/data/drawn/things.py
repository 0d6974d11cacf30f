"""Things: everyday things, lit and shaded before soft grounds, 48×48×3, ten classes.

Each is made of parts (``models.py``): an outline, a colour, and how it bulges towards the eye. Where it bulges its
slopes catch the light as in B.-T. Phong's model (1975): ambient, diffuse and a highlight.
"""

from __future__ import annotations

import numpy as np

from cnnstudio.data.dataset import Labels, Pixels
from cnnstudio.data.drawn.builtin import BuiltIn
from cnnstudio.data.drawn.models import MODELS, Part, Pose
from cnnstudio.data.drawn.outlines import Field
from cnnstudio.data.drawn.palette import Colours, srgb

SIDE = 48
#: things are drawn on a grid this many times finer, then averaged
FINER = 2
#: radius in pixels
SMALLEST, LARGEST = 14.0, 20.5
#: how far a light stands to the side at most, against its height
ASIDE = 1.1
AMBIENT, HIGHLIGHT = 0.42, 24.0
CLASSES = tuple(MODELS)


def draw(labels: Labels, random: np.random.Generator) -> Pixels:
    """labels int64 (n,) → pixels uint8 (n, 48, 48, 3)."""
    count = len(labels)
    light = _lights(count, random)
    picture = np.repeat(np.repeat(_ground(count, random), FINER, axis=1), FINER, axis=2)
    radius = random.uniform(SMALLEST, LARGEST, count).astype(np.float32)
    room = SIDE / 2 - radius - 1
    middle = SIDE / 2 + room * random.uniform(-1, 1, (2, count))
    turn, lean = random.uniform(-1, 1, count), random.uniform(-0.16, 0.16, count)
    mirrored = random.choice([-1.0, 1.0], count)
    for label, (model, reach) in enumerate(MODELS.values()):
        rows = np.flatnonzero(labels == label)
        if len(rows):
            pose = _pose(middle[:, rows], radius[rows], reach * turn[rows], lean[rows], mirrored[rows], random)
            picture[rows] = _rendered(picture[rows], model(pose), radius[rows], light[:, rows])
    small = picture.reshape(count, SIDE, FINER, SIDE, FINER, 3).mean(axis=(2, 4))
    small *= random.uniform(0.82, 1.12, (count, 1, 1, 1))
    small += random.uniform(0.002, 0.014, (count, 1, 1, 1)) * random.standard_normal(small.shape, dtype=np.float32)
    pixels: Pixels = np.rint(small.clip(0, 1) * 255).astype(np.uint8)
    return pixels


def _lights(count: int, random: np.random.Generator) -> Field:
    """Directions to the light, of length 1: (3, n), right, up and towards the eye; always from above."""
    aside, above = random.uniform(-ASIDE, ASIDE, count), random.uniform(0.25, ASIDE, count)
    found = np.stack([aside, above, np.ones(count)])
    lights: Field = (found / np.linalg.norm(found, axis=0)).astype(np.float32)
    return lights


def _pose(middle: Field, radius: Field, turn: Field, lean: Field, mirrored: Field, random: np.random.Generator) -> Pose:
    """The grid in the thing's own coordinates: (n, fine side, fine side), y upwards, in units of its radius."""
    at = ((np.arange(SIDE * FINER) + 0.5) / FINER).astype(np.float32)
    right = (at - middle[0][:, None])[:, None, :] / radius[:, None, None]
    up = (middle[1][:, None] - at)[:, :, None] / radius[:, None, None]
    cosine, sine = np.cos(turn)[:, None, None], np.sin(turn)[:, None, None]
    x = (cosine * right + sine * up) * mirrored[:, None, None]
    y = cosine * up - sine * right
    return Pose((x + lean[:, None, None] * y).astype(np.float32), y.astype(np.float32), random)


def _rendered(picture: Colours, parts: list[Part], radius: Field, light: Field) -> Colours:
    """The parts one over the other, float32 (n, fine side, fine side, 3), with a shadow of the whole below them."""
    pixels = (radius * FINER)[:, None, None].astype(np.float32)
    whole = parts[0].distance
    for part in parts[1:]:
        whole = np.minimum(whole, part.distance)
    picture = picture * (1 - 0.5 * _shadow(whole * pixels, light))[..., None]
    for part in parts:
        cover = np.clip(0.5 - part.distance * pixels, 0, 1)[..., None]
        if cover.any():
            picture += cover * (_lit(part, pixels, light) - picture)
    return picture


def _shadow(distance: Field, light: Field) -> Field:
    """How much of the light is taken from the ground, 0…1: soft, and moved away from the light."""
    right, down = (np.rint(-4 * FINER * light[0])).astype(int), (np.rint(4 * FINER * light[1])).astype(int)
    side = distance.shape[1]
    at = np.arange(side)
    rows = (at[None, :] - down[:, None]).clip(0, side - 1)
    columns = (at[None, :] - right[:, None]).clip(0, side - 1)
    moved = distance[np.arange(len(distance))[:, None, None], rows[:, :, None], columns[:, None, :]]
    soft = 5.0 * FINER
    dark: Field = np.clip(0.5 - moved / (2 * soft), 0, 1)
    return dark * dark * (3 - 2 * dark)


def _lit(part: Part, pixels: Field, light: Field) -> Colours:
    """A part's colour under the light: (n, fine side, fine side, 3)."""
    deep = np.clip(-part.distance / part.edge, 0, 1)
    height = part.bulge * np.sqrt(np.maximum(1 - (1 - deep) ** 2, 0)) + part.relief
    down, across = np.gradient(height, axis=(1, 2))
    slope_x, slope_y = -across * pixels, down * pixels
    length = np.sqrt(slope_x**2 + slope_y**2 + 1)
    facing = (slope_x * light[0][:, None, None] + slope_y * light[1][:, None, None] + light[2][:, None, None]) / length
    shade = AMBIENT + (1.12 - AMBIENT) * np.maximum(facing, 0)
    halfway = light + np.array([0, 0, 1], np.float32)[:, None]
    halfway = (halfway / np.linalg.norm(halfway, axis=0))[:, :, None, None]
    mirror = (slope_x * halfway[0] + slope_y * halfway[1] + halfway[2]) / length
    shine = part.gloss * np.maximum(mirror, 0) ** HIGHLIGHT
    found: Colours = part.colour * shade[..., None] + shine[..., None]
    return found


def _ground(count: int, random: np.random.Generator) -> Colours:
    """Two soft colours that go over into each other, with a horizon in some and a vague texture: (n, 48, 48, 3)."""
    lightness, hue = random.uniform(0.3, 0.9, count), random.random(count)
    first = srgb(lightness, random.uniform(0.01, 0.08, count), hue)
    other = np.clip(lightness + random.uniform(-0.28, 0.28, count), 0.2, 0.95)
    second = srgb(other, random.uniform(0.01, 0.1, count), hue + random.uniform(-0.2, 0.2, count))
    at = np.linspace(-1, 1, SIDE, dtype=np.float32)
    turn = random.uniform(-0.7, 0.7, (count, 1, 1)).astype(np.float32)
    along = np.cos(turn) * at[:, None] + np.sin(turn) * at
    sharp = np.exp(random.uniform(0.0, 2.6, (count, 1, 1))).astype(np.float32)
    mix = 1 / (1 + np.exp(-2.5 * sharp * (along - random.uniform(-0.3, 0.6, (count, 1, 1)).astype(np.float32))))
    picture = first[:, None, None] + mix[..., None] * (second - first)[:, None, None]
    cells = 7
    knots = random.uniform(-1, 1, (count, cells + 1, cells + 1)).astype(np.float32)
    place = np.linspace(0, cells, SIDE, endpoint=False, dtype=np.float32)
    low = place.astype(int)
    part = place - low
    blend = np.zeros((SIDE, cells + 1), np.float32)
    blend[np.arange(SIDE), low], blend[np.arange(SIDE), low + 1] = 1 - part, part
    strength = random.uniform(0.0, 0.07, (count, 1, 1)).astype(np.float32)
    grounded: Colours = picture + (strength * np.matmul(np.matmul(blend, knots), blend.T))[..., None]
    return grounded.astype(np.float32)


THINGS = BuiltIn(
    name="things",
    title="Things",
    sentence="Ten everyday things, lit and shaded before soft grounds, at many angles: 48×48 pixels, colour.",
    classes=CLASSES,
    image_shape=(SIDE, SIDE, 3),
    version=1,
    draw=draw,
    train=6_000,
    test=1_000,
    first=200,
)
