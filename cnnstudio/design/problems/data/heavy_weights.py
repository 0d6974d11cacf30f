"""Weights so large that they are not made before somebody needs them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.facts.memory import BYTES, training_bytes
from cnnstudio.design.problems.ideas import change
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.parameters.parameters import MOST_UNASKED
from cnnstudio.nn.telling.told import told


class HeavyWeights(ProblemKind):
    """What the network costs before it has learned anything, said before any of it is made."""

    code: ClassVar[str] = "heavy-weights"

    def find(self, case: Case) -> Iterator[Problem]:
        parameters = sum(facts.parameters for facts in case.facts.values())
        if parameters <= MOST_UNASKED:
            return
        largest = max(case.graph.nodes, key=lambda node: case.facts[node.id].parameters)
        yield self.problem(
            largest.id,
            parameters=parameters,
            weights=BYTES * parameters,
            training=training_bytes(0, parameters, 1, 2),
        )

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer = design.graph[problem.node].layer
        for name in ("units", "filters"):
            if has(layer, name):
                for share in (2, 4, 8, 16, 64):
                    fewer = max(1, value(layer, name) // share)
                    yield change(design, problem.node, told("fewer-parameters-here"), **{name: fewer})
