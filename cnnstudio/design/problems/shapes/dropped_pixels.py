"""A stride that never looks at some pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.facts.windows import fits_nearby, sides_of
from cnnstudio.design.problems.ideas import change
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.telling.told import told


class DroppedPixels(ProblemKind):
    """Rows or columns of the input, padding left out, that no position of the window reads."""

    code: ClassVar[str] = "dropped"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.graph.nodes:
            if node.layer.reach != "window":
                continue
            facts = case.facts[node.id]
            pair = sides_of(node.layer, facts.inputs)
            if pair is None or facts.shape is None or not any(side.unread for side in pair):
                continue
            if all(side.kernel == 1 for side in pair) and len(case.graph.consumers[node.inputs[0]]) > 1:
                continue  # the shortcut of a residual block: the other branch looks at them
            rows, columns = (side.unread for side in pair)
            yield self.problem(node.id, image=facts.inputs[0][:2], rows=rows, columns=columns)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer, inputs = design.graph[problem.node].layer, design.graph.inferred[problem.node].inputs
        for fit in fits_nearby(layer, inputs):
            yield change(design, problem.node, told(f"reads-all-by-{fit.setting}"), **{fit.setting: fit.value})
        pair = sides_of(layer, inputs)
        assert pair is not None
        sure = (min(pair[0].stride, 1), min(pair[1].stride, 1))
        yield change(design, problem.node, told("every-position"), stride=sure)
