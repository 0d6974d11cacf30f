"""A layer that reads a list of numbers, on a volume."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import made, put_before
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.learning.heavy_dense import has_heavy_dense
from cnnstudio.design.problems.paths import takes
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph import Edge
from cnnstudio.nn.told import told


class Unflattened(ProblemKind):
    """A Dense layer, or another that takes vectors only, behind a volume."""

    code: ClassVar[str] = "unflattened"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            inputs, error = case.facts[node.id].inputs, case.graph.inferred[node.id].error
            if error is None or len(inputs) != 1 or len(inputs[0]) != 3:
                continue
            if not takes(node.layer, (512, 512, inputs[0][2])) and takes(node.layer, (math.prod(inputs[0]),)):
                yield self.problem(node.id, input=inputs[0])

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        node = design.graph[problem.node]
        height, width, channels = design.graph.inferred[node.id].inputs[0]
        edge = Edge(node.inputs[0], node.id, 0)
        count = height * width * channels
        flat = put_before(edge, told("all-kept", count=count), made("flatten"))
        average = put_before(edge, told("maps-to-means", count=channels), made("global_average_pool"))
        yield from (average, flat) if has_heavy_dense(flat.edit(design).graph) else (flat, average)
        yield put_before(edge, told("maps-to-largest", count=channels), made("global_max_pool"))
