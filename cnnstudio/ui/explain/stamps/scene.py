"""What a film of stamps shows: each cell that comes in is multiplied with a filter and laid on the map, and what lies
over each other is added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.explaining.dependence import Cell, Mask, Places
from cnnstudio.nn.explaining.parts import Doubles, exact_sum
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.ui.explain.film.reel import Position, Reel
from cnnstudio.ui.explain.film.rows import Row
from cnnstudio.ui.explain.film.scene import Account, Scene, spreads, weighs


class StampScene(Scene):
    """The places of its reel are those of what is read, row by row: each of them stamps the map once. The bias is no
    step of its own, for every cell gets it once only."""

    def __init__(self, probed: Probed, node: str) -> None:
        super().__init__(probed, node)
        height, width, _ = self.read.shape
        self.reel = Reel(self.made.shape[2], height, width, self.reel.rows, bias=False)
        # a moment is drawn many times, and a stamp lies on a map for many moments
        self._products = lru_cache(8)(self._all_products)
        self.stamps_on = lru_cache(8)(self._stamps_on)
        self._stamped = lru_cache(32)(self._sum_of_stamps)

    @staticmethod
    def possible(probed: Probed, node: str) -> bool:
        return weighs(probed, node) and spreads(probed, node)

    @cached_property
    def stamps(self) -> NDArray[np.int64]:
        """How many stamps lie on each cell of a map in the end: (H′, W′)."""
        return self.stamps_on(self.reel.places)

    @property
    def overlaps(self) -> bool:
        """Whether some cell of the map gets more than one stamp."""
        return bool(self.stamps.max() > 1)

    @property
    def notes(self) -> int:
        """See ``Scene``; with stamps to come, if there can be some."""
        return super().notes + self.overlaps

    # one stamp

    def covered(self, place: int) -> tuple[list[int], list[int]]:
        """The rows and the columns of the map on which the stamp of a place lies; what is cut off is left out."""
        return self.readers(*divmod(place, self.reel.width))

    def weight_at(self, place: int, cell: tuple[int, int]) -> tuple[int, int] | None:
        """Which weight of the filter the stamp of a place lays on a cell of the map; None where it does not reach."""
        found = []
        for relation, at, read in zip((self.seen.rows, self.seen.columns), cell, self._read_at(place), strict=True):
            assert relation.table is not None
            found.append(np.flatnonzero(relation.table[at] == read))
        return (int(found[0][0]), int(found[1][0])) if all(map(len, found)) else None

    def cell_under(self, place: int, weight: tuple[int, int]) -> tuple[int, int] | None:
        """The cell of the map on which the stamp of a place lays a weight; None where it is cut off."""
        found = []
        for relation, k, read in zip((self.seen.rows, self.seen.columns), weight, self._read_at(place), strict=True):
            assert relation.table is not None
            found.append(np.flatnonzero(relation.table[:, k] == read))
        return (int(found[0][0]), int(found[1][0])) if all(map(len, found)) else None

    def last_stamp(self, cell: tuple[int, int]) -> int:
        """The place whose stamp is the last one on a cell; the last of all where none lies there."""
        rows, columns = self.seen.rows.places(cell[0]), self.seen.columns.places(cell[1])
        if not len(rows) or not len(columns):
            return self.reel.places - 1
        return int(rows.max()) * self.reel.width + int(columns.max())

    def _read_at(self, place: int) -> tuple[int, int]:
        row, column = divmod(place, self.reel.width)
        return row, column

    # what has been stamped

    def stamped(self, number: int, channels: Sequence[int], count: int) -> Doubles:
        """What the first ``count`` stamps of a filter have added to its map in some channels: (H′, W′)."""
        return self._stamped(number, tuple(channels), count)

    def _sum_of_stamps(self, number: int, channels: tuple[int, ...], count: int) -> Doubles:
        stamps = self._products(number, channels)
        summed: Doubles = np.zeros(self.made.shape[:2])
        with np.errstate(all="ignore"):  # weights of a run that diverged are shown as they are
            for (ky, kx), rows, columns, there in self._under_each_weight(count):
                summed += np.where(there, stamps[rows[:, None], columns, ky, kx], 0.0)
        return summed

    def map_so_far(self, number: int, rows: Sequence[Row], count: int) -> Doubles:
        """The map after so many stamps, with the bias: (H′, W′)."""
        bias = self.site.arrays["bias"][number] if "bias" in self.site.arrays else 0.0
        return sum((self.stamped(number, row.channels, count) for row in rows), np.full(self.made.shape[:2], bias))

    def _stamps_on(self, count: int) -> NDArray[np.int64]:
        """How many of the first ``count`` stamps lie on each cell of a map: (H′, W′)."""
        found = np.zeros(self.made.shape[:2], np.int64)
        for _, _, _, there in self._under_each_weight(count):
            found += there
        return found

    def so_far(self, cell: Cell, position: Position) -> Account:
        """What a cell is made of at a position: of each row of the film what its stamps have added."""
        account, reel = self.account(cell), self.reel
        if cell[2] != position.filter:
            return account
        places = account.sources.rows[:, None] * reel.width + account.sources.columns
        sums = []
        for line, row in enumerate(self.rows(cell[2])):
            done = places < reel.cells_of_row(position, line)
            products = [account.blocks[channel].products[done] for channel in row.channels if channel in account.blocks]
            sums.append(exact_sum(np.concatenate(products)) if products else 0.0)
        return replace(account, sums=tuple(sums))

    def _all_products(self, number: int, channels: tuple[int, ...]) -> Doubles:
        """All stamps of a filter in some channels, added up over them: (H, W, kernel height, kernel width)."""
        read = self.read[:, :, list(channels)].astype(np.float64)
        weights = self.weights[number][:, :, list(channels)].astype(np.float64)
        with np.errstate(all="ignore"):
            found: Doubles = np.einsum("hwc,klc->hwkl", read, weights)
        return found

    def _under_each_weight(self, count: int) -> list[tuple[tuple[int, int], Places, Places, Mask]]:
        """For each weight the rows and columns that are read for all cells of the map, and where one of the first
        ``count`` stamps lays it: (H′, W′)."""
        height, width = self.read.shape[:2]
        down, across = self.seen.rows.table, self.seen.columns.table
        assert down is not None and across is not None
        found = []
        for ky, rows in enumerate(down.T):
            for kx, columns in enumerate(across.T):
                place = rows[:, None] * width + columns
                there = (rows[:, None] >= 0) & (columns >= 0) & (place < count)
                found.append(((ky, kx), rows.clip(0, height - 1), columns.clip(0, width - 1), there))
        return found
