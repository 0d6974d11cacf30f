"""What can be said of any picture by its pixels alone, as numbers by which pictures are put in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from cnnstudio.data.dataset import Pixels
from cnnstudio.nn.arrays import Floats

#: a pixel this far from the colour of the rim, of 255, is drawn and no ground
_APART = 40.0


def brightness(pixels: Pixels) -> Floats:
    """The mean of pictures uint8 (N, H, W, C), each 0…1."""
    found: Floats = pixels.mean(axis=(1, 2, 3)) / 255
    return found


def contrast(pixels: Pixels) -> Floats:
    """How far their pixels lie from their mean, 0…0.5."""
    found: Floats = pixels.std(axis=(1, 2, 3)) / 255
    return found


def drawn_part(pixels: Pixels) -> Floats:
    """The share of their pixels that differ from the colour along the rim: how large what is drawn is, 0…1."""
    rim = np.concatenate([pixels[:, 0], pixels[:, -1], pixels[:, 1:-1, 0], pixels[:, 1:-1, -1]], axis=1)
    ground = np.median(rim, axis=1)[:, None, None, :]
    apart = np.abs(pixels.astype(np.float32) - ground).max(axis=3) > _APART
    found: Floats = apart.mean(axis=(1, 2))
    return found


def colourfulness(pixels: Pixels) -> Floats:
    """How far the channels of their pixels lie apart in the mean, 0…1; 0 of grey ones."""
    found: Floats = (pixels.max(axis=3).astype(np.float32) - pixels.min(axis=3)).mean(axis=(1, 2)) / 255
    return found


#: by name
PROPERTIES: Mapping[str, Callable[[Pixels], Floats]] = {
    "brightness": brightness,
    "contrast": contrast,
    "drawn": drawn_part,
    "colour": colourfulness,
}
