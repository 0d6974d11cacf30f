"""Values with no more points than a screen can show."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[Any]


def thinned(values: Values, first: int, last: int, columns: int) -> tuple[Values, Values]:
    """Places and values of ``values[first:last]``: every one of them where there are few, otherwise the smallest and
    the largest of each column, so that no peak is lost. What is no number is left out of a column, and a column of
    nothing else is no number."""
    first, last = max(0, first), min(len(values), last)
    factor = max(1, (last - first) // max(1, columns))
    if factor < 3:
        return np.arange(first, last, dtype=np.float64), values[first:last].astype(np.float64)
    first -= first % factor  # columns keep their values while more are appended
    whole = first + (last - first) // factor * factor
    shown = np.where(np.isfinite(values[first:last]), values[first:last], np.nan)
    blocks = shown[: whole - first].reshape(-1, factor)
    found = np.stack([np.fmin.reduce(blocks, 1), np.fmax.reduce(blocks, 1)], 1)
    if whole < last:
        rest = shown[whole - first :]
        found = np.concatenate([found, [[np.fmin.reduce(rest), np.fmax.reduce(rest)]]])
    places = first + factor * (np.arange(len(found)) + 0.5) - 0.5
    return np.repeat(places, 2), found.reshape(-1).astype(np.float64)
