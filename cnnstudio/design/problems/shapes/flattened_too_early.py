"""A layer that works on volumes, behind a list of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import nearest, takes
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.graph import Edge, Node
from cnnstudio.nn.telling.told import NodeId, told


class FlattenedTooEarly(ProblemKind):
    """A convolution, pooling or Flatten layer whose input has no height and width any more."""

    code: ClassVar[str] = "flattened"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            inputs, error = case.facts[node.id].inputs, case.graph.inferred[node.id].error
            if error is None or len(inputs) != 1 or len(inputs[0]) != 1 or error.told.code == "too-large":
                continue
            yield self.problem_of(node.id, error.told)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]

        def lists(earlier: Node) -> bool:
            found = graph.inferred[earlier.id]
            return len(found.inputs) == 1 and len(found.inputs[0]) == 3 and len(found.output or ()) == 1

        culprit = nearest(graph, node.id, lists)
        if takes(node.layer, (1, 1, 1)) and node.layer.kind == "flatten":
            yield take_out(node.id, told("list-already"))
        if culprit is not None:

            def before_it(old: Design) -> Design:
                free = edits.remove(old, [node.id], rejoin=True)
                card = old.cards[culprit.id]
                return edits.insert(free, Edge(culprit.inputs[0], culprit.id, 0), node.layer, (card.x, card.y))[0]

            what = told("move-before", node=NodeId(node.id), target=NodeId(culprit.id))
            yield Idea(what, told("volume-there"), before_it)
            yield take_out(culprit.id, told("stays-volume"))
        yield take_out(node.id)
