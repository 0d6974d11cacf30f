"""What one step of training looks like from inside, as values: how it moves each layer, and what numbers are there.

Numbers are told by quantiles, not in bins: edges would have to be known before the first step, for weights of 0.1 as
for gradients of 1e-7, and what outgrows them is lost. Quantiles need none, have the smallest and the largest, and give
the share between any two values, on whatever scale it is drawn later.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from cnnstudio.nn.arrays import Doubles, Floats
from cnnstudio.nn.graph.graph import Graph

#: where quantiles are taken: closer at the ends, where the few are that matter
SHARES: Doubles = np.array(
    [0, 0.001, 0.005, 0.01, 0.03, 0.06, *np.linspace(0.1, 0.9, 17).tolist(), 0.94, 0.97, 0.99, 0.995, 0.999, 1]
)
#: of what they are taken
WEIGHTS, ACTIVATIONS, GRADIENTS = SPREADS = ("weights", "activations", "gradients")
#: activations that hand on 0 for whatever is not positive
_RECTIFIERS = ("relu", "relu6")
#: what may stand between a layer and its activation
_BETWEEN = ("normalization",)


class Figures(NamedTuple):
    """Of one layer: the length (L2 norm) of its gradient, as the optimizer is handed it; the length of the step that it
    takes, relative to that of its weights; the share of its maps, or units, that are silent: 0 behind their activation
    wherever it was looked. No number where there is none: a locked layer has no gradient, a tanh no silence."""

    gradient: float
    update: float
    silent: float


@dataclass(frozen=True, eq=False)
class Measured:
    """A step. ``seconds`` is what measuring it took. ``spread`` has the quantiles at ``SHARES`` of each of ``SPREADS``,
    of each layer in the order of ``figures``: float32 (3, layers, shares), empty where they were not kept. ``arrays``
    are those of one layer, ``chosen``, or as many of its filters as are shown: its ``weights`` after the step, the
    ``gradient``, the ``update``, and what the optimizer remembers of them."""

    seconds: float
    figures: Mapping[str, Figures]
    spread: Floats
    chosen: str = ""
    arrays: Mapping[str, Floats] = field(default_factory=dict)


def activation_of(graph: Graph, node: str) -> str:
    """The layer in which what a layer computes is bent: its activation, maybe behind a normalization; itself where
    there is none."""
    found = node
    while len(readers := graph.consumers[found]) == 1:
        found = readers[0]
        category = graph[found].layer.category
        if category == "activation":
            return found
        if category not in _BETWEEN:
            break
    return node


def can_be_silent(graph: Graph, node: str) -> bool:
    """Whether a layer hands on 0 for all that is not positive."""
    return graph[node].layer.kind in _RECTIFIERS


def density(quantiles: Floats, edges: Floats) -> Doubles:
    """The shares of the numbers with these quantiles (at ``SHARES``) that lie between neighbouring ``edges``, which
    rise: (edges − 1). What equals a value lies in the bin that begins with it, as in a histogram."""
    below = _share_below(quantiles.astype(np.float64), edges.astype(np.float64))
    return np.diff(below)


def _share_below(quantiles: Doubles, edges: Doubles) -> Doubles:
    """The share of the numbers below each edge; where many numbers are the same, the quantiles stand still and the
    share jumps."""
    after = np.searchsorted(quantiles, edges, side="left")
    inside = (after > 0) & (after < len(quantiles))
    high = np.clip(after, 1, len(quantiles) - 1)
    low = high - 1
    width = quantiles[high] - quantiles[low]
    part = np.divide(edges - quantiles[low], width, out=np.zeros_like(edges), where=width > 0)
    between = SHARES[low] + part * (SHARES[high] - SHARES[low])
    found: Doubles = np.where(inside, between, (after >= len(quantiles)).astype(np.float64))
    return found
