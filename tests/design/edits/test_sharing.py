"""Designs share what no edit has changed, so that what an edit costs follows what it changes."""

from __future__ import annotations

import random

import pytest

from benchmarks.random_edits import an_edit
from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.graph import Graph


@pytest.mark.parametrize("seed", range(3))
def test_layers_that_an_edit_leaves_alone_are_the_same_objects(seed: int) -> None:
    chance, design = random.Random(seed), template("lenet5")
    for _ in range(60):
        before, design = design, an_edit(design, chance)
        for node in design.graph:
            if node.id in before.graph and node == before.graph[node.id]:
                assert node is before.graph[node.id]


def test_of_a_sound_graph_all_is_computable_and_nothing_is_made_anew() -> None:
    graph = template("lenet5").graph
    assert all(node is graph[node.id] for node in graph.computable)
    assert graph.computable.order == graph.order


def test_deleting_again_what_was_brought_back_is_known_at_a_glance() -> None:
    design = template("lenet5")
    gone = design.graph.order[2]
    once, again = (edits.remove(design, [gone], rejoin=True).graph for _ in range(2))
    assert once == again and once is not again
    assert sum(one is not other for one, other in zip(once, again, strict=True)) <= 1


def test_equal_graphs_are_equal_whether_or_not_they_share() -> None:
    graph = template("lenet5").graph
    apart = Graph(tuple(type(node)(node.id, node.layer.replace(), tuple(node.inputs)) for node in graph))
    assert apart == graph and hash(apart) == hash(graph)
