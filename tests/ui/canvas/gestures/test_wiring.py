"""Drawing wires, taking them off, and what is said meanwhile."""

from __future__ import annotations

import pytest
from canvas_bench import CTRL, RIGHT, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds

KINDS = layer_kinds()
DELETE = Qt.Key.Key_Delete


def cut(bench: Bench, source: str, target: str) -> None:
    """Remove a wire without an undo step to count."""
    bench.document.edit("cut", edits.disconnect(bench.design, Edge(source, target)))


def test_a_wire_is_drawn_forwards(bench: Bench) -> None:
    cut(bench, "conv2d_1", "relu_1")
    after = bench.is_one_step(lambda: bench.hands.drag(bench.output("conv2d_1"), bench.input("relu_1")), "Connect ReLU")
    assert after.graph["relu_1"].inputs == ("conv2d_1",)


def test_a_wire_is_drawn_backwards(bench: Bench) -> None:
    cut(bench, "conv2d_1", "relu_1")
    bench.is_one_step(lambda: bench.hands.drag(bench.input("relu_1"), bench.output("conv2d_1")), "Connect Conv 2D")
    assert bench.design.graph["relu_1"].inputs == ("conv2d_1",)


def test_anywhere_on_the_card_will_do(bench: Bench) -> None:
    cut(bench, "conv2d_1", "relu_1")
    bench.hands.drag(bench.output("conv2d_1"), bench.card("relu_1"))
    assert bench.design.graph["relu_1"].inputs == ("conv2d_1",)


def test_while_it_is_drawn_a_fitting_port_turns_green_and_says_the_shapes(bench: Bench) -> None:
    bench.hands.press(bench.output("conv2d_1")).move(bench.input("max_pool2d_1"))
    mark = bench.view.canvas_scene.cards["max_pool2d_1"].port
    assert mark is not None and mark.fits is True
    assert bench.view.bubble.isVisible() and "28×28×6 → 14×14×6" in bench.view.bubble.text()
    bench.hands.move(bench.empty())
    assert bench.view.canvas_scene.cards["max_pool2d_1"].port is None
    assert not bench.view.bubble.isVisible()
    bench.hands.key(Qt.Key.Key_Escape).release()


def test_a_shape_that_does_not_fit_is_told_with_its_numbers(bench: Bench) -> None:
    bench.hands.press(bench.output("conv2d_1")).move(bench.input("dense_1"))
    mark = bench.view.canvas_scene.cards["dense_1"].port
    assert mark is not None and mark.fits is False
    assert "28×28×6" in bench.view.bubble.text()
    bench.hands.release()
    assert bench.design.graph["dense_1"].inputs == ("conv2d_1",)  # people pass through such states
    wire = bench.view.canvas_scene.wires[Edge("conv2d_1", "dense_1")]
    assert wire.broken and wire.label == "28×28×6, needs a list"
    assert wire.tagged


def test_a_circle_is_refused_while_it_is_drawn(bench: Bench) -> None:
    def drag() -> None:
        bench.hands.press(bench.output("dense_1")).move(bench.input("conv2d_1"))
        mark = bench.view.canvas_scene.cards["conv2d_1"].port
        assert mark is not None and mark.fits is False
        assert "circle" in bench.view.bubble.text()
        bench.hands.release()

    bench.changes_nothing(drag)
    assert not bench.view.bubble.isVisible()


@pytest.mark.parametrize("how", ["escape", "right button"])
def test_drawing_is_cancelled(bench: Bench, how: str) -> None:
    def drag() -> None:
        bench.hands.press(bench.output("conv2d_1")).move(bench.input("max_pool2d_1"))
        if how == "escape":
            bench.hands.key(Qt.Key.Key_Escape)
        else:
            bench.hands.press(bench.input("max_pool2d_1"), RIGHT).release(RIGHT)
        bench.hands.release()

    bench.changes_nothing(drag)


def test_an_end_dragged_off_disconnects(bench: Bench) -> None:
    after = bench.is_one_step(lambda: bench.hands.drag(bench.input("relu_1"), bench.empty()), "Disconnect ReLU")
    assert after.graph["relu_1"].inputs == ()


def test_an_end_taken_off_and_put_back_changes_nothing(bench: Bench) -> None:
    def drag() -> None:
        bench.hands.press(bench.input("relu_1")).move(bench.empty())
        assert not bench.view.canvas_scene.wires[Edge("conv2d_1", "relu_1")].isVisible()
        bench.hands.move(bench.input("relu_1")).release()

    bench.changes_nothing(drag)


def test_an_end_is_put_on_another_layer(bench: Bench) -> None:
    after = bench.is_one_step(
        lambda: bench.hands.drag(bench.input("relu_1"), bench.input("max_pool2d_1")), "Rewire Max pooling"
    )
    assert after.graph["relu_1"].inputs == () and after.graph["max_pool2d_1"].inputs == ("conv2d_1",)


def test_a_wire_taken_near_its_source_lets_that_end_go(bench: Bench) -> None:
    wire = bench.view.canvas_scene.wires[Edge("max_pool2d_1", "conv2d_2")]
    near_source = wire.point_at(0.2)
    after = bench.is_one_step(lambda: bench.hands.drag(near_source, bench.output("relu_1")), "Rewire ReLU")
    assert after.graph["conv2d_2"].inputs == ("relu_1",)


