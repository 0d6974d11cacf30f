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
                yield self.problem(
                    node.id,
                    "Softmax twice",
                    "A Softmax layer before this one has made probabilities already. Made so a second time they come "
                    "close to each other, and the network can hardly learn to be sure.",
                )

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        before = [n for n in above(design.graph, problem.node) if n.layer.category == "output"]
        if len(before) == 1:
            yield take_out(design, before[0].id, "The numbers reach the last Softmax as they are.")
        yield take_out(design, problem.node, "The probabilities of the one before it are the answer.")
