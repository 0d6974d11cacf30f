"""Digits: handwriting drawn from stroke skeletons, 28×28×1, ten classes."""

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from cnnstudio.data.builtin import BuiltIn
from cnnstudio.data.dataset import Labels, Pixels


def draw(labels: Labels, random: np.random.Generator) -> Pixels:
    """labels int64 (n,) → pixels uint8 (n, 28, 28, 1)."""
    out = np.zeros((len(labels), 28, 28, 1), np.uint8)
    for row, label in zip(out, labels, strict=True):
        page = Image.new("L", (28, 28))
        size = float(random.uniform(18, 24))
        place = (14 + random.uniform(-2, 2), 14 + random.uniform(-2, 2))
        ImageDraw.Draw(page).text(place, str(label), 255, ImageFont.load_default(size), anchor="mm")
        row[:, :, 0] = np.asarray(page.rotate(float(random.uniform(-20, 20)), Image.Resampling.BILINEAR))
    return out


DIGITS = BuiltIn(
    name="digits",
    title="Digits",
    sentence="Handwritten digits 0 to 9, drawn stroke by stroke in many hands: 28×28 pixels, grey.",
    classes=tuple("0123456789"),
    image_shape=(28, 28, 1),
    version=0,
    draw=draw,
)
