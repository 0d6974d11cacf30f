"""The way of a wire: horizontal at both ends, in one piece, and around the cards it need not touch."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.design.layout.wire_route import Obstacles, Point, wire_route

places = st.tuples(st.integers(-200, 200), st.integers(-200, 200)).map(lambda at: (at[0] * 10.0, at[1] * 10.0))


def cubics(route: tuple[Point, ...]) -> list[tuple[Point, ...]]:
    return [route[at : at + 4] for at in range(0, len(route) - 1, 3)]


@given(places, places)
def test_it_leaves_to_the_right_and_comes_in_from_the_left(start: Point, end: Point) -> None:
    route = wire_route(start, end)
    assert route[0] == start and route[-1] == end and len(route) % 3 == 1
    assert route[1][1] == start[1] and route[1][0] >= start[0]
    assert route[-2][1] == end[1] and route[-2][0] <= end[0]


@given(places, places)
def test_it_has_no_corners(start: Point, end: Point) -> None:
    """Where two pieces meet they have one direction."""
    for first, second in pairwise(cubics(wire_route(start, end))):
        coming = (first[3][0] - first[2][0], first[3][1] - first[2][1])
        going = (second[1][0] - second[0][0], second[1][1] - second[0][1])
        assert abs(coming[0] * going[1] - coming[1] * going[0]) < 1e-6 * (1 + abs(sum(coming)) * abs(sum(going)))
        assert coming[0] * going[0] + coming[1] * going[1] >= 0


def test_a_card_in_the_way_is_gone_around_and_one_beside_it_is_not() -> None:
    start, end = (120.0, 76.0), (600.0, 76.0)
    straight = wire_route(start, end)
    assert {y for _, y in straight} == {76.0}
    beside = Obstacles([(300.0, 190.0, 420.0, 338.0)])
    assert wire_route(start, end, beside.free) == straight
    wall = Obstacles([(300.0, 0.0, 420.0, 148.0)])
    around = wire_route(start, end, wall.free)
    level = max(y for _, y in around)
    assert level > 148 and wall.free(120, 600, level)
    both = Obstacles([(300.0, 0.0, 420.0, 148.0), (300.0, 130.0, 420.0, 278.0)])
    above = wire_route(start, end, both.free)
    assert min(y for _, y in above) < 0


def test_where_cards_are_known_to_the_pixel() -> None:
    cards = Obstacles([(0.0, 0.0, 120.0, 148.0)])
    assert not cards.free(-50, 50, 70)
    assert not cards.free(119, 300, 147)
    assert cards.free(120, 300, 70) and cards.free(-50, 0, 70)
    assert cards.free(-50, 50, 160) and cards.free(-50, 50, -20)
    assert not cards.free(-50, 50, 151)  # too close


def test_wires_from_other_lanes_turn_beside_each_other() -> None:
    """Two that cross between the same columns can be told apart, and two that run alike do not lie on each other."""

    def turn(start: Point, end: Point) -> float:
        return next(first[0][0] for first in cubics(wire_route(start, end)) if first[0][0] == first[3][0])

    down, next_down, up = turn((120, 76), (150, 456)), turn((120, 266), (150, 646)), turn((120, 456), (150, 76))
    assert len({down, next_down, up}) == 3
    assert next_down < down  # the upper one further right: neither crosses the other
    assert turn((120, 76), (150, 266)) == down  # those from one port share their way


def test_a_wire_back_keeps_clear_of_a_name_between_the_rows() -> None:
    start, end = (870.0, 76.0), (0.0, 266.0)
    cards = [(x * 150.0, y, x * 150.0 + 120, y + 148) for x in range(6) for y in (0.0, 190.0)]
    middle = wire_route(start, end, Obstacles(cards).free)
    assert 171.0 in {y for _, y in middle}
    name = (10.0, 166.0, 80.0, 176.0)
    aside = {y for _, y in wire_route(start, end, Obstacles([*cards, name]).free)}
    assert 171.0 not in aside and 156.0 in aside  # between the cards above and the name
