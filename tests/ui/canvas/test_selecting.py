"""Selecting: clicks, the rubber band, keys, and both ways between scene and document."""

from __future__ import annotations

import pytest
from canvas_bench import CTRL, NONE, SHIFT, Bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAccessible, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QPushButton

from cnnstudio.design.edits import edits
from cnnstudio.nn.graph.graph import Edge


def around(bench: Bench, *nodes: str) -> tuple[QPointF, QPointF]:
    """Corners of a rectangle that begins on empty ground and touches exactly these cards."""
    frame = bench.view.canvas_scene.frame_of(frozenset(nodes))
    return frame.topLeft() + QPointF(-6, -6), frame.bottomRight() + QPointF(6, 6)


def test_a_click_selects_and_the_document_knows(bench: Bench) -> None:
    bench.hands.click(bench.card("relu_1"))
    assert bench.document.selection == {"relu_1"}
    assert bench.view.canvas_scene.cards["relu_1"].selected
    bench.hands.click(bench.card("conv2d_1"))
    assert bench.document.selection == {"conv2d_1"}
    assert not bench.view.canvas_scene.cards["relu_1"].selected
    bench.hands.click(bench.empty())
    assert bench.document.selection == frozenset()


def test_the_scene_follows_the_documents_selection(bench: Bench) -> None:
    bench.document.select({"dense_1", "flatten_1"})
    assert {i for i, card in bench.view.canvas_scene.cards.items() if card.selected} == {"dense_1", "flatten_1"}


def test_shift_adds_and_ctrl_toggles(bench: Bench) -> None:
    bench.hands.click(bench.card("relu_1"))
    bench.hands.hold(SHIFT).click(bench.card("conv2d_1")).click(bench.card("conv2d_1"))
    assert bench.document.selection == {"relu_1", "conv2d_1"}
    bench.hands.hold(CTRL).click(bench.card("relu_1")).click(bench.card("dense_1"))
    assert bench.document.selection == {"conv2d_1", "dense_1"}
    bench.hands.click(bench.empty())
    assert bench.document.selection == {"conv2d_1", "dense_1"}


def test_a_click_on_one_of_many_leaves_only_that_one(bench: Bench) -> None:
    bench.document.select({"relu_1", "conv2d_1"})
    bench.hands.press(bench.card("relu_1"))
    assert bench.document.selection == {"relu_1", "conv2d_1"}
    bench.hands.release()
    assert bench.document.selection == {"relu_1"}


def test_the_rubber_band_selects_what_it_touches(bench: Bench) -> None:
    start, end = around(bench, "input_1", "conv2d_1")
    bench.hands.press(start).move(end)
    assert bench.document.selection == {"input_1", "conv2d_1"}
    bench.hands.release()
    assert bench.document.selection == {"input_1", "conv2d_1"}
    bench.shows_the_design()


def test_the_rubber_band_adds_with_shift_and_toggles_with_ctrl(bench: Bench) -> None:
    bench.hands.drag(*around(bench, "input_1", "conv2d_1"))
    bench.hands.hold(SHIFT).drag(*around(bench, "relu_1"))
    assert bench.document.selection == {"input_1", "conv2d_1", "relu_1"}
    bench.hands.hold(CTRL).drag(*around(bench, "relu_1", "max_pool2d_1"))
    assert bench.document.selection == {"input_1", "conv2d_1", "max_pool2d_1"}


def test_a_cancelled_band_gives_the_selection_back(bench: Bench) -> None:
    bench.document.select({"dense_1"})
    start, end = around(bench, "input_1", "conv2d_1")
    bench.hands.press(start).move(end).key(Qt.Key.Key_Escape).release()
    assert bench.document.selection == {"dense_1"}
    bench.shows_the_design()


def test_keys_select_all_and_none(bench: Bench) -> None:
    bench.hands.key(Qt.Key.Key_A, CTRL)
    assert bench.document.selection == set(bench.design.cards)
    bench.hands.key(Qt.Key.Key_A, CTRL | SHIFT)
    assert bench.document.selection == frozenset()
    bench.hands.key(Qt.Key.Key_A, CTRL).key(Qt.Key.Key_Escape)
    assert bench.document.selection == frozenset()


