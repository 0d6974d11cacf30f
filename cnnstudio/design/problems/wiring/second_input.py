"""A second Input layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.telling.told import NodeId, told


class SecondInput(ProblemKind):
    """The images enter through the first one; what depends on both is not computed."""

    code: ClassVar[str] = "second-input"

    def find(self, case: Case) -> Iterator[Problem]:
        for node_id in case.graph.images[1:]:
            yield self.problem(node_id, shape=case.facts[node_id].shape or ())

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, second = design.graph, problem.node
        first = graph.images[0]

        def share(before: Design) -> Design:
            return edits.remove(edits.read_instead(before, second, first), [second])

        if graph.consumers[second]:
            readers = tuple(NodeId(target) for target in graph.consumers[second])
            yield Idea(told("let-read", readers=readers, first=NodeId(first)), told("one-image"), share)
        yield Idea(
            told("remove", node=NodeId(second)),
            told("other-input", first=NodeId(first)),
            lambda before: edits.remove(before, [second]),
        )
        if graph.consumers[second]:
            part = _only_from(design, second)
            yield Idea(
                told("remove-with-readers", node=NodeId(second), count=len(part) - 1),
                told("first-network-stays"),
                lambda before: edits.remove(before, part),
            )


def _only_from(design: Design, node_id: str) -> frozenset[str]:
    """A node and everything that depends on nothing else."""
    part = {node_id}
    for current in design.graph.order:
        inputs = design.graph[current].inputs
        if inputs and set(inputs) <= part:
            part.add(current)
    return frozenset(part)
