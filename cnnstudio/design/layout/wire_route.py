"""The way of a wire between two cards, for the canvas and for figures alike: pure geometry, in scene units.

A wire leaves to the right and enters from the left. It changes its height in the space between two columns, and
where cards lie on its way it takes a level without any: another lane, or the space between two rows.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

from cnnstudio.design.edits.edits import COLUMN, ROW

Point = tuple[float, float]
#: left, top, right, bottom
Box = tuple[float, float, float, float]
#: whether no card lies on a level: from a left end to a right end at a height
Free = Callable[[float, float, float], bool]

#: how far a wire swings out before it turns back
SWING = 46.0
#: a wire that runs back at about its own height passes below the cards
BELOW = 120.0
#: one longer than to the next column changes its height over this distance at either end
LONG, TURN = COLUMN, 30.0
#: from a port to the middle of the space between its row and the next
NEXT_ROW = 95.0
#: a wire between rows keeps clear of their middle, where wires back run: so far below and above a port
BESIDE = (84.0, -88.0)
#: how far a wire back dodges a name in the middle between two rows
DODGE = 15.0
#: a wire back that goes further than to the next row runs between the rows nearest to its end
FAR = 200.0
#: ports that share an edge of a card are so far apart, where they are few; many share this much of it
PORTS_APART, PORTS_ROOM = 18.0, 96.0
#: how close to a card a wire may pass, and control points of a quarter of a circle
_CLOSE, _ROUND = 5.0, 0.5523
#: so many rows up and down are tried for a level without cards
_ROWS = 16
#: wires that change their height between two columns have so many places to do so, by the lane they come from
_TRACKS = 4


@lru_cache(maxsize=1024)
def port_offset(index: int, count: int) -> float:
    """How far below the middle of its edge port ``index`` of ``count`` lies."""
    apart = min(PORTS_APART, PORTS_ROOM / max(count - 1, 1))
    return (index - (max(count, 1) - 1) / 2) * apart


class Obstacles:
    """Where cards lie."""

    def __init__(self, boxes: Iterable[Box]) -> None:
        self._rows: dict[int, list[Box]] = defaultdict(list)
        for box in boxes:
            for row in range(int(box[1] // ROW), int(box[3] // ROW) + 1):
                self._rows[row].append(box)
        #: of each level asked for: the left ends of its cards in order, and how far right those up to there reach
        self._levels: dict[float, tuple[list[float], list[float]]] = {}

    def free(self, left: float, right: float, height: float) -> bool:
        """Whether no card lies on a level."""
        level = round(2 * height) / 2
        if level not in self._levels:
            self._levels[level] = self._on(level)
        lefts, reached = self._levels[level]
        before = bisect_left(lefts, right)
        return not before or reached[before - 1] <= left

    def _on(self, level: float) -> tuple[list[float], list[float]]:
        rows = {int((level - _CLOSE) // ROW), int((level + _CLOSE) // ROW)}
        sides = sorted(
            (x, u) for row in rows for x, y, u, v in self._rows.get(row, ()) if y - _CLOSE < level < v + _CLOSE
        )
        return [x for x, _ in sides], list(accumulate((u for _, u in sides), max))


def wire_route(start: Point, end: Point, free: Free | None = None) -> tuple[Point, ...]:
    """From an output port to an input port: the start, then three points for each cubic. Without ``free`` no cards are
    in the way."""
    (x, y), (ex, ey) = start, end
    if ex < x:
        return _back(start, end, free)
    if ex - x <= LONG:
        return _turned(start, end)
    level = next((each for each in _levels(y, ey) if free is None or free(x + 1, ex - 1, each)), y)
    points = [start]
    if level != y:
        points += _turned(start, (x + TURN, level))[1:]
    if level == ey:
        return *points, *_straight(points[-1], end)
    points += _straight(points[-1], (ex - TURN, level))
    return *points, *_turned(points[-1], end)[1:]


def _levels(y: float, ey: float) -> Iterator[float]:
    """The heights at which a long wire may run, the best first: its own, that of its end, then other lanes and the
    spaces between rows, by how far they lead away; below before above, where titles stand."""
    yield y
    yield ey
    reach = min(int(abs(ey - y) // ROW) + 2, _ROWS)
    others = [y + step * ROW + aside for step in range(-reach, reach + 1) for aside in (0.0, *BESIDE) if step or aside]
    yield from sorted(others, key=lambda level: (round((abs(level - y) + abs(level - ey)) / ROW), level < y))


def _back(start: Point, end: Point, free: Free | None) -> tuple[Point, ...]:
    """To a target further left, as text is read: out to the right, along the space between two rows, in from the
    left."""
    (x, y), (ex, ey) = start, end
    across, down = x - ex, ey - y
    if abs(down) > FAR:
        between = ey - math.copysign(NEXT_ROW, down)
    else:
        between = y + down / 2 if abs(down) > BELOW else max(y, ey) + BELOW
    if free is not None and not free(ex, x, between):
        start_gap, end_gap = y + math.copysign(NEXT_ROW, down), ey - math.copysign(NEXT_ROW, down)
        others = (between - DODGE, between + DODGE, start_gap, end_gap, end_gap - DODGE, max(y, ey) + BELOW)
        between = next((other for other in others if free(ex, x, other)), between)
    swing = SWING if across > 2 * SWING else SWING * 1.4
    turn = min(12.0, across / 2)
    right, left = (x - turn, between), (ex + turn, between)
    return (
        start, (x + swing, y), (x + swing, between), right,
        *_straight(right, left),
        (ex - swing, between), (ex - swing, ey), end,
    )  # fmt: skip


def _turned(start: Point, end: Point) -> tuple[Point, ...]:
    """To the next column: a gentle curve, or where it is steep, straight up or down between the cards. Wires from
    different lanes do so beside each other, those from upper ones further right on their way down, so that none is
    taken for another and none crosses another for nothing."""
    (x, y), (ex, ey) = start, end
    across, down = ex - x, ey - y
    if abs(down) <= 2 * across or not across:
        reach = min(max(across * 0.5, abs(down) * 0.25), 140.0)
        return start, (x + reach, y), (ex - reach, ey), end
    sign = math.copysign(1.0, down)
    track = sign * (1.5 - y // ROW % _TRACKS) - (0.5 if down < 0 else 0.0)
    middle = x + across / 2 + track * across / 6
    round_ = min(middle - x, ex - middle, 24.0)
    first, last = (middle, y + sign * round_), (middle, ey - sign * round_)
    bow = round_ * _ROUND
    return (
        *_led(start, (middle - round_, y)), (middle - round_ + bow, y), (middle, first[1] - sign * bow), first,
        *_straight(first, last),
        (middle, last[1] + sign * bow), (middle + round_ - bow, ey), (middle + round_, ey),
        *_led((middle + round_, ey), end)[1:],
    )  # fmt: skip


def _led(start: Point, end: Point) -> tuple[Point, ...]:
    return (start, *_straight(start, end)) if end != start else (start,)


def _straight(start: Point, end: Point) -> tuple[Point, Point, Point]:
    third = ((end[0] - start[0]) / 3, (end[1] - start[1]) / 3)
    return (start[0] + third[0], start[1] + third[1]), (end[0] - third[0], end[1] - third[1]), end
