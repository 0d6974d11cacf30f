"""Padding that holds a whole window, that cuts everything off, or that nobody could hold in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import change, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, takes, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.telling.told import told


class PaddingTooLarge(ProblemKind):
    """The layer could take its input if its padding were smaller."""

    code: ClassVar[str] = "padding"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            inputs, error = case.facts[node.id].inputs, case.graph.inferred[node.id].error
            if error is None or not has(node.layer, "padding") or value(node.layer, "padding") == "valid":
                continue
            without = takes(node.layer.replace(padding="valid"), *inputs) and error.told.code != "too-large"
            if without or error.told.code == "too-much-padding":
                yield self.problem_of(node.id, error.told)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        layer, inputs = design.graph[problem.node].layer, design.graph.inferred[problem.node].inputs
        padding = value(layer, "padding")
        if not isinstance(padding, str):
            for most in range(max(padding) - 1, 0, -1):
                less = tuple(min(p, most) for p in padding)
                if takes(layer.replace(padding=less), *inputs):
                    yield change(design, problem.node, told("most-padding"), padding=less)
                    break
        if takes(layer.replace(padding="valid"), *inputs):
            yield change(design, problem.node, told("nothing-added"), padding="valid")
        if padding != "same":
            yield change(design, problem.node, told("keeps-size"), padding="same")
        if has(layer, "dilation"):
            yield change(design, problem.node, told("side-by-side"), dilation=(1, 1))
        yield take_out(problem.node)
