"""Convolutions, or dense layers, with no nonlinearity between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.problems.ideas import made, put_before, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph import Edge, Graph, Node
from cnnstudio.nn.told import NodeId, told

#: a depthwise convolution is meant to be followed by one that mixes its maps
_HALVES = ("depthwise_conv2d",)


class LinearPair(ProblemKind):
    """Two weighted sums in a row could be one."""

    code: ClassVar[str] = "linear"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.graph.nodes:
            if not _sums(node) or case.facts[node.id].shape is None:
                continue
            first = _first_of_pair(case.graph, node)
            if first is not None:
                yield self.problem(node.id, first=NodeId(first.id))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]
        first = _first_of_pair(graph, node)
        assert first is not None
        # behind the first layer, or behind the norm that belongs to it
        edge = Edge(node.inputs[0], node.id, 0)
        while edge.source != first.id and graph[edge.source].layer.kind != "batch_norm":
            edge = Edge(graph[edge.source].inputs[0], edge.source, 0)
        for kind, means in (("relu", "below-zero-is-zero"), ("leaky_relu", "a-little-gets-through")):
            yield put_before(edge, told(means), made(kind))
        yield take_out(node.id, told("other-alone", other=NodeId(first.id)))
        yield take_out(first.id, told("other-alone", other=NodeId(node.id)))


def _sums(node: Node) -> bool:
    return node.layer.linear and node.layer.reach != "cell" and hasattr(node.layer, "initializer")


def _first_of_pair(graph: Graph, node: Node) -> Node | None:
    """The weighted sum before a layer with only linear layers between, along wires that nobody else reads."""
    current = node
    for _ in range(len(graph)):
        if len(current.inputs) != 1:
            return None
        current = graph[current.inputs[0]]
        if _sums(current):
            return None if current.layer.kind in _HALVES else current
        if not current.layer.linear or len(current.inputs) != 1:
            return None
    return None
