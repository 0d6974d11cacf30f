"""What can be said of a design without running it: shapes, costs, receptive fields and what is wrong.

A *problem* keeps the design from being computed. *Advice* stops nobody. Both are data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from cnnstudio.design.receptive_fields import ReceptiveField, receptive_fields
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph import Graph, Inferred

Severity = Literal["error", "advice"]


@dataclass(frozen=True)
class Problem:
    """Something wrong, or something to consider. ``node`` is the layer where it shows, None for the whole design."""

    severity: Severity
    code: str
    node: str | None
    title: str
    sentence: str


@dataclass(frozen=True)
class LayerFacts:
    """What is known about one layer. ``shape`` is None where there is none; ``waiting`` tells that only a layer
    upstream is to blame."""

    inputs: tuple[Shape, ...]
    shape: Shape | None
    parameters: int
    macs: int
    receptive_field: ReceptiveField | None
    waiting: bool
    problem: Problem | None


@dataclass(frozen=True)
class Analysis:
    """The facts of every layer, the sums, and all problems and advice."""

    layers: Mapping[str, LayerFacts]
    parameters: int
    macs: int
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]


@lru_cache(maxsize=64)
def analyse(graph: Graph) -> Analysis:
    """Everything that can be said of a graph. Only a change of the graph makes it compute anew."""
    fields = receptive_fields(graph)
    problems: list[Problem] = []
    layers: dict[str, LayerFacts] = {}
    for node in graph:
        found = graph.inferred[node.id]
        problem = _problem(graph, node.id, found)
        if problem:
            problems.append(problem)
        known = found.output is not None
        parameters = sum(math.prod(s.shape) for s in node.layer.parameters(found.inputs)) if known else 0
        macs = node.layer.macs(found.inputs) if known else 0
        layers[node.id] = LayerFacts(
            found.inputs, found.output, parameters, macs, fields.get(node.id), found.waiting, problem
        )
    if not any(node.layer.category == "input" for node in graph):
        problems.append(
            Problem("error", "no-input", None, "No input", "The network has no Input layer to take the images in.")
        )
    return Analysis(
        layers,
        sum(facts.parameters for facts in layers.values()),
        sum(facts.macs for facts in layers.values()),
        tuple(problems),
        tuple(_advice(graph)),
    )


def _problem(graph: Graph, node_id: str, found: Inferred) -> Problem | None:
    node = graph[node_id]
    if found.error is not None:
        return Problem("error", "shape", node_id, found.error.title, str(found.error))
    if node_id in graph.cyclic and node_id in _on_cycle(graph):
        return Problem(
            "error", "cycle", node_id, "Runs in a circle", "This layer feeds itself through the layers behind it."
        )
    if len(node.inputs) < node.layer.fewest_inputs:
        needed = node.layer.fewest_inputs
        wants = "an input" if needed == 1 else f"{needed} inputs"
        return Problem(
            "error",
            "no-wire",
            node_id,
            "Not connected",
            f"{node.layer.title} needs {wants} but has {len(node.inputs) or 'none'}. "
            "Draw a wire to it from the layer before.",
        )
    return None


def _on_cycle(graph: Graph) -> frozenset[str]:
    """The nodes of the cyclic part that lie on a cycle themselves (peeled from the other end)."""
    rest = graph.restricted(graph.cyclic)
    while True:
        ends = {node.id for node in rest if not rest.consumers[node.id]}
        if not ends:
            return frozenset(node.id for node in rest)
        rest = rest.restricted({node.id for node in rest} - ends)


def _advice(graph: Graph) -> list[Problem]:
    inputs = [node.id for node in graph if node.layer.category == "input"]
    return [
        Problem(
            "advice",
            "second-input",
            node_id,
            "A second input",
            f"The images enter through one Input layer; this one, {shape_text(graph.shape(node_id))}, is not used.",
        )
        for node_id in inputs[1:]
    ]
