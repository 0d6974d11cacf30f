"""An answer that has not as many numbers as the data has classes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.facts.answers import answering
from cnnstudio.design.problems.ideas import change, made, put_before
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import told


class WrongClasses(ProblemKind):
    """The Softmax at the end against the data's classes."""

    code: ClassVar[str] = "classes"
    looks_around: ClassVar[bool] = True
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        wanted = case.environment.classes
        if not wanted:
            return
        for node in case.graph.nodes:
            shape = case.facts[node.id].shape
            ends = node.layer.category == "output" and not case.graph.consumers[node.id]
            if ends and shape is not None and shape != (wanted,):
                yield self.problem(node.id, outputs=shape[0], classes=wanted)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node, wanted = design.graph, design.graph[problem.node], environment.classes
        if found := answering(graph, problem.node):
            layer, setting = found
            yield change(design, layer, told("number-a-class"), **{setting: wanted})
        dense = made("dense", units=wanted)
        edge = Edge(node.inputs[0], node.id, 0)
        yield put_before(edge, told("computed-from-those", wanted=wanted), dense)
