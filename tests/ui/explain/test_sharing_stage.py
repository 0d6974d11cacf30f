"""The drawing of shared, local and dense connections: what is one weight has one colour, and counts are the layer's."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.explain.stages.sharing_stage import section
from tests.ui.screen import hover


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    QTest.mouseClick(page.modes.buttons["Sharing"], Qt.MouseButton.LeftButton)
    return page


def test_equal_weights_are_equal_only_where_they_are_shared(page: ExplainPage) -> None:
    panels = page.sharing.panels
    weights = {way: {weight for _, _, weight in panel.drawing.links()} for way, panel in panels.items()}
    links = {way: panel.drawing.links() for way, panel in panels.items()}
    assert len(weights["shared"]) == 5 and len(links["shared"]) == 9 * 5
    assert len(weights["unshared"]) == len(links["unshared"]) == 9 * 5
    assert len(weights["dense"]) == len(links["dense"]) == 9 * 13
    texts = [panel.count.text() for panel in panels.values()]
    assert texts == ["156 parameters", "122\u202f304 parameters", "3\u202f692\u202f640 parameters"]
    assert panels["shared"].head.text().endswith("this layer")


def test_pointing_at_an_output_moves_there(page: ExplainPage) -> None:
    drawing = page.sharing.panels["unshared"].drawing
    shown = drawing._section
    hover(drawing, drawing._cell(1, 1, len(shown.outputs), len(shown.inputs)).center())
    assert page.place.cell[1] == shown.outputs[1]


def test_layers_without_a_sliding_filter_say_so(page: ExplainPage) -> None:
    page.go_to("max_pool2d_1")
    assert "no filter that slides" in page.sharing.words.text()
    assert not page.sharing.panels["shared"].isVisible()
    assert not page.hint.isVisible(), "there is nothing to hover over"
    page.document.select(["conv2d_1"])
    assert page.hint.isVisible()


def test_stride_dilation_and_padding_are_drawn_as_they_are() -> None:
    (seen,) = Conv2D(1, (3, 3), (2, 2), (1, 1, 1, 1), (2, 2)).dependence([(9, 9, 1)])
    shown = section(seen, 0)
    assert shown.inputs[0] == -1 and [place for output, place, _ in shown.links if output == 1] == [1, 3, 5]