def test_a_selected_wire_is_deleted(bench: Bench) -> None:
    def delete() -> None:
        bench.hands.click(bench.between("conv2d_1", "relu_1")).key(DELETE)

    after = bench.is_one_step(delete, "Delete 1 wire")
    assert after.graph["relu_1"].inputs == ()
    assert len(after.graph) == len(template("lenet5").graph)


def test_layers_are_deleted_and_rejoined(bench: Bench) -> None:
    bench.hands.click(bench.card("relu_1"))
    after = bench.is_one_step(lambda: bench.hands.key(DELETE, CTRL), "Remove ReLU and rejoin")
    assert after.graph["max_pool2d_1"].inputs == ("conv2d_1",)
    assert bench.document.selection == frozenset()


def test_layers_are_deleted_with_their_wires(bench: Bench) -> None:
    bench.hands.click(bench.card("relu_1")).hold(SHIFT).click(bench.card("conv2d_2"))
    bench.hands.hold(Qt.KeyboardModifier.NoModifier)
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_Backspace), "Delete 2 layers")
    assert "relu_1" not in after.graph and after.graph["max_pool2d_1"].inputs == ()


def test_the_selection_is_connected_in_order(bench: Bench) -> None:
    for source, target in (("conv2d_1", "relu_1"), ("relu_1", "max_pool2d_1"), ("max_pool2d_1", "conv2d_2")):
        cut(bench, source, target)
    bench.document.select({"conv2d_1", "relu_1", "max_pool2d_1", "conv2d_2"})
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_L, CTRL), "Connect 4 layers")
    assert after.graph == template("lenet5").graph


def test_a_layer_that_keeps_the_shape_is_bypassed(bench: Bench) -> None:
    bench.hands.click(bench.card("relu_1"))
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_B, CTRL), "Bypass ReLU")
    assert after.graph["max_pool2d_1"].inputs == ("conv2d_1",) and after.graph["relu_1"].inputs == ()


def test_a_layer_that_changes_the_shape_says_why_it_stays(bench: Bench, qtbot) -> None:
    bench.hands.click(bench.card("conv2d_1"))
    with qtbot.waitSignal(bench.view.told) as told:
        bench.changes_nothing(lambda: bench.hands.key(Qt.Key.Key_B, CTRL))
    assert "28×28×1 → 28×28×6" in told.args[0]


def test_a_wire_says_its_shape_on_hover(bench: Bench) -> None:
    wire = bench.view.canvas_scene.wires[Edge("conv2d_1", "relu_1")]
    assert not wire.tagged
    bench.hands.move(bench.between("conv2d_1", "relu_1"))
    assert wire.tagged and wire.label == "28×28×6"
    bench.hands.move(bench.empty())
    assert not wire.tagged


def test_a_second_input_port_opens_only_on_layers_that_merge(qtbot) -> None:
    bench = make_bench(qtbot, template("first_conv"))
    assert [bench.view.canvas_scene.cards[i].inputs for i in ("input_1", "conv2d_1")] == [0, 1]


def joining(qtbot) -> Bench:
    """Input → Conv 2D → Add, whose second port is free, and a ReLU that nobody reads yet."""
    design, image = edits.add(Design(), KINDS["input"](height=8, width=8, channels=3), (0, 0))
    for kind, settings, at in (
        ("conv2d", {"filters": 3, "padding": "same"}, (160, 0)),
        ("relu", {}, (160, 260)),
        ("add", {}, (420, 0)),
    ):
        design, node = edits.add(design, KINDS[kind](**settings), at)
        if kind != "add":
            design = edits.connect(design, image, node)
    return make_bench(qtbot, edits.connect(design, "conv2d_1", node))


@pytest.mark.parametrize("share", [0.35, 0.5, 0.7])
def test_between_the_ports_of_a_merge_the_free_one_is_meant(qtbot, share: float) -> None:
    bench = joining(qtbot)
    taken, free = bench.input("add_1", 0), bench.input("add_1", 1)
    after = bench.is_one_step(
        lambda: bench.hands.drag(bench.output("relu_1"), taken + (free - taken) * share), "Connect Add"
    )
    assert after.graph["add_1"].inputs == ("conv2d_1", "relu_1")


def test_pointing_at_the_very_port_replaces_its_wire(qtbot) -> None:
    bench = joining(qtbot)
    bench.hands.drag(bench.output("relu_1"), bench.input("add_1", 0))
    assert bench.design.graph["add_1"].inputs == ("relu_1",)


def test_a_gesture_ends_when_the_design_changes_under_it(bench: Bench) -> None:
    bench.hands.press(bench.output("conv2d_1")).move(bench.input("max_pool2d_1"))
    design, _ = edits.add(bench.design, KINDS["relu"](), (0.0, 900.0))
    bench.document.edit("Elsewhere", design)
    assert bench.view.mouse.gesture is None
    bench.hands.move(QPointF(0, -300)).release()
    bench.shows_the_design()
    assert bench.design is design
