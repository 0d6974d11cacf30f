"""Well-known filters in any size: to be laid into a network by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from cnnstudio.nn.explaining.parts import Doubles


def presets(height: int, width: int) -> Mapping[str, Doubles]:
    """Filters of height × width by their codes. The positive and the negative weights of each add up to 1 and −1 at
    most."""
    down, across = _smooth(height), _smooth(width)
    blur = np.outer(down, across)
    centre = np.zeros((height, width))
    centre[height // 2, width // 2] = 1.0
    edges = centre - blur
    return {
        "sobel-across": _evened(np.outer(down, _slope(width))),
        "sobel-down": _evened(np.outer(_slope(height), across)),
        "blur": blur,
        "edge": _evened(edges),
        "unchanged": centre,
    }


def _smooth(count: int) -> Doubles:
    """A bell: the binomial coefficients, adding up to 1."""
    row = np.array([math.comb(count - 1, k) for k in range(count)], np.float64)
    return np.asarray(row / row.sum())


def _slope(count: int) -> Doubles:
    """From below to above zero, weighed by a bell; nothing where there is only one cell."""
    return np.asarray((np.arange(count) - (count - 1) / 2) * _smooth(count))


def _evened(weights: Doubles) -> Doubles:
    """Scaled so that the positive weights add up to 1."""
    total = float(weights[weights > 0].sum())
    return np.asarray(weights / total) if total > 0 else weights
