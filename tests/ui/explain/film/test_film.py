"""The film by real events: it shows what has been computed, nothing else, and what it shows the ledger tells too."""

from __future__ import annotations

import math

import numpy as np
import pytest
from films import looked_at_noise, open_film, pills
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QProxyStyle, QStyle

from cnnstudio.nn.explaining.parts import LedgerPart
from cnnstudio.nn.looking.probed import TOLERANCE, Probed, explain, probe
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.film import Film
from cnnstudio.ui.explain.film.reel import APART, WHOLE, Position
from cnnstudio.ui.explain.film.running import RUNS_ON
from cnnstudio.ui.look import theme
from tests.ui.screen import colour_at, hover

LAYERS: dict[str, tuple[tuple[int, int, int], int, str, dict[str, object]]] = {
    "colour": ((32, 32, 3), 0, "conv2d", {"filters": 8, "kernel": (5, 5)}),
    "grey": ((28, 28, 1), 0, "conv2d", {"filters": 3, "padding": "same"}),
    "many, strided, dilated": (
        (20, 48, 3),
        12,
        "conv2d",
        {"filters": 30, "kernel": (7, 7), "stride": (3, 3), "dilation": (2, 1), "padding": "same"},
    ),
    "groups": ((12, 9, 3), 10, "conv2d", {"filters": 4, "groups": 2, "bias": False}),
    "needle": ((9, 9, 3), 5, "conv2d", {"filters": 40, "kernel": (1, 1)}),
    "depthwise": ((12, 12, 3), 6, "depthwise_conv2d", {"multiplier": 2}),
    "own weights": ((12, 12, 3), 0, "locally_connected2d", {"filters": 2, "stride": (2, 3)}),
}


def looked(name: str, seed: int = 3) -> Probed:
    """A layer that slides over a noisy picture, or over so many maps made of one."""
    return looked_at_noise(*LAYERS[name], seed)


@pytest.fixture
def opened(qtbot):
    """Open the film of a network, on its last layer."""

    def make(name: str, size: tuple[int, int] = (1140, 700)) -> Film:
        film = open_film(qtbot, Film, looked(name), size=size)
        assert film.scene is not None
        return film

    return make


def seen(film: Film) -> QImage:
    return film.stage.grab().toImage()


def some_positions(film: Film, count: int = 6) -> list[Position]:
    rng, reel = np.random.default_rng(5), film.scene.reel
    return [
        reel.clamped(Position(*(int(rng.integers(0, most)) for most in (reel.filters, reel.places, reel.steps + 1))))
        for _ in range(count)
    ]


@pytest.mark.parametrize("name", LAYERS)
def test_every_pill_is_the_ledgers_number_and_together_they_are_the_engines(opened, name: str) -> None:
    film = opened(name)
    scene = film.scene
    for position in some_positions(film, 12):
        film.go(position)
        cell = scene.reel.cell(position)
        frame = film.stage.frame
        assert film.place.cell == frame.account.cell == cell
        (part,) = explain(scene.probed, "layer", cell).parts
        assert isinstance(part, LedgerPart)
        terms: dict[int, list[float]] = {}
        for block in part.blocks:
            for number, product in enumerate(block.products.ravel().tolist()):
                channel = block.channel if part.places is None else part.places[number][-1]
                terms.setdefault(channel, []).append(product)
        rows = scene.rows(cell[2])
        numbers = [math.fsum(value for c in row.channels for value in terms.get(c, ())) for row in rows]
        numbers += [step.value for step in part.steps[1:]]
        assert frame.pills == pills(numbers, len(rows))[: max(position.step, 0)]
        engine = float(scene.probed.values["layer"][cell])
        assert abs(math.fsum(frame.account.numbers) - engine) <= TOLERANCE * part.magnitude
        assert frame.account.engine == engine and frame.written == (position.step == scene.reel.steps)


