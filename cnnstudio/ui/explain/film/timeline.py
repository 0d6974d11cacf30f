"""How long everything in a film takes, and how far it gets in a time."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.ui.explain.film.reel import APART, WHOLE, Position, Reel

#: milliseconds at 1×: the picture comes apart, the filter is laid on, a row's products become a number, the numbers
#: and the bias become the cell, the next filter comes
TAKES_APART, LAYS_ON, ADDS_UP, JOINS, WRITES, CHANGES = 600, 400, 500, 300, 200, 500
#: milliseconds a cell once the first has been seen: in the first row, and in all others
IN_FIRST_ROW, IN_OTHERS = 60, 25

#: how many times as fast; behind them whole rows and whole maps a frame
SPEEDS: tuple[float, ...] = (0.25, 0.5, 1, 2, 4, 8, 16, 32, 64)
ROW_A_FRAME, MAP_A_FRAME = len(SPEEDS), len(SPEEDS) + 1
USUAL_SPEED = SPEEDS.index(1)

#: a frame that came later than this many milliseconds does not catch up further
_LATEST = 250.0


def following(reel: Reel, position: Position) -> Position:
    """What a film that plays shows next: the first cell step by step, all others at once."""
    slow = position.filter == 0 and position.place == 0
    if position.step < 0 or (slow and position.step < reel.steps):
        return Position(position.filter, position.place, position.step + 1)
    if position.step >= reel.steps and position.place == reel.places - 1 and position.filter < reel.filters - 1:
        return reel.first(position.filter + 1)
    return reel.by_cell(position)


def lasts(reel: Reel, position: Position) -> float:
    """Milliseconds at 1× from a position to the following one."""
    if position.step == WHOLE:
        return TAKES_APART
    if position.step == APART:
        return LAYS_ON
    if position.filter == 0 and position.place == 0 and position.step < reel.steps:
        if position.step < reel.rows:
            return ADDS_UP
        return JOINS if position.step < reel.steps - 1 else WRITES
    if position.step >= reel.steps and position.place == reel.places - 1:
        return CHANGES
    return IN_FIRST_ROW if position.place < reel.width else IN_OTHERS


def advanced(reel: Reel, position: Position, waited: float, speed: int) -> tuple[Position, float]:
    """Where a film is after ``waited`` milliseconds at a position, and how many of them are left over there.

    ``speed`` is a place in ``SPEEDS``, ``ROW_A_FRAME`` or ``MAP_A_FRAME``: then the time does not matter.
    """
    if speed >= ROW_A_FRAME:
        if position.place == reel.places - 1 and position.step >= reel.steps:
            position = reel.by_cell(position)
        by_map = speed >= MAP_A_FRAME
        row = reel.height - 1 if by_map else position.place // reel.width
        if not by_map and position.place % reel.width == reel.width - 1 and position.step >= reel.steps:
            row += 1
        return reel.clamped(Position(position.filter, row * reel.width + reel.width - 1, reel.steps)), 0.0
    times = SPEEDS[speed]
    left = min(waited, _LATEST + lasts(reel, position) / times)
    while position != reel.end and left * times >= lasts(reel, position):
        if position.step >= reel.steps and reel.width <= position.place < reel.places - 1:  # many alike at once
            cells = min(int(left * times // IN_OTHERS), reel.places - 1 - position.place)
            left -= cells * IN_OTHERS / times
            position = replace(position, place=position.place + cells)
            continue
        left -= lasts(reel, position) / times
        position = following(reel, position)
    return position, 0.0 if position == reel.end else left


def cells_a_second(speed: int) -> float:
    """How many cells a film writes in a second behind its first row."""
    return SPEEDS[speed] * 1000 / IN_OTHERS


# the scrub bar: a short chapter in which the picture comes apart, then one for each filter

#: how long the first chapter is, as a share of a filter's
FIRST_CHAPTER = 0.4


def share_of(reel: Reel, position: Position) -> float:
    """How far along the scrub bar a position is, 0…1."""
    if position.filter == 0 and position.step < 0:
        done = FIRST_CHAPTER * (position.step - WHOLE) / -WHOLE
    else:
        done = FIRST_CHAPTER + position.filter + reel.cells_of_map(position) / reel.places
    return done / (FIRST_CHAPTER + reel.filters)


def position_at(reel: Reel, share: float) -> Position:
    """The position at a share of the scrub bar; ``share_of`` of it is the nearest there is."""
    done = min(max(share, 0.0), 1.0) * (FIRST_CHAPTER + reel.filters) - FIRST_CHAPTER
    if done < 0:
        return Position(0, 0, WHOLE if done < -FIRST_CHAPTER * 3 / 4 else APART)
    cells = round(done * reel.places)
    number, place = divmod(max(cells - 1, 0), reel.places)
    return reel.clamped(Position(number, place, reel.steps if cells else 0))
