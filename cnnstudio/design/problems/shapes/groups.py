"""Groups that do not divide channels, or filters, into equal parts."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from typing import ClassVar

from cnnstudio.design.problems.ideas import change
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.told import told


class UnequalGroups(ProblemKind):
    """A convolution or norm in groups whose parts would not be equal."""

    code: ClassVar[str] = "groups"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            inputs, error = case.facts[node.id].inputs, case.graph.inferred[node.id].error
            if error is None or not has(node.layer, "groups") or len(inputs[0]) != 3:
                continue
            groups, filters = _groups_and_filters(node.layer, inputs[0][2])
            if inputs[0][2] % groups or filters % groups:
                yield self.problem_of(node.id, error.told)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer = design.graph[problem.node].layer
        channels = design.graph.inferred[problem.node].inputs[0][2]
        groups, filters = _groups_and_filters(layer, channels)
        common = gcd(channels, filters)
        dividing = [g for g in range(2, common + 1) if common % g == 0]
        if dividing:
            near = min(dividing, key=lambda g: (abs(g - groups), g))
            words = "divides-both" if has(layer, "filters") else "divides-channels"
            yield change(design, problem.node, told(words), groups=near)
        if channels % groups == 0:
            up = -(-filters // groups) * groups
            yield change(design, problem.node, told("groups-divide"), filters=up)
        words = "sees-all-channels" if has(layer, "filters") else "all-channels-together"
        yield change(design, problem.node, told(words), groups=1)


def _groups_and_filters(layer: Layer, channels: int) -> tuple[int, int]:
    """A norm makes as many maps as it reads."""
    return value(layer, "groups"), value(layer, "filters") if has(layer, "filters") else channels
