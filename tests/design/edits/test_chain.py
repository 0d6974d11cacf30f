"""Edits along a chain."""

import pytest

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import chain
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.layer import layer_kinds


def kinds(design) -> list[str]:
    return [design.graph[i].layer.kind for i in design.graph.order]


def test_moving_up_swaps_wires_and_places() -> None:
    design = template("lenet5")
    moved = chain.move_up(design, "max_pool2d_1")
    assert kinds(moved)[:4] == ["input", "conv2d", "max_pool2d", "relu"]
    assert (moved.cards["max_pool2d_1"].x, moved.cards["relu_1"].x) == (
        design.cards["relu_1"].x,
        design.cards["max_pool2d_1"].x,
    )
    assert not analyse(moved.graph).problems
    assert chain.move_down(moved, "max_pool2d_1") == design


@pytest.mark.parametrize(
    ("name", "node", "says"),
    [
        ("lenet5", "conv2d_1", "first layer"),
        ("lenet5", "input_1", "reads no layers"),
        ("resnet_mini", "add_1", "reads 2 layers"),
        ("resnet_mini", "relu_3", "branches"),
        ("resnet_mini", "conv2d_2", "other layers"),
    ],
)
def test_what_is_no_chain_is_refused_with_the_reason(name: str, node: str, says: str) -> None:
    with pytest.raises(EditRefused, match=says):
        chain.move_up(template(name), node)


def test_an_input_stays_first_and_an_end_last() -> None:
    with pytest.raises(EditRefused):
        chain.move_down(template("lenet5"), "input_1")
    with pytest.raises(EditRefused):
        chain.move_down(template("lenet5"), "softmax_1")


def test_adding_behind_the_end_in_a_wire_and_at_a_fork() -> None:
    design, new = chain.add_after(template("lenet5"), "softmax_1", layer_kinds()["dropout"]())
    assert design.graph[new].inputs == ("softmax_1",)
    design, new = chain.add_after(template("lenet5"), "conv2d_1", layer_kinds()["batch_norm"]())
    assert design.graph["relu_1"].inputs == (new,)
    fork = template("resnet_mini")
    readers = fork.graph.consumers["relu_1"]
    design, new = chain.add_after(fork, "relu_1", layer_kinds()["dropout"]())
    assert set(design.graph.consumers[new]) == set(readers)
    assert design.graph.consumers["relu_1"] == (new,)
    assert not analyse(design.graph).problems
    with pytest.raises(EditRefused):
        chain.add_after(fork, "relu_1", layer_kinds()["input"]())
