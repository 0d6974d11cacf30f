"""What can be said of a design without running it: shapes, costs, receptive fields and what is wrong.

A *problem* keeps the design from being computed. *Advice* stops nobody. Both are data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph import Graph, Inferred
from cnnstudio.nn.layer import Window

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
class ReceptiveField:
    """How many rows and columns of the input image one cell can depend on, and how far apart neighbours' views lie
    (less than a cell behind layers that enlarge)."""

    height: int
    width: int
    step_y: Fraction
    step_x: Fraction


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
    fields = _receptive_fields(graph)
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


def _receptive_fields(graph: Graph) -> dict[str, ReceptiveField]:
    """Receptive fields along the graph (Araujo, Norris and Sim, “Computing receptive fields”, 2019)."""
    found: dict[str, ReceptiveField] = {}
    image: Shape = ()
    for node_id in graph.computable.order:
        layer = graph[node_id].layer
        sources = [found[s] for s in graph[node_id].inputs if s in found]
        inputs = graph.inferred[node_id].inputs
        if not sources:
            image = graph.shape(node_id)
            if len(image) == 3:
                found[node_id] = ReceptiveField(1, 1, Fraction(1), Fraction(1))
            continue
        height, width = max(s.height for s in sources), max(s.width for s in sources)
        step_y, step_x = max(s.step_y for s in sources), max(s.step_x for s in sources)
        window = layer.window(inputs)
        if layer.reach == "all":
            height, width = image[0], image[1]
        elif window is not None:
            height, step_y = _through(window, 0, height, step_y)
            width, step_x = _through(window, 1, width, step_x)
        found[node_id] = ReceptiveField(height, width, step_y, step_x)
    return found


def _through(window: Window, side: int, extent: int, step: Fraction) -> tuple[int, Fraction]:
    """A receptive field's extent and step on one side, seen through one more window."""
    reach, stride = window.dilation[side] * (window.kernel[side] - 1), window.stride[side]
    if window.spreads:
        return extent + math.ceil(reach // stride * step), step / stride
    return extent + math.ceil(reach * step), step * stride
