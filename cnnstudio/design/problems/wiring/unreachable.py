"""Layers that no image reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import component, parts_without_image
from cnnstudio.design.problems.sources import sources, wired
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.telling.told import told


class Unreachable(ProblemKind):
    """Several layers that hang together, but not with any Input layer."""

    code: ClassVar[str] = "unreachable"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for part in parts_without_image(case.graph, case.graph.images):
            yield self.problem(part.head, count=len(part.nodes), wired=bool(case.graph[part.head].inputs))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        head = problem.node
        part = component(design.graph, head)
        for source in [i for i in sources(design, head) if i not in part][:3]:
            yield wired(design, source, head, environment)
        yield Idea(
            told("remove-layers", count=len(part)),
            told("rest-stays"),
            lambda before: edits.remove(before, part),
        )
