"""A map laid over the picture that it is about."""

from __future__ import annotations

import numpy as np

from cnnstudio.nn.arrays import Array, Floats

#: how much of the picture shows through a map that lies over it
_THROUGH = 0.3
#: what shines where the map is brightest and the picture is black
_GLOW = np.array([110.0, 90.0, 0.0])
#: what speaks for a class, and against it
_FOR, _AGAINST = np.array([[[214.0, 47.0, 39.0]]]), np.array([[[49.0, 104.0, 189.0]]])


def laid_over(picture: Array, values: Floats, *, signed: bool) -> Array:
    """A picture, uint8 (H, W, C), as uint8 (H, W, 3): brighter where a map (H, W) is larger; where it is signed in
    grey, red for what is above 0 and blue for what is below."""
    if signed:
        most = float(np.abs(values).max()) or 1.0
        share = np.clip(values / most, -1, 1)[:, :, None]
        grey = picture.astype(np.float64).mean(axis=2)[:, :, None]
        strength = 0.75 * np.abs(share)
        mixed = grey * (1 - strength) + np.where(share > 0, _FOR, _AGAINST) * strength
        coloured: Array = np.clip(mixed, 0, 255).astype(np.uint8)
        return coloured
    most = float(values.max()) or 1.0
    share = np.clip(values / most, 0, 1)[:, :, None]
    shown = picture if picture.shape[2] >= 3 else np.repeat(picture[:, :, :1], 3, axis=2)
    base = shown[:, :, :3] * (_THROUGH + (1 - _THROUGH) * share)
    glow = _GLOW * share * (1 - base / 255)  # so that it is seen where the picture is black
    brightened: Array = (base + glow).astype(np.uint8)
    return brightened
