"""A dense layer that holds nearly all parameters."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import change, made, put_before
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, nearest, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.graph import Edge, Graph

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
                yield self.problem(
                    node.id,
                    f"Holds {_percent(held, total)} % of all parameters",
                    f"{thousands(held)} of {thousands(total)} parameters are in this one layer. It learns single "
                    "images by heart more easily, and makes files and memory large.",
                )

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]
        flat = nearest(graph, node.id, lambda n: n.layer.kind == "flatten")
        if flat is not None:
            sentence = "Each map becomes one number, its mean, before the dense layer reads it."

            def edit(before: Design) -> Design:
                return edits.configure(before, flat.id, made("global_average_pool"))

            yield Idea(f"{design.cards[flat.id].name}: Global average pooling instead", sentence, edit)
            edge = Edge(flat.inputs[0], flat.id, 0)
            for size in (2, 3, 4):
                pool = made("max_pool2d", kernel=(size, size), stride=(size, size))
                yield put_before(design, edge, f"A {size * size}th of the numbers is left to read.", pool)
        units = value(node.layer, "units")
        for share in (2, 4, 8, 16):
            if units // share >= 8:
                yield change(design, node.id, "Fewer units, and as many fewer parameters.", units=units // share)


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


def _percent(held: int, total: int) -> str:
    """99.7 and not 100 as long as others hold some; whole numbers below 99."""
    share = 100 * held / total
    if share < 98.5 or held == total:
        return f"{share:.0f}"
    return f"{min(share, 99.9):.1f}".removesuffix(".0")