@pytest.mark.parametrize("name", LAYERS)
def test_nothing_is_seen_before_it_is_computed(opened, name: str) -> None:
    film = opened(name)
    reel, layout = film.scene.reel, film.stage.places
    for position in some_positions(film, 4):
        film.go(reel.first(position.filter))
        empty = seen(film)
        film.go(position)
        now, row = seen(film), position.place // reel.width
        _, _, own = film.stage._own
        maps = [(layout.map, own.map, reel.cells_of_map(position))]
        for line, place in enumerate(layout.rows):
            maps.append((place.partial, own.partial[line], reel.cells_of_row(position, line)))
        for grid, values, written in maps:
            assert grid.rows * grid.columns == reel.places
            for cell in range(0, reel.places, max(1, reel.places // 60)):
                y, x = divmod(cell, reel.width)
                middle = grid.cell(y, x).center()
                if abs(y - row) <= 1:
                    continue  # marks and lines lie here
                at = colour_at(now, middle.x(), middle.y())
                if cell < written:
                    assert at.rgb() == own.ink.colour(float(values[y, x])).rgb()
                else:
                    assert at == colour_at(empty, middle.x(), middle.y())


def test_going_back_un_writes(opened) -> None:
    film = opened("colour")
    reel = film.scene.reel
    for share in (0.0, 0.03, 0.2, 0.61):
        film.go(timeline.position_at(reel, share))
        before, position = seen(film), film.position
        film.go(reel.end)
        assert seen(film) != before
        film.bar.scrubbed.emit(timeline.share_of(reel, position))
        assert film.position == position and seen(film) == before


def test_the_picture_comes_apart_before_the_filter_is_laid_on(opened) -> None:
    film = opened("colour")
    reel, sheet = film.scene.reel, film.stage.places.rows[1].sheet.inner.center()
    film.go(reel.start)
    ground = theme.current().background.rgb()
    assert colour_at(seen(film), sheet.x(), sheet.y()).rgb() == ground
    film.go(Position(0, 0, APART))
    assert colour_at(seen(film), sheet.x(), sheet.y()).rgb() != ground
    lens = film.stage.places.rows[1].weights.center()
    assert colour_at(seen(film), lens.x(), lens.y()).rgb() == ground
    film.go(Position(0, 0, 0))
    assert colour_at(seen(film), lens.x(), lens.y()).rgb() != ground and film.stage.frame.pills == ()


def test_a_cell_that_is_pointed_at_shows_its_own_numbers_and_leaving_returns(opened) -> None:
    film = opened("colour")
    reel, stage = film.scene.reel, film.stage
    film.go(reel.at(2, 14, 9))
    before = seen(film)
    for grid in (stage.places.map, stage.places.rows[2].partial):
        hover(stage, grid.cell(6, 20).center())
        assert stage.frame.account.cell == (6, 20, 2) and stage.frame.written
        assert film.position == reel.at(2, 14, 9), "pointing moves nothing"
        assert repr(stage.frame.account.engine) in stage.toolTip() or "from blue" in stage.toolTip()
    hover(stage, stage.places.map.cell(20, 3).center())
    assert stage.frame.pills == () and not stage.frame.written, "it has not been computed"
    assert "not written yet" in stage.toolTip()
    QApplication.sendEvent(stage, QEvent(QEvent.Type.Leave))
    assert stage.frame.account.cell == (14, 9, 2) and seen(film) == before


@pytest.mark.parametrize("name", ["colour", "many, strided, dilated"])
def test_a_pixel_shows_the_cells_that_read_it_and_a_weight_its_pixel(opened, name: str) -> None:
    film = opened(name)
    scene, stage = film.scene, film.stage
    film.go(scene.reel.end)
    line = next(number for number, row in enumerate(scene.rows(film.position.filter)) if row.single)
    hover(stage, stage.places.rows[line].sheet.cell(4, 5).center())
    assert (stage.pointed.what, stage.pointed.row, stage.pointed.column) == ("pixel", 4, 5)
    rows, columns = scene.readers(4, 5)
    readers = {(row, column) for row in rows for column in columns}
    for row in range(scene.reel.height):
        for column in range(scene.reel.width):
            sources = scene.account((row, column, film.position.filter)).sources
            assert ((row, column) in readers) == (4 in sources.rows and 5 in sources.columns)
    cell = (scene.reel.height // 2, scene.reel.width // 2)
    film.go(scene.reel.at(0, *cell))
    account = stage.frame.account
    block = account.blocks[scene.rows(0)[line].channels[0]]
    hover(stage, stage.places.rows[line].weights.center())
    pointed = stage.pointed
    assert pointed.what == "weight"
    left, right = (float(side[pointed.row, pointed.column]) for side in (block.left, block.right))
    assert f"{left!r} × {right!r}" in stage.toolTip()


def test_places_that_no_window_reads_are_counted(opened) -> None:
    film = opened("many, strided, dilated")
    scene = film.scene
    read = np.zeros(scene.read.shape[:2], bool)
    for row in range(scene.reel.height):
        for column in range(scene.reel.width):
            read |= scene.account((row, column, 0)).sources.mask()[:, :, 0]
    assert scene.never_read == int((~read).sum())
    film.place.show(looked("own weights"))
    scene = film.scene
    assert scene.never_read == 12 * 12 - 11 * 12


def test_the_keys_step_jump_and_change_filter_and_rows(opened) -> None:
    film = opened("many, strided, dilated")
    reel = film.scene.reel
    film.go(reel.at(3, 2, 5))
    for key, position in (
        (Qt.Key.Key_Right, reel.at(3, 2, 6)),
        (Qt.Key.Key_Left, reel.at(3, 2, 5)),
        (Qt.Key.Key_Down, reel.at(3, 3, 5)),
        (Qt.Key.Key_Up, reel.at(3, 2, 5)),
        (Qt.Key.Key_PageDown, reel.at(4, 2, 5)),
        (Qt.Key.Key_PageUp, reel.at(3, 2, 5)),
        (Qt.Key.Key_C, Position(3, 2 * reel.width + 6, 0)),
        (Qt.Key.Key_C, Position(3, 2 * reel.width + 6, 1)),
        (Qt.Key.Key_End, reel.end),
        (Qt.Key.Key_Home, reel.start),
    ):
        QTest.keyClick(film.stage, key)
        assert film.position == position
        assert film.place.cell == reel.cell(position)
    film.go(reel.at(3, 2, 5))
    own = film.scene.rows(3)
    QTest.keyClick(film.stage, Qt.Key.Key_A)
    assert film.scene.rows(3) != own and film.controls.rows.text() == "Rows: chosen"
    QTest.keyClick(film.stage, Qt.Key.Key_T)
    assert film.scene.rows(3) == own
    speed = film.controls.speed.value()
    QTest.keyClick(film.stage, Qt.Key.Key_Plus)
    assert film.controls.speed.value() == speed + 1


def test_it_plays_by_itself_and_stops_where_a_hand_takes_it(opened, qtbot) -> None:
    film = opened("colour")
    reel = film.scene.reel
    film.controls.speed.setValue(timeline.ROW_A_FRAME)
    film.go(reel.at(0, 0, 3))
    QTest.keyClick(film.stage, Qt.Key.Key_Space)
    assert film.playing and film.controls.play.text() == "Pause"
    qtbot.waitUntil(lambda: film.position >= reel.at(1, 0, 0))
    assert film.place.cell == reel.cell(film.position)
    QTest.mouseClick(film.stage, Qt.MouseButton.LeftButton, pos=film.stage.places.map.cell(7, 7).center().toPoint())
    assert not film.playing
    qtbot.waitUntil(lambda: film.place.cell[:2] == (7, 7))
    film.go(reel.end)
    QTest.keyClick(film.stage, Qt.Key.Key_Space)
    assert film.playing and film.position < reel.at(0, 1, 0), "at its end it begins anew"
    film.hide()
    assert not film.playing


def test_to_a_cell_that_is_not_written_the_film_runs_on(opened, qtbot) -> None:
    film = opened("colour")
    reel, stage = film.reel, film.stage
    film.go(reel.at(0, 3, 3))
    seen: list[int] = []
    film.place.moved.connect(lambda: seen.append(film.position.place))
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=stage.places.map.cell(20, 10).center().toPoint())
    qtbot.waitUntil(lambda: film.position == reel.at(0, 20, 10))
    assert RUNS_ON <= 400 and seen == sorted(seen) and all(place > reel.at(0, 3, 3).place for place in seen)
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=stage.places.map.cell(2, 2).center().toPoint())
    assert film.position == reel.at(0, 2, 2), "what is written is shown at once"
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=stage.places.map.cell(25, 10).center().toPoint())
    QTest.keyClick(stage, Qt.Key.Key_Home)
    qtbot.wait(50)
    assert film.position == reel.start, "a hand elsewhere ends the run"


