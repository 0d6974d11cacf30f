"""One curve of a chart in pixels: of what grows at its end only the end is painted again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

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
    """The points of a line in pixels, from left to right; where one is no number there is a gap."""

    line: Line
    across: Values
    down: Values

    def changed_from(self, before: Stroke) -> float:
        """From which pixel on it may be another than before, though both are of the same chart."""
        one, two = before.line, self.line
        same = (one.colour, one.smooth, one.dots, one.after) == (two.colour, two.smooth, two.dots, two.after)
        # the last point may be a column that has more values now, and of one value alone a dot is painted
        count = min(len(before.across), len(self.across)) - 2
        if not same or count < 1:
            return -np.inf
        ours, theirs = ((each.across[:count], each.down[:count]) for each in (self, before))
        if not all(np.array_equal(a, b, equal_nan=True) for a, b in zip(ours, theirs, strict=True)):
            return -np.inf
        return float(self.across[count - 1])

    def points_in(self, box: QRectF) -> int:
        """How many of its points lie in a box."""
        across, down = self.across, self.down
        inside = (across >= box.left()) & (across <= box.right()) & (down >= box.top()) & (down <= box.bottom())
        return int(np.count_nonzero(inside))

    def paint(self, painter: QPainter, within: QRectF) -> None:
        """Paint what of it lies between the left and the right of ``within``."""
        if not len(self.across):
            return
        line = self.line
        begin = max(0, int(np.searchsorted(self.across, within.left() - BEYOND)) - 1)
        end = int(np.searchsorted(self.across, within.right() + BEYOND, side="right")) + 1
        if line.dots and self.across[-1] >= within.left() - BEYOND:
            begin = 0  # dashes are counted from the first point
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, line.smooth or line.dots)
        style = Qt.PenStyle.DashLine if line.dots else Qt.PenStyle.SolidLine
        pen = QPen(line.colour, MEAN if line.smooth else 1.0, style)
        dot = QPen(line.colour, DOT, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        for across, down in _whole(self.across[begin:end], self.down[begin:end]):
            points = polygon(across, down)
            if len(across) > 1:
                painter.setPen(pen)
                painter.drawPolyline(points)
            if line.dots or len(self.across) == 1:  # of one value no line can be drawn
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
