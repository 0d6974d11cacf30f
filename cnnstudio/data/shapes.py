"""Shapes: coloured figures on textured ground, 32×32×3, ten classes."""

import numpy as np

from cnnstudio.data.builtin import BuiltIn
from cnnstudio.data.dataset import Labels, Pixels

CLASSES = ("circle", "triangle", "square", "hexagon", "star", "cross", "ring", "heart", "crescent", "arrow")


def draw(labels: Labels, random: np.random.Generator) -> Pixels:
    """labels int64 (n,) → pixels uint8 (n, 32, 32, 3)."""
    n = len(labels)
    yy, xx = np.mgrid[-1:1:32j, -1:1:32j]
    angle = np.arctan2(yy, xx)[None] + random.uniform(0, 6.28, (n, 1, 1))
    radius = np.hypot(yy, xx)[None]
    edge = 0.6 + 0.25 * np.cos(angle * (labels[:, None, None] + 1))
    inside = (radius < edge)[..., None]
    colours = random.uniform(0, 255, (2, n, 1, 1, 3))
    picture: Pixels = np.where(inside, colours[0], colours[1]).astype(np.uint8)
    return picture


SHAPES = BuiltIn(
    name="shapes",
    title="Shapes",
    sentence="Coloured figures of ten kinds on textured ground: 32×32 pixels, colour.",
    classes=CLASSES,
    image_shape=(32, 32, 3),
    version=0,
    draw=draw,
)
