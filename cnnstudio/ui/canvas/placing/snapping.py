"""Snapping: where a moved card comes to lie. Pure geometry in scene units."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF

from cnnstudio.ui.canvas import measures as m

#: how near an edge must come to a neighbour's, in pixels of the screen, and never more than this in scene units
REACH = 7.0, 14.0


@dataclass(frozen=True)
class Snapped:
    """What to add to the position, and the lines that show with what it is flush now."""

    by: QPointF
    guides: tuple[QLineF, ...] = ()


def snapped(moving: QRectF, others: Sequence[QRectF], zoom: float) -> Snapped:
    """Snap a rectangle to the edges of its neighbours where they are near, otherwise to the grid.

    Besides being flush with a neighbour's edge it may keep the usual gap to it.
    """
    reach = min(REACH[0] / zoom, REACH[1])
    across = _nearest(moving.left(), moving.right(), _columns(moving, others), reach)
    down = _nearest(moving.top(), moving.bottom(), _rows(others), reach)
    dx = across if across is not None else _to_grid(moving.left())
    dy = down if down is not None else _to_grid(moving.top())
    placed = moving.translated(dx, dy)
    guides = (*_upright(placed, others, across is not None), *_level(placed, others, down is not None))
    return Snapped(QPointF(dx, dy), guides)


def on_grid(point: QPointF) -> QPointF:
    """The nearest place on the grid."""
    return QPointF(round(point.x() / m.GRID) * m.GRID, round(point.y() / m.GRID) * m.GRID)


def _to_grid(value: float) -> float:
    return round(value / m.GRID) * m.GRID - value


def _columns(moving: QRectF, others: Iterable[QRectF]) -> Iterable[tuple[float, float]]:
    """Where left and right edges would like to lie: flush, or the usual gap beside a card of the same row."""
    for other in others:
        yield other.left(), other.right()
        if other.top() < moving.bottom() and moving.top() < other.bottom():
            yield other.right() + m.GAP, other.left() - m.GAP


def _rows(others: Iterable[QRectF]) -> Iterable[tuple[float, float]]:
    for other in others:
        yield other.top(), other.bottom()


def _nearest(low: float, high: float, wishes: Iterable[tuple[float, float]], reach: float) -> float | None:
    best: float | None = None
    for wish_low, wish_high in wishes:
        for shift in (wish_low - low, wish_high - high):
            if abs(shift) <= reach and (best is None or abs(shift) < abs(best) - 1e-9):
                best = shift
    return best


def _upright(placed: QRectF, others: Sequence[QRectF], wanted: bool) -> Iterable[QLineF]:
    """One line along each vertical edge that is flush, over all cards that share it."""
    if not wanted:
        return
    for x, edge in ((placed.left(), QRectF.left), (placed.right(), QRectF.right)):
        flush = [other for other in others if abs(edge(other) - x) < 0.01]
        if flush:
            low = min([placed.top(), *(o.top() for o in flush)])
            high = max([placed.bottom(), *(o.bottom() for o in flush)])
            yield QLineF(x, low - 12, x, high + 12)


def _level(placed: QRectF, others: Sequence[QRectF], wanted: bool) -> Iterable[QLineF]:
    if not wanted:
        return
    for y, edge in ((placed.top(), QRectF.top), (placed.bottom(), QRectF.bottom)):
        flush = [other for other in others if abs(edge(other) - y) < 0.01]
        if flush:
            low = min([placed.left(), *(o.left() for o in flush)])
            high = max([placed.right(), *(o.right() for o in flush)])
            yield QLineF(low - 12, y, high + 12, y)
