"""What training changed in a layer: its weights minus the first values, which the seed draws again, bit for bit."""

from __future__ import annotations

import math

import numpy as np

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Parameters, initial_parameters

#: unrelated random numbers correlate by 1/√n; beyond so many times that, it is no chance
_SURE = 4.0


def first_weights(graph: Graph, parameters: Parameters, seed: int, node: str) -> Array | None:
    """The first weights of a layer as ``seed`` draws them, of the shape that they have; None where they are no weights
    that began so, such as those that came with a model: what began with them still resembles them, and more than chance
    allows (a correlation beyond 4/√n)."""
    weights = (parameters.at_hand(node) or {}).get("weights")
    if weights is None or not weights.size:
        return None
    before = graph.restricted(graph.ancestors(node) | {node})
    first = initial_parameters(before, seed).arrays(node)["weights"]
    if first.shape != weights.shape or not np.isfinite(weights).all():
        return None
    one, other = (array.astype(np.float64).ravel() - float(array.mean()) for array in (weights, first))
    both = float(np.linalg.norm(one) * np.linalg.norm(other))
    alike = float(one @ other) / both if both else 0.0
    return first if alike > min(0.9, _SURE / math.sqrt(weights.size)) else None
