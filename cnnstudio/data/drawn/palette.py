"""Colours that go together: chosen in OKLCH, where equal steps look equal, and given in sRGB 0…1."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Colours = npt.NDArray[np.float32]

_LMS = np.array([
    [1.0, 0.3963377774, 0.2158037573],
    [1.0, -0.1055613458, -0.0638541728],
    [1.0, -0.0894841775, -1.2914855480],
])  # fmt: skip
_RGB = np.array([
    [4.0767416621, -3.3077115913, 0.2309699292],
    [-1.2684380046, 2.6097574011, -0.3413193965],
    [-0.0041960863, -0.7034186147, 1.7076147010],
])  # fmt: skip


def srgb(lightness: npt.ArrayLike, chroma: npt.ArrayLike, hue: npt.ArrayLike) -> Colours:
    """OKLCH (lightness 0…1, chroma 0…0.4, hue in turns), each (n,), to sRGB float32 (n, 3) in 0…1, clipped."""
    angle = 2 * np.pi * np.asarray(hue, dtype=np.float64)
    strength = np.asarray(chroma, dtype=np.float64)
    lab = np.stack(
        np.broadcast_arrays(np.asarray(lightness), strength * np.cos(angle), strength * np.sin(angle)),
        axis=-1,
    )
    linear = ((lab @ _LMS.T) ** 3 @ _RGB.T).clip(0, 1)
    coded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    colours: Colours = coded.astype(np.float32)
    return colours
