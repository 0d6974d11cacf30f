"""What a film shows: one layer whose filters slide, with the numbers of one picture."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import pairwise

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.dependence import Cell, Sources
from cnnstudio.nn.explaining.partial_maps import PartialMaps, channel_blocks, slides, sum_of
from cnnstudio.nn.explaining.parts import Block, Doubles, LedgerPart, Operator
from cnnstudio.nn.looking.probed import Probed, dependences, explain
from cnnstudio.ui.explain.film.reel import Reel
from cnnstudio.ui.explain.film.rows import Row, row_count, rows_of, strongest
from cnnstudio.ui.explain.parts.sums import written
from cnnstudio.ui.look.numbers import with_sign

_COLOURS = ("red", "green", "blue")
_COUNTS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


@dataclass(frozen=True, eq=False)
class Account:
    """One cell by the layer's own account, as the ledger shows it: what each row of the film adds, and the bias
    (None without one). ``blocks`` are its terms by channel; ``engine`` is what the network computed."""

    cell: Cell
    sources: Sources
    part: LedgerPart
    blocks: dict[int, Block]
    sums: tuple[float, ...]
    bias: float | None
    engine: float

    @property
    def numbers(self) -> tuple[float, ...]:
        """All that is added up, in the order of the film."""
        return self.sums if self.bias is None else (*self.sums, self.bias)

    @cached_property
    def figures(self) -> tuple[str, ...]:
        """These numbers as the ledger writes them."""
        bias = () if self.bias is None else (self.bias,)
        operators: tuple[Operator, ...] = ("", "+") if bias else ("",)
        told = written(operators, (math.fsum(self.sums), *bias), math.fsum(self.numbers), self.sums)
        return tuple(map(with_sign, (*told.parts, *told.figures[1:])))

    @cached_property
    def rows(self) -> list[int]:
        """The rows that the cell reads; those of padding are negative, or behind the last."""
        return list(map(int, self.sources.rows))

    @cached_property
    def columns(self) -> list[int]:
        """The columns, likewise."""
        return list(map(int, self.sources.columns))

    @cached_property
    def dense(self) -> bool:
        """Whether they lie beside each other."""
        return all(abs(after - before) == 1 for side in (self.rows, self.columns) for before, after in pairwise(side))


def weighs(probed: Probed, node: str) -> bool:
    """Whether a layer makes its maps of weights that are laid on a volume or stamped from it."""
    return (
        node in probed.values
        and len(probed.graph[node].inputs) == 1
        and probed.values[probed.graph[node].inputs[0]].ndim == 3
        and slides(probed.site(node))
    )


def spreads(probed: Probed, node: str) -> bool:
    """Whether each cell that a layer reads is spread over a window of what it makes."""
    window = probed.graph[node].layer.window(probed.site(node).shapes)
    return window is not None and window.spreads


class Scene:
    """The layer ``node`` of a network that has looked at a picture. Nothing here changes but what is kept of what was
    computed."""

    def __init__(self, probed: Probed, node: str) -> None:
        self.probed, self.node = probed, node
        self.layer = probed.graph[node].layer
        self.site = probed.site(node)
        (self.seen,) = dependences(probed.graph, node)
        self.source = probed.graph[node].inputs[0]
        self.read: Floats = self.site.inputs[0]
        self.made: Floats = self.site.output
        self.weights: Floats = self.site.arrays["weights"]
        channels = self.seen.channels.places(0)
        height, width, filters = self.made.shape
        self.reel = Reel(filters, height, width, row_count(len(channels)), "bias" in self.site.arrays)
        #: the channels that have been given a row of their own; () for the strongest
        self.chosen: tuple[int, ...] = ()
        self._maps: dict[int, PartialMaps] = {}
        self._rows: dict[int, tuple[Row, ...]] = {}
        self._explained = lru_cache(16)(self._account)

    @staticmethod
    def possible(probed: Probed, node: str) -> bool:
        """Whether there is a film of this layer."""
        return weighs(probed, node) and not spreads(probed, node)

    # what is read

    @property
    def image(self) -> bool:
        """Whether the layer reads the picture itself."""
        return self.probed.graph[self.source].layer.category == "input"

    @property
    def coloured(self) -> bool:
        """Whether its channels are red, green and blue."""
        return self.image and self.read.shape[2] == 3

    @cached_property
    def unread(self) -> tuple[list[int], list[int]]:
        """The rows and the columns of the input that no window touches."""
        found = []
        for relation, extent in ((self.seen.rows, self.read.shape[0]), (self.seen.columns, self.read.shape[1])):
            assert relation.table is not None
            found.append(np.setdiff1d(np.arange(extent), relation.table).tolist())
        return found[0], found[1]

    @property
    def never_read(self) -> int:
        """How many places of the input no window reads."""
        (height, width, _), (rows, columns) = self.read.shape, self.unread
        return int(height * width - (height - len(rows)) * (width - len(columns)))

    @property
    def notes(self) -> int:
        """How many lines the legend has below its scales: what is not written yet, and what is never read."""
        return 1 + bool(self.never_read)

    def channels(self, number: int) -> Sequence[int]:
        """The channels of the input that a filter reads."""
        return [int(channel) for channel in self.seen.channels.places(number)]

    def channel_name(self, channel: int) -> str:
        """What a channel of the input is called."""
        if self.coloured:
            return _COLOURS[channel]
        return "grey" if self.image and self.read.shape[2] == 1 else f"map {channel + 1}"

    # the rows of a filter

    def choose(self, channels: Sequence[int]) -> None:
        """Give these channels rows of their own; () gives them to the strongest."""
        self.chosen = tuple(channels)
        self._rows.clear()
        self._explained.cache_clear()

    def rows(self, number: int) -> tuple[Row, ...]:
        """The rows of the film of a filter."""
        if number not in self._rows:
            channels, chosen = self.channels(number), self.chosen
            if len(channels) > self.reel.rows and not chosen:
                chosen = strongest(self.partial(number), channels)
            self._rows[number] = rows_of(channels, chosen)
        return self._rows[number]

    def row_name(self, row: Row) -> str:
        """What a row of the film is called."""
        if row.single:
            return self.channel_name(row.channels[0])
        count = len(row.channels)
        return f"the other {_COUNTS[count] if count < len(_COUNTS) else count}"

    def partial(self, number: int) -> Doubles:
        """The partial maps of a filter: (H′, W′, channels it reads)."""
        if number not in self._maps:
            while len(self._maps) >= 2:  # the current filter, and one that is pointed at
                del self._maps[next(iter(self._maps))]
            self._maps[number] = PartialMaps(self.site, self.seen, number)
        return self._maps[number].whole

    def row_map(self, number: int, row: Row) -> Doubles:
        """The partial map of one row: (H′, W′)."""
        channels = self.channels(number)
        places = [channels.index(channel) for channel in row.channels]
        with np.errstate(all="ignore"):
            summed: Doubles = self.partial(number)[:, :, places].sum(axis=2)
        return summed

    def kernel(self, number: int, channel: int, cell: Cell) -> Floats:
        """The weights of a filter for a channel of the input (kernel height, kernel width); where every place has its
        own, those of the cell's."""
        weights = self.weights[number] if self.weights.ndim == 4 else self.weights[cell[0], cell[1], number]
        found: Floats = weights[:, :, self.channels(number).index(channel)]
        return found

    # one cell

    def account(self, cell: Cell) -> Account:
        """What a cell is made of."""
        return self._explained(cell)

    def _account(self, cell: Cell) -> Account:
        explanation = explain(self.probed, self.node, cell)
        (part,) = explanation.parts
        assert isinstance(part, LedgerPart)
        blocks = channel_blocks(part)
        rows = self.rows(cell[2])
        sums = tuple(sum_of([blocks[channel] for channel in row.channels if channel in blocks]) for row in rows)
        bias = part.steps[1].value if len(part.steps) > 1 else None
        return Account(cell, explanation.sources[0], part, blocks, sums, bias, explanation.engine)

    def readers(self, row: int, column: int) -> tuple[list[int], list[int]]:
        """The rows and columns of the map whose windows read a pixel."""
        return self.seen.reading(row, column, self.made.shape)
