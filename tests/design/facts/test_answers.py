"""What the answers of a network are called: as its training called them, else as its data does."""

from __future__ import annotations

import pytest
from small_training import design_of, small_graph

from cnnstudio.design.facts.answers import answers

DATA, OWN = ("0", "1", "2"), ("circle", "square", "star")


@pytest.mark.parametrize(
    ("own", "outputs", "data", "said"),
    [
        (OWN, 3, DATA, OWN),
        (OWN, 3, (), OWN),
        ((), 3, DATA, DATA),
        ((), 3, (), ()),
        (OWN, 4, DATA, DATA),
        (OWN, 4, (), ()),
    ],
)
def test_its_own_names_go_first_where_it_has_as_many_answers(own, outputs, data, said) -> None:
    design = design_of(small_graph(classes=outputs)).with_changes(classes=own)
    assert answers(design, data) == said


def test_a_network_without_a_last_layer_yet_keeps_them() -> None:
    graph = small_graph()
    graph = graph.restricted(graph.ids - {"softmax"})
    design = design_of(graph).with_changes(classes=OWN)
    assert answers(design, DATA) == OWN
