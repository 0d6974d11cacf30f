"""A network that gives no answer that training could compare with the right one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import made
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.learning.heavy_dense import has_heavy_dense
from cnnstudio.design.problems.paths import descendants
from cnnstudio.design.problems.shapes.unflattened import USUAL_CLASSES
from cnnstudio.design.problems.wiring.second_input import SecondInput
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.network.network import ends_of
from cnnstudio.nn.telling.told import NodeId, Told, told


class NoSoftmax(ProblemKind):
    """No Softmax at the end, several, or one that depends on two Inputs. What follows from an error is no problem of
    its own: while a layer has no shape, nothing is said."""

    code: ClassVar[str] = "no-softmax"
    prevents_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        if not case.graph.images or any(facts.shape is None for facts in case.facts.values()):
            return
        found = ends_of(case.graph)
        if isinstance(found, Told):
            yield self.problem_of(None, found)

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        answers = _answers(design.graph)
        if problem.told.code == "wrong-inputs":
            yield from _with_one_input(design, environment)
            return
        if answers:
            for node in answers[::-1]:
                what = told("remove", node=NodeId(node))
                yield Idea(what, told("one-answer-left"), partial(edits.remove, nodes=[node]))
            return
        classes = environment.classes
        means = told("probability-a-class", classes=classes) if classes else told("probabilities")
        if inside := [i for i in design.graph.order if design.graph[i].layer.kind == "softmax"]:
            yield from _of_softmax_within(design, inside[-1], classes, means)
            return
        for layers in _endings(design, classes):
            what = told("add-at-end", layers=tuple(layers))
            yield Idea(what, means, partial(_with, layers=layers))


def _of_softmax_within(design: Design, softmax: str, classes: int, means: Told) -> Iterator[Idea]:
    """Something stands behind a Softmax: it goes, or the Softmax comes behind it. A second one would make
    probabilities of probabilities."""
    behind = descendants(design.graph, softmax) - {softmax}
    one, *more = behind
    what = told("remove-layers", count=len(behind)) if more else told("remove", node=NodeId(one))
    yield Idea(what, told("softmax-answers", softmax=NodeId(softmax)), partial(edits.remove, nodes=behind))
    without = edits.remove(design, [softmax], rejoin=True)
    if [layers for layers in _endings(without, classes) if len(layers) == 1]:
        what = told("move-to-end", node=NodeId(softmax))
        yield Idea(what, means, partial(_moved_to_end, softmax=softmax))


def _moved_to_end(design: Design, softmax: str) -> Design:
    return _with(edits.remove(design, [softmax], rejoin=True), [design.graph[softmax].layer])


def _with_one_input(design: Design, environment: Environment) -> Iterator[Idea]:
    second, kind = [i for i in design.graph.order if design.graph[i].layer.category == "input"][1], SecondInput()
    return kind.ideas(design, kind.problem(second), environment)


def _answers(graph: Graph) -> list[str]:
    return [i for i in graph.order if graph[i].layer.kind == "softmax" and not graph.consumers[i]]


def _endings(design: Design, classes: int) -> Iterator[list[Layer]]:
    """What leads from the end that there is to probabilities, as many as ``classes`` if that is not 0: by Flatten
    first, unless the Dense layer would then hold nearly all parameters."""
    end = edits.end_of_stack(design)
    shape = design.graph.inferred[end].output if end is not None else None
    if shape is None:
        return
    softmax = made("softmax")
    dense = made("dense", units=classes or USUAL_CLASSES)
    if len(shape) == 1:
        yield [softmax] if shape == (classes or shape[0],) else [dense, softmax]
        return
    flat, average = [made("flatten"), dense, softmax], [made("global_average_pool"), dense, softmax]
    yield from (average, flat) if has_heavy_dense(_with(design, flat).graph) else (flat, average)


def _with(design: Design, layers: list[Layer]) -> Design:
    for layer in layers:
        design, _ = edits.append(design, layer)
    return design
