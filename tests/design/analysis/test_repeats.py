"""What a network repeats, as people say it who know its wiring."""

from __future__ import annotations

from collections.abc import Callable
from time import thread_time

import pytest

from cnnstudio.design.analysis.repeats import around, repeated
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Graph
from tests.nn.published import Drawing, densenet, resnet18, squeezenet, vgg11

#: for each stage how many layers its parts have
EXPECTED: dict[str, tuple[Callable[[], Graph], list[list[int]]]] = {
    # convolution, norm, ReLU, convolution, norm, sum, ReLU; convolution and norm of the shortcut where maps get smaller
    "ResNet-18": (lambda: resnet18(bias=False), [[7, 7], [9, 7], [9, 7], [9, 7]]),
    # squeeze, two ways to expand, each with a ReLU, and what joins them
    "SqueezeNet": (lambda: squeezenet(round_up=True), [[7, 7], [7, 7], [7, 7, 7, 7]]),
    "VGG-11": (vgg11, [[3], [3], [5], [5], [5]]),
    # norm, ReLU, convolution, twice; what joins all before it is between them
    "DenseNet": (densenet, [[6, 6, 6, 6], [6, 6, 6]]),
    "LeNet-5": (lambda: template("lenet5").graph, [[3], [3]]),
    "one block": (lambda: template("first_conv").graph, []),
}


@pytest.mark.parametrize("name", EXPECTED)
def test_parts_are_those_that_have_a_name_in_papers(name: str) -> None:
    make, expected = EXPECTED[name]
    stages = repeated(make())
    assert [[len(part) for part in stage] for stage in stages] == expected


def test_a_residual_block_ends_behind_its_sum() -> None:
    graph = resnet18(bias=False)
    for stage in repeated(graph):
        for part in stage:
            ends = [node for node in part if not part.issuperset(graph.consumers[node])]
            assert [graph[node].layer.kind for node in ends] == ["relu"]
            assert [graph[source].layer.kind for source in graph[ends[0]].inputs] == ["add"]


def test_parts_are_disjoint_and_a_stage_holds_what_is_between_its_parts() -> None:
    graph = densenet()
    stages = repeated(graph)
    parts = [part for stage in stages for part in stage]
    assert sum(map(len, parts)) == len(frozenset().union(*parts))
    first, second = (around(graph, stage) for stage in stages)
    assert first.isdisjoint(second)
    assert all(part <= first for part in stages[0])
    joined = [node for node in first if node not in frozenset().union(*stages[0])]
    assert {graph[node].layer.kind for node in joined} == {"concatenate"} and len(joined) == 4


def test_two_thousand_layers_are_looked_through_at_once() -> None:
    drawing = Drawing(8, 8, 4)
    while len(drawing.nodes) < 1_990:
        before = drawing.nodes[-1].id
        for _ in range(len(drawing.nodes) % 7 + 1):
            drawing.add("conv2d", filters=4, kernel=len(drawing.nodes) % 3 + 1, padding="same")
        drawing.add("add", drawing.nodes[-1].id, before)
    drawing.add("global_average_pool")
    graph = drawing.graph
    graph.shape(graph.order[-1])  # what is not measured
    begun = thread_time()
    assert repeated(graph)
    assert thread_time() - begun < 2.0
