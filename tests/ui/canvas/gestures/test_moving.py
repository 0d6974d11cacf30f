"""Moving cards: snapping, cancelling, copies, nudging."""

from __future__ import annotations

import itertools

import pytest
from canvas_bench import ALT, LEFT, RIGHT, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template


def test_a_card_is_moved_and_snaps_to_the_grid(bench: Bench) -> None:
    card = bench.design.cards["softmax_1"]

    def drag() -> None:
        start = bench.card("softmax_1")
        bench.hands.drag(start, start + QPointF(64, 43))

    after = bench.is_one_step(drag, "Move Softmax")
    assert (after.cards["softmax_1"].x, after.cards["softmax_1"].y) == (card.x + 60, card.y + 40)


def test_a_card_snaps_flush_with_a_neighbour_off_the_grid(qtbot) -> None:
    design = edits.move(template("first_conv"), {"input_1": (3.0, 7.0), "conv2d_1": (303.0, 307.0)})
    bench = make_bench(qtbot, design)
    start = bench.card("conv2d_1")
    bench.hands.press(start).move(start + QPointF(0, -297))
    guides = [item for item in bench.view.canvas_scene.items() if type(item).__name__ == "Guides"]
    assert len(guides) == 1 and not guides[0].path().isEmpty()
    bench.hands.release()
    assert bench.design.cards["conv2d_1"].y == 7.0
    bench.shows_the_design()


def test_alt_pressed_later_suspends_snapping(bench: Bench) -> None:
    card = bench.design.cards["softmax_1"]
    start = bench.card("softmax_1")
    bench.hands.press(start).move(start + QPointF(63, 43)).hold(ALT).move(start + QPointF(64, 43), 1).release()
    moved = bench.design.cards["softmax_1"]
    zoom = bench.view.camera.zoom
    assert moved.x - card.x == pytest.approx(64, abs=1 / zoom) and (moved.x - card.x) % 10 != 0
    assert moved.y - card.y == pytest.approx(43, abs=1 / zoom) and (moved.y - card.y) % 10 != 0


def test_alt_at_the_press_moves_a_copy(bench: Bench) -> None:
    def drag() -> None:
        bench.hands.hold(ALT).drag(bench.card("conv2d_1"), bench.card("conv2d_1") + QPointF(0, 400))

    before = bench.design
    after = bench.is_one_step(drag, "Duplicate Conv 2D")
    assert after.cards["conv2d_1"] == before.cards["conv2d_1"]
    assert bench.document.selection == {"conv2d_3"}
    assert after.graph["conv2d_3"].layer == before.graph["conv2d_1"].layer


def test_the_whole_selection_moves_in_one_step(bench: Bench) -> None:
    bench.document.select({"conv2d_1", "relu_1", "max_pool2d_1"})
    start = bench.card("relu_1")
    before = bench.design
    after = bench.is_one_step(lambda: bench.hands.drag(start, start + QPointF(0, -150)), "Move 3 layers")
    moved = {i for i in after.cards if after.cards[i] != before.cards[i]}
    assert moved == {"conv2d_1", "relu_1", "max_pool2d_1"}
    assert len({before.cards[i].y - after.cards[i].y for i in moved}) == 1


@pytest.mark.parametrize("how", ["escape", "right button"])
def test_a_drag_is_cancelled_and_nothing_has_changed(bench: Bench, how: str) -> None:
    def drag() -> None:
        start = bench.card("conv2d_1")
        bench.hands.press(start).move(start + QPointF(200, 300))
        assert bench.view.canvas_scene.cards["conv2d_1"].x() != bench.design.cards["conv2d_1"].x
        if how == "escape":
            bench.hands.key(Qt.Key.Key_Escape)
        else:
            bench.hands.press(start + QPointF(200, 300), RIGHT).release(RIGHT)
        bench.hands.move(start + QPointF(10, 80)).release()

    bench.changes_nothing(drag)


def test_a_small_tremor_is_a_click(bench: Bench) -> None:
    start = bench.card("conv2d_1")
    step = QPointF(2 / bench.view.camera.zoom, 0)
    bench.changes_nothing(lambda: bench.hands.drag(start, start + step))
    assert bench.document.selection == {"conv2d_1"}


