"""Convolutions, or dense layers, with no nonlinearity between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import made, put_before, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Edge, Graph, Node
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import NodeId, told

#: a depthwise convolution is meant to be followed by one that mixes its maps
_HALVES = ("depthwise_conv2d",)
#: what leaves numbers as they are, outside training and with the right scale and shift
_KEEPING = ("batch_norm", "dropout", "spatial_dropout2d")


class LinearPair(ProblemKind):
    """Two weighted sums in a row are one. A layer is removed only where the other can compute all that both could."""

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
        between = _between(graph, first, node)
        if between is None:
            return
        if _second_suffices(graph, first, between, node):
            yield take_out(first.id, told("other-alone", other=NodeId(node.id)))
        else:
            yield from _in_first(graph, first, between, node)


def _between(graph: Graph, first: Node, node: Node) -> list[Node] | None:
    """The layers between the two, from the second upwards; None where others read what runs there."""
    found: list[Node] = []
    current = graph[node.inputs[0]]
    while current.id != first.id:
        found.append(current)
        current = graph[current.inputs[0]]
    return found if all(len(graph.consumers[n.id]) == 1 for n in (first, *found)) else None


def _second_suffices(graph: Graph, first: Node, between: list[Node], node: Node) -> bool:
    """Whether the second layer, reading what the first one reads, can compute whatever both can: a Dense layer reads
    all of it; filters do behind 1×1 filters, unless zeros around the image keep the first one's bias from the edge."""
    if node.layer.kind == "dense":
        return all(n.layer.kind in (*_KEEPING, "flatten") for n in between)
    one, two = first.layer, node.layer
    if not (isinstance(one, Conv2D) and isinstance(two, Conv2D) and all(n.layer.kind in _KEEPING for n in between)):
        return False
    alone = one.kernel == (1, 1) and one.stride == (1, 1) and not _padding(graph, first)
    return alone and two.groups == 1 and not _padding(graph, node)


def _in_first(graph: Graph, first: Node, between: list[Node], node: Node) -> Iterator[Idea]:
    """Larger filters in place of both: k₁ and k₂ cells under the windows with strides s₁ and s₂ are
    d₁(k₁ − 1) + s₁d₂(k₂ − 1) + 1 cells with stride s₁s₂. Zeros around what the first one gives have no counterpart."""
    one, two = first.layer, node.layer
    if not (isinstance(one, Conv2D) and isinstance(two, Conv2D) and all(n.layer.kind in _KEEPING for n in between)):
        return
    if one.groups > 1 or two.groups > 1 or _padding(graph, node):
        return
    changes: dict[str, object] = {"filters": two.filters}
    if two.kernel != (1, 1):
        changes["kernel"] = tuple(
            one.dilation[i] * (one.kernel[i] - 1) + one.stride[i] * two.dilation[i] * (two.kernel[i] - 1) + 1
            for i in (0, 1)
        )
        changes["dilation"] = (1, 1)
    if two.kernel != (1, 1) or two.stride != (1, 1):
        changes["stride"] = (one.stride[0] * two.stride[0], one.stride[1] * two.stride[1])
        changes["padding"] = _padding(graph, first) or "valid"
    changes = {name: value for name, value in changes.items() if getattr(one, name) != value}
    means = told("other-alone", other=NodeId(first.id))
    if not changes:
        yield take_out(node.id, means)
        return
    try:
        larger = one.replace(**changes)
    except SettingError:  # beyond the largest filters there are
        return

    def edit(before: Design) -> Design:
        return edits.remove(edits.configure(before, first.id, larger), [node.id], rejoin=True)

    what = told("one-layer", gone=NodeId(node.id), node=NodeId(first.id), layer=one, changes=tuple(changes.items()))
    yield Idea(what, means, edit)


def _padding(graph: Graph, node: Node) -> tuple[int, int, int, int] | None:
    """The zeros around what a convolution reads, None if there are none."""
    window = node.layer.window(graph.inferred[node.id].inputs)
    return window.padding if window is not None and any(window.padding) else None


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
