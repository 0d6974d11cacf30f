"""Branches that do not fit together: Add, Multiply or Concatenate with inputs of different shapes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import change, made, put_before, take_out
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.paths import has, takes, value
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem, Severity
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph import Edge, Node


class MergeMismatch(ProblemKind):
    """Each repair makes one input as the others are, or does without the merge."""

    code: ClassVar[str] = "merge"
    severity: ClassVar[Severity] = "error"

    def find(self, case: Case) -> Iterator[Problem]:
        for node in case.misfits:
            error = case.graph.inferred[node.id].error
            if error is not None and node.layer.most_inputs > 1 and error.title != "Too large to compute":
                yield self.problem(node.id, error.title, str(error))

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
                f"{design.cards[node.id].name}: Concatenate instead of {node.layer.title}",
                "The maps are laid behind each other; their number need not be the same.",
                lambda before: edits.configure(before, node.id, joined),
            )
        for port in dict.fromkeys((odd, *range(len(shapes)))):
            rest = shapes[:port] + shapes[port + 1 :]
            if len(rest) >= node.layer.fewest_inputs and takes(node.layer, *rest):
                edge = Edge(node.inputs[port], node.id, port)
                yield Idea(
                    f"Cut the wire from {design.cards[edge.source].name}",
                    "The other inputs fit together.",
                    lambda before, edge=edge: edits.disconnect(before, edge),  # type: ignore[misc]
                )
        yield take_out(design, node.id, "Only the first branch goes on.")


def _odd_one(node: Node, shapes: tuple[Shape, ...]) -> int:
    """The input that differs from most others; of two the second."""
    for port in reversed(range(len(shapes))):
        rest = shapes[:port] + shapes[port + 1 :]
        if len(rest) == 1 or takes(node.layer, *rest):
            return port
    return len(shapes) - 1


def _same_padding(design: Design, node: Node) -> Iterator[Idea]:
    """Padding “same” along the branches, back to where they part."""
    graph = design.graph
    changed: list[str] = []
    for source in node.inputs:
        current = graph[source]
        while len(current.inputs) == 1 and len(graph.consumers[current.id]) == 1:
            if has(current.layer, "padding") and value(current.layer, "padding") != "same":
                changed.append(current.id)
            current = graph[current.inputs[0]]
    if not changed:
        return
    sentence = "Every layer of the branches keeps the size it is given, so that they meet with equal rows and columns."
    if len(changed) == 1:
        yield change(design, changed[0], sentence, padding="same")
        return

    def edit(before: Design) -> Design:
        layers = {node_id: before.graph[node_id].layer.replace(padding="same") for node_id in changed}
        return edits.configure_all(before, layers)

    yield Idea(f"Padding “same” in the {len(changed)} layers of the branches", sentence, edit)


def _same_padding_and_filters(design: Design, node: Node, port: int) -> Iterator[Idea]:
    """Where rows, columns and channels all differ: both at once."""
    shapes = design.graph.inferred[node.id].inputs
    like = shapes[0 if port else 1]
    if len(shapes[port]) != 3 or len(like) != 3 or shapes[port][2] == like[2]:
        return
    convolution = _own_filters(design, node.inputs[port])
    padding = list(_same_padding(design, node))
    if convolution is None or not padding:
        return
    filters = change(design, convolution.id, "", filters=like[2])
    yield Idea(
        f"{filters.title}, {padding[0].title.rpartition(': ')[2]}".replace(", Padding", ", padding"),
        "Both branches keep the size they are given and end in as many maps.",
        lambda before: padding[0].edit(filters.edit(before)),
    )


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
            yield put_before(
                design,
                edge,
                f"1×1 filters mix the {shape[2]} maps into {like[2]} without looking at neighbours.",
                made("conv2d", filters=like[2], kernel=(1, 1)),
            )
            yield from _filters(design, edge, like[2])
        else:
            yield from _resized(design, edge, shape, like, channels)
    elif len(shape) == 3 and len(like) == 1:
        yield put_before(design, edge, "All numbers of the volume as one list.", made("flatten"))
        yield put_before(design, edge, "Each map becomes its mean.", made("global_average_pool"))
        dense = made("dense", units=like[0])
        sentence = f"The {shape_text(shape)} volume becomes {like[0]} numbers."
        yield put_before(design, edge, sentence, made("global_average_pool"), dense)


def _filters(design: Design, edge: Edge, wanted: int) -> Iterator[Idea]:
    convolution = _own_filters(design, edge.source)
    if convolution is not None:
        yield change(design, convolution.id, f"The branch then has {wanted} maps as well.", filters=wanted)


def _units(design: Design, edge: Edge, wanted: int) -> Iterator[Idea]:
    graph, current = design.graph, design.graph[edge.source]
    while len(graph.consumers[current.id]) == 1 and len(current.inputs) == 1:
        if has(current.layer, "units"):
            yield change(design, current.id, f"The branch then gives {wanted} numbers as well.", units=wanted)
            break
        current = graph[current.inputs[0]]
    dense = made("dense", units=wanted)
    yield put_before(design, edge, f"Every number of the branch has a say in {wanted} new ones.", dense)


def _resized(design: Design, edge: Edge, shape: Shape, like: Shape, channels: int) -> Iterator[Idea]:
    if shape[0] >= like[0] and shape[1] >= like[1]:
        steps = tuple(-(-a // b) for a, b in zip(shape[:2], like[:2], strict=True))
        even = tuple(-(-a // s) == b for a, s, b in zip(shape[:2], steps, like[:2], strict=True))
        if all(even) and max(steps) <= 64:
            if channels == shape[2]:
                sentence = "Keeps the largest value of each window, so that rows and columns are equal."
                yield put_before(design, edge, sentence, made("max_pool2d", kernel=steps, stride=steps, padding="same"))
            sentence = f"Every {steps[0]}th cell, mixed into {channels} maps: the shortcut of a residual network."
            yield put_before(design, edge, sentence, made("conv2d", filters=channels, kernel=(1, 1), stride=steps))
        kernel = (shape[0] - like[0] + 1, shape[1] - like[1] + 1)
        if max(kernel) <= 64:
            sentence = f"Without padding a {shape_text(kernel)} window leaves {shape_text(like[:2])}."
            yield put_before(design, edge, sentence, made("conv2d", filters=channels, kernel=kernel))
    elif shape[0] <= like[0] and shape[1] <= like[1]:
        down, across = like[0] - shape[0], like[1] - shape[1]
        if max(down, across) <= 128:
            rows, columns = (down // 2, down - down // 2), (across // 2, across - across // 2)
            border = made("zero_pad2d", top=rows[0], bottom=rows[1], left=columns[0], right=columns[1])
            sentence = f"Zeros around the smaller branch: {shape_text(like[:2])} on both."
            if channels == shape[2]:
                yield put_before(design, edge, sentence, border)
            else:
                yield put_before(design, edge, sentence, border, made("conv2d", filters=channels, kernel=(1, 1)))
    else:  # higher but narrower: bring it to 1×1 and up again is no repair; pad first, then cut
        down, across = max(0, like[0] - shape[0]), max(0, like[1] - shape[1])
        kernel = (shape[0] + down - like[0] + 1, shape[1] + across - like[1] + 1)
        if max(down, across) <= 64 and max(kernel) <= 64:
            border = made("zero_pad2d", top=0, bottom=down, left=0, right=across)
            sentence = f"Zeros on one side, a window without padding on the other: {shape_text(like[:2])} on both."
            yield put_before(design, edge, sentence, border, made("conv2d", filters=channels, kernel=kernel))
