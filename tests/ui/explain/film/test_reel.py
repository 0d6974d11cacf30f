"""Where a film is: steps, what is written there, and what becomes of a position when the film is another."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.reel import APART, WHOLE, Position, Reel

COLOUR = Reel(filters=3, height=4, width=5, rows=3, bias=True)
REELS = (COLOUR, Reel(1, 1, 1, 1, False), Reel(2, 3, 2, 4, False), Reel(7, 1, 6, 1, True))


def every_position(reel: Reel) -> list[Position]:
    found = [reel.start]
    while found[-1] != reel.end:
        found.append(reel.by_step(found[-1]))
    return found


@pytest.mark.parametrize("reel", REELS)
def test_step_by_step_every_cell_is_written_once_and_back_the_same_way(reel: Reel) -> None:
    positions = every_position(reel)
    assert positions == sorted(set(positions)) and all(reel.clamped(p) == p for p in positions)
    written = [sum(reel.written(position, number) for number in range(reel.filters)) for position in positions]
    assert written[0] == 0 and written[-1] == reel.filters * reel.places
    assert {after - before for before, after in pairwise(written)} == {0, 1}
    assert reel.by_step(reel.end) == reel.end and reel.by_step(reel.start, -1) == reel.start


def test_a_number_is_there_before_the_sum_and_the_sum_before_the_cell() -> None:
    for position in every_position(COLOUR):
        rows = [COLOUR.cells_of_row(position, row) for row in range(3)]
        assert rows == sorted(rows, reverse=True)
        assert COLOUR.cells_of_map(position) <= min(rows)
        assert sum(rows) - 3 * position.place == min(max(position.step, 0), 3), "one number a step"
        if COLOUR.has_bias(position):
            assert min(rows) == position.place + 1


def test_a_position_is_kept_where_the_other_film_has_it_and_moved_inside_where_not() -> None:
    here = Position(2, 17, 3)
    assert COLOUR.clamped(here) == here
    assert Reel(2, 3, 3, 1, False).clamped(here) == Position(1, 8, 2)
    assert COLOUR.clamped(Position(0, 3, WHOLE)) == Position(0, 3, 0), "only the first place can be before its window"
    rng = random.Random(1)
    for _ in range(300):
        wild = Position(rng.randint(-3, 9), rng.randint(-9, 99), rng.randint(-5, 9))
        for reel in REELS:
            found = reel.clamped(wild)
            assert reel.start <= found <= reel.end and reel.clamped(found) == found


def test_cells_rows_and_filters_are_stepped_over() -> None:
    here = COLOUR.at(1, 2, 3)
    assert COLOUR.cell(COLOUR.by_cell(here)) == (2, 4, 1)
    assert COLOUR.cell(COLOUR.by_row(here, -1)) == (1, 3, 1)
    assert COLOUR.cell(COLOUR.by_filter(here)) == (2, 3, 2)
    assert COLOUR.by_filter(COLOUR.by_filter(here)) == COLOUR.by_filter(here)
    assert COLOUR.by_cell(COLOUR.at(0, 3, 4)) == COLOUR.at(1, 0, 0)
    assert COLOUR.by_cell(COLOUR.at(0, 0, 0), -1) == COLOUR.start
    assert COLOUR.by_cell(Position(0, 3, 1)) == Position(0, 3, COLOUR.steps), "what has been begun is finished first"


@pytest.mark.parametrize("reel", REELS)
def test_a_film_that_plays_comes_to_its_end_in_the_time_it_says(reel: Reel) -> None:
    position, total = reel.start, 0.0
    while position != reel.end:
        total += timeline.lasts(reel, position)
        after = timeline.following(reel, position)
        assert after > position
        position = after
    usual, waited, frames, position = timeline.USUAL_SPEED, 0.0, 0, reel.start
    while position != reel.end:
        position, waited = timeline.advanced(reel, position, waited + 16.0, usual)
        frames += 1
    assert frames * 16.0 == pytest.approx(total, abs=16.0)


def test_the_first_cell_is_slow_and_faster_speeds_show_whole_rows_and_maps() -> None:
    position, waited = timeline.advanced(COLOUR, Position(0, 0, APART), 400, timeline.USUAL_SPEED)
    assert (position, waited) == (Position(0, 0, 0), 0)
    assert timeline.advanced(COLOUR, position, 500, timeline.USUAL_SPEED)[0] == Position(0, 0, 1)
    position, _ = timeline.advanced(COLOUR, COLOUR.at(0, 0, 0), 0, timeline.ROW_A_FRAME)
    assert position == COLOUR.at(0, 0, 4)
    position, _ = timeline.advanced(COLOUR, position, 0, timeline.ROW_A_FRAME)
    assert position == COLOUR.at(0, 1, 4)
    position, _ = timeline.advanced(COLOUR, position, 0, timeline.MAP_A_FRAME)
    assert position == COLOUR.at(0, 3, 4)
    position, _ = timeline.advanced(COLOUR, position, 0, timeline.MAP_A_FRAME)
    assert position == COLOUR.at(1, 3, 4)
    late, _ = timeline.advanced(COLOUR, COLOUR.at(0, 1, 0), 60_000, timeline.USUAL_SPEED)
    assert late < COLOUR.at(1, 0, 0), "a machine that slept does not skip the film"


@pytest.mark.parametrize("reel", REELS)
def test_the_scrub_bar_reaches_every_cell_and_un_writes(reel: Reel) -> None:
    shares = [timeline.share_of(reel, position) for position in every_position(reel)]
    assert shares == sorted(shares) and shares[0] == 0 and shares[-1] == 1
    for number in range(reel.filters):
        for place in range(reel.places):
            position = Position(number, place, reel.steps)
            assert timeline.position_at(reel, timeline.share_of(reel, position)) == position
    assert timeline.position_at(reel, -1) == reel.start and timeline.position_at(reel, 2) == reel.end


def test_however_the_time_is_divided_a_film_gets_as_far() -> None:
    start = COLOUR.at(0, 0, COLOUR.width - 2)
    at_once, left = timeline.advanced(COLOUR, start, 240.0, 6)
    stepped, rest = start, 0.0
    for _ in range(240):
        stepped, rest = timeline.advanced(COLOUR, stepped, rest + 1.0, 6)
    assert at_once == stepped and abs(left - rest) < 1e-6
