"""A network without an Input layer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import made
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.telling.told import NodeId, told


class NoInput(ProblemKind):
    """Nowhere for the images to come in."""

    code: ClassVar[str] = "no-input"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        if case.graph.nodes and not case.graph.images:
            yield self.problem(None)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        yield add_input(design, environment)


def add_input(design: Design, environment: Environment) -> Idea:
    """An Input layer for the images there are, before the first layer that waits for one."""
    height, width, channels = environment.image_shape or (28, 28, 1)
    layer = made("input", height=height, width=width, channels=channels)
    unwired = [n.id for n in design.graph.nodes if not n.inputs and n.layer.fewest_inputs == 1]

    def edit(before: Design) -> Design:
        if not unwired:
            return edits.add(before, layer, (0.0, 0.0))[0]
        card = before.cards[unwired[0]]
        before, node = edits.add(before, layer, (card.x - edits.COLUMN, card.y))
        return edits.connect(before, node, unwired[0])

    what = told("add-wired-input", target=NodeId(unwired[0])) if unwired else told("add-input")
    return Idea(what, told("images-as-large" if environment.image_shape else "images-grey"), edit)
