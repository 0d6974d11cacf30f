"""The line of a wire between two ports as Qt draws it."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainterPath

from cnnstudio.design.layout.wire_route import Point


def route_path(route: tuple[Point, ...]) -> QPainterPath:
    """A route of ``cnnstudio.design.layout.wire_route`` as a path; its own start is the origin."""
    first, *points = [(x - route[0][0], y - route[0][1]) for x, y in route]
    path = QPainterPath(QPointF(*first))
    for at in range(0, len(points), 3):
        path.cubicTo(*(coordinate for point in points[at : at + 3] for coordinate in point))
    return path


def sampled(path: QPainterPath) -> list[QPointF]:
    """Points along a path, evenly by its length, close enough for its corners."""
    steps = max(16, min(96, int(path.length() / 12)))
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
