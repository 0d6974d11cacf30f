"""Pictures unlike the rest: without colour among coloured ones, or far darker, lighter, flatter or harsher."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Cancelled
from cnnstudio.data.reader import Cancel
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue

#: bytes of pictures that are looked at together
_BLOCK = 4 << 20
#: levels by which the channels of a picture without colour differ on average, and the share of such that is usual
_COLOURLESS, _USUAL = 2.0, 0.1
#: how far from the median is far: so many times the median distance from it, and so many levels at least
_FAR, _LEVELS = 7.0, 24.0


def odd_pictures(catalogue: Catalogue, cancelled: Cancel = None) -> tuple[int, ...]:
    """Rows of pictures that are unlike nearly all others that are not left out.

    Raises:
        Cancelled: ``cancelled`` answered yes.
    """
    rows = np.flatnonzero(catalogue.parts != LEFT_OUT)
    means, contrasts, colours = (np.zeros(len(rows)) for _ in range(3))
    at_once = max(1, _BLOCK // int(np.prod(catalogue.data.image_shape)))
    for start in range(0, len(rows), at_once):
        if cancelled and cancelled():
            raise Cancelled
        here = slice(start, start + at_once)
        pixels = catalogue.read(rows[here])
        means[here], contrasts[here] = pixels.mean((1, 2, 3)), pixels.std((1, 2, 3))
        colours[here] = (pixels.max(3).astype(np.int16) - pixels.min(3)).mean((1, 2))
    odd = _far(means) | _far(contrasts)
    grey = colours < _COLOURLESS
    if catalogue.data.image_shape[2] > 1 and len(grey) and grey.mean() <= _USUAL:
        odd |= grey
    return tuple(rows[odd].tolist())


def _far(numbers: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    """Which are far from the median, measured by how far they usually are."""
    if not len(numbers):
        return np.zeros(0, np.bool_)
    apart = np.abs(numbers - np.median(numbers))
    return apart > max(_LEVELS, _FAR * float(np.median(apart)))
