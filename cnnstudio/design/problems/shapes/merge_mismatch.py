"""Branches that do not fit together: Add, Multiply or Concatenate with inputs of different shapes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import permutations
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import change, made, put_before, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, takes, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Edge, Node
from cnnstudio.nn.telling.told import NodeId, told


class MergeMismatch(ProblemKind):
    """Each repair makes one input as the others are, or does without the merge."""

    code: ClassVar[str] = "merge"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            error = case.graph.inferred[node.id].error
            if error is not None and node.layer.most_inputs > 1 and error.told.code != "too-large":
                yield self.problem_of(node.id, error.told)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        assert problem.node is not None
        node = design.graph[problem.node]
        shapes = design.graph.inferred[node.id].inputs
        odd = _odd_one(node, shapes)
        yield from _same_padding(design, node)
        for port in dict.fromkeys((odd, *range(len(shapes)))):
            yield from _same_padding_and_filters(design, node, port)
        pairs = [(odd, port) for port in range(len(shapes)) if port != odd]
        pairs += [(port, odd) for port in range(len(shapes)) if port != odd]
        pairs += [pair for pair in permutations(range(len(shapes)), 2) if pair not in pairs][:6]
        for port, like in pairs:
            yield from _made_alike(design, node, port, shapes[port], shapes[like])
        joined = made("concatenate")
        if node.layer.kind != "concatenate" and takes(joined, *shapes):
            yield Idea(
                told("concatenate-instead", node=NodeId(node.id)),
                told("maps-behind-each-other"),
                lambda before: edits.configure(before, node.id, joined),
            )
        for port in dict.fromkeys((odd, *range(len(shapes)))):
            rest = shapes[:port] + shapes[port + 1 :]
            if len(rest) >= node.layer.fewest_inputs and takes(node.layer, *rest):
                edge = Edge(node.inputs[port], node.id, port)
                yield Idea(
                    told("cut-from", source=NodeId(edge.source)),
                    told("others-fit"),
                    partial(edits.disconnect, edge=edge),
                )
        yield take_out(node.id, told("first-branch-goes-on"))


def _odd_one(node: Node, shapes: tuple[Shape, ...]) -> int:
    """The input that differs from most others; of two the second."""
    for port in reversed(range(len(shapes))):
        rest = shapes[:port] + shapes[port + 1 :]
        if len(rest) == 1 or takes(node.layer, *rest):
            return port
    return len(shapes) - 1


def _same_padding(design: Design, node: Node) -> Iterator[Idea]:
    """Padding “same” along the branches, back to where they part."""
    changed = _without_padding(design, node)
    if not changed:
        return
    if len(changed) == 1:
        yield change(design, changed[0], told("branches-keep-size"), padding="same")
        return

    def edit(before: Design) -> Design:
        return _padded(before, changed)

    yield Idea(told("same-padding", count=len(changed)), told("branches-keep-size"), edit)


def _without_padding(design: Design, node: Node) -> list[str]:
    """The layers of the branches that do not keep the size they are given."""
    graph = design.graph
    changed: list[str] = []
    for source in node.inputs:
        current = graph[source]
        while len(current.inputs) == 1 and len(graph.consumers[current.id]) == 1:
            if has(current.layer, "padding") and value(current.layer, "padding") != "same":
                changed.append(current.id)
            current = graph[current.inputs[0]]
    return changed


def _padded(design: Design, nodes: list[str]) -> Design:
    return edits.configure_all(design, {node: design.graph[node].layer.replace(padding="same") for node in nodes})


def _same_padding_and_filters(design: Design, node: Node, port: int) -> Iterator[Idea]:
    """Where rows, columns and channels all differ: both at once."""
    shapes = design.graph.inferred[node.id].inputs
    like = shapes[0 if port else 1]
    if len(shapes[port]) != 3 or len(like) != 3 or shapes[port][2] == like[2]:
        return
    convolution = _own_filters(design, node.inputs[port])
    padded = _without_padding(design, node)
    if convolution is None or not padded:
        return
    means = told("branches-end-alike")
    filters = change(design, convolution.id, means, filters=like[2])
    what = told("change-and-pad", change=filters.what, count=len(padded))
    yield Idea(what, means, lambda before: _padded(filters.edit(before), padded), filters.way)


def _own_filters(design: Design, node_id: str) -> Node | None:
    """The layer that decides how many maps a branch has, if only this branch reads it."""
    graph, current = design.graph, design.graph[node_id]
    while len(graph.consumers[current.id]) == 1:
        if has(current.layer, "filters"):
            return current
        if len(current.inputs) != 1:
            return None
        current = graph[current.inputs[0]]
    return None


def _made_alike(design: Design, node: Node, port: int, shape: Shape, like: Shape) -> Iterator[Idea]:
    """Make input number ``port`` as ``like`` is, as far as this merge asks for it."""
    edge = Edge(node.inputs[port], node.id, port)
    adds = not takes(node.layer, (1, 1, 1), (1, 1, 2))
    if len(shape) == len(like) == 1:
        yield from _units(design, edge, like[0])
    elif len(shape) == len(like) == 3:
        channels = like[2] if adds else shape[2]
        if shape[:2] == like[:2]:
            mixing = made("conv2d", filters=like[2], kernel=(1, 1))
            yield put_before(edge, told("maps-mixed", maps=shape[2], wanted=like[2]), mixing)
            yield from _filters(design, edge, like[2])
        else:
            yield from _resized(edge, shape, like, channels)
    elif len(shape) == 3 and len(like) == 1:
        yield put_before(edge, told("volume-as-list"), made("flatten"))
        yield put_before(edge, told("map-to-mean"), made("global_average_pool"))
        means = told("volume-to-numbers", volume=shape, wanted=like[0])
        yield put_before(edge, means, made("global_average_pool"), made("dense", units=like[0]))


def _filters(design: Design, edge: Edge, wanted: int) -> Iterator[Idea]:
    convolution = _own_filters(design, edge.source)
    if convolution is not None:
        yield change(design, convolution.id, told("as-many-maps", wanted=wanted), filters=wanted)


def _units(design: Design, edge: Edge, wanted: int) -> Iterator[Idea]:
    graph, current = design.graph, design.graph[edge.source]
    while len(graph.consumers[current.id]) == 1 and len(current.inputs) == 1:
        if has(current.layer, "units"):
            yield change(design, current.id, told("as-many-numbers", wanted=wanted), units=wanted)
            break
        current = graph[current.inputs[0]]
    dense = made("dense", units=wanted)
    yield put_before(edge, told("say-in-new-ones", wanted=wanted), dense)


def _resized(edge: Edge, shape: Shape, like: Shape, channels: int) -> Iterator[Idea]:
    if shape[0] >= like[0] and shape[1] >= like[1]:
        steps = tuple(-(-a // b) for a, b in zip(shape[:2], like[:2], strict=True))
        even = tuple(-(-a // s) == b for a, s, b in zip(shape[:2], steps, like[:2], strict=True))
        if all(even) and max(steps) <= 64:
            if channels == shape[2]:
                pool = made("max_pool2d", kernel=steps, stride=steps, padding="same")
                yield put_before(edge, told("largest-of-window"), pool)
            shortcut = made("conv2d", filters=channels, kernel=(1, 1), stride=steps)
            yield put_before(edge, told("residual-shortcut", stride=steps, maps=channels), shortcut)
        kernel = (shape[0] - like[0] + 1, shape[1] - like[1] + 1)
        if max(kernel) <= 64:
            means = told("window-leaves", kernel=kernel, left=like[:2])
            yield put_before(edge, means, made("conv2d", filters=channels, kernel=kernel))
        if channels == shape[2]:
            down, across = shape[0] - like[0], shape[1] - like[1]
            rows, columns = (down // 2, down - down // 2), (across // 2, across - across // 2)
            crop = made("crop2d", top=rows[0], bottom=rows[1], left=columns[0], right=columns[1])
            yield put_before(edge, told("cropped-to", both=like[:2]), crop)
    elif shape[0] <= like[0] and shape[1] <= like[1]:
        down, across = like[0] - shape[0], like[1] - shape[1]
        if max(down, across) <= 128:
            rows, columns = (down // 2, down - down // 2), (across // 2, across - across // 2)
            border = made("zero_pad2d", top=rows[0], bottom=rows[1], left=columns[0], right=columns[1])
            means = told("zeros-around", both=like[:2])
            if channels == shape[2]:
                yield put_before(edge, means, border)
            else:
                yield put_before(edge, means, border, made("conv2d", filters=channels, kernel=(1, 1)))
    else:  # higher but narrower: bring it to 1×1 and up again is no repair; pad first, then cut
        down, across = max(0, like[0] - shape[0]), max(0, like[1] - shape[1])
        kernel = (shape[0] + down - like[0] + 1, shape[1] + across - like[1] + 1)
        if max(down, across) <= 64 and max(kernel) <= 64:
            border = made("zero_pad2d", top=0, bottom=down, left=0, right=across)
            means = told("zeros-and-window", both=like[:2])
            yield put_before(edge, means, border, made("conv2d", filters=channels, kernel=kernel))
