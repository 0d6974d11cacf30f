"""The way of a wire between two cards, for the canvas and for figures alike: pure geometry, in scene units."""

from __future__ import annotations

import math

Point = tuple[float, float]

#: how far a wire swings out before it turns back
SWING = 46.0
#: a wire that runs back at about its own height passes below the cards
BELOW = 120.0
#: a wire longer than to the next column bends just before its end, over this distance, if it changes rows at all
LONG, BEND_OVER, BEND = 150.0, 30.0, 60.0
#: one that goes further than to the next row runs between the rows nearest to its end, so far from the port there
FAR, NEXT_ROW = 200.0, 95.0
#: ports that share an edge of a card are so far apart, where they are few; many share this much of it
PORTS_APART, PORTS_ROOM = 18.0, 96.0


def port_offset(index: int, count: int) -> float:
    """How far below the middle of its edge port ``index`` of ``count`` lies."""
    apart = min(PORTS_APART, PORTS_ROOM / max(count - 1, 1))
    return (index - (max(count, 1) - 1) / 2) * apart


def wire_route(start: Point, end: Point) -> tuple[Point, ...]:
    """From an output port to an input port, horizontal at both: the start, then three points for each cubic.

    A target further left is reached as text is read: out to the right, along the free space between the two rows,
    and in from the left.
    """
    x, y = start
    ex, ey = end
    across, down = ex - x, ey - y
    if across > LONG and abs(down) > BEND:  # along its own row, where branches leave room, and over at the end
        bend = (ex - BEND_OVER, y)
        return start, *_straight(start, bend), *_curve(bend, end)[1:]
    if across >= 0:
        return _curve(start, end)
    if abs(down) > FAR:
        between = ey - math.copysign(NEXT_ROW, down)
    else:
        between = y + down / 2 if abs(down) > BELOW else max(y, ey) + BELOW
    swing = SWING if across < -2 * SWING else SWING * 1.4
    turn = min(12.0, -across / 2)
    right, left = (x - turn, between), (ex + turn, between)
    return (
        start, (x + swing, y), (x + swing, between), right,
        *_straight(right, left),
        (ex - swing, between), (ex - swing, ey), end,
    )  # fmt: skip


def _curve(start: Point, end: Point) -> tuple[Point, ...]:
    across, down = end[0] - start[0], end[1] - start[1]
    reach = min(max(across * 0.5, abs(down) * 0.25), 140.0)
    return start, (start[0] + reach, start[1]), (end[0] - reach, end[1]), end


def _straight(start: Point, end: Point) -> tuple[Point, Point, Point]:
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    return (start[0] + third[0], start[1] + third[1]), (end[0] - third[0], end[1] - third[1]), end