def test_a_wire_is_selected_by_a_click(bench: Bench) -> None:
    bench.document.select({"dense_1"})
    bench.hands.click(bench.between("input_1", "conv2d_1"))
    assert {(e.source, e.target) for e in bench.view.canvas_scene.selected_wires} == {("input_1", "conv2d_1")}
    assert bench.document.selection == frozenset()
    bench.hands.hold(SHIFT).click(bench.between("conv2d_1", "relu_1"))
    assert len(bench.view.canvas_scene.selected_wires) == 2
    bench.hands.hold(Qt.KeyboardModifier.NoModifier).click(bench.card("dense_1"))
    assert bench.view.canvas_scene.selected_wires == frozenset()


def test_ctrl_arrows_walk_along_the_wires(bench: Bench) -> None:
    order = bench.design.graph.order
    bench.document.select({order[0]})
    for node_id in order[1:]:
        bench.hands.key(Qt.Key.Key_Right, CTRL)
        assert bench.document.selection == {node_id}
    bench.hands.key(Qt.Key.Key_Left, CTRL)
    assert bench.document.selection == {order[-2]}
    bench.document.select({"conv2d_2"})
    bench.hands.key(Qt.Key.Key_Up, CTRL)
    assert bench.document.selection == {"input_1"}


@pytest.mark.parametrize("node", ["conv2d_1", "softmax_1"])
def test_hovering_marks_the_card_and_its_ports(bench: Bench, node: str) -> None:
    card = bench.view.canvas_scene.cards[node]
    bench.hands.move(bench.card(node))
    assert card.hovered and card.port is None
    bench.hands.move(bench.input(node))
    assert card.port is not None and not card.port.output
    bench.hands.move(bench.empty())
    assert not card.hovered and card.port is None


def test_a_selected_wire_that_goes_is_selected_no_more(bench: Bench) -> None:
    bench.hands.click(bench.between("input_1", "conv2d_1"))
    bench.document.edit("cut", edits.disconnect(bench.design, Edge("input_1", "conv2d_1")))
    assert bench.view.canvas_scene.selected_wires == frozenset()
    bench.document.history.undo()
    assert not bench.view.canvas_scene.wires[Edge("input_1", "conv2d_1")].selected


def test_keys_of_the_canvas_come_before_the_windows(qtbot, bench: Bench) -> None:
    window, fired = QMainWindow(), []
    qtbot.addWidget(window)
    other = QPushButton(window)
    window.setCentralWidget(bench.view)
    for keys in ("Del", "F", "Ctrl+A", "Ctrl+T"):
        QShortcut(QKeySequence(keys), window, lambda keys=keys: fired.append(keys))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    bench.view.setFocus()
    bench.hands.key(Qt.Key.Key_A, CTRL)
    assert bench.document.selection == set(bench.design.cards)
    bench.hands.key(Qt.Key.Key_F).key(Qt.Key.Key_Delete).key(Qt.Key.Key_T, CTRL)
    assert fired == ["Ctrl+T"] and not bench.design.cards
    other.setFocus()
    bench.hands.key(Qt.Key.Key_Delete)
    assert fired == ["Ctrl+T", "Del"]
    bench.view.setParent(None)


def test_the_canvas_says_what_is_selected_to_those_who_cannot_see_it(bench: Bench) -> None:
    bench.hands.click(bench.card("conv2d_2"))
    heard = QAccessible.queryAccessibleInterface(bench.view).text(QAccessible.Text.Description)
    assert heard == "Conv 2D 2, 16 filters 5×5, 10×10×16, after Max pooling, before ReLU 2"
    layer = bench.design.graph["conv2d_2"].layer.replace(kernel=(17, 17))
    bench.document.edit("Change kernel", edits.configure(bench.design, "conv2d_2", layer))
    assert "A 17×17 window does not fit into a 14×14 image" in bench.view.accessibleDescription()
    bench.hands.hold(SHIFT).click(bench.card("relu_2")).hold(NONE)
    assert bench.view.accessibleDescription() == "2 layers selected"
    bench.hands.key(Qt.Key.Key_Escape)
    assert bench.view.accessibleDescription().startswith("14 layers. Tab adds one")
