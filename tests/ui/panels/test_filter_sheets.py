"""Filters as pictures: in colour where they lie on colours, apart from each other, on one scale."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.inspector.filter_sheets import FilterSheets, coloured, lies_on_colours, scale_end
from tests.ui.screen import colour_at

L = layer_kinds()


def test_grey_is_zero_and_each_channel_has_its_colour():
    weights = np.zeros((2, 1, 2, 3), np.float32)
    weights[0, 0, 0] = (1.0, 0.0, -1.0)
    weights[1, 0, 1] = (9.0, -9.0, 0.5)
    pixels = coloured(weights, 1.0)
    assert pixels[0, 0, 0].tolist() == [255, 128, 0]
    assert pixels[0, 0, 1].tolist() == [128, 128, 128]
    assert pixels[1, 0, 1].tolist() == [255, 0, 191], "what is beyond the scale is cut off"


def test_one_outlier_makes_no_grey_of_all_others():
    weights = np.full((8, 5, 5, 3), 0.1, np.float32)
    weights[0, 0, 0, 0] = 5.0
    assert scale_end(weights, colour=True) == pytest.approx(0.1)
    assert scale_end(weights, colour=False) == 5.0
    assert scale_end(np.zeros((1, 2, 2, 1), np.float32), colour=False) == 1.0
    assert np.isfinite(scale_end(np.full((1, 2, 2, 1), np.nan, np.float32), colour=True))


@pytest.mark.parametrize("colour", [True, False])
def test_filters_stand_apart_and_a_legend_says_the_scale(qtbot, colour):
    sheets = FilterSheets(8)
    qtbot.addWidget(sheets)
    sheets.resize(320, 200)
    weights = np.random.default_rng(0).normal(size=(6, 5, 5, 3)).astype(np.float32)
    sheets.show_weights(weights, colour=colour)
    tiles = sheets._tiles(1.0)
    assert tiles.count == (6 if colour else 18) and tiles.gap >= 2
    assert tiles.gap >= min(6, tiles.tile_width // 5), "the room between two is that of a cell"
    sheets.show()
    picture = sheets.grab().toImage()
    if colour:
        left, top = tiles.corner(0)
        side = tiles.tile_width // 5
        seen = picture.pixelColor(left + side // 2, top + side // 2)
        assert [seen.red(), seen.green(), seen.blue()] == coloured(weights, sheets.most)[0, 0, 0].tolist()
    assert picture.height() > tiles.pixel_height + 20, "there is room for the legend"
    assert "6 of them" in sheets.accessibleDescription()


def test_only_a_layer_right_on_the_picture_lies_on_colours():
    graph = chain(("i", L["input"](channels=3)), ("c", L["conv2d"](filters=3)), ("d", L["conv2d"]()))
    assert lies_on_colours(graph, "c") and not lies_on_colours(graph, "d") and not lies_on_colours(graph, "i")
    assert not lies_on_colours(chain(("i", L["input"](channels=1)), ("c", L["conv2d"]())), "c")


@pytest.mark.parametrize("width", [150, 180, 240])
def test_in_a_narrow_column_the_legend_is_whole(qtbot, qapp, width):
    theme.apply(qapp, "light")  # whose letters are as large on every screen
    sheets = FilterSheets(8)
    qtbot.addWidget(sheets)
    sheets.resize(width, 200)
    weights = np.full((1, 2, 2, 1), 0.803, np.float32)
    sheets.show_weights(weights, colour=False)
    sheets.show()
    picture = sheets.grab().toImage()
    words = range(sheets.height() - 18, sheets.height())
    for edge in (0, width - 1):
        column = {colour_at(picture, edge, row).name() for row in words}
        assert len(column) == 1, "no letter is cut off"
