"""A volume beyond any memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import change, pool_before, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import above, has, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.graph import Edge, Node
from cnnstudio.nn.telling.told import told


class TooLarge(ProblemKind):
    """All layers together would hold more numbers for one image than are ever computed."""

    code: ClassVar[str] = "too-large"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        yield from self.told_by_layers(case)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        node = design.graph[problem.node]
        yield from _fewer(design, node)
        inputs = design.graph.inferred[node.id].inputs
        if node.inputs and inputs and len(inputs[0]) == 3:
            for size in (2, 4, 8, 16, 64):
                yield pool_before(design, Edge(node.inputs[0], node.id, 0), size)
        for earlier in above(design.graph, node.id):
            yield from _fewer(design, earlier)
        yield take_out(node.id)


def _fewer(design: Design, node: Node) -> Iterator[Idea]:
    """Smaller settings of what makes a layer's output large."""
    layer = node.layer
    for name in ("filters", "multiplier", "units", "height", "channels"):
        if has(layer, name):
            number = value(layer, name)
            while number > 1:
                number = number // 2
                changes = {name: number}
                if name == "height":
                    changes["width"] = max(1, value(layer, "width") * number // value(layer, "height"))
                yield change(design, node.id, told("fewer-numbers"), **changes)
    if has(layer, "factor"):
        factor = value(layer, "factor")
        for less in (2, 4, 8):
            smaller = (max(1, factor[0] // less), max(1, factor[1] // less))
            if smaller != factor:
                yield change(design, node.id, told("grows-less"), factor=smaller)
