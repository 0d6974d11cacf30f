"""Mosaics: every value where it belongs, in the colour it should have."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage

from cnnstudio.ui.look import pictures

RAMP = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
COLOURS = SimpleNamespace(viridis=RAMP, diverging=np.ascontiguousarray(RAMP[::-1]))


def grey(image: QImage, x: int, y: int) -> int:
    return QColor(image.pixel(x, y)).red()


def test_non_negative_maps_start_at_zero_and_signed_ones_are_centred_on_it() -> None:
    plain = pictures.scale_of(np.array([[[2.0, 4.0]]]))
    assert (plain.low, plain.high, plain.signed) == (0.0, 4.0, False)
    signed = pictures.scale_of(np.array([[[-1.0, 4.0]]]))
    assert (signed.low, signed.high, signed.signed) == (-4.0, 4.0, True)
    assert pictures.levels(np.array([-4.0, 0.0, 4.0]), signed).tolist() == [1, 128, 255]
    assert pictures.levels(np.array([0.0, 2.0, 4.0]), plain).tolist() == [1, 128, 255]


def test_a_map_of_zeros_is_the_lowest_level_and_has_a_scale() -> None:
    zeros = np.zeros((2, 2, 1), np.float32)
    assert set(pictures.levels(zeros, pictures.scale_of(zeros)).flat) == {1}


def test_what_is_no_number_stays_empty_and_does_not_spoil_the_scale() -> None:
    maps = np.array([[[1.0, np.nan]], [[np.inf, 3.0]]], np.float32)
    scale = pictures.scale_of(maps)
    assert (scale.low, scale.high) == (0.0, 3.0)
    assert pictures.levels(maps, scale)[..., 0].tolist() == [[86], [0]]
    everything = np.full((2, 2, 2), np.nan, np.float32)
    assert set(pictures.levels(everything, pictures.scale_of(everything)).flat) == {0}


@pytest.mark.parametrize(
    ("count", "box", "grid"),
    [(6, (600, 90), (1, 6)), (6, (90, 66), (2, 3)), (6, (90, 600), (6, 1)), (16, (66, 66), (4, 4))],
)
def test_rows_and_columns_follow_the_box(count: int, box: tuple[int, int], grid: tuple[int, int]) -> None:
    tiles = pictures.tiling(count, 28, 28, box)
    assert (tiles.rows, tiles.columns) == grid
    assert tiles.pixel_width <= box[0] and tiles.pixel_height <= box[1]


@pytest.mark.parametrize("shape", [(5, 4, 7), (28, 28, 6), (1, 1, 120), (32, 32, 64)])
@pytest.mark.parametrize("box", [(300, 200), (90, 66), (97, 31)])
def test_each_tile_shows_its_map(shape: tuple[int, int, int], box: tuple[int, int]) -> None:
    height, width, count = shape
    maps = np.broadcast_to(np.arange(count, dtype=np.float32), shape)
    scale = pictures.scale_of(maps)
    tiles = pictures.tiling(count, height, width, box)
    image = pictures.render(maps, tiles, scale, RAMP)
    assert (image.width(), image.height()) == (tiles.pixel_width, tiles.pixel_height)
    expected = pictures.levels(np.arange(count, dtype=np.float32), scale)
    for index in range(count):
        left, top = tiles.corner(index)
        for x, y in ((left, top), (left + tiles.tile_width - 1, top + tiles.tile_height - 1)):
            assert grey(image, x, y) == expected[index]
            found = tiles.at(x, y)
            assert found is not None and found[0] == index
    if tiles.gap and tiles.columns > 1:
        assert QColor.fromRgba(image.pixel(tiles.tile_width, 0)).alpha() == 0
        assert tiles.at(tiles.tile_width, 0) is None


def test_the_cell_under_the_pointer_is_the_one_painted_there() -> None:
    maps = np.random.default_rng(1).normal(size=(7, 5, 6)).astype(np.float32)
    scale = pictures.scale_of(maps)
    tiles = pictures.tiling(6, 7, 5, (211, 157))
    image = pictures.render(maps, tiles, scale, RAMP)
    expected = pictures.levels(maps, scale)
    seen = set()
    for y in range(image.height()):
        for x in range(image.width()):
            found = tiles.at(x, y)
            if found is not None:
                index, row, column = found
                assert grey(image, x, y) == expected[row, column, index]
                seen.add(found)
    assert len(seen) == maps.size
    assert tiles.at(-1, 0) is None and tiles.at(0, image.height()) is None


def test_maps_larger_than_their_tile_are_averaged() -> None:
    maps = np.zeros((4, 4, 1), np.float32)
    maps[::2] = 2.0
    tiles = pictures.Tiling(1, 4, 4, 1, 1, 2, 2, 0)
    image = pictures.render(maps, tiles, pictures.Scale(0.0, 2.0, False), RAMP)
    assert {grey(image, x, y) for x in range(2) for y in range(2)} == {128}


def test_vectors_become_cells_and_signed_values_take_the_diverging_table() -> None:
    image = pictures.mosaic(np.array([-1.0, 0.0, 1.0], np.float32), (90, 30), COLOURS)
    middle = image.height() // 2
    assert [grey(image, x, middle) for x in (2, image.width() // 2, image.width() - 3)] == [254, 127, 0]


def test_only_the_first_maps_are_shown_where_there_are_too_many() -> None:
    maps = np.broadcast_to(np.arange(64, dtype=np.float32), (4, 4, 64))
    image = pictures.mosaic(maps, (100, 100), COLOURS, most=4)
    # The scale is common to all 64, so the fourth map is dark.
    assert 1 < grey(image, image.width() - 1, image.height() - 1) < 20


def test_filters_lie_in_order() -> None:
    weights = np.arange(2 * 3 * 3 * 4, dtype=np.float32).reshape(2, 3, 3, 4)
    maps = pictures.filter_maps(weights)
    assert maps.shape == (3, 3, 8)
    assert maps[1, 2, 5] == weights[1, 1, 2, 1]


def test_images_keep_their_own_colours() -> None:
    colour = np.zeros((2, 3, 3), np.uint8)
    colour[0, 1] = (10, 20, 30)
    assert QColor(pictures.image_picture(colour).pixel(1, 0)).getRgb()[:3] == (10, 20, 30)
    single = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    picture = pictures.image_picture(single)
    assert [grey(picture, x, 1) for x in range(3)] == [3, 4, 5]


def test_bars_name_the_likeliest_class() -> None:
    found = pictures.bars(np.array([0.1, 0.7, 0.2], np.float32), ("cat", "dog"))
    assert [(bar.name, bar.likeliest) for bar in found] == [("cat", False), ("dog", True), ("3", False)]
    assert not any(bar.likeliest for bar in pictures.bars(np.full(3, np.nan, np.float32)))


@pytest.mark.parametrize("largest", [1.0, 1e-30, 1e-37, 1e-44])
def test_numbers_that_have_almost_vanished_are_shown_like_others(largest: float) -> None:
    """A thousand layers deep they are that small; a quotient beyond single precision would leave them empty."""
    maps = (np.arange(5, dtype=np.float32) / 4 * np.float32(largest)).reshape(1, 5, 1)
    assert pictures.levels(maps, pictures.scale_of(maps)).ravel().tolist()[::4] == [1, 255]
    assert pictures.levels(-maps, pictures.scale_of(-maps)).ravel().tolist()[::4] == [128, 1]
