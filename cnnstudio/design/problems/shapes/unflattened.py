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
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.telling.told import Told, told

#: classes, where nobody knows how many there will be
USUAL_CLASSES = 10
#: a mean of so many cells leaves far fewer weights than the cells themselves
_FAR_FEWER = 4


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
        classes = environment.classes or USUAL_CLASSES
        answers = node.layer.category == "output"

        def leading(means: Told, layer: Layer, numbers: int) -> Idea:
            if not answers or numbers == classes:
                return put_before(edge, means, layer)
            each = told("probability-a-class", classes=classes) if environment.classes else told("probabilities")
            return put_before(edge, each, layer, made("dense", units=classes))

        far_fewer = height * width >= _FAR_FEWER
        means = told("maps-to-means", count=channels) if far_fewer else told("map-to-mean")
        flat = leading(told("all-kept", count=count), made("flatten"), count)
        average = leading(means, made("global_average_pool"), channels)
        heavy = answers or has_heavy_dense(flat.edit(design).graph)
        yield from (average, flat) if heavy else (flat, average)
        yield leading(told("maps-to-largest", count=channels), made("global_max_pool"), channels)
