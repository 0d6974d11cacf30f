"""A window that is larger than its input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.facts.windows import sides_of
from cnnstudio.design.problems.ideas import change, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import above, has, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.graph.graph import Node
from cnnstudio.nn.telling.told import NodeId, told


class WindowTooLarge(ProblemKind):
    """The window does not fit even once, padding included."""

    code: ClassVar[str] = "window"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            pair = sides_of(node.layer, case.facts[node.id].inputs)
            error = case.graph.inferred[node.id].error
            if pair is None or error is None or all(side.positions >= 1 for side in pair):
                continue
            given = case.facts[node.id].inputs[0]
            reach = tuple(side.dilation * (side.kernel - 1) + 1 for side in pair)
            needed = tuple(max(r - s.before - s.after, 1) for r, s in zip(reach, pair, strict=True))
            before = NodeId(node.inputs[0])
            yield self.problem(node.id, reach=reach, image=given[:2], given=given, needed=needed, before=before)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        graph, node = design.graph, design.graph[problem.node]
        striding = [earlier for earlier in above(graph, node.id) if has(earlier.layer, "stride")]
        for earlier in striding[:1]:
            yield from _slower(design, earlier)
        pair = sides_of(node.layer, graph.inferred[node.id].inputs)
        assert pair is not None
        if has(node.layer, "kernel"):
            yield from _smaller(design, node)
        if has(node.layer, "padding"):
            yield change(design, node.id, told("zeros-make-room"), padding="same")
        if has(node.layer, "dilation"):
            yield change(design, node.id, told("side-by-side"), dilation=(1, 1))
        for earlier in striding[1:]:
            yield from _slower(design, earlier)
        for earlier in striding:
            if earlier.layer.category == "pooling":
                yield take_out(earlier.id, told("stays-large"))
        yield take_out(node.id)


def _slower(design: Design, earlier: Node) -> Iterator[Idea]:
    """Smaller strides of an earlier layer, the largest of them first."""
    if not has(earlier.layer, "stride"):
        return
    stride = value(earlier.layer, "stride")
    window = earlier.layer.window(design.graph.inferred[earlier.id].inputs)
    if window is None or window.spreads:
        return
    for less in range(1, max(stride)):
        slower = (max(1, stride[0] - less), max(1, stride[1] - less))
        yield change(design, earlier.id, told("slower", stride=slower), stride=slower)


def _smaller(design: Design, node: Node) -> Iterator[Idea]:
    """The largest kernel of the same kind that fits."""
    inputs = design.graph.inferred[node.id].inputs
    pair = sides_of(node.layer, inputs)
    assert pair is not None
    room = [(side.extent + side.before + side.after - 1) // side.dilation + 1 for side in pair]
    kernel = value(node.layer, "kernel")
    fitting = [min(k, max(1, r)) for k, r in zip(kernel, room, strict=True)]
    fitting = [f - 1 if f < k and k % 2 and not f % 2 else f for f, k in zip(fitting, kernel, strict=True)]
    if kernel[0] == kernel[1]:
        fitting = [min(fitting)] * 2
    smaller = (fitting[0], fitting[1])
    changes: dict[str, object] = {"kernel": smaller}
    padding = value(node.layer, "padding")
    if padding == "same":
        return
    if not isinstance(padding, str) and max(padding) >= min(smaller):
        changes["padding"] = "valid"

    yield change(design, node.id, told("smaller-filters"), **changes)
