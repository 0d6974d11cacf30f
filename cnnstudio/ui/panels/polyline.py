"""Values as a line on the screen, with no more points than the screen can show."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPolygonF

Values = NDArray[Any]

#: pixels beyond the area up to which points keep their place; painters do not bear any number
FAR = 4000.0


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


def polygons(
    x: Values, y: Values, area: QRectF, across: tuple[float, float], up: tuple[float, float]
) -> list[QPolygonF]:
    """Points as connected lines in the pixels of ``area``, which shows the ranges ``across`` and ``up``; a value that
    is no number is a gap."""
    left = area.left() + (x - across[0]) * (area.width() / (across[1] - across[0]))
    top = area.bottom() - (y - up[0]) * (area.height() / (up[1] - up[0]))
    good = np.isfinite(top)
    top = np.clip(np.where(good, top, 0.0), area.top() - FAR, area.bottom() + FAR)
    left = np.clip(left, area.left() - FAR, area.right() + FAR)
    if good.all():
        parts = [slice(0, len(top))]
    else:
        edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(np.int8)))
        parts = [slice(a, b) for a, b in edges.reshape(-1, 2)]
    return [QPolygonF(list(map(QPointF, left[part].tolist(), top[part].tolist()))) for part in parts]
