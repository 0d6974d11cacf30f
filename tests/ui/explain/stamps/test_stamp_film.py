"""The film of a transposed convolution by real events: it stamps as the layer is defined, and nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from films import looked_at_noise, open_film
from PySide6.QtCore import Qt
from PySide6.QtGui import QBrush
from PySide6.QtTest import QTest

from cnnstudio.nn.looking.probed import Probed
from cnnstudio.ui.explain.film.colours import Colours, FilterColours
from cnnstudio.ui.explain.film.film import Film
from cnnstudio.ui.explain.film.reel import Position
from cnnstudio.ui.explain.stamps.stamp_film import StampFilm
from cnnstudio.ui.look import theme
from tests.ui.screen import colour_at, hover

#: what is read, how many maps are made of it first, and the layer's settings
LAYERS: dict[str, tuple[tuple[int, int, int], int, dict[str, object]]] = {
    "overlapping, of six maps": ((7, 9, 3), 6, {"kernel": (3, 4), "stride": (2, 3)}),
    "gaps between, of a picture": ((7, 9, 3), 0, {"kernel": (2, 2), "stride": (3, 3), "bias": False}),
    "cut off, dilated": ((6, 5, 1), 0, {"kernel": (3, 3), "stride": (2, 1), "dilation": (1, 2), "padding": "same"}),
}


def looked(name: str) -> Probed:
    shape, maps, settings = LAYERS[name]
    return looked_at_noise(shape, maps, "conv_transpose2d", {"filters": 2, **settings})


@pytest.fixture
def opened(qtbot):
    def make(name: str) -> StampFilm:
        film = open_film(qtbot, StampFilm, looked(name))
        assert film.scene is not None and not Film(film.place).possible
        return film

    return make


def by_definition(film: StampFilm, number: int, count: int, channels: slice = slice(None)) -> tuple:
    """The map after so many stamps, and how many lie on each cell: every cell that is read lays its stamp, in order."""
    scene, layer = film.scene, film.scene.layer
    kernel, stride, dilation = layer.kernel, layer.stride, layer.dilation
    (top, _, left, _), (height, width) = layer.window([scene.read.shape]).padding, scene.made.shape[:2]
    summed, stamps = np.zeros((height, width)), np.zeros((height, width), int)
    for place in range(count):
        row, column = divmod(place, scene.read.shape[1])
        for ky in range(kernel[0]):
            for kx in range(kernel[1]):
                y, x = row * stride[0] + ky * dilation[0] - top, column * stride[1] + kx * dilation[1] - left
                if 0 <= y < height and 0 <= x < width:
                    read = scene.read[row, column, channels].astype(float)
                    summed[y, x] += read @ scene.weights[number, ky, kx, channels].astype(float)
                    stamps[y, x] += 1
    return summed, stamps


def some_positions(film: StampFilm) -> list[Position]:
    rng, reel = np.random.default_rng(5), film.reel
    spread = [
        reel.clamped(Position(*(int(rng.integers(0, most)) for most in (reel.filters, reel.places, reel.steps + 1))))
        for _ in range(6)
    ]
    return [*spread, Position(1, reel.places - 1, reel.steps)]


@pytest.mark.parametrize("name", LAYERS)
def test_what_is_seen_and_said_is_what_the_stamps_so_far_add_up_to(opened, name: str) -> None:
    film = opened(name)
    scene, reel = film.scene, film.reel
    bias = scene.site.arrays.get("bias", np.zeros(2))
    for position in some_positions(film):
        film.go(reel.first(position.filter))
        empty = film.stage.grab().toImage()
        film.go(position)
        frame, number = film.stage.frame, position.filter
        row, column, _ = cell = film.place.cell
        assert frame.account.cell == cell
        whole, stamps = by_definition(film, number, reel.cells_of_map(position))
        sums = []
        for line, one in enumerate(scene.rows(number)):
            listed = [film.scene.channels(number).index(channel) for channel in one.channels]
            made, there = by_definition(film, number, reel.cells_of_row(position, line), listed)
            sums += [made[row, column]] if there[row, column] else []
        assert frame.written == (stamps[row, column] > 0), "a cell that no stamp reaches is never looked at of itself"
        numbers = (*sums, *([float(bias[number])] if "bias" in scene.site.arrays else []))
        shown = [float(pill.replace("−", "-")) for pill in frame.pills]
        assert np.allclose(shown, numbers[: len(shown)], atol=1e-3 * max(map(abs, numbers), default=1.0))
        assert len(shown) >= len(sums)
        _, all_stamps = by_definition(film, number, reel.places)
        left = int((all_stamps - stamps)[row, column])
        assert film.stage.to_come(cell) == left and (f"after {left} more" in film.stage.spoken()) == (
            bool(left) and frame.written
        )
        now, grid = film.stage.grab().toImage(), film.stage.places.map
        ink = film.stage._own[2].ink
        assert np.allclose(
            scene.map_so_far(number, scene.rows(number), reel.cells_of_map(position)) - bias[number], whole
        )
        rows, columns = scene.covered(position.place)
        for y, x in np.ndindex(*whole.shape):
            middle = grid.cell(y, x).center()
            beside = min(abs(y - at) for at in rows) < 2 and min(abs(x - at) for at in columns) < 2
            if y == row or beside:
                continue  # marks and lines lie here
            if not stamps[y, x] and all_stamps[y, x]:
                assert colour_at(now, middle.x(), middle.y()) == colour_at(empty, middle.x(), middle.y())
                continue
            colour = ink.colour(float(np.float32(whole[y, x] + bias[number])))
            if stamps[y, x] < all_stamps[y, x]:
                colour = theme.mixed(colour, theme.current().card, 0.45)
            at = colour_at(now, middle.x(), middle.y())
            apart = zip(at.getRgb()[:3], colour.getRgb()[:3], strict=True)
            assert all(abs(a - b) <= 2 for a, b in apart), (y, x)
    assert np.allclose(whole + bias[1], scene.made[:, :, 1], atol=1e-4), "and in the end it is the engine's map"


def test_pointing_works_both_ways_and_a_click_leads_there(opened) -> None:
    film = opened("overlapping, of six maps")
    scene, stage, reel = film.scene, film.stage, film.reel
    film.go(Position(0, 30, reel.steps))
    layout = stage.places
    sheet = next(place for row, place in zip(scene.rows(0), layout.rows, strict=True) if row.single)
    hover(stage, sheet.sheet.cell(2, 5).center())
    assert (stage.pointed.what, stage.pointed.row, stage.pointed.column) == ("pixel", 2, 5)
    for cell in np.ndindex(*scene.made.shape[:2]):
        rows, columns = scene.readers(2, 5)
        assert (cell[0] in rows and cell[1] in columns) == (scene.weight_at(2 * 9 + 5, cell) is not None)
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=sheet.sheet.cell(2, 5).center().toPoint())
    assert film.position == reel.at(0, 2, 5) and film.place.cell[:2] == (rows[0], columns[0])
    hover(stage, layout.map.cell(0, 0).center())
    assert repr(stage.frame.account.engine) in stage.toolTip(), "its last stamp has been laid"
    last = (scene.made.shape[0] - 1, scene.made.shape[1] - 1)
    hover(stage, layout.map.cell(*last).center())
    assert "not stamped yet" in stage.toolTip() and stage.frame.pills == ()
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=layout.map.cell(*last).center().toPoint())
    assert film.position == reel.end.__class__(0, reel.places - 1, reel.steps) and film.place.cell == (*last, 0)
    kernel = stage.places.rows[0].weights.center()
    hover(stage, kernel)
    assert stage.pointed.what == "weight" and "×" in stage.toolTip()


def test_the_cell_that_is_looked_at_stays_while_stamps_cover_it(opened) -> None:
    film = opened("overlapping, of six maps")
    scene = film.scene
    cell = (4, 6, 0)
    sources = scene.account(cell).sources
    assert sources.count // len(sources.channels) == 4
    film.place.move_to(cell)
    last = film.position
    assert last == film.position_of(cell) and film.stage.to_come(cell) == 0
    assert math.isclose(math.fsum(film.stage.frame.account.numbers), film.stage.frame.account.engine, abs_tol=1e-4)
    QTest.keyClick(film.stage, Qt.Key.Key_Left)
    assert film.place.cell == cell and film.stage.to_come(cell) == 1
    QTest.keyClick(film.stage, Qt.Key.Key_Left)
    assert film.place.cell != cell, "it lies under this stamp no more"


@pytest.mark.parametrize("name", LAYERS)
def test_the_legend_tells_of_pale_cells_where_there_are_any_and_all_of_it_is_seen(opened, name: str) -> None:
    film = opened(name)
    film.resize(800, 500)
    stage, scene, reel = film.stage, film.scene, film.reel
    pale = False
    for place in range(reel.places):
        done = scene.stamps_on(place)
        pale = pale or bool(((done > 0) & (done < scene.stamps_on(reel.places))).any())
    own = FilterColours(scene, 0, scene.rows(0))
    said = [words for _, words in stage.grounds(scene, stage.places, Colours(scene), own).notes(QBrush())]
    assert ("pale: more stamps to come" in said) == ("pale" in film.sentence()) == pale
    assert len(said) == scene.notes and stage.places.legend.bottom() <= stage.height()
