"""What the answers of a network are called."""

from __future__ import annotations

from cnnstudio.design.value.design import Design


def answers(design: Design, data: tuple[str, ...]) -> tuple[str, ...]:
    """The names of a network's answers, in the order of its outputs: those that the design keeps from its training, and
    where it has none, or has as many outputs no more, those of the classes of its ``data``. () where neither knows."""
    graph = design.graph
    outputs = [graph.inferred[node.id].output for node in graph if node.layer.category == "output"]
    fits = not outputs or (len(design.classes),) in outputs
    return design.classes if design.classes and fits else data
