"""Weights of classes that do not fit the answer, or that let no image count."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.rules.losses import BALANCED
from cnnstudio.nn.telling.told import told


class WrongClassWeights(ProblemKind):
    """The loss's own numbers for the classes, against the Softmax at the end."""

    code: ClassVar[str] = "class-weights"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        weights = case.environment.class_weights
        if not weights:
            return
        for node in case.graph.nodes:
            shape = case.facts[node.id].shape
            ends = node.layer.category == "output" and not case.graph.consumers[node.id]
            if ends and shape is not None and (shape != (len(weights),) or not any(weights)):
                yield self.problem(node.id, weights=len(weights), outputs=shape[0])

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        yield Idea(told("class-weights-balanced"), told("balanced-classes"), partial(_weighing, BALANCED))
        yield Idea(told("class-weights-equal"), told("equal-classes"), partial(_weighing, "equal"))


def _weighing(choice: str, design: Design) -> Design:
    return design.with_changes(recipe=design.recipe.choose(**{"loss.class_weights": choice}))
