"""The answers of a network: what they are called, and how many there are."""

from __future__ import annotations

from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Graph


def answers(design: Design, data: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a network's answers, in the order of its outputs: those that the design keeps from its training, and
    where it has none, or has as many outputs no more, those of the classes of its ``data``. () where neither knows."""
    graph = design.graph
    outputs = [graph.inferred[node.id].output for node in graph if node.layer.category == "output"]
    fits = not outputs or (len(design.classes),) in outputs
    return design.classes if design.classes and fits else data


def classes_answered(graph: Graph) -> int | None:
    """How many classes the one Softmax at the end tells apart. While its shape is not known yet, the units of the layer
    that leads to it tell; None where there is no such end, or nothing tells."""
    ends = [node for node in graph if node.layer.category == "output" and not graph.consumers[node.id]]
    if len(ends) != 1:
        return None
    node, shape = ends[0], graph.inferred[ends[0].id].output
    if shape is not None:
        return shape[0]
    for _ in range(len(graph)):
        if len(node.inputs) != 1:
            return None
        node = graph[node.inputs[0]]
        units = getattr(node.layer, "units", None)
        if units is not None or node.layer.reach != "cell":
            return units
    return None


def answering(graph: Graph, end: str) -> tuple[str, str] | None:
    """The layer that decides how many numbers an output layer gives, and which of its settings: its units or filters.
    None where no single way leads to such a layer."""
    node = graph[end]
    for _ in range(len(graph)):
        if len(node.inputs) != 1:
            return None
        node = graph[node.inputs[0]]
        for setting in ("units", "filters"):
            if hasattr(node.layer, setting):
                return node.id, setting
    return None
