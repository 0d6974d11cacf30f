"""One curve of a chart, thinned: of what grows at its end only the end is painted again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from cnnstudio.ui.panels.curves.drawing.polygon import polygon
from cnnstudio.ui.panels.curves.thinned import Values

#: how wide a mean is and how large a dot, in pixels, and what a line may reach beyond its points
MEAN, DOT, BEYOND = 1.5, 6.0, 4.0


@dataclass(frozen=True)
class Line:
    """One curve: values by step, or at ``steps``; ``dots`` marks every point and dashes the line between them.
    ``after`` is the step that the first value comes after: not 0 for a run before this one. A value that is there stays
    as it is; others may follow it."""

    values: Values
    colour: QColor
    smooth: bool = False
    steps: Values | None = None
    dots: bool = False
    after: int = 0


@dataclass(frozen=True, eq=False)
class Stroke:
    """The points of a line, from left to right: where they lie on the axis of time, and their values or the powers of
    ten of those. Where one is no number there is a gap."""

    line: Line
    places: Values
    values: Values

    def changed(self, before: Stroke) -> tuple[float, float]:
        """Between which places it may be another than before, though as much is seen of it."""
        one, two = before.line, self.line
        same = (one.colour, one.smooth, one.dots, one.after) == (two.colour, two.smooth, two.dots, two.after)
        ours, theirs = len(self.places), len(before.places)
        if same and ours == theirs and self._as_far(before, ours):
            return math.inf, -math.inf
        # the last point may be a column that has more values now, and of one value alone a dot is painted
        count = min(ours, theirs) - 2
        if not same or count < 1 or not self._as_far(before, count):
            return -math.inf, math.inf
        return float(self.places[count - 1]), float(max(self.places[-1], before.places[-1]))

    def _as_far(self, before: Stroke, count: int) -> bool:
        """Whether the first points are those of before."""
        return np.array_equal(self.places[:count], before.places[:count]) and np.array_equal(
            self.values[:count], before.values[:count], equal_nan=True
        )

    def points_in(self, box: QRectF) -> int:
        """How many of its points lie in a box of places and values."""
        inside = (self.places >= box.left()) & (self.places <= box.right())
        inside &= (self.values >= box.top()) & (self.values <= box.bottom())
        return int(np.count_nonzero(inside))

    def paint(self, painter: QPainter, pixels: QTransform, left: float, right: float) -> None:
        """Paint what of it lies between two pixels; ``pixels`` makes such of places and values."""
        if not len(self.places):
            return
        line = self.line
        across = pixels.dx() + pixels.m11() * self.places
        begin = max(0, int(np.searchsorted(across, left)) - 1)
        end = int(np.searchsorted(across, right, side="right")) + 1
        if line.dots and across[-1] >= left:
            begin = 0  # dashes are counted from the first point
        across, down = across[begin:end], pixels.dy() + pixels.m22() * self.values[begin:end]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, line.smooth or line.dots)
        style = Qt.PenStyle.DashLine if line.dots else Qt.PenStyle.SolidLine
        pen = QPen(line.colour, MEAN if line.smooth else 1.0, style)
        dot = QPen(line.colour, DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        for xs, ys in _whole(across, down):
            points = polygon(xs, ys)
            if len(xs) > 1:
                painter.setPen(pen)
                painter.drawPolyline(points)
            if line.dots or len(self.places) == 1:  # of one value no line can be drawn
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(dot)
                painter.drawPoints(points)


def _whole(across: Values, down: Values) -> Iterator[tuple[Values, Values]]:
    """The stretches of points without a gap."""
    gaps = np.flatnonzero(~np.isfinite(down))
    begin = 0
    for gap in (*gaps.tolist(), len(down)):
        if gap > begin:
            yield across[begin:gap], down[begin:gap]
        begin = gap + 1
