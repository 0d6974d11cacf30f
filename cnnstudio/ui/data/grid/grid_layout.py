"""Where the tiles of a grid lie: sections with a heading, each in rows of as many tiles as there is room for."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate


@dataclass(frozen=True)
class Box:
    """A rectangle in pixels."""

    left: int
    top: int
    width: int
    height: int


@dataclass(frozen=True)
class GridLayout:
    """Tiles are counted through all sections, from 0; heights are pixels from the top of all.

    Attributes:
        counts: how many tiles each section has, at least one.
        width: of all; tiles that do not fill it are spread out.
        side, gap: of a tile, and between two.
        heading, margin: height of a section's heading, and what is left free at all four sides.
    """

    counts: tuple[int, ...]
    width: int
    side: int
    gap: int = 4
    heading: int = 32
    margin: int = 12

    @cached_property
    def columns(self) -> int:
        """Tiles in a row."""
        return max(1, (self.width - 2 * self.margin + self.gap) // (self.side + self.gap))

    @cached_property
    def pitch(self) -> float:
        """From one tile's left to the next one's."""
        room = self.width - 2 * self.margin - self.side
        return max(self.side + self.gap, room / (self.columns - 1)) if self.columns > 1 else self.side + self.gap

    @cached_property
    def firsts(self) -> tuple[int, ...]:
        """The first tile of each section, and how many there are."""
        return (0, *accumulate(self.counts))

    @cached_property
    def tops(self) -> tuple[int, ...]:
        """Where each section begins, and where the last one ends."""
        return tuple(accumulate((self.heading + self._rows(count) * self._down for count in self.counts), initial=0))

    @property
    def height(self) -> int:
        """Of all."""
        return self.tops[-1] + (self.margin if self.counts else 0)

    @property
    def count(self) -> int:
        """How many tiles there are."""
        return self.firsts[-1]

    @property
    def _down(self) -> int:
        return self.side + self.gap

    def _rows(self, count: int) -> int:
        return -(-count // self.columns)

    def section_of(self, tile: int) -> int:
        """The section that a tile is in."""
        return bisect_right(self.firsts, tile) - 1

    def box(self, tile: int) -> Box:
        """Where a tile lies."""
        section = self.section_of(tile)
        row, column = divmod(tile - self.firsts[section], self.columns)
        top = self.tops[section] + self.heading + row * self._down
        return Box(self.margin + round(column * self.pitch), top, self.side, self.side)

    def at(self, x: int, y: int) -> int | None:
        """The tile at a point; None beside all."""
        for tile in self.between(y, y + 1):
            box = self.box(tile)
            if box.left <= x < box.left + box.width and box.top <= y < box.top + box.height:
                return tile
        return None

    def between(self, top: int, bottom: int) -> range:
        """The tiles of all rows that reach into this stripe."""
        if not self.counts or bottom <= 0:
            return range(0)
        return range(self._first_below(top), self._first_below(bottom + self._down - 1))

    def _first_below(self, height: int) -> int:
        """The first tile of which anything lies at this height or below."""
        if height <= 0:
            return 0
        section = bisect_right(self.tops, height) - 1
        if section >= len(self.counts):
            return self.count
        rows = max(0, (height - self.tops[section] - self.heading) // self._down)
        return min(self.firsts[section] + rows * self.columns, self.firsts[section + 1])

    def sections(self, top: int, bottom: int) -> range:
        """The sections that reach into this stripe."""
        first = max(0, bisect_right(self.tops, top) - 1)
        return range(first, min(len(self.counts), bisect_right(self.tops, bottom)))

    def above_or_below(self, tile: int, rows: int) -> int:
        """The tile so many rows further down (up where it is less than 0), in the same column or the last of its row;
        the first or last row where there are no more."""
        column = (tile - self.firsts[self.section_of(tile)]) % self.columns
        for _ in range(abs(rows)):
            tile = self._next_row(tile, column, 1 if rows > 0 else -1)
        return tile

    def _next_row(self, tile: int, column: int, by: int) -> int:
        section = self.section_of(tile)
        first, count = self.firsts[section], self.counts[section]
        row = (tile - first) // self.columns + by
        if row < 0 or row >= self._rows(count):
            section += by
            if not 0 <= section < len(self.counts):
                return tile
            first, count = self.firsts[section], self.counts[section]
            row = 0 if by > 0 else self._rows(count) - 1
        return first + min(row * self.columns + column, count - 1)