def test_where_less_motion_is_asked_for_it_goes_by_rows_and_nothing_flies(opened, qtbot) -> None:
    class Calm(QProxyStyle):
        def styleHint(self, hint, option=None, widget=None, data=None):
            if hint == QStyle.StyleHint.SH_Widget_Animation_Duration:
                return 0
            return super().styleHint(hint, option, widget, data)

    film = opened("colour")
    calm = Calm()
    film.setStyle(calm)
    film.go(film.scene.reel.start)
    film.toggle()
    assert film.still and film._timer.interval() == 500
    film.beat()
    assert film.position == film.scene.reel.at(0, 0, 27) and film.progress == 0
    film.stop()
    film.setStyle(None)


def test_a_click_gives_a_map_a_row_of_its_own(opened) -> None:
    film = opened("many, strided, dilated", (1140, 760))
    film.go(film.scene.reel.at(0, 2, 2))
    rows = film.scene.rows(0)
    wanted = rows[-1].channels[0]
    grids = film.stage.places.incoming
    for number, grid in enumerate(grids):
        hover(film.stage, grid.box.center())
        assert film.stage.pointed.what == "incoming" and film.stage.pointed.row == number
    film.stage.channel_asked.emit(wanted)
    assert any(row.channels == (wanted,) for row in film.scene.rows(0))
    assert len(film.stage.frame.pills) == 5, "four rows and the bias"


