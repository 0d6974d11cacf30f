"""Where tiles lie: none on another, all found again under the pointer, and only those in sight are asked for."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.ui.data.grid.grid_layout import GridLayout

layouts = st.builds(
    GridLayout,
    st.lists(st.integers(1, 40), max_size=6).map(tuple),
    st.integers(60, 500),
    st.integers(28, 60),
)


@given(layouts)
def test_tiles_lie_in_the_width_one_after_the_other_and_are_found_where_they_are(layout: GridLayout) -> None:
    boxes = [layout.box(tile) for tile in range(layout.count)]
    for tile, box in enumerate(boxes):
        assert box.left >= 0 and box.left + box.width <= max(layout.width, layout.side + 2 * layout.margin)
        assert box.top + box.height <= layout.height
        assert layout.at(box.left, box.top) == layout.at(box.left + box.width - 1, box.top + box.height - 1) == tile
        assert layout.at(box.left + box.width, box.top + box.height) != tile
    for one, other in pairwise(boxes):
        same_row = one.top == other.top
        assert other.left >= one.left + one.width if same_row else other.top >= one.top + one.height


@given(layouts, st.integers(-100, 3000), st.integers(1, 900))
def test_exactly_the_rows_in_sight_are_asked_for(layout: GridLayout, top: int, height: int) -> None:
    seen = [
        tile
        for tile in range(layout.count)
        if layout.box(tile).top < top + height and layout.box(tile).top + layout.side + layout.gap > top
    ]
    assert list(layout.between(top, top + height)) == seen
    for section in range(len(layout.counts)):
        if layout.tops[section] < top + height and layout.tops[section] + layout.heading > top:
            assert section in layout.sections(top, top + height)


@given(layouts, st.data())
def test_down_and_up_lead_through_all_rows_of_all_sections(layout: GridLayout, data: st.DataObject) -> None:
    if not layout.count:
        return
    tile = data.draw(st.integers(0, layout.count - 1))
    below, above = layout.above_or_below(tile, 1), layout.above_or_below(tile, -1)
    tops = sorted({layout.box(each).top for each in range(layout.count)})
    row = tops.index(layout.box(tile).top)
    assert layout.box(below).top == tops[min(row + 1, len(tops) - 1)]
    assert layout.box(above).top == tops[max(row - 1, 0)]
    assert layout.box(below).left <= layout.box(tile).left or below == tile
    last = layout.above_or_below(0, 10_000)
    assert layout.box(last).top == tops[-1]
