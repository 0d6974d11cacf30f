"""The line of a wire between two ports: pure geometry."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

#: how far a wire swings out before it turns back
SWING = 46.0
#: a wire that runs back at about its own height passes below the cards
BELOW = 120.0
#: a wire longer than to the next column bends just before its end, over this distance, if it changes rows at all
LONG, BEND_OVER, BEND = 150.0, 30.0, 60.0
#: one that goes further than to the next row runs between the rows nearest to its end, so far from the port there
FAR, NEXT_ROW = 200.0, 95.0


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """A cubic from an output port to an input port, both ends horizontal.

    A target further left is reached as text is read: out to the right, along the free space between the two rows,
    and in from the left.
    """
    path = QPainterPath(start)
    across, down = end.x() - start.x(), end.y() - start.y()
    if across > LONG and abs(down) > BEND:  # along its own row, where branches leave room, and over at the end
        start = QPointF(end.x() - BEND_OVER, start.y())
        path.lineTo(start)
        across = BEND_OVER
    if across >= 0:
        reach = min(max(across * 0.5, abs(down) * 0.25), 140.0)
        path.cubicTo(start.x() + reach, start.y(), end.x() - reach, end.y(), end.x(), end.y())
        return path
    if abs(down) > FAR:
        between = end.y() - math.copysign(NEXT_ROW, down)
    else:
        between = start.y() + down / 2 if abs(down) > BELOW else max(start.y(), end.y()) + BELOW
    swing = SWING if across < -2 * SWING else SWING * 1.4
    turn = min(12.0, -across / 2)
    path.cubicTo(start.x() + swing, start.y(), start.x() + swing, between, start.x() - turn, between)
    path.lineTo(end.x() + turn, between)
    path.cubicTo(end.x() - swing, between, end.x() - swing, end.y(), end.x(), end.y())
    return path


def sampled(path: QPainterPath, steps: int = 32) -> list[QPointF]:
    """Points along a path, evenly by its length."""
    return [path.pointAtPercent(i / steps) for i in range(steps + 1)]


def distance(points: list[QPointF], to: QPointF) -> tuple[float, float]:
    """How far a point is from a line of points, and where along it (0…1) the nearest place lies."""
    best, where = float("inf"), 0.0
    for index in range(len(points) - 1):
        a, b = points[index], points[index + 1]
        abx, aby = b.x() - a.x(), b.y() - a.y()
        length = abx * abx + aby * aby
        share = ((to.x() - a.x()) * abx + (to.y() - a.y()) * aby) / length if length else 0.0
        share = min(1.0, max(0.0, share))
        dx, dy = a.x() + share * abx - to.x(), a.y() + share * aby - to.y()
        found = (dx * dx + dy * dy) ** 0.5
        if found < best:
            best, where = found, (index + share) / (len(points) - 1)
    return best, where
