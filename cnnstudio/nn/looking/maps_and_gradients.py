"""What layers say to one picture, and how the loss would change with each number of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import classifier, compile_network
from cnnstudio.nn.parameters.parameters import Snapshot


@dataclass(frozen=True, eq=False)
class MapsAndGradients:
    """By node: its output (H, W, C) or (units,), and the gradient of the picture's cross-entropy by it. ``label`` is
    the class that counts as right. ``largest`` are the largest sizes of an output and of a gradient in all layers but
    the Input and what lies behind the last scores."""

    values: Mapping[str, Floats]
    gradients: Mapping[str, Floats]
    label: int
    largest: tuple[float, float]


def maps_and_gradients(
    graph: Graph, snapshot: Snapshot, image: Array, label: int, wants: Iterable[str]
) -> MapsAndGradients:
    """Of some nodes, for an image (H, W, C), uint8, of class ``label``, or where nobody knows that (−1) of the class
    that the network takes it for. As in evaluation: nothing is dropped out. Nodes that the answer does not depend on
    are left out.

    Raises:
        GraphError: the graph is no classifier.
    """
    ends = classifier(graph)
    part = graph.computable.restricted(graph.computable.ancestors(ends.softmax))
    with closing(compile_network(part, snapshot.parameters, 1, mode="probe")) as network, np.errstate(all="ignore"):
        network.forward(image[None])
        seed = network.value(ends.softmax).copy()
        right = label if 0 <= label < seed.shape[1] else int(np.nan_to_num(seed[0]).argmax())
        seed[0, right] -= 1.0
        found = network.backward(ends.logits, seed).nodes
        nodes = [node for node in wants if node in part]
        layers = [node for node in part.order if part[node].inputs and node != ends.softmax]
        return MapsAndGradients(
            {node: network.value(node)[0] for node in nodes},
            {node: found[node][0] for node in nodes},
            right,
            (_largest(network.value(node) for node in layers), _largest(found[node] for node in layers)),
        )


def _largest(arrays: Iterable[Floats]) -> float:
    """The largest size of all numbers."""
    return max((float(np.nan_to_num(np.abs(array)).max(initial=0.0)) for array in arrays), default=0.0)
