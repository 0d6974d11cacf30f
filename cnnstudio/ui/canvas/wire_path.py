"""The line of a wire between two ports as Qt draws it."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from cnnstudio.design.wire_route import wire_route


def wire_path(start: QPointF, end: QPointF) -> QPainterPath:
    """From an output port to an input port, by the route that figures take too."""
    first, *points = wire_route((start.x(), start.y()), (end.x(), end.y()))
    path = QPainterPath(QPointF(*first))
    for at in range(0, len(points), 3):
        path.cubicTo(*(coordinate for point in points[at : at + 3] for coordinate in point))
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
