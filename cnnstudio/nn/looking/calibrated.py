"""The same answers, given less surely or more: the last numbers before softmax divided by one number.

After Guo et al., “On calibration of modern neural networks” (2017). Where those numbers come from a dense layer, its
weights and biases divided by it do the same, so what computes the network need not know of it.
"""

from __future__ import annotations

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.parameters.parameters import Parameters


def last_dense(graph: Graph) -> str | None:
    """The dense layer whose numbers softmax reads, and nobody else; None where it is another kind of layer.

    Raises:
        GraphError: the graph is no classifier.
    """
    logits = classifier(graph).logits
    return logits if graph[logits].layer.kind == "dense" and len(graph.consumers[logits]) == 1 else None


def calibrated(graph: Graph, parameters: Parameters, temperature: float) -> Parameters:
    """Parameters with which every logit is divided by a temperature.

    Raises:
        GraphError: the graph is no classifier.
        ValueError: its last numbers do not come from a dense layer.
    """
    node = last_dense(graph)
    if node is None:
        raise ValueError("the last numbers do not come from a dense layer")
    found = parameters.copy()
    for slot in found.layout.of(node):
        found.vector[slot.start : slot.stop] /= temperature
    return found
