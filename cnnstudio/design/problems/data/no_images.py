"""Data that could not be opened."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.data.drawn.builtin import BuiltIn
from cnnstudio.data.library import BUILTIN
from cnnstudio.design.facts.answers import classes_answered
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.telling.told import told


class NoImages(ProblemKind):
    """Whoever opens the data says so in the environment. What the program draws itself is always there; it is
    offered where the network takes it, or where it takes none of that."""

    code: ClassVar[str] = "no-images"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        if case.environment.missing_data:
            yield self.problem(None, source=case.environment.missing_data)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        fitting = tuple(fitting_data(design))
        yield from fitting or map(_drawn_here, _others(design))


def fitting_data(design: Design) -> Iterator[Idea]:
    """To learn from other images that the program draws itself and that the network takes as it is."""
    yield from (_drawn_here(kind) for kind in _others(design) if _fits(design, kind))


def _others(design: Design) -> list[BuiltIn]:
    return [kind for kind in BUILTIN.values() if kind.name != design.recipe.data.source]


def _drawn_here(kind: BuiltIn) -> Idea:
    means = told("drawn-here", images=kind.image_shape, classes=len(kind.classes))
    return Idea(told("other-data", title=kind.title), means, partial(_learning, source=kind.name))


def _fits(design: Design, kind: BuiltIn) -> bool:
    """Whether the network takes the pictures of a set and tells its classes apart."""
    images = design.graph.images
    takes = bool(images) and design.graph.inferred[images[0]].output == kind.image_shape
    return takes and classes_answered(design.graph) in (None, len(kind.classes))


def _learning(design: Design, source: str) -> Design:
    recipe = design.recipe
    return design.with_changes(recipe=recipe.replace(data=recipe.data.taken_from(source)))
