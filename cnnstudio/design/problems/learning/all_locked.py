"""Nothing left to learn: every layer that could is locked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.telling.told import NodeId, told


class AllLocked(ProblemKind):
    """Locks belong to the design, not to the graph: its environment tells."""

    code: ClassVar[str] = "all-locked"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        if case.environment.all_locked:
            yield self.problem(None)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        locked = [i for i in design.graph.order if i in design.locks.layers]
        if locked:
            layers = design.locks.layers - {locked[-1]}
            yield Idea(
                told("unlock", node=NodeId(locked[-1])),
                told("last-learns"),
                lambda before: before.with_changes(locks=Locks(layers, before.locks.filters)),
            )
        yield Idea(told("unlock-all"), told("all-learn"), lambda before: before.with_changes(locks=NO_LOCKS))