def test_another_layer_picture_or_weights_leave_the_film_at_a_place_that_it_has(opened) -> None:
    film = opened("colour")
    film.go(Position(7, 27 * 28 + 27, 2))
    for name in (*LAYERS, "colour"):
        film.place.show(looked(name, seed=9))
        reel = film.scene.reel
        assert reel.clamped(film.position) == film.position
        assert reel.cell(film.position) == film.place.cell == film.stage.frame.account.cell
        assert not seen(film).isNull()
    film.go(Position(5, 100, 2))
    film.place.show(looked("colour", seed=11))
    assert film.position == Position(5, 100, 2), "the same place of the same layer is kept, and how far it was"


def test_a_run_that_diverged_can_be_watched(opened) -> None:
    film = opened("colour")
    probed = looked("colour")
    parameters = probed.snapshot.parameters.copy()
    parameters.vector[::7] = np.nan
    film.place.show(probe(probed.graph, Snapshot(parameters), probed.image))
    for position in some_positions(film):
        film.go(position)
        assert not seen(film).isNull()


def test_what_is_seen_is_said(opened) -> None:
    film = opened("colour")
    film.go(film.scene.reel.at(5, 17, 11))
    account = film.stage.frame.account
    said = film.stage.accessibleDescription()
    assert said.startswith("map 6, row 18, column 12, ") and "bias" in said
    for name, value in zip(("red", "green", "blue"), account.sums, strict=True):
        sign = "minus" if value < 0 else "plus"
        assert f"{name} {sign} " in said
    for pill in account.figures:
        assert pill[1:] in said
    film.go(Position(5, 17 * 28 + 11, 1))
    assert "not written yet" in film.stage.accessibleDescription()
    assert "green" not in film.stage.accessibleDescription()


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("size", [(800, 480), (1140, 700)])
def test_everything_has_its_own_place(opened, name: str, size: tuple[int, int]) -> None:
    film = opened(name, size)
    layout, whole = film.stage.places, film.stage.rect().toRectF()
    boxes = [layout.map.box, *layout.tiles]
    for place in layout.rows:
        boxes += [place.sheet.box, place.values, place.weights, place.partial.box]
    for middle, radius in (
        (layout.plus, layout.plus_radius),
        (layout.bias, 30),
        *((row.pill, 30) for row in layout.rows),
    ):
        boxes.append(QRectF(middle.x() - radius, middle.y() - 11, 2 * radius, 22))
    for number, box in enumerate(boxes):
        assert whole.contains(box), number
        assert not any(box.intersects(other) for other in boxes[:number])
    assert whole.contains(QPointF(layout.bias.x(), layout.bias.y() + 26))


def test_the_whole_picture_is_there_at_the_start(opened) -> None:
    film = opened("colour")
    film.go(Position(0, 0, WHOLE))
    (grid,) = film.stage.places.incoming
    middle = grid.cell(9, 20).center()
    found, pixel = colour_at(seen(film), middle.x(), middle.y()), film.scene.probed.image[9, 20]
    assert (found.red(), found.green(), found.blue()) == tuple(int(part) for part in pixel)
