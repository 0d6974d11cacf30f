"""A merging layer that reads the same layer twice."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import descendants, takes
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import NodeId, told


class SameTwice(ProblemKind):
    """Two wires from the same source into one Add, Multiply or Concatenate."""

    code: ClassVar[str] = "same-twice"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.graph.nodes:
            if len(node.inputs) > 1 and len(set(node.inputs)) < len(node.inputs):
                twice = next(source for source in node.inputs if node.inputs.count(source) > 1)
                yield self.problem(node.id, twice=NodeId(twice))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]
        twice = next(source for source in node.inputs if node.inputs.count(source) > 1)
        port = len(node.inputs) - 1 - node.inputs[::-1].index(twice)
        edge = Edge(twice, node.id, port)
        if len(node.inputs) > node.layer.fewest_inputs:
            yield Idea(
                told("cut-second", source=NodeId(twice)),
                told("others-stay"),
                lambda before: edits.disconnect(before, edge),
            )
        behind = descendants(graph, node.id) | {node.id}
        others = [graph.inferred[source].output or () for place, source in enumerate(node.inputs) if place != port]
        for other in reversed(graph.order):
            shape, given = graph.inferred[other].output, graph.inferred[twice].output
            usable = other not in behind and other not in node.inputs
            if usable and shape and given and takes(node.layer, *others, shape):
                yield Idea(
                    told("read-through-second", source=NodeId(other)),
                    told("shape-fits"),
                    partial(edits.connect, source=other, target=node.id, port=port),
                )
        if set(node.inputs) == {twice}:
            yield take_out(node.id, told("read-directly", twice=NodeId(twice)))
