"""Search to add, and the search that opens when a wire is dropped on nothing."""

from __future__ import annotations

import pytest
from canvas_bench import SHIFT, Bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from cnnstudio.design.edits import edits
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.ui.widgets.choosing.fuzzy import score

FREE = QPointF(780, 80)


def type_and_enter(bench: Bench, text: str) -> None:
    search = bench.view.commands.adding.search
    assert search is not None and search.field.hasFocus()
    QTest.keyClicks(search.field, text)
    QTest.keyClick(search.field, Qt.Key.Key_Return)


OPENERS = {
    "tab": lambda bench: QTest.keyClick(bench.view, Qt.Key.Key_Tab),
    "shift a": lambda bench: QTest.keyClick(bench.view, Qt.Key.Key_A, SHIFT),
    "space": lambda bench: QTest.keyClick(bench.view, Qt.Key.Key_Space),
    "double-click": lambda bench: bench.hands.double_click(FREE),
}


@pytest.mark.parametrize("how", OPENERS)
def test_a_layer_is_searched_and_added_at_the_pointer(bench: Bench, how: str) -> None:
    bench.hands.move(FREE)

    def add() -> None:
        OPENERS[how](bench)
        type_and_enter(bench, "mxp")

    after = bench.is_one_step(add, "Add Max pooling")
    (new,) = bench.document.selection
    assert after.graph[new].layer.kind == "max_pool2d" and after.graph[new].inputs == ()
    assert abs(after.cards[new].x - 720) <= 10 and abs(after.cards[new].y - 4) <= 10
    assert bench.view.hasFocus() and bench.view.commands.adding.search is None


def test_over_a_wire_it_is_inserted(bench: Bench) -> None:
    bench.hands.move(bench.between("conv2d_1", "relu_1"))
    QTest.keyClick(bench.view, Qt.Key.Key_Tab)
    type_and_enter(bench, "drop")
    assert bench.design.graph["relu_1"].inputs == ("dropout_1",)


@pytest.mark.parametrize("how", ["escape", "click", "no match"])
def test_the_search_closes_without_adding(bench: Bench, how: str) -> None:
    def search() -> None:
        QTest.keyClick(bench.view, Qt.Key.Key_Tab)
        field = bench.view.commands.adding.search.field
        if how == "no match":
            type_and_enter(bench, "zzzz")
            assert bench.view.commands.adding.search.kinds_shown() == []
        if how == "click":
            bench.hands.click(bench.empty())
        else:
            QTest.keyClick(field, Qt.Key.Key_Escape)
        assert bench.view.commands.adding.search is None and bench.view.hasFocus()

    bench.changes_nothing(search)


def test_arrows_choose_and_keys_of_the_canvas_do_not_fire_in_the_field(bench: Bench) -> None:
    bench.document.select({"conv2d_1"})
    QTest.keyClick(bench.view, Qt.Key.Key_Tab)
    search = bench.view.commands.adding.search
    QTest.keyClicks(search.field, "conv f")
    QTest.keyClick(search.field, Qt.Key.Key_Backspace)
    QTest.keyClick(search.field, Qt.Key.Key_Backspace)
    assert search.field.text() == "conv" and "conv2d_1" in bench.design.graph
    QTest.keyClick(search.field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert bench.document.selection == {"conv2d_1"}
    QTest.keyClick(search.field, Qt.Key.Key_Delete)
    kinds = search.kinds_shown()
    QTest.keyClick(search.field, Qt.Key.Key_Down)
    QTest.keyClick(search.field, Qt.Key.Key_Return)
    (new,) = bench.document.selection
    assert bench.design.graph[new].layer.kind == kinds[1]


def test_a_wire_dropped_on_nothing_offers_what_fits_and_wires_it(bench: Bench) -> None:
    place = bench.output("dense_3") + QPointF(-40, 190)

    def drag() -> None:
        bench.hands.drag(bench.output("dense_2"), place)
        shown = set(bench.view.commands.adding.search.kinds_shown())
        assert shown >= {"dense", "dropout", "relu", "softmax"}
        assert not shown & {"conv2d", "flatten", "input", "max_pool2d"}  # these need a volume
        type_and_enter(bench, "dense")

    after = bench.is_one_step(drag, "Add Dense")
    (new,) = bench.document.selection
    assert after.graph[new].inputs == ("dense_2",)
    port = bench.input(new)
    assert abs(port.x() - place.x()) <= 6 and abs(port.y() - place.y()) <= 6


def test_backwards_it_offers_what_can_come_before(bench: Bench) -> None:
    bench.document.edit("cut", edits.disconnect(bench.design, Edge("input_1", "conv2d_1")))

    def drag() -> None:
        bench.hands.drag(bench.input("conv2d_1"), FREE)
        assert "input" in bench.view.commands.adding.search.kinds_shown()
        type_and_enter(bench, "relu")

    after = bench.is_one_step(drag, "Add ReLU")
    (new,) = bench.document.selection
    assert after.graph["conv2d_1"].inputs == (new,)


@pytest.mark.parametrize(
    ("query", "better", "worse"),
    [
        ("conv", "Conv 2D", "Convolution transposed"),
        ("mp", "Max pooling", "Dropout map"),
        ("de", "Dense", "Depthwise conv"),
        ("soft", "Softmax", "Some other function"),
    ],
)
def test_the_better_match_comes_first(query: str, better: str, worse: str) -> None:
    assert score(query, better) > score(query, worse)


def test_every_letter_must_be_there() -> None:
    assert score("xq", "Max pooling") == 0.0
    assert score("pm", "Max pooling") == 0.0
    assert score("", "Max pooling") > 0.0
