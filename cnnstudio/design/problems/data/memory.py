"""Sizes that will not fit into the machine's memory."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.facts.memory import held_numbers, training_bytes
from cnnstudio.design.problems.ideas import pool_before, with_batch_size
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import told

#: the part of the machine's memory that a training step may take
SHARE = 0.8


class TooMuchMemory(ProblemKind):
    """What a training step holds at once, against what the machine has."""

    code: ClassVar[str] = "memory"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        around = case.environment
        if not around.memory:
            return
        held = held_numbers(case.graph, {node_id: facts.numbers for node_id, facts in case.facts.items()})
        parameters = sum(facts.parameters for facts in case.facts.values())
        needed = training_bytes(held, parameters, around.batch_size, around.slots)
        if needed > SHARE * around.memory:
            largest = max(case.graph.nodes, key=lambda node: case.facts[node.id].numbers)
            yield self.problem(largest.id, batch_size=around.batch_size, needed=needed, memory=around.memory)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        batch = design.recipe.batch_size
        while batch > 1:
            batch //= 2
            yield Idea(
                told("batch-size", old=design.recipe.batch_size, new=batch),
                told("fewer-at-once"),
                partial(with_batch_size, batch=batch),
                "batch_size",
            )
        node = design.graph[problem.node]
        for size in (2, 4):
            for port, source in enumerate(node.inputs):
                yield pool_before(design, Edge(source, node.id, port), size)
