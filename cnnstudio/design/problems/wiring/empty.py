"""A design that has no layers yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.wiring.no_input import add_input
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem


class Empty(ProblemKind):
    """Nothing is wrong with it: it has not begun."""

    code: ClassVar[str] = "empty"
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        if not case.graph.nodes:
            yield self.problem(None)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        yield add_input(design, environment)
