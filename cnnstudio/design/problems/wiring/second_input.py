"""A second Input layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.arrays import shape_text


class SecondInput(ProblemKind):
    """The images enter through the first one; what depends on both is not computed."""

    code: ClassVar[str] = "second-input"

    def find(self, case: Case) -> Iterator[Problem]:
        for node_id in case.images[1:]:
            shape = case.facts[node_id].shape or ()
            yield self.problem(
                node_id,
                "A second input",
                f"The images enter through one Input layer; this one, {shape_text(shape)}, is not used, and what reads "
                "it is not computed.",
            )

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, second = design.graph, problem.node
        first = graph.images[0]

        def share(before: Design) -> Design:
            return edits.remove(edits.read_instead(before, second, first), [second])

        if graph.consumers[second]:
            names = " and ".join(design.cards[target].name for target in graph.consumers[second][:2])
            yield Idea(f"Let {names} read {design.cards[first].name}", "One image for both branches.", share)
        yield Idea(
            f"Remove {design.cards[second].name}",
            "The images come in through the other one.",
            lambda before: edits.remove(before, [second]),
        )
        if graph.consumers[second]:
            part = _only_from(design, second)
            yield Idea(
                f"Remove {design.cards[second].name} and the {len(part) - 1} layers that read only it",
                "The first input's network stays as it is.",
                lambda before: edits.remove(before, part),
            )


def _only_from(design: Design, node_id: str) -> frozenset[str]:
    """A node and everything that depends on nothing else."""
    part = {node_id}
    for current in design.graph.order:
        inputs = design.graph[current].inputs
        if inputs and set(inputs) <= part:
            part.add(current)
    return frozenset(part)
