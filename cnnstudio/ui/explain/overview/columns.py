"""Which layers stand in which column of the overview, which of their maps are shown, and what is joined with what."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.looking.contributions import channels_read
from cnnstudio.nn.looking.probed import Probed, dependences

#: what stands for a whole vector or for the picture itself, and for all maps that are not shown
WHOLE, OTHERS = -1, -2
#: most maps in a column, and how many of more are shown before it is opened
MOST, STRONGEST = 16, 12


@dataclass(frozen=True)
class Spot:
    """One picture of the overview: map or unit ``number`` of a layer from 0, or ``WHOLE``, or ``OTHERS``."""

    node: str
    number: int


@dataclass(frozen=True)
class Block:
    """A layer in the overview: its column, which of the ``lanes`` above each other there it has, and its pictures."""

    node: str
    rank: int
    lane: int
    lanes: int
    spots: tuple[Spot, ...]


@dataclass(frozen=True)
class Link:
    """A line from a picture to one that reads it: input ``port`` and ``channel`` of it, or −1 for all of the vector or
    of the maps that are not shown."""

    source: Spot
    target: Spot
    port: int
    channel: int


def answering(probed: Probed) -> str:
    """The layer whose numbers are the probabilities of the classes; "" where there is none."""
    graph = probed.graph
    last = [node for node in graph.order if not graph.consumers[node] and graph[node].layer.category == "output"]
    return next((node for node in last if node in probed.values and probed.values[node].ndim == 1), "")


def ranks_of(probed: Probed) -> dict[str, int]:
    """The column of each layer that the picture reaches: its longest way from the input. The last one has none where it
    gives the answer."""
    found: dict[str, int] = {}
    for node in probed.graph.order:
        if node in probed.values and node != answering(probed):
            found[node] = 1 + max((found[source] for source in probed.graph[node].inputs), default=-1)
    return found


def bands_of(probed: Probed, ranks: Mapping[str, int]) -> dict[Edge, int]:
    """The wires over one column or more, and of each the lowest free band above the columns: those that overlap lie
    above each other, short ones lowest."""
    edges = [edge for node in ranks for edge in probed.graph[node].edges]
    over = [edge for edge in edges if ranks[edge.target] - ranks[edge.source] > 1]
    taken: dict[int, set[int]] = {}
    found = {}
    for edge in sorted(over, key=lambda edge: ranks[edge.target] - ranks[edge.source]):
        way = range(ranks[edge.source], ranks[edge.target])
        band = next(band for band in itertools.count() if not taken.get(band, set()) & set(way))
        taken.setdefault(band, set()).update(way)
        found[edge] = band
    return found


class Columns:
    """The layers of a network that has looked at a picture, in columns.

    ``room`` says how many pictures fit above each other where a column has so many lanes; ``opened`` layers show all.
    """

    def __init__(self, probed: Probed, room: Callable[[int], int], opened: frozenset[str] = frozenset()) -> None:
        self.probed = probed
        ranks = ranks_of(probed)
        self.ranks = 1 + max(ranks.values(), default=-1)
        held: dict[int, list[str]] = {}
        for node, rank in ranks.items():
            held.setdefault(rank, []).append(node)
        self.blocks: dict[str, Block] = {}
        self._shown: dict[str, tuple[int, ...]] = {}
        for node, rank in ranks.items():
            beside = held[rank]
            spots = self._spots(node, room(len(beside)), node in opened)
            self.blocks[node] = Block(node, rank, beside.index(node), len(beside), spots)

    def _spots(self, node: str, room: int, opened: bool) -> tuple[Spot, ...]:
        values = self.probed.values[node]
        if values.ndim == 1 and values.size > min(room, MOST):
            self._shown[node] = ()
            return (Spot(node, WHOLE),)
        self._shown[node] = shown = self._chosen(node, values, room, opened)
        front = (Spot(node, WHOLE),) if self.coloured(node) else ()
        behind = (Spot(node, OTHERS),) if len(shown) < values.shape[-1] else ()
        return (*front, *(Spot(node, number) for number in shown), *behind)

    def _chosen(self, node: str, values: Floats, room: int, opened: bool) -> tuple[int, ...]:
        count, fitting = values.shape[-1], min(room, MOST)
        if count <= fitting or opened:
            return tuple(range(count))
        fitting = max(min(fitting - 1, STRONGEST), 1)
        source = next(iter(self.probed.graph[node].inputs), None)
        if source is not None and self.one_by_one(node) and len(self._shown[source]) == fitting:
            return self._shown[source]  # what belongs together stands side by side
        with np.errstate(all="ignore"):
            sizes = np.nan_to_num(np.square(values, dtype=np.float64).mean(axis=(0, 1)), nan=np.inf)
        return tuple(sorted(int(i) for i in np.argsort(-sizes, kind="stable")[:fitting]))

    # what is joined with what

    def coloured(self, node: str) -> bool:
        """Whether it is the picture, in three colours."""
        return self.probed.graph[node].layer.category == "input" and self.probed.values[node].shape[-1] == 3

    def one_by_one(self, node: str) -> bool:
        """Whether each of its maps reads the map of the same number of its first input, and no other of it."""
        graph, shape = self.probed.graph, self.probed.values[node].shape
        if not graph[node].inputs or self.probed.values[graph[node].inputs[0]].shape[-1] != shape[-1]:
            return False
        seen = dependences(graph, node)[0]
        return seen.view is None and all(channels_read(seen, shape, i) == (i,) for i in {0, shape[-1] - 1})

    def spot_of(self, node: str, number: int) -> Spot:
        """Where a map or unit is seen: by itself, among the others, or in the whole vector."""
        if number in self._shown[node]:
            return Spot(node, number)
        return Spot(node, OTHERS) if self._shown[node] else Spot(node, WHOLE)

    def reads(self, spot: Spot) -> tuple[Link, ...]:
        """The lines to a picture, one for each picture that it reads."""
        graph, node = self.probed.graph, spot.node
        shape = self.probed.values[node].shape
        found: list[Link] = []
        for port, (source, seen) in enumerate(zip(graph[node].inputs, dependences(graph, node), strict=True)):
            if spot.number >= 0:
                channels = channels_read(seen, shape, spot.number)
            else:
                hidden = set(range(shape[-1])) - set(self._shown[node])
                channels = tuple(sorted({c for number in hidden for c in channels_read(seen, shape, number)}))
                if spot.number == WHOLE and self._shown[node]:
                    channels = ()
            lines = {}
            for channel in channels:
                seen_at = self.spot_of(source, channel)
                lines[seen_at] = Link(seen_at, spot, port, channel if seen_at.number >= 0 else -1)
            found += lines.values()
        return tuple(found)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All lines between pictures of neighbouring columns, one map's first."""
        return tuple(
            link
            for block in self.blocks.values()
            for spot in block.spots
            for link in self.reads(spot)
            if self.blocks[link.source.node].rank == block.rank - 1
        )

    def onward(self, spot: Spot) -> tuple[Link, ...]:
        """The way of one map or unit on, as long as each layer reads nothing else beside it; up to the first whole
        vector that it goes into."""
        graph, walked = self.probed.graph, [spot]
        found: list[Link] = []
        while walked:
            here = walked.pop()
            if here.number < 0:
                continue
            for node in dict.fromkeys(graph.consumers[here.node]):
                if node not in self.blocks:
                    continue
                shape = self.probed.values[node].shape
                for port, seen in enumerate(dependences(graph, node)):
                    if graph[node].inputs[port] != here.node:
                        continue
                    view = seen.view
                    if view is not None:
                        target = self.spot_of(node, here.number)
                        if target.number == WHOLE:
                            found.append(Link(here, target, port, here.number))
                        continue
                    for number in seen.channels.readers(here.number, shape[-1]).tolist():
                        if channels_read(seen, shape, number) == (here.number,):
                            target = self.spot_of(node, number)
                            found.append(Link(here, target, port, here.number))
                            walked.append(target)
        return tuple(found)
