"""Pictures made small, or a little larger, many at once."""

from __future__ import annotations

import numpy as np
from PIL import Image

from cnnstudio.data.dataset import Pixels


def thumbnails(pixels: Pixels, side: int) -> Pixels:
    """Pictures uint8 (N, H, W, C) in a square of ``side`` pixels, as (N, h, w, 3 or 1) of which the larger is ``side``:
    of more than three channels the first three, of two the first.

    Each new pixel is a mean of old ones, weighted by a triangle as wide as it covers, at least two of them.
    """
    count, height, width, channels = pixels.shape
    shown = pixels[..., :3] if channels >= 3 else pixels[..., 0]
    tall, wide = (max(1, round(side * length / max(height, width))) for length in (height, width))
    found = np.empty((count, tall, wide, *shown.shape[3:]), np.uint8)
    for picture, small in zip(shown, found, strict=True):
        small[:] = Image.fromarray(picture).resize((wide, tall), Image.Resampling.BILINEAR)
    return found if found.ndim == 4 else found[..., None]
