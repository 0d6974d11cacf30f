"""Layers with several inputs: a port for each wire and one more."""

from __future__ import annotations

import pytest
from canvas_bench import Bench, make_bench
from PySide6.QtCore import QPointF, Qt

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds

KINDS = layer_kinds()


@pytest.fixture
def branches(qtbot) -> Bench:
    """An input, two convolutions that read it, and a layer that puts maps behind each other, not wired yet."""
    design, source = edits.add(Design(), KINDS["input"](), (0.0, 0.0))
    for filters, row in ((2, -100.0), (3, 120.0)):
        layer = KINDS["conv2d"](filters=filters, padding="same")
        design, node = edits.add(design, layer, (150.0, row))
        design = edits.connect(design, source, node)
    design, _ = edits.add(design, KINDS["concatenate"](), (330.0, 0.0))
    return make_bench(qtbot, design)


def wire_both(bench: Bench) -> None:
    design = edits.connect(bench.design, "conv2d_1", "concatenate_1")
    bench.document.edit("both", edits.connect(design, "conv2d_2", "concatenate_1"))


def test_each_wire_takes_the_next_port(branches: Bench) -> None:
    card = branches.view.canvas_scene.cards["concatenate_1"]
    assert card.inputs == 2
    for number, source in enumerate(("conv2d_1", "conv2d_2", "input_1")):
        branches.is_one_step(
            lambda source=source: branches.hands.drag(branches.output(source), branches.card("concatenate_1")),
            "Connect Concatenate",
        )
        assert card.inputs == max(2, number + 2)
    assert branches.design.graph["concatenate_1"].inputs == ("conv2d_1", "conv2d_2", "input_1")
    assert card.facts.shape == (28, 28, 6)


def test_a_wire_is_dropped_on_the_very_port(branches: Bench) -> None:
    wire_both(branches)
    branches.hands.drag(branches.output("input_1"), branches.input("concatenate_1", 1))
    assert branches.design.graph["concatenate_1"].inputs == ("conv2d_1", "input_1")


def test_one_of_several_wires_is_taken_off(branches: Bench) -> None:
    wire_both(branches)
    after = branches.is_one_step(
        lambda: branches.hands.drag(branches.input("concatenate_1", 0), QPointF(420, 300)), "Disconnect Concatenate"
    )
    assert after.graph["concatenate_1"].inputs == ("conv2d_2",)


def test_two_wires_change_places(branches: Bench) -> None:
    wire_both(branches)
    after = branches.is_one_step(
        lambda: branches.hands.drag(branches.input("concatenate_1", 0), branches.input("concatenate_1", 1)),
        "Rewire Concatenate",
    )
    assert after.graph["concatenate_1"].inputs == ("conv2d_2", "conv2d_1")


def test_the_source_of_one_of_several_wires_is_changed(branches: Bench) -> None:
    wire_both(branches)
    wire = branches.view.canvas_scene.wires[Edge("conv2d_2", "concatenate_1", 1)]
    branches.hands.drag(wire.point_at(0.2), branches.output("input_1"))
    assert branches.design.graph["concatenate_1"].inputs == ("conv2d_1", "input_1")


def test_shapes_that_do_not_meet_are_told_on_the_wires(branches: Bench) -> None:
    design = edits.configure(branches.design, "conv2d_2", KINDS["conv2d"](filters=3, padding="valid"))
    branches.document.edit("valid", edits.connect(design, "conv2d_1", "concatenate_1"))
    branches.hands.press(branches.output("conv2d_2")).move(branches.card("concatenate_1"))
    mark = branches.view.canvas_scene.cards["concatenate_1"].port
    assert mark is not None and mark.fits is False and mark.index == 1
    branches.hands.release()
    labels = {wire.label for wire in branches.view.canvas_scene.wires.values() if wire.broken}
    assert labels == {"28×28×2, beside 26×26×3", "26×26×3, beside 28×28×2"}


def test_sixteen_ports_stay_on_the_card(branches: Bench) -> None:
    design = branches.design
    for _ in range(16):
        design = edits.connect(design, "input_1", "concatenate_1")
    branches.document.edit("many", design)
    card = branches.view.canvas_scene.cards["concatenate_1"]
    assert card.inputs == 16
    for port in range(16):
        assert card.scene_outline().contains(branches.input("concatenate_1", port))
    branches.hands.drag(branches.input("concatenate_1", 7), QPointF(420, 300)).key(Qt.Key.Key_Escape)
    assert len(branches.design.graph["concatenate_1"].inputs) == 15
    branches.shows_the_design()
