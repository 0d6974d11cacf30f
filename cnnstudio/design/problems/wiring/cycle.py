"""Layers that feed themselves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import NodeId, told


class Cycle(ProblemKind):
    """A layer that depends on itself."""

    code: ClassVar[str] = "cycle"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        circling = frozenset[str]().union(*case.graph.circles)
        for node in case.graph.nodes:
            if node.id in circling:
                yield self.problem(node.id)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph = design.graph
        circle = next((found for found in graph.circles if problem.node in found), frozenset[str]())
        edges = [e for e in graph.edges if e.source in circle and e.target in circle]
        # a wire that runs backwards on the canvas closes the circle
        edges.sort(key=lambda e: design.cards[e.target].x - design.cards[e.source].x)
        ends = [i for i in graph.order if not graph.consumers[i]] or list(graph.order)
        for edge in edges[:6]:
            if ends and len(graph[edge.target].inputs) <= graph[edge.target].layer.fewest_inputs:
                end = ends[-1]
                wire = {"source": NodeId(edge.source), "target": NodeId(edge.target)}
                yield Idea(
                    told("read-instead", end=NodeId(end), **wire),
                    told("circle-opened-to-image"),
                    partial(_rewired, edge=edge, source=end),
                )
        for edge in edges[:6]:
            yield Idea(
                told("cut", source=NodeId(edge.source), target=NodeId(edge.target)),
                told("circle-opened"),
                partial(edits.disconnect, edge=edge),
            )
        yield take_out(problem.node)


def _rewired(design: Design, edge: Edge, source: str) -> Design:
    cut = edits.disconnect(design, edge)
    return edits.connect(cut, source, edge.target)
