"""Does a map depend on what was learned? Layers get the weights of another seed, one after the other from the top.

After Adebayo et al., “Sanity checks for saliency maps” (2018): a map that stays the same shows the picture, not the
network. How alike two maps are is the correlation of the ranks of their pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.parameters.parameters import Parameters, untrained_parameters

#: a map that is more alike than this with nothing learned left does not depend on it
ALIKE = 0.5


@dataclass(frozen=True, eq=False)
class Stage:
    """The map (H, W) once the layer ``node`` and all behind it have random weights, and how alike it is to the first,
    −1…1; None where it has become empty."""

    node: str
    map: Floats
    alike: float | None


@dataclass(frozen=True, eq=False)
class Depending:
    """A map (H, W) and what became of it."""

    first: Floats
    stages: tuple[Stage, ...]

    @property
    def depends(self) -> bool:
        """Whether it fell apart in the end."""
        last = self.stages[-1].alike if self.stages else 1.0
        return last is None or abs(last) <= ALIKE


def depending(
    graph: Graph, parameters: Parameters, first: Floats, look: Callable[[Parameters], Floats], seed: int = 1
) -> Iterator[Stage]:
    """What becomes of the map ``first``; ``look`` makes the map (H, W) of other parameters."""
    for node, mixed in randomised(graph, parameters, seed):
        now = look(mixed)
        yield Stage(node, now, alike(first, now))


def randomised(graph: Graph, parameters: Parameters, seed: int) -> Iterator[tuple[str, Parameters]]:
    """Layers with weights that the answer depends on, the last first, with the parameters in which that one and all
    behind it are as another seed draws them."""
    softmax = classifier(graph).softmax
    upstream = graph.ancestors(softmax)
    other = untrained_parameters(graph, seed)
    mixed = parameters.copy()
    for node in reversed(graph.order):
        if node not in upstream or not mixed.layout.of(node):
            continue
        for layout, own, drawn in (
            (mixed.layout, mixed.vector, other.vector),
            (mixed.state_layout, mixed.state, other.state),
        ):
            for slot in layout.of(node):
                own[slot.start : slot.stop] = drawn[slot.start : slot.stop]
        yield node, mixed.copy()


def alike(one: Floats, other: Floats) -> float | None:
    """Spearman’s correlation of two maps, −1…1; None where one of them is the same everywhere."""
    if not (np.ptp(one) and np.ptp(other)):
        return None
    ranks = [_ranks(values.reshape(-1)) for values in (one, other)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def _ranks(values: Floats) -> Floats:
    """The place of each in their order; equal ones share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found: Floats = (last - (counts - 1) / 2)[inverse]
    return found
