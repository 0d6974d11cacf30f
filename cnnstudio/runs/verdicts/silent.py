"""How much of a network is silent: ReLUs that are 0 whatever is shown (“dying ReLU”, Lu et al., 2019)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.parameters.parameters import Snapshot

#: images that are enough to find a unit that answers
IMAGES = 64


def silent_share(graph: Graph, snapshot: Snapshot, images: NDArray[np.uint8]) -> float:
    """The share 0…1 of ReLUs that are 0 for all of at most ``IMAGES`` images (N, H, W, C), in the layer that has most
    of them; 0 where there are no ReLUs. A map counts as one: it is silent where it is 0 everywhere."""
    nodes = [node.id for node in graph if node.layer.kind == "relu" and node.id in graph.computable.order]
    if not nodes:
        return 0.0
    answers = inspect(graph, snapshot, images[:IMAGES], nodes)
    return max(float(np.mean(~values.any(axis=tuple(range(values.ndim - 1))))) for values in answers.values())
