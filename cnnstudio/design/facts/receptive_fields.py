"""How much of the input image one cell of each layer can depend on (Araujo, Norris and Sim, “Computing receptive
fields”, 2019)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph import Graph
from cnnstudio.nn.sliding_window import Window


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
    fields: dict[str, ReceptiveField] = {}
    image: Shape = ()
    for node_id in graph.order:
        inferred = graph.inferred[node_id]
        if inferred.output is None:
            continue
        node = graph[node_id]
        layer = node.layer
        sources = [s for s in node.inputs if s in found]
        if not sources:
            image = inferred.output
            if len(image) != 3:
                continue
            here = _Side(), _Side()
        else:
            here = found[sources[0]]
            if len(sources) > 1:
                vertical, horizontal = (max((found[s][i] for s in sources), key=lambda s: s.extent) for i in (0, 1))
                here = vertical, horizontal
            window = None if layer.reach == "cell" else layer.window(inferred.inputs)
            if layer.reach == "all":
                here = here[0].seeing(image[0]), here[1].seeing(image[1])
            elif window is not None:
                here = here[0].through(window, 0), here[1].through(window, 1)
            elif len(sources) == 1:  # most layers see what the one before them sees
                fields[node_id] = fields[sources[0]]
                found[node_id] = here
                continue
        found[node_id] = here
        y, x = here
        fields[node_id] = ReceptiveField(y.extent, x.extent, y.step * y.grain, x.step * x.grain)
    return fields
