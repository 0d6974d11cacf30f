"""What the pointer can rest on in a film, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF

from cnnstudio.ui.explain.film.layout import Grid, Layout, RowLayout
from cnnstudio.ui.explain.film.scene import Account

What = Literal["pixel", "number", "weight", "partial", "map", "tile", "incoming"]


@dataclass(frozen=True)
class Pointed:
    """A thing in a film: a ``pixel`` of a sheet, a ``number`` or a ``weight`` in a lens, a cell of a ``partial`` map or
    of the ``map``, each with row and column; or with its number in ``row``: a ``tile`` among those shown, or an
    ``incoming`` map among those shown. ``line`` is the row of the film."""

    what: What
    row: int
    column: int = 0
    line: int = 0

    @property
    def cell(self) -> tuple[int, int] | None:
        """The place of the map that is pointed at, if one is."""
        return (self.row, self.column) if self.what in ("partial", "map") else None


def lenses(place: RowLayout, account: Account) -> tuple[Grid, Grid]:
    """The numbers that a cell reads in a row, and their weights."""
    shape = len(account.sources.rows), len(account.sources.columns)
    return lens_grid(place.values, *shape), lens_grid(place.weights, *shape)


def under(
    layout: Layout, lenses: Callable[[RowLayout], tuple[Grid, Grid]], singles: tuple[bool, ...], point: QPointF
) -> Pointed | None:
    """What lies under a point. ``lenses`` are the numbers and weights that a row shows, ``singles`` tells the rows of
    one channel."""
    for line, place in enumerate(layout.rows):
        found = place.partial.at(point)
        if found is not None:
            return Pointed("partial", *found, line)
        if not singles[line]:
            continue
        found = place.sheet.at(point)
        if found is not None:
            return Pointed("pixel", *found, line)
        numbers, weights = lenses(place)
        found = numbers.at(point)
        if found is not None:
            return Pointed("number", *found, line)
        found = weights.at(point)
        if found is not None:
            return Pointed("weight", *found, line)
    found = layout.map.at(point)
    if found is not None:
        return Pointed("map", *found)
    for number, box in enumerate(layout.tiles):
        if box.contains(point):
            return Pointed("tile", number)
    for number, grid in enumerate(layout.incoming):
        if layout.incoming_shown and grid.box.contains(point):
            return Pointed("incoming", number)
    return None


def lens_grid(box: QRectF, rows: int, columns: int) -> Grid:
    """The cells of a lens: as many as the cell reads, square, in the middle of its box."""
    if not rows or not columns:
        return Grid(QRectF(box.left(), box.top(), 0.0, 0.0), 0, 1)
    side = min(box.width() / columns, box.height() / rows)
    inside = QRectF(0, 0, side * columns, side * rows)
    inside.moveCenter(box.center())
    return Grid(inside, rows, columns)
