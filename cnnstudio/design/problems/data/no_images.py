"""Data that could not be opened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem


class NoImages(ProblemKind):
    """Whoever opens the data says so in the environment; what to do about it is in no drawing."""

    code: ClassVar[str] = "no-images"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        if case.environment.missing_data:
            yield self.problem(None, source=case.environment.missing_data)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        yield from ()
