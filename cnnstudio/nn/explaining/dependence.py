"""Which input cells one output cell depends on.

For every layer this falls apart by axis: the rows depend on rows, the columns on columns, the channels on channels.
Each axis is a small table, so a single cell and a whole mask are both exact and quick, through dilation, groups,
padding and branches.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Floats, Shape

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]
#: (row, column, channel) of a volume or (unit,) of a vector, from 0
Cell = tuple[int, ...]

#: an entry of a table that stands for no cell at all
NOWHERE = -(1 << 40)


@dataclass(frozen=True, eq=False)
class Relation:
    """Which places along one axis of the input each place along the output's axis depends on.

    ``table`` (outputs, k) holds places of the input; places outside 0…extent − 1, up to ``before`` and ``after`` many,
    are padding, ``NOWHERE`` is none. Without a table every place depends on all.
    """

    extent: int
    table: Places | None = None
    before: int = 0
    after: int = 0

    def places(self, index: int) -> Places:
        """What the output's place ``index`` depends on, padding included, from the first place to the last."""
        if self.table is None:
            return np.arange(self.extent)
        found = self.table[index]
        return np.sort(np.compress(found != NOWHERE, found))

    def used(self, index: int) -> Places:
        """The columns of the table that hold those places, in the places' order: of stamps the last one first."""
        if self.table is None:
            return np.arange(self.extent)
        found = self.table[index]
        used = np.flatnonzero(found != NOWHERE)
        return used[np.argsort(found[used])]

    def readers(self, place: int, outputs: int) -> Places:
        """The places of the output that depend on this place of the input."""
        if self.table is None:
            return np.arange(outputs)
        return np.flatnonzero((self.table == place).any(axis=1))

    def middle_reader(self, place: int) -> int | None:
        """The output's place that has this place of the input in the middle of what it depends on, if any."""
        if self.table is None:
            return 0
        readers = np.flatnonzero((self.table == place).any(axis=1))
        return int(readers[len(readers) // 2]) if len(readers) else None

    @cached_property
    def kept_inside(self) -> tuple[Places, Mask | None]:
        """The table by columns, (k, outputs), with every place moved to the nearest one that exists, and which of
        them were moved, if any were; there must be a table."""
        assert self.table is not None
        places = np.ascontiguousarray(self.table.T)
        found = places.clip(0, self.extent - 1)
        moved = found != places
        return found, moved if moved.any() else None

    @cached_property
    def hides(self) -> bool:
        """Whether some place depends on less of this input than others, or on none."""
        return self.table is not None and bool((self.table == NOWHERE).any())

    @property
    def inside(self) -> Relation:
        """The same, but for the padding: nothing depends on it."""
        if self.table is None:
            return self
        return Relation(self.extent, np.where((self.table >= 0) & (self.table < self.extent), self.table, NOWHERE))

    def spread(self, mask: Mask, axis: int) -> Mask:
        """The places that any marked place depends on: ``axis`` becomes before + extent + after long."""
        moved = np.moveaxis(mask, axis, 0)
        if self.table is None:
            found = np.broadcast_to(moved.any(axis=0), (self.extent, *moved.shape[1:]))
            return np.moveaxis(found, 0, axis)
        found = np.zeros((self.before + self.extent + self.after, *moved.shape[1:]), bool)
        for column in self.table.T:
            there = column != NOWHERE
            if self._distinct:
                found[column[there] + self.before] |= moved[there]
            else:
                np.logical_or.at(found, column[there] + self.before, moved[there])
        return np.moveaxis(found, 0, axis)

    @cached_property
    def _distinct(self) -> bool:
        """Whether no column names a place twice, so that plain indexing marks them all."""
        assert self.table is not None
        columns = (column[column != NOWHERE] for column in self.table.T)
        return all(len(np.unique(column)) == len(column) for column in columns)


def each(extent: int) -> Relation:
    """Every place on its own."""
    return Relation(extent, np.arange(extent)[:, None])


def everything(extent: int) -> Relation:
    """Every place on all."""
    return Relation(extent)


def windows(
    extent: int, outputs: int, kernel: int, stride: int = 1, dilation: int = 1, before: int = 0, after: int = 0
) -> Relation:
    """A window that slides; column k of the table is the cell under its place k. What lies behind the padding, where a
    size was rounded up, is no cell."""
    places = np.arange(outputs)[:, None] * stride - before + np.arange(kernel) * dilation
    return Relation(extent, np.where(places < extent + after, places, NOWHERE), before, after)


def stamps(extent: int, outputs: int, kernel: int, stride: int = 1, dilation: int = 1, before: int = 0) -> Relation:
    """Stamps that input cells lay on the output; column k is the cell whose stamp covers it with its place k."""
    reach = np.arange(outputs)[:, None] + before - np.arange(kernel) * dilation
    place = reach // stride
    there = (reach % stride == 0) & (place >= 0) & (place < extent)
    return Relation(extent, np.where(there, place, NOWHERE))


def grouped(extent: int, outputs: int, groups: int) -> Relation:
    """Equal parts: the first part of the outputs depends on the first part of the inputs, and so on."""
    if groups == 1:
        return everything(extent)
    size = extent // groups
    group = np.arange(outputs) * groups // outputs
    return Relation(extent, group[:, None] * size + np.arange(size))


def shifted(extent: int, outputs: int, first: int, *, padded: bool = False) -> Relation:
    """Place ``first`` + i of the output depends on place i of the input; the others on padding, or on nothing."""
    place = np.arange(outputs) - first
    if padded:
        return Relation(extent, place[:, None], first, outputs - first - extent)
    return Relation(extent, np.where((place >= 0) & (place < extent), place, NOWHERE)[:, None])


def as_volume(shape: Shape) -> tuple[int, int, int]:
    """A shape as height, width, channels; a vector is one place with many channels."""
    return (shape[0], shape[1], shape[2]) if len(shape) == 3 else (1, 1, shape[0])


@dataclass(frozen=True, eq=False)
class Sources:
    """The cells of one input that one output cell depends on: all combinations of rows, columns and channels.

    Rows and columns outside the input's ``shape`` (height, width, channels) are padding.
    """

    shape: tuple[int, int, int]
    rows: Places
    columns: Places
    channels: Places

    @property
    def count(self) -> int:
        """How many cells, padding included."""
        return len(self.rows) * len(self.columns) * len(self.channels)

    @property
    def padding(self) -> int:
        """How many of them are padding."""
        inside = np.sum((self.rows >= 0) & (self.rows < self.shape[0]))
        inside *= np.sum((self.columns >= 0) & (self.columns < self.shape[1]))
        return self.count - int(inside) * len(self.channels)

    def mask(self) -> Mask:
        """The cells that are no padding, as (height, width, channels)."""
        rows = self.rows[(self.rows >= 0) & (self.rows < self.shape[0])]
        columns = self.columns[(self.columns >= 0) & (self.columns < self.shape[1])]
        found = np.zeros(self.shape, bool)
        found[np.ix_(rows, columns, self.channels)] = True
        return found


@dataclass(frozen=True, eq=False)
class Region:
    """A set of cells of one map, padding included: ``mask`` (top + height + …, left + width + …, channels)."""

    shape: tuple[int, int, int]
    mask: Mask
    top: int = 0
    left: int = 0

    @property
    def inside(self) -> Mask:
        """The cells that are no padding, as (height, width, channels)."""
        return self.mask[self.top : self.top + self.shape[0], self.left : self.left + self.shape[1]]

    @property
    def cells(self) -> Mask:
        """Where ``mask`` holds in any channel: (rows, columns)."""
        found: Mask = np.any(self.mask, axis=2)
        return found

    @property
    def cells_inside(self) -> Mask:
        """Where ``inside`` holds in any channel: (height, width)."""
        found: Mask = np.any(self.inside, axis=2)
        return found

    def joined(self, other: Region) -> Region:
        """The cells that are in either."""
        top, left = max(self.top, other.top), max(self.left, other.left)
        height = top + max(r.mask.shape[0] - r.top for r in (self, other))
        width = left + max(r.mask.shape[1] - r.left for r in (self, other))
        found = np.zeros((height, width, self.shape[2]), bool)
        for region in (self, other):
            y, x = top - region.top, left - region.left
            found[y : y + region.mask.shape[0], x : x + region.mask.shape[1]] |= region.mask
        return Region(self.shape, found, top, left)


@dataclass(frozen=True, eq=False)
class Dependence:
    """How the cells of an output depend on those of one input, axis by axis.

    Where output and input are the same numbers in another shape (Flatten), ``view`` is the shape in which the output
    is to be read.
    """

    rows: Relation
    columns: Relation
    channels: Relation
    view: Shape | None = None

    @property
    def shape(self) -> tuple[int, int, int]:
        """Height, width and channels of the input."""
        return (self.rows.extent, self.columns.extent, self.channels.extent)

    def read_as(self, cell: Cell) -> tuple[int, int, int]:
        """An output cell as row, column and channel of the shape in which the output is read."""
        if self.view is not None:
            row, column, channel = (int(i) for i in np.unravel_index(cell[0], self.view))
            return row, column, channel
        return (cell[0], cell[1], cell[2]) if len(cell) == 3 else (0, 0, cell[0])

    def sources(self, cell: Cell) -> Sources:
        """What one output cell depends on."""
        row, column, channel = self.read_as(cell)
        return Sources(self.shape, self.rows.places(row), self.columns.places(column), self.channels.places(channel))

    def value(self, values: Floats, row: int, column: int, ky: int, kx: int, channel: int) -> float:
        """The number that the window of output (row, column) has under its place (ky, kx), in the channel with this
        number among those it reads; 0 in the padding."""
        assert self.rows.table is not None and self.columns.table is not None
        y, x = int(self.rows.table[row, ky]), int(self.columns.table[column, kx])
        inside = 0 <= y < self.shape[0] and 0 <= x < self.shape[1]
        return float(values[y, x, channel]) if inside else 0.0

    def readers(self, cell: Cell, output: Shape) -> list[Cell]:
        """The cells of an output of this shape that depend on an input cell."""
        place = cell if len(cell) == 3 else (0, 0, cell[0])
        if self.view is not None:
            return [(int(np.ravel_multi_index(place, self.view)),)]
        extents = as_volume(output)
        axes = zip((self.rows, self.columns, self.channels), place, extents, strict=True)
        rows, columns, channels = (relation.readers(at, extent) for relation, at, extent in axes)
        found = [(int(r), int(c), int(k)) for r in rows for c in columns for k in channels]
        return list(found) if len(output) == 3 else [(k,) for _, _, k in found]

    def reading(self, row: int, column: int, output: Shape) -> tuple[list[int], list[int]]:
        """The rows and the columns of a volume of this shape whose cells read a place of the input."""
        return self.rows.readers(row, output[0]).tolist(), self.columns.readers(column, output[1]).tolist()

    def spread(self, mask: Mask) -> Region:
        """What any marked cell of the output (a mask of its shape, or of it as a volume) depends on."""
        shape = self.view or mask.shape
        seen = mask.reshape(as_volume(shape))
        for axis, relation in enumerate((self.rows, self.columns, self.channels)):
            seen = relation.spread(seen, axis)
        return Region(self.shape, seen, self.rows.before, self.columns.before)

    def reader(self, cell: tuple[int, int, int], channel: int) -> Cell | None:
        """The output cell (of ``channel``, where that is a choice) that looks at this input cell in the middle."""
        if self.view is not None:
            return (int(np.ravel_multi_index(cell, self.view)),)
        row, column = self.rows.middle_reader(cell[0]), self.columns.middle_reader(cell[1])
        return None if row is None or column is None else (row, column, channel)


def same(shape: Shape) -> Dependence:
    """Every cell on the cell at its own place."""
    height, width, channels = as_volume(shape)
    return Dependence(each(height), each(width), each(channels))


def on_all(shape: Shape) -> Dependence:
    """Every cell on all cells."""
    height, width, channels = as_volume(shape)
    return Dependence(everything(height), everything(width), everything(channels))
