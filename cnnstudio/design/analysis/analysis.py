"""What can be said of a design without running it: shapes, costs and what is wrong.

A *problem* keeps the design from being computed. *Advice* stops nobody. Both are data, found by the kinds in
``cnnstudio.design.problems``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from cnnstudio.design.facts.layer_facts import LayerFacts, layer_facts
from cnnstudio.design.facts.memory import BYTES, held_numbers, training_bytes
from cnnstudio.design.problems.kind import Case, problem_kinds
from cnnstudio.design.value.environment import NOTHING_KNOWN, Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.graph import Graph

__all__ = ["Analysis", "LayerFacts", "Problem", "Severity", "analyse"]


@dataclass(frozen=True)
class Analysis:
    """The facts of every layer, the sums, and all problems and advice. ``numbers`` counts what all layers together
    give out for one image, ``held`` what training keeps for it."""

    layers: Mapping[str, LayerFacts]
    parameters: int
    macs: int
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    numbers: int = 0
    held: int = 0

    @property
    def weight_bytes(self) -> int:
        """Memory of all parameters, in single precision."""
        return BYTES * self.parameters

    def activation_bytes(self, batch_size: int) -> int:
        """Memory of all layers' outputs for a batch, in single precision."""
        return BYTES * batch_size * self.numbers

    def training_bytes(self, batch_size: int, slots: int) -> int:
        """About how much memory a training step takes; the optimizer keeps ``slots`` numbers for each weight."""
        return training_bytes(self.held, self.parameters, batch_size, slots)

    @property
    def findings(self) -> tuple[Problem, ...]:
        """Errors, then advice."""
        return (*self.problems, *self.advice)


def analyse(graph: Graph, environment: Environment = NOTHING_KNOWN) -> Analysis:
    """Everything that can be said of a graph. Only a change of the graph or its environment makes it compute anew."""
    return _alone(graph) if environment == NOTHING_KNOWN else _looking_around(graph, environment)


@lru_cache(maxsize=24)
def _alone(graph: Graph) -> Analysis:
    facts = layer_facts(graph)
    case = Case(graph, facts, NOTHING_KNOWN)
    found = [problem for kind in problem_kinds().values() if not kind.looks_around for problem in case.found(kind)]
    return _with_problems(
        graph,
        Analysis(
            facts,
            sum(known.parameters for known in facts.values()),
            sum(known.macs for known in facts.values()),
            (),
            (),
            sum(known.numbers for known in facts.values()),
            held_numbers(graph, {node_id: known.numbers for node_id, known in facts.items()}),
        ),
        found,
    )


@lru_cache(maxsize=24)
def _looking_around(graph: Graph, environment: Environment) -> Analysis:
    """The same analysis with what only the environment tells."""
    alone = _alone(graph)
    case = Case(graph, alone.layers, environment)
    found = [problem for kind in problem_kinds().values() if kind.looks_around for problem in case.found(kind)]
    return _with_problems(graph, alone, found) if found else alone


def _with_problems(graph: Graph, analysis: Analysis, found: list[Problem]) -> Analysis:
    """The analysis with these problems as well, at their layers and in the order of the layers."""
    if not found:
        return analysis
    place = {node.id: number for number, node in enumerate(graph.nodes)}
    listed = [*analysis.findings, *found]
    listed.sort(key=lambda problem: (problem.severity != "error", place.get(problem.node or "", -1)))
    layers = dict(analysis.layers)
    at: dict[str, list[Problem]] = {problem.node: [] for problem in found if problem.node is not None}
    for problem in listed:
        if problem.node in at:
            at[problem.node].append(problem)
    for node_id, here in at.items():
        error = next((problem for problem in here if problem.severity == "error"), None)
        advice = tuple(problem for problem in here if problem.severity == "advice")
        layers[node_id] = replace(layers[node_id], problem=error, advice=advice)
    errors = tuple(problem for problem in listed if problem.severity == "error")
    return replace(analysis, layers=layers, problems=errors, advice=tuple(listed[len(errors) :]))
