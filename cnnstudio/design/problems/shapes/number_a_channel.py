"""An Input whose mean or deviation has another number of numbers than its images have channels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import change
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.telling.told import told


class NumberAChannel(ProblemKind):
    """Numbers for each channel, but not one for each."""

    code: ClassVar[str] = "channels"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            error = case.graph.inferred[node.id].error
            if isinstance(node.layer, Input) and error is not None:
                yield self.problem_of(node.id, error.told)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer = design.graph[problem.node].layer
        assert isinstance(layer, Input)
        given = {about.name: getattr(layer, about.name) for about in layer.settings() if about.per == "channel"}
        uneven = {name: v for name, v in given.items() if isinstance(v, tuple) and len(v) != layer.channels}
        averages = {name: float(f"{sum(numbers) / len(numbers):.4g}") for name, numbers in uneven.items()}
        numbers = max(len(v) for v in uneven.values())
        if numbers in environment.image_shape[2:]:
            yield change(design, problem.node, told("channel-for-each"), channels=numbers)
        yield change(design, problem.node, told("one-for-all-channels"), **averages)
