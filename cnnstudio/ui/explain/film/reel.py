"""Where a film is, and what has been written there."""

from __future__ import annotations

from dataclasses import dataclass, replace

#: steps of the first cell before its window lies on the picture: the picture is whole, its sheets lie apart
WHOLE, APART = -2, -1


@dataclass(frozen=True, order=True)
class Position:
    """A filter, a place of its map (row by row), and how much of the cell there has been done, all from 0.

    ``step`` 0: the window lies there; 1…rows: so many rows have their sum; then the bias has joined; ``Reel.steps``:
    the cell is written. At the first place of a filter it may be less: ``WHOLE``, or ``APART`` where the filter before
    is finished and this one has not been laid on yet.
    """

    filter: int
    place: int
    step: int


@dataclass(frozen=True)
class Reel:
    """How long a film is: ``filters`` maps of ``height`` × ``width`` cells, each the sum of ``rows`` numbers and the
    bias (a filter without one adds nothing there)."""

    filters: int
    height: int
    width: int
    rows: int
    bias: bool

    @property
    def places(self) -> int:
        """How many cells a map has."""
        return self.height * self.width

    @property
    def steps(self) -> int:
        """The step at which a cell is written."""
        return self.rows + self.bias + 1

    @property
    def start(self) -> Position:
        """Before anything has happened."""
        return Position(0, 0, WHOLE)

    @property
    def end(self) -> Position:
        """All maps are written."""
        return Position(self.filters - 1, self.places - 1, self.steps)

    def first(self, number: int) -> Position:
        """Where the chapter of a filter begins."""
        return Position(number, 0, APART)

    def at(self, number: int, row: int, column: int) -> Position:
        """Where a cell has just been written."""
        return Position(number, row * self.width + column, self.steps)

    def cell(self, position: Position) -> tuple[int, int, int]:
        """The cell of the output that a position is about: (row, column, map)."""
        return (*divmod(position.place, self.width), position.filter)

    def clamped(self, position: Position) -> Position:
        """The same position where this film has it, else the nearest that it has."""
        number = min(max(position.filter, 0), self.filters - 1)
        place = min(max(position.place, 0), self.places - 1)
        least = 0 if place else APART if number else WHOLE
        return Position(number, place, min(max(position.step, least), self.steps))

    # what has been written

    def cells_of_map(self, position: Position) -> int:
        """How many cells of the filter's map have been written, row by row."""
        return position.place + (position.step >= self.steps)

    def cells_of_row(self, position: Position, row: int) -> int:
        """How many cells of the partial map in a row of the film have been written."""
        return position.place + (position.step > row)

    def has_bias(self, position: Position) -> bool:
        """Whether the bias has joined at this place."""
        return self.bias and position.step > self.rows

    def written(self, position: Position, number: int) -> int:
        """How many cells of any map have been written."""
        if number == position.filter:
            return self.cells_of_map(position)
        return self.places if number < position.filter else 0

    # steps

    def by_step(self, position: Position, by: int = 1) -> Position:
        """One thing more or less: a number of a cell, its bias, the cell itself; then the next cell's first."""
        if by > 0:
            if position.step < self.steps:
                return replace(position, step=position.step + 1)
            following = self.by_cell(position)
            return position if following == position else replace(following, step=0 if following.place else APART)
        least = 0 if position.place else APART if position.filter else WHOLE
        if position.step > least:
            return replace(position, step=position.step - 1)
        return self.by_cell(position, -1)

    def by_cell(self, position: Position, by: int = 1) -> Position:
        """The cell here where it has not been written; otherwise the next, or the one before, written."""
        if by > 0 and position.step < self.steps:
            return replace(position, step=self.steps)
        number, place = divmod(position.filter * self.places + position.place + by, self.places)
        if number < 0:
            return self.start
        if number >= self.filters:
            return self.end
        return Position(number, place, self.steps)

    def by_row(self, position: Position, by: int = 1) -> Position:
        """The same column one row on or back, in the same map."""
        place = position.place + by * self.width
        return replace(position, place=place, step=self.steps) if 0 <= place < self.places else position

    def by_filter(self, position: Position, by: int = 1) -> Position:
        """The same place in the map of the next filter or the one before."""
        number = position.filter + by
        return replace(position, filter=number, step=self.steps) if 0 <= number < self.filters else position
