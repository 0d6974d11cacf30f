"""A layer that cannot take its input, for a reason that no other kind knows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind, problem_kinds
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity


class Misfit(ProblemKind):
    """What is left when all other kinds have looked; a new layer kind may have limits of its own."""

    code: ClassVar[str] = "shape"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        if not case.misfits:
            return
        others = [kind for kind in problem_kinds().values() if kind is not self and kind.severity == "error"]
        known = {problem.node for kind in others for problem in case.found(kind)}
        for node in case.misfits:
            error = case.graph.inferred[node.id].error
            if node.id not in known and error is not None:
                yield self.problem_of(node.id, error.told)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        yield take_out(problem.node)
