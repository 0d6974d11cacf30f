"""How much of the input image one cell of each layer can depend on (Araujo, Norris and Sim, “Computing receptive
fields”, 2019)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.layer import Window


@dataclass(frozen=True)
class ReceptiveField:
    """The most rows and columns of the input image that one cell depends on, and how far apart neighbours' views lie
    (less than a pixel behind layers that enlarge)."""

    height: int
    width: int
    step_y: Fraction
    step_x: Fraction


@dataclass(frozen=True)
class _Side:
    """One side of a receptive field: ``base`` pixels and as many times ``grain`` more as whole numbers go into
    ``reach``. Behind a layer that enlarges, neighbours share what they see, and views grow by a grain at a time."""

    base: int = 1
    grain: int = 1
    reach: Fraction = Fraction(0)
    step: Fraction = Fraction(1)

    @property
    def extent(self) -> int:
        return self.base + math.floor(self.reach) * self.grain

    def seeing(self, extent: int) -> _Side:
        """The same side, seeing all ``extent`` pixels."""
        return _Side(extent, self.grain, step=self.step)

    def through(self, window: Window, side: int) -> _Side:
        """The side as seen through one more window."""
        reach, stride = window.dilation[side] * (window.kernel[side] - 1), window.stride[side]
        if not window.spreads:
            return _Side(self.base, self.grain, self.reach + reach * self.step, self.step * stride)
        coarse = self
        if self.step.denominator == 1:
            coarse = _Side(self.extent, self.grain * int(self.step))
        step = coarse.step / stride
        return _Side(coarse.base, coarse.grain, coarse.reach + reach * step, step)


def receptive_fields(graph: Graph) -> Mapping[str, ReceptiveField]:
    """The receptive field of every node that has one, by its id."""
    found: dict[str, tuple[_Side, _Side]] = {}
    image: Shape = ()
    for node_id in graph.computable.order:
        layer = graph[node_id].layer
        sources = [found[s] for s in graph[node_id].inputs if s in found]
        if not sources:
            image = graph.shape(node_id)
            if len(image) == 3:
                found[node_id] = (_Side(), _Side())
            continue
        vertical, horizontal = (max((s[side] for s in sources), key=lambda s: s.extent) for side in (0, 1))
        window = layer.window(graph.inferred[node_id].inputs)
        if layer.reach == "all":
            vertical, horizontal = vertical.seeing(image[0]), horizontal.seeing(image[1])
        elif window is not None:
            vertical, horizontal = vertical.through(window, 0), horizontal.through(window, 1)
        found[node_id] = (vertical, horizontal)
    return {
        node_id: ReceptiveField(y.extent, x.extent, y.step * y.grain, x.step * x.grain)
        for node_id, (y, x) in found.items()
    }
