"""A dense layer that holds nearly all parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import change, made, pool_before
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, nearest, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Edge, Graph
from cnnstudio.nn.telling.told import NodeId, told

#: the part of all parameters that is worth a thought
SHARE = 0.9


class HeavyDense(ProblemKind):
    """More than 90 % of the parameters in one dense layer of a network that also has convolutions."""

    code: ClassVar[str] = "heavy-dense"

    def find(self, case: Case) -> Iterator[Problem]:
        total = sum(facts.parameters for facts in case.facts.values())
        convolves = any(n.layer.reach == "window" and case.facts[n.id].parameters for n in case.graph.nodes)
        if not convolves:
            return
        for node in case.graph.nodes:
            held = case.facts[node.id].parameters
            if held > SHARE * total and node.layer.reach == "all" and has(node.layer, "units"):
                yield self.problem(node.id, held=held, total=total)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]
        flat = nearest(graph, node.id, lambda n: n.layer.kind == "flatten")
        if flat is not None:

            def edit(before: Design) -> Design:
                return edits.configure(before, flat.id, made("global_average_pool"))

            yield Idea(told("average-instead", node=NodeId(flat.id)), told("mean-before-dense"), edit)
            edge = Edge(flat.inputs[0], flat.id, 0)
            for size in (2, 3, 4):
                yield pool_before(design, edge, size)
        units = value(node.layer, "units")
        for share in (2, 4, 8, 16):
            if units // share >= 8:
                yield change(design, node.id, told("fewer-units"), units=units // share)


def has_heavy_dense(graph: Graph) -> bool:
    """Whether a dense layer holds that share of a network that has other parameters."""
    held = [0]
    total = 0
    for node in graph.nodes:
        at = graph.inferred[node.id]
        if at.output is not None:
            own = sum(math.prod(spec.shape) for spec in node.layer.parameters(at.inputs))
            total += own
            held.append(own if node.layer.reach == "all" and has(node.layer, "units") else 0)
    return SHARE * total < max(held) < total
