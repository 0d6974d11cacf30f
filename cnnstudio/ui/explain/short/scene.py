"""What a short film shows: a layer that makes each of its maps from one map it reads, cell by cell."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.dependence import Cell
from cnnstudio.nn.explaining.partial_maps import slides
from cnnstudio.nn.explaining.parts import CurvePart, Doubles, LedgerPart, MappingPart, WindowPart
from cnnstudio.nn.looking.probed import Explanation, Probed, dependences, explain
from cnnstudio.ui.explain.film.reel import Reel

#: what happens to a cell: the largest is kept, the mean is taken, a curve bends it, steps change it, it is carried
Kind = Literal["largest", "mean", "curve", "steps", "carried"]


def kind_of(probed: Probed, node: str) -> Kind | None:
    """What happens in a layer; None where it has no short film."""
    graph = probed.graph
    if node not in probed.values or len(graph[node].inputs) != 1:
        return None
    site = probed.site(node)
    if site.output.ndim != 3 or site.inputs[0].ndim != 3 or slides(site):
        return None
    channels = dependences(graph, node)[0].channels
    if any(len(channels.places(number)) != 1 for number in {0, site.output.shape[2] - 1}):
        return None
    part = next(iter(explain(probed, node, (0, 0, 0)).parts), None)
    match part:
        case WindowPart():
            return "largest"
        case CurvePart():
            return "curve"
        case MappingPart():
            return "carried"
        case LedgerPart(blocks=(block,)) if block.right is None:
            return "mean"
        case LedgerPart(blocks=()) if site.arrays.get("scale", np.empty(0)).shape == site.output.shape[2:]:
            return "steps"
    return None


@dataclass(frozen=True, eq=False)
class Curve:
    """A function's graph as wide as all numbers of a map need it."""

    xs: Doubles
    ys: Doubles


class ShortScene:
    """The layer ``node`` of a network that has looked at a picture; ``kind_of`` it is not None."""

    def __init__(self, probed: Probed, node: str) -> None:
        self.probed, self.node = probed, node
        found = kind_of(probed, node)
        assert found is not None
        self.kind: Kind = found
        self.layer = probed.graph[node].layer
        (self.source,) = probed.graph[node].inputs
        site = probed.site(node)
        self.read: Floats = site.inputs[0]
        self.made: Floats = site.output
        (self.seen,) = dependences(probed.graph, node)
        height, width, count = self.made.shape
        self.account = lru_cache(16)(self._account)
        (part,) = self.account((0, 0, 0)).parts
        rows = len(part.steps) if self.kind == "steps" and isinstance(part, LedgerPart) else 1
        self.reel = Reel(count, height, width, rows, bias=False)
        self.curve = lru_cache(2)(self._curve)

    def _account(self, cell: Cell) -> Explanation:
        return explain(self.probed, self.node, cell)

    def incoming(self, number: int) -> int:
        """The map that is read for a map, from 0."""
        return int(self.seen.channels.places(number)[0])

    def readers(self, row: int, column: int) -> tuple[list[int], list[int]]:
        """The rows and columns of the map whose cells read a cell of what comes in."""
        return self.seen.reading(row, column, self.made.shape)

    def _curve(self, number: int) -> Curve:
        """The layer's curve around all numbers of a map."""
        values = np.abs(np.nan_to_num(self.read[:, :, self.incoming(number)], posinf=0.0, neginf=0.0))
        row, column = (int(place) for place in np.unravel_index(int(values.argmax()), values.shape))
        (part,) = self._account((row, column, number)).parts
        assert isinstance(part, CurvePart)
        return Curve(part.xs, part.ys)
