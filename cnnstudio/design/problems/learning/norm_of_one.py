"""Batch norm over a single number."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.problems.ideas import take_out, with_batch_size
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.telling.told import told

#: a batch size with which the moments of a batch say something of the others
_USUAL = 32


class NormOfOne(ProblemKind):
    """One image a batch, or left over at the end of an epoch, where it has one number for each channel: its variance is
    zero, and what comes out is the same for every image (Ioffe and Szegedy, 2015, normalise over many)."""

    code: ClassVar[str] = "norm-of-one"
    looks_around: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        around = case.environment
        always = around.batch_size == 1
        if not always and not (around.images and around.images % around.batch_size == 1):
            return
        for node in case.graph.nodes:
            inputs = case.facts[node.id].inputs
            if node.layer.kind == "batch_norm" and len(inputs) == 1 and math.prod(inputs[0][:-1]) == 1:
                rest = told("norm-of-last-one", images=around.images, batch_size=around.batch_size)
                yield self.problem(node.id) if always else self.problem_of(node.id, rest)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        old, images = design.recipe.batch_size, environment.images
        first = max(_USUAL, old) if problem.told.code == self.code else old + 1
        new = next((size for size in (first, first + 1, first + 2) if images % size != 1), None)
        if new is not None:
            what = told("batch-size", old=old, new=new)
            yield Idea(what, told("several-at-once"), partial(with_batch_size, batch=new))
        yield take_out(problem.node)
