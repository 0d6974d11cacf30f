"""Convolutions, or dense layers, with no nonlinearity between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
        reaching = _reaching(case.graph)
        for node in case.graph.nodes:
            if not _sums(node) or case.facts[node.id].shape is None:
                continue
            first = _first_of_pair(reaching, node)
            if first is not None:
                yield self.problem(node.id, first=NodeId(first.id))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]
        first = _first_of_pair(_reaching(graph), node)
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


def _reaching(graph: Graph) -> Mapping[str, Node]:
    """For each node the weighted sum whose numbers reach its output through linear layers alone, along single wires."""
    found: dict[str, Node] = {}
    for node_id in graph.order:
        node = graph[node_id]
        if _sums(node):
            found[node_id] = node
        elif node.layer.linear and len(node.inputs) == 1 and node.inputs[0] in found:
            found[node_id] = found[node.inputs[0]]
    return found


def _first_of_pair(reaching: Mapping[str, Node], node: Node) -> Node | None:
    """The weighted sum before a layer with only linear layers between."""
    first = reaching.get(node.inputs[0]) if len(node.inputs) == 1 else None
    return None if first is None or first.layer.kind in _HALVES else first
