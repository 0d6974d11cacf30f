"""A layer whose result goes nowhere."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import descendants
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Edge, Graph
from cnnstudio.nn.telling.told import NodeId, told


class DeadEnd(ProblemKind):
    """Nobody reads it, and the network ends elsewhere."""

    code: ClassVar[str] = "dead-end"

    def find(self, case: Case) -> Iterator[Problem]:
        graph = case.graph
        ends = [i for i in graph.order if not graph.consumers[i] and graph[i].inputs]
        if len(ends) < 2:
            return
        answers = {i for i in ends if graph[i].layer.category == "output"} or set(ends[-1:])
        images = set(graph.images)
        if not any(images & graph.ancestors(answer) for answer in answers):
            return  # what seems to lead nowhere is where the wire to the answer was cut
        for end in ends:
            if end not in answers and not case.facts[end].misfit:
                yield self.problem(end)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, end = design.graph, problem.node
        branch = _branch(graph, end)
        root = graph[branch[-1]].inputs[0]
        others = [Edge(root, target, graph[target].inputs.index(root)) for target in graph.consumers[root]]
        for edge in others:
            if edge.target not in branch and edge.target not in descendants(graph, end):
                yield Idea(
                    told("read", target=NodeId(edge.target), end=NodeId(end)),
                    told("branch-into-wire", root=NodeId(root)),
                    partial(edits.connect, source=end, target=edge.target, port=edge.port),
                )
        for node in graph.nodes:
            merges = node.layer.category == "merge" and node.id not in branch and len(node.inputs) >= 2
            if merges and len(node.inputs) < node.layer.most_inputs:
                yield Idea(
                    told("wire-to", target=NodeId(node.id)),
                    told("branch-joins"),
                    partial(edits.connect, source=end, target=node.id),
                )
        alone = len(branch) == 1
        what = told("remove", node=NodeId(end)) if alone else told("remove-branch", count=len(branch))
        yield Idea(what, told("answers-stay"), lambda before: edits.remove(before, branch))


def _branch(graph: Graph, end: str) -> tuple[str, ...]:
    """The layers that only this end needs, from the end backwards."""
    branch = [end]
    while True:
        inputs = graph[branch[-1]].inputs
        if len(inputs) != 1 or len(graph.consumers[inputs[0]]) != 1 or not graph[inputs[0]].inputs:
            return tuple(branch)
        branch.append(inputs[0])
