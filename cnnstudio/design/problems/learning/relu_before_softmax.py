"""ReLU right before Softmax."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.telling.told import NodeId, told

#: what leaves numbers as they are, outside training
_KEEPING = ("flatten", "dropout", "spatial_dropout2d")


class ReLUBeforeSoftmax(ProblemKind):
    """No number speaks against a class, and a class whose number is below zero for every image learns no more."""

    code: ClassVar[str] = "relu-before-softmax"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.graph.nodes:
            if node.layer.category == "output" and (relu := _relu_before(case.graph, node)) is not None:
                yield self.problem(relu.id, softmax=NodeId(node.id))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        yield take_out(problem.node, told("below-zero-speaks-against"))


def _relu_before(graph: Graph, node: Node) -> Node | None:
    """The ReLU whose numbers a layer reads, if it alone does."""
    for _ in range(len(graph)):
        if len(node.inputs) != 1 or graph.consumers[node.inputs[0]] != (node.id,):
            return None
        node = graph[node.inputs[0]]
        if node.layer.kind not in _KEEPING:
            return node if node.layer.kind == "relu" else None
    return None
