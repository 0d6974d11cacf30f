"""A cropping that leaves nothing of its input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import change, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import takes, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.telling.told import told

_SIDES = ("top", "bottom", "left", "right")


class CroppedAway(ProblemKind):
    """More is cut off than there is."""

    code: ClassVar[str] = "cropped-away"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        yield from self.told_by_layers(case)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer, inputs = design.graph[problem.node].layer, design.graph.inferred[problem.node].inputs
        sides = {name: value(layer, name) for name in _SIDES}
        for most in range(max(sides.values()) - 1, -1, -1):
            less = {name: min(side, most) for name, side in sides.items() if side > most}
            if takes(layer.replace(**less), *inputs):
                yield change(design, problem.node, told("most-cropping"), **less)
                break
        yield take_out(problem.node)
