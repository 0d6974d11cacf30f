"""Layers that no image reaches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import component, parts_without_image
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.layers.convolution._sliding import counted


class Unreachable(ProblemKind):
    """Several layers that hang together, but not with any Input layer."""

    code: ClassVar[str] = "unreachable"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for part in parts_without_image(case.graph, case.images):
            node = case.graph[part.head]
            count = counted(len(part.nodes), "layer")
            lacks = "" if node.inputs else f" {node.layer.title} needs an input but has none."
            yield self.problem(
                part.head, f"No image reaches {count}", f"No wire leads from the Input layer to {count}.{lacks}"
            )

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, head = design.graph, problem.node
        part = component(graph, head)
        loose = [i for i in graph.order if i not in part and not graph.consumers[i]]
        for source in (*reversed(loose), *(i for i in graph.order if i not in part and graph.consumers[i]))[:3]:
            yield Idea(
                f"Draw a wire from {design.cards[source].name} to {design.cards[head].name}",
                f"The {len(part)} layers go on from there.",
                lambda before, source=source: edits.connect(before, source, head),  # type: ignore[misc]
            )
        yield Idea(
            f"Remove the {len(part)} layers",
            "The rest of the network stays as it is.",
            lambda before: edits.remove(before, part),
        )
