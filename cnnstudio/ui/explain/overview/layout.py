"""Where everything in the overview lies."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF

from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.looking.probed import Probed
from cnnstudio.ui.explain.overview.columns import OTHERS, WHOLE, Block, Columns, Link, Spot, bands_of, ranks_of

MARGIN = 20.0
#: heights of a layer's title and of its legend, and of the band of one shortcut above the columns
HEAD, LEGEND, RIBBON = 40.0, 40.0, 20.0
#: least height of a map with its gap, and its largest side
PITCH, LARGEST, UNIT, STRIP = 40.0, 76.0, 26.0, 16.0
GAP = 6.0
#: widths between columns: where every map reads one, where a unit reads all, where kernels lie on the edges
_NARROW, _BROAD, _KERNELS = 30.0, 64.0, 92.0
#: how much wider they become where there is room, and how much narrower where all is in sight then
_STRETCH, _SQUEEZE = 1.9, 0.7


@dataclass(frozen=True)
class Shortcut:
    """A wire over columns: where it leaves a layer and where it ``rises`` beside it to the band ``top`` above all, and
    where it ``falls`` and arrives."""

    source: str
    target: str
    leaves: QPointF
    rises: float
    top: float
    falls: float
    arrives: QPointF


class Layout:
    """The places of a network's pictures in a view of a size, scrolled by nothing."""

    def __init__(self, probed: Probed, width: float, height: float, opened: frozenset[str] = frozenset()) -> None:
        self.height = height
        bands = bands_of(probed, ranks_of(probed))
        self.above = RIBBON * (1 + max(bands.values(), default=-1))
        self.columns = Columns(probed, self._fitting, opened)
        blocks = tuple(self.columns.blocks.values())
        self._sizes = {block.node: self._size(block) for block in blocks}
        wide = [0.0] * self.columns.ranks
        gaps = [0.0] * self.columns.ranks
        for block in blocks:
            wide[block.rank] = max(wide[block.rank], self._width(block))
            if block.rank:
                gaps[block.rank] = max(gaps[block.rank], self._gap(block))
        free = width - 2 * MARGIN - sum(wide)
        stretch = min(free / sum(gaps), _STRETCH) if sum(gaps) else 1.0
        gaps = [gap * (stretch if stretch >= _SQUEEZE else 1.0) for gap in gaps]
        self.width = max(2 * MARGIN + sum(wide) + sum(gaps), width)
        left = (self.width - sum(wide) - sum(gaps)) / 2
        #: the room of each layer: its column, from its title to its legend
        self.rooms: dict[str, QRectF] = {}
        self.boxes: dict[Spot, QRectF] = {}
        edges = []
        for rank in range(self.columns.ranks):
            left += gaps[rank]
            edges.append((left, left + wide[rank]))
            left += wide[rank]
        for block in blocks:
            first, last = edges[block.rank]
            high = (height - self.above) / block.lanes
            room = QRectF(first, self.above + block.lane * high, last - first, high)
            self.rooms[block.node] = room
            self._place(block, room)
        self._outers = {block.node: self._outer_of(block) for block in blocks}
        self._ends: dict[Link, tuple[QPointF, QPointF]] = {}
        self.shortcuts = tuple(self._shortcut(edge, RIBBON * (band + 0.5), gaps) for edge, band in bands.items())

    def _shortcut(self, edge: Edge, top: float, gaps: list[float]) -> Shortcut:
        first, last = self._outers[edge.source], self._outers[edge.target]
        rank, other = self.columns.blocks[edge.source].rank, self.columns.blocks[edge.target].rank
        rises = self.rooms[edge.source].right() + min(gaps[rank + 1] / 2, 30.0)
        falls = self.rooms[edge.target].left() - min(gaps[other] / 2, 20.0)
        leaves, arrives = QPointF(first.right() + 3, first.center().y()), QPointF(last.left() - 3, last.center().y())
        return Shortcut(edge.source, edge.target, leaves, rises, top, falls, arrives)

    def _fitting(self, lanes: int) -> int:
        return max(int(((self.height - self.above) / lanes - HEAD - LEGEND) // PITCH), 2)

    # sizes

    def _size(self, block: Block) -> tuple[float, float]:
        """Width and height of a picture of a layer."""
        values = self.columns.probed.values[block.node]
        room = (self.height - self.above) / block.lanes - HEAD - LEGEND
        if values.ndim == 1:
            if block.spots[0].number == WHOLE:
                return STRIP, min(room, max(3.0 * values.size, 120.0), 460.0)
            side = min(UNIT, room / len(block.spots) - GAP)
            return side, side
        down = self._down(block)
        high = min(room / down - GAP, LARGEST if down > 1 else 1.5 * LARGEST)
        share = values.shape[1] / values.shape[0]
        if high * share > 1.5 * LARGEST:
            high = 1.5 * LARGEST / share
        return high * share, high

    def _maps(self, block: Block) -> int:
        """How many pictures stand below each other or in a grid."""
        return len(block.spots) - (block.spots[0].number == WHOLE and len(block.spots) > 1)

    def _down(self, block: Block) -> int:
        return min(self._maps(block), self._fitting(block.lanes), 16)

    def _across(self, block: Block) -> int:
        return math.ceil(self._maps(block) / self._down(block))

    def _front(self, block: Block) -> float:
        """The side of the picture before its colours, with the gap behind it."""
        return 1.3 * self._sizes[block.node][0] + 46 if self.columns.coloured(block.node) else 0.0

    def _width(self, block: Block) -> float:
        across, wide = self._across(block), self._sizes[block.node][0]
        return max(across * wide + (across - 1) * GAP + self._front(block), 40.0)

    def _gap(self, block: Block) -> float:
        if self.columns.one_by_one(block.node):
            return _NARROW
        weights = self.columns.probed.site(block.node).arrays.get("weights")
        return _KERNELS if weights is not None and weights.ndim > 2 else _BROAD

    def _place(self, block: Block, room: QRectF) -> None:
        wide, high = self._sizes[block.node]
        spots = list(block.spots)
        middle = room.top() + HEAD + (room.height() - HEAD - LEGEND) / 2
        across = self._across(block) * (wide + GAP) - GAP + self._front(block)
        left = room.center().x() - across / 2
        if self._front(block):
            front = 1.3 * wide, 1.3 * high
            self.boxes[spots.pop(0)] = QRectF(left, middle - front[1] / 2, *front)
            left += self._front(block)
        down = self._down(block)
        pitch = high + GAP
        if self._front(block):
            pitch += 14  # the names of the colours
        if down > 1:  # spread a little where there is room
            free = room.height() - HEAD - LEGEND - down * pitch
            pitch += min(max(free / down, 0.0), 0.35 * high)
        top = middle - (down * pitch - (pitch - high)) / 2
        for place, spot in enumerate(spots):
            across, line = divmod(place, down)
            self.boxes[spot] = QRectF(left + across * (wide + GAP), top + line * pitch, wide, high)

    # what is where

    def ends(self, link: Link) -> tuple[QPointF, QPointF]:
        """Where a line begins and where it ends: at the edges of the two columns."""
        if link not in self._ends:
            self._ends[link] = self._ends_of(link)
        return self._ends[link]

    def _ends_of(self, link: Link) -> tuple[QPointF, QPointF]:
        source, target = self.boxes[link.source], self.boxes[link.target]
        y = source.center().y()
        if link.source.number == WHOLE and link.channel >= 0 and not self.columns.coloured(link.source.node):
            count = self.columns.probed.values[link.source.node].size
            y = source.top() + (link.channel + 0.5) / count * source.height()
        left = target.left() if self.columns.coloured(link.target.node) else self._outers[link.target.node].left()
        return QPointF(self._outers[link.source.node].right() + 2, y), QPointF(left - 2, target.center().y())

    def is_grid(self, node: str) -> bool:
        """Whether the maps of a layer stand in more than one column."""
        return self._across(self.columns.blocks[node]) > 1

    def _outer_of(self, block: Block) -> QRectF:
        found = QRectF()
        for spot in block.spots:
            found = found.united(self.boxes[spot])
        return found

    def at(self, point: QPointF) -> Spot | None:
        """The picture under a point."""
        return next((spot for spot, box in self.boxes.items() if box.adjusted(-1, -2, 1, 2).contains(point)), None)

    def link_at(self, point: QPointF, links: tuple[Link, ...], reach: float) -> Link | None:
        """The nearest of some lines to a point, not further from it than ``reach``."""
        best: tuple[float, Link] | None = None
        for link in links:
            start, end = self.ends(link)
            if not start.x() < point.x() < end.x():
                continue
            away = abs(height_of(start, end, point.x()) - point.y())
            if away <= reach and (best is None or away < best[0]):
                best = (away, link)
        return None if best is None else best[1]

    def beside(self, spot: Spot, right: int, down: int) -> Spot:
        """The picture to go to by an arrow key: the nearest in the next column, or the next one in its own."""
        block, here = self.columns.blocks[spot.node], self.boxes[spot].center()
        if down:
            place = block.spots.index(spot) + down
            return block.spots[min(max(place, 0), len(block.spots) - 1)]
        if spot.number == WHOLE and right > 0 and len(block.spots) > 1:
            return block.spots[1]
        wanted, blocks = block.rank + right, self.columns.blocks.values()
        others = [other for each in blocks if each.rank == wanted for other in each.spots]
        if not others:
            return block.spots[0] if right < 0 and self.columns.coloured(spot.node) else spot
        return min(others, key=lambda other: (abs(self.boxes[other].center().y() - here.y()), other.number == OTHERS))


def height_of(start: QPointF, end: QPointF, x: float) -> float:
    """How high a curve that leaves and arrives level (``swung``) is at a place on its way."""
    share = (x - start.x()) / (end.x() - start.x())
    low, high = 0.0, 1.0
    for _ in range(20):  # along x it is 1.5 t (1 − t) + t³: it only grows
        t = (low + high) / 2
        if 1.5 * t * (1 - t) + t**3 < share:
            low = t
        else:
            high = t
    t = (low + high) / 2
    return start.y() + (end.y() - start.y()) * t * t * (3 - 2 * t)
