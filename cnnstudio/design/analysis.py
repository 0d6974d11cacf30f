"""What can be said of a design without running it: shapes, costs, receptive fields and what is wrong.

A *problem* keeps the design from being computed. *Advice* stops nobody. Both are data, found by the kinds in
``cnnstudio.design.problems``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from cnnstudio.design.facts import LayerFacts, layer_facts
from cnnstudio.design.memory import BYTES, training_bytes
from cnnstudio.design.problem import Problem, Severity
from cnnstudio.design.problems.kind import Case, problem_kinds
from cnnstudio.design.surroundings import NOTHING_KNOWN, Surroundings
from cnnstudio.nn.graph import Graph

__all__ = ["Analysis", "LayerFacts", "Problem", "Severity", "analyse"]


@dataclass(frozen=True)
class Analysis:
    """The facts of every layer, the sums, and all problems and advice. ``numbers`` counts what all layers together
    give out for one image."""

    layers: Mapping[str, LayerFacts]
    parameters: int
    macs: int
    problems: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    numbers: int = 0

    @property
    def weight_bytes(self) -> int:
        """Memory of all parameters, in single precision."""
        return BYTES * self.parameters

    def activation_bytes(self, batch_size: int) -> int:
        """Memory of all layers' outputs for a batch, in single precision."""
        return BYTES * batch_size * self.numbers

    def training_bytes(self, batch_size: int, slots: int = 2) -> int:
        """About how much memory a training step takes."""
        return training_bytes(self.numbers, self.parameters, batch_size, slots)

    @property
    def findings(self) -> tuple[Problem, ...]:
        """Errors, then advice."""
        return (*self.problems, *self.advice)


@lru_cache(maxsize=128)
def analyse(graph: Graph, surroundings: Surroundings = NOTHING_KNOWN) -> Analysis:
    """Everything that can be said of a graph. Only a change of the graph or its surroundings makes it compute anew."""
    facts = layer_facts(graph)
    case = Case(graph, facts, surroundings)
    place = {node.id: number for number, node in enumerate(graph.nodes)}
    found = [problem for kind in problem_kinds().values() for problem in kind.find(case)]
    found.sort(key=lambda problem: (problem.severity != "error", place.get(problem.node or "", -1)))
    layers = dict(facts)
    for problem in reversed(found):
        if problem.node is not None:
            known = layers[problem.node]
            if problem.severity == "error":
                layers[problem.node] = replace(known, problem=problem)
            else:
                layers[problem.node] = replace(known, advice=(problem, *known.advice))
    return Analysis(
        layers,
        sum(known.parameters for known in facts.values()),
        sum(known.macs for known in facts.values()),
        tuple(problem for problem in found if problem.severity == "error"),
        tuple(problem for problem in found if problem.severity == "advice"),
        sum(known.numbers for known in facts.values()),
    )
