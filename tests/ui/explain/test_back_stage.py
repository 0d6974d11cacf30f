"""Explain run backwards: gradients of weights, of what won, of open gates, each confirmed."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.explain.page import ExplainPage
from tests.ui.explain.test_explain_page import every_kind
from tests.ui.screen import hover


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    """LeNet-5 run backwards, at its first convolution."""
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    QTest.keyClick(page.film, Qt.Key.Key_B)
    assert page.centre.currentWidget() is page.back
    settled(page, qtbot)
    return page


def settled(page: ExplainPage, qtbot) -> None:
    """Wait for the answer to the newest question."""

    def answered() -> bool:
        back = page.back
        return back.answer is not None and back.answered_for == (page.place.node, page.place.cell, back.weight)

    qtbot.waitUntil(answered)


def test_a_weights_gradient_is_the_sum_over_all_positions(page: ExplainPage, qtbot) -> None:
    found = page.back.answer.found
    assert found.part.blocks[0].left.shape == (28, 28)
    assert found.confirmed and found.part.result == pytest.approx(found.engine, rel=1e-9)
    assert page.back.verdict.text().count("✓") == 2
    assert "−log p(“7”)" in page.back.loss.text()


def test_another_weight_is_chosen_by_pointing_at_it(page: ExplainPage, qtbot) -> None:
    before = page.back.answer.found.engine
    hover(page.back.filter, page.back.filter.place(0, 4).center())
    assert page.back.weight == (0, 0, 4, 0)
    settled(page, qtbot)
    assert page.back.answer.found.engine != before and page.back.answer.found.confirmed
    assert "row 1, column 5" in page.back.verdict.text()


def test_a_product_points_at_its_position_and_at_the_number_met_there(window, page: ExplainPage, qtbot) -> None:
    back, ledger = page.back, page.back.ledger
    window.resize(1100, 700)
    hover(back.filter, back.filter.place(4, 1).center())
    settled(page, qtbot)
    assert min(back.input.height(), back.output.height()) >= 150, "still to be seen in a small window"
    ledger.pointed.emit((0, 10, 20))
    assert back.output.marked_spot == (10, 20) and back.input.marked_spot == (10 - 2 + 4, 20 - 2 + 1)
    ledger.pointed.emit((0, 27, 20))
    assert back.input.marked_spot is None, "it met padding there"
    ledger.pointed.emit(None)
    assert back.output.marked_spot is None


def test_max_pooling_sends_it_to_the_winner(page: ExplainPage, qtbot) -> None:
    page.go_to("max_pool2d_1")
    settled(page, qtbot)
    hover(page.back.output, page.back.output.place(3, 6).center())
    settled(page, qtbot)
    found = page.back.answer.found
    values = page.place.probed.values["relu_1"][6:8, 12:14, 0]
    row, column = np.unravel_index(values.argmax(), values.shape)
    assert found.source == (6 + row, 12 + column, 0)
    assert page.back.input.marked_winner == found.source[:2]
    assert found.part.result == pytest.approx(found.engine)


def test_b_goes_back_and_forth(page: ExplainPage) -> None:
    QTest.keyClick(page.back, Qt.Key.Key_B)
    assert page.centre.currentWidget() is page.film
    QTest.mouseClick(page.modes.buttons["Backward"], Qt.MouseButton.LeftButton)
    assert page.centre.currentWidget() is page.back


def test_every_kind_has_a_way_back(open_window, qtbot) -> None:
    window = open_window(every_kind(), size=(1100, 700))
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    page.set_mode("Backward")
    for node in window.document.project.design.graph:
        if page.place.node == node.id or node.id == "up" or node.id == "transposed":
            continue
        page.go_to(node.id)
        settled(page, qtbot)
        answer = page.back.answer
        assert not answer.sentence, (node.id, answer.sentence)
        if answer.found is not None:
            assert np.isclose(answer.found.part.result, answer.found.engine, rtol=1e-6, atol=1e-12), node.id


def test_where_no_gradient_comes_it_says_so(window, qtbot) -> None:
    layers = layer_kinds()
    nodes = (Node("input", layers["input"]()), Node("conv", layers["conv2d"](), ("input",)))
    cards = {node.id: Card(node.id, 0.0, 0.0) for node in nodes}
    design = window.document.project.design.with_changes(graph=Graph(nodes), cards=cards)
    assert isinstance(design, Design)
    window.document.edit("Shorten", design)
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and page.place.node == "conv")
    page.set_mode("Backward")
    qtbot.waitUntil(page.back.message.isVisible)
    assert "Softmax" in page.back.message.text()


def test_an_answer_about_an_older_network_is_not_drawn(window, page: ExplainPage, qtbot) -> None:
    """It may come when the layer has more maps, and be asked for one that the old network did not have."""
    back, place = page.back, page.place
    late = (place.probed.graph, back.answered_for, back.answer)
    design = window.document.project.design
    more = edits.configure(design, "conv2d_1", design.graph["conv2d_1"].layer.replace(filters=12, kernel=(3, 3)))
    with qtbot.waitSignal(place.layer_changed):
        window.document.edit("More filters", more)
    hover(back.filter, back.filter.place(4, 4).center())  # of the 5×5 filter, which is still in sight
    assert max(back.weight[1:3]) <= 2
    place.choose_map(11)
    with qtbot.waitSignal(back._background.answered):
        back._background.ask(lambda: late)
    assert back.answer is not late[2]
    place.values_changed.emit()
    settled(page, qtbot)
    assert back.answer.output.shape == (28, 28, 12) and back.filters.count == 12
