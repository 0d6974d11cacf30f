"""An Input layer of another size than the images of the data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.data.no_images import fitting_data
from cnnstudio.design.problems.ideas import change
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.parameters.parameters import layouts
from cnnstudio.nn.telling.told import told


class WrongImageSize(ProblemKind):
    """The first Input against the data's images."""

    code: ClassVar[str] = "image-size"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        wanted = case.environment.image_shape
        for node_id in case.graph.images[:1]:
            shape = case.facts[node_id].shape
            if wanted and shape is not None and shape != wanted:
                yield self.problem(node_id, images=wanted, input=shape)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer = design.graph[problem.node].layer
        if not isinstance(layer, Input):
            return
        taken = layer.taking(environment.image_shape)
        changes = {name: value for name, value in vars(taken).items() if getattr(layer, name) != value}
        if not environment.taught:
            yield change(design, problem.node, told("images-as-they-are"), **changes)
            return
        yield from fitting_data(design)  # before what was learned is lost
        anew = _layers_anew(design, edits.configure(design, problem.node, taken))
        means = told("images-as-they-are-anew", layers=anew) if anew else told("images-as-they-are")
        yield change(design, problem.node, means, **changes)


def _layers_anew(before: Design, after: Design) -> int:
    """How many layers have parameters of other shapes, and begin anew."""
    return len({slot.node for slot in layouts(after.graph)[0].slots if not layouts(before.graph)[0].fits(slot)})