def test_wires_follow_a_card_while_it_moves(bench: Bench) -> None:
    start = bench.card("conv2d_2")
    bench.hands.press(start).move(start + QPointF(0, 250))
    for edge, wire in bench.view.canvas_scene.wires.items():
        assert wire.start == bench.output(edge.source) and wire.end == bench.input(edge.target)
    bench.hands.release(LEFT)


def test_arrows_nudge_and_a_burst_is_one_step(bench: Bench) -> None:
    bench.hands.click(bench.card("softmax_1"))
    card = bench.design.cards["softmax_1"]

    def nudge() -> None:
        for _ in range(3):
            bench.hands.key(Qt.Key.Key_Right)
        bench.hands.key(Qt.Key.Key_Down, SHIFT)

    after = bench.is_one_step(nudge, "Move Softmax")
    assert (after.cards["softmax_1"].x, after.cards["softmax_1"].y) == (card.x + 30, card.y + 100)


def test_nudging_another_card_is_another_step(bench: Bench) -> None:
    bench.hands.click(bench.card("softmax_1"))
    QTest.keyClick(bench.view, Qt.Key.Key_Right)
    bench.hands.click(bench.card("conv2d_1"))
    QTest.keyClick(bench.view, Qt.Key.Key_Up)
    assert bench.document.history.count() == 2


def test_dragging_near_the_edge_scrolls_and_takes_the_card_along(bench: Bench, qtbot) -> None:
    view, start = bench.view, bench.card("conv2d_1")
    seen = view.camera.seen().left()
    bench.hands.press(start).move(view.camera.to_scene(QPointF(2, 300)))
    qtbot.waitUntil(lambda: view.camera.seen().left() < seen - 100)
    held = view.camera.to_scene(QPointF(2, 300)).x() - bench.view.canvas_scene.cards["conv2d_1"].x()
    assert abs(held - 60) < 25
    bench.hands.key(Qt.Key.Key_Escape)
    stopped = view.camera.seen().left()
    QTest.qWait(50)
    assert view.camera.seen().left() == stopped
    bench.hands.release()
    bench.shows_the_design()


def test_cards_are_aligned_in_a_row_and_in_a_column_without_covering_each_other(bench: Bench) -> None:
    """By the command search, the context menu and the menu bar these are one command each."""
    chosen = ["conv2d_1", "conv2d_2", "dense_2"]
    bench.document.select(chosen)
    row = bench.is_one_step(lambda: bench.view.commands.editing.align("row"), "Align 3 layers")
    assert len({row.cards[node].y for node in chosen}) == 1
    lefts = sorted(row.cards[node].x for node in chosen)
    assert all(second - first >= 150 for first, second in itertools.pairwise(lefts))
    column = bench.is_one_step(lambda: bench.view.commands.editing.align("column"), "Align 3 layers")
    assert len({column.cards[node].x for node in chosen}) == 1
    tops = sorted(column.cards[node].y for node in chosen)
    assert all(second - first >= 178 for first, second in itertools.pairwise(tops))
    others = set(column.cards) - set(chosen)
    assert all(column.cards[node] == row.cards[node] for node in others)


def test_cards_are_spaced_out_evenly_between_the_first_and_the_last(bench: Bench) -> None:
    chosen = ["input_1", "conv2d_1", "relu_1"]
    bench.document.edit("Move", edits.move(bench.design, {"conv2d_1": (160, 0), "relu_1": (600, 0)}), select=chosen)
    after = bench.is_one_step(lambda: bench.view.commands.editing.align("evenly"), "Space out 3 layers")
    assert [after.cards[node].x for node in chosen] == [0, 300, 600]


def test_one_card_alone_cannot_be_aligned(bench: Bench, qtbot) -> None:
    bench.document.select(["relu_1"])
    with qtbot.waitSignal(bench.view.told) as told:
        bench.changes_nothing(lambda: bench.view.commands.editing.align("row"))
    assert "at least two" in told.args[0]
