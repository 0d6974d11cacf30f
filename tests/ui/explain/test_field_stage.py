"""The receptive field on all maps: pointing at any cell of any map tints what it depends on."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.nn.looking.probed import receptive_field
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.explain.pictures.volume_view import outline
from tests.ui.screen import hover


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    """LeNet-5's receptive fields, beginning with the second convolution."""
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    page.go_to("conv2d_2")
    QTest.mouseClick(page.modes.buttons["Field"], Qt.MouseButton.LeftButton)
    return page


def tinted(page: ExplainPage, node: str) -> np.ndarray | None:
    picture = page.field.tiles[node].view.shaded
    if picture is None:
        return None
    size = picture.height(), picture.width()
    return np.array([[picture.pixelColor(x, y).alpha() > 0 for x in range(size[1])] for y in range(size[0])])


def test_every_map_before_a_cell_shows_what_it_depends_on(page: ExplainPage) -> None:
    field = page.field
    view = field.tiles["max_pool2d_2"].view
    hover(view, view.place(0, 1).center())
    assert field.target == ("max_pool2d_2", (0, 1, 0))
    expected = receptive_field(page.place.probed.graph, "max_pool2d_2", (0, 1, 0))
    for node in ("input_1", "conv2d_1", "relu_1", "max_pool2d_1", "conv2d_2", "relu_2"):
        np.testing.assert_array_equal(tinted(page, node), expected[node].mask.any(axis=2), err_msg=node)
    assert tinted(page, "flatten_1") is None and tinted(page, "max_pool2d_2") is None
    assert field.tiles["input_1"].view.padding == (2, 2, 2, 2), "the padding it reaches into is shown"
    assert "of padding" in field.sentence.text()


def test_the_measured_field_lies_within_the_theoretical_one(page: ExplainPage, qtbot) -> None:
    field = page.field
    qtbot.waitUntil(lambda: field.measured_words.text().startswith("Measured:"))
    strength = field.measured.view.values
    expected = receptive_field(page.place.probed.graph, *field.target)["input_1"].inside.any(axis=2)
    assert (strength > 0).any() and not ((strength > 0) & ~expected).any()


def test_a_click_goes_there(page: ExplainPage, qtbot) -> None:
    view = page.field.tiles["conv2d_1"].view
    hover(view, view.place(5, 7).center())
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.place(5, 7).center().toPoint())
    assert page.place.node == "conv2d_1" and page.place.cell == (5, 7, 0)


def test_the_keys_move_the_cell_and_change_its_map(page: ExplainPage) -> None:
    field = page.field
    view = field.tiles["max_pool2d_1"].view
    hover(view, view.place(5, 7).center())
    field.setFocus()
    for key, cell in (
        (Qt.Key.Key_Right, (5, 8, 0)),
        (Qt.Key.Key_Up, (4, 8, 0)),
        (Qt.Key.Key_PageDown, (4, 8, 1)),
        (Qt.Key.Key_PageUp, (4, 8, 0)),
        (Qt.Key.Key_PageUp, (4, 8, 0)),
    ):
        QTest.keyClick(field, key)
        assert field.target == ("max_pool2d_1", cell)
    assert field.tiles["max_pool2d_1"].subtitle.text() == "14×14×6, map 1"
    hover(view, view.place(1, 1).center())
    assert field.target == ("max_pool2d_1", (1, 1, 0))
    assert field.tiles["relu_1"].subtitle.text().endswith("mean of its maps")


def test_the_line_around_a_region_leaves_its_holes_out() -> None:
    mask = np.zeros((4, 5), bool)
    mask[1:, 1:4] = True
    mask[2, 2] = False
    around = [(1, 1, 0, 3), (4, 1, 0, 3), (1, 1, 3, 0), (1, 4, 3, 0)]
    within = [(2, 2, 0, 1), (3, 2, 0, 1), (2, 2, 1, 0), (2, 3, 1, 0)]
    assert sorted(outline(mask)) == sorted([*around, *within])
    assert outline(np.zeros((2, 2), bool)) == []
