"""Softmax behind Softmax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import above, descendants
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.telling.told import NodeId, told


class SoftmaxTwice(ProblemKind):
    """The second one makes sure answers unsure."""

    code: ClassVar[str] = "softmax-twice"

    def find(self, case: Case) -> Iterator[Problem]:
        ends = {node.id for node in case.graph.nodes if node.layer.category == "output"}
        if len(ends) < 2:
            return
        twice = ends & descendants(case.graph, *ends) - case.graph.cyclic
        for node in case.graph.nodes:
            if node.id in twice:
                yield self.problem(node.id)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        before = [n for n in above(design.graph, problem.node) if n.layer.category == "output"]
        if len(before) == 1:
            reader = design.graph.consumers[before[0].id][0]
            yield take_out(before[0].id, told("reaches-reader", reader=NodeId(reader)))
        yield take_out(problem.node, told("answer-before-it"))
