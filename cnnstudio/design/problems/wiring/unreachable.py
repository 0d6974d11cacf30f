"""Layers that no image reaches."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import component, parts_without_image
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.told import NodeId, told


class Unreachable(ProblemKind):
    """Several layers that hang together, but not with any Input layer."""

    code: ClassVar[str] = "unreachable"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for part in parts_without_image(case.graph, case.graph.images):
            yield self.problem(part.head, count=len(part.nodes), wired=bool(case.graph[part.head].inputs))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, head = design.graph, problem.node
        part = component(graph, head)
        loose = [i for i in graph.order if i not in part and not graph.consumers[i]]
        for source in (*reversed(loose), *(i for i in graph.order if i not in part and graph.consumers[i]))[:3]:
            yield Idea(
                told("wire", source=NodeId(source), target=NodeId(head)),
                told("layers-go-on", count=len(part)),
                partial(edits.connect, source=source, target=head),
            )
        yield Idea(
            told("remove-layers", count=len(part)),
            told("rest-stays"),
            lambda before: edits.remove(before, part),
        )
