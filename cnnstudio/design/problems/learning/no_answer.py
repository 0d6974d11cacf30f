"""A network that gives no answer that training could compare with the right one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from cnnstudio.design.edits import edits
from cnnstudio.design.problems.ideas import made
from cnnstudio.design.problems.kind import Case, Idea, ProblemKind
from cnnstudio.design.problems.learning.heavy_dense import has_heavy_dense
from cnnstudio.design.value.design import Design
from cnnstudio.design.value.environment import Environment
from cnnstudio.design.value.problem import Problem
from cnnstudio.nn.graph import Graph, GraphError
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.network.network import classifier


class NoAnswer(ProblemKind):
    """No Softmax at the end, or several; said once it is known what is to be learned."""

    code: ClassVar[str] = "no-answer"
    looks_around: ClassVar[bool] = True
    stops_training: ClassVar[bool] = True

    def find(self, case: Case) -> Iterator[Problem]:
        if not case.environment.classes or not case.images or case.misfits:
            return
        try:
            classifier(case.graph)
        except GraphError as error:
            yield self.problem(None, "Cannot be trained yet", str(error))

    def ideas(self, design: Design, problem: Problem, environment: Environment) -> Iterator[Idea]:
        answers = _answers(design.graph)
        if answers:
            for node in answers[::-1]:
                name = design.cards[node].name
                sentence = "The network is left with one answer."
                yield Idea(f"Remove {name}", sentence, lambda before, node=node: edits.remove(before, [node]))  # type: ignore[misc]
            return
        for layers in _endings(design, environment.classes):
            names = [f"{layer.title} ({layer.summary()})" if layer.kind == "dense" else layer.title for layer in layers]
            what = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
            sentence = f"One probability for each of the {environment.classes} classes."
            yield Idea(f"Add {what} at the end", sentence, lambda before, layers=layers: _with(before, layers))  # type: ignore[misc]


def _answers(graph: Graph) -> list[str]:
    return [i for i in graph.order if graph[i].layer.kind == "softmax" and not graph.consumers[i]]


def _endings(design: Design, classes: int) -> Iterator[list[Layer]]:
    """What leads from the end that there is to probabilities: by Flatten first, unless the Dense layer would then hold
    nearly all parameters."""
    end = edits.end_of_stack(design)
    shape = design.graph.inferred[end].output if end is not None else None
    if shape is None:
        return
    dense, softmax = made("dense", units=classes), made("softmax")
    if len(shape) == 1:
        yield [softmax] if shape == (classes,) else [dense, softmax]
        return
    flat, average = [made("flatten"), dense, softmax], [made("global_average_pool"), dense, softmax]
    yield from (average, flat) if has_heavy_dense(_with(design, flat).graph) else (flat, average)


def _with(design: Design, layers: list[Layer]) -> Design:
    for layer in layers:
        design, _ = edits.append(design, layer)
    return design
