"""Short films by real events: they show the engine's numbers, and nothing before it has been computed."""

from __future__ import annotations

import numpy as np
import pytest
from explain_bench import every_kind
from films import open_film
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from cnnstudio.nn.explaining.parts import WindowPart
from cnnstudio.nn.looking.probed import Probed, probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.reel import WHOLE, Position
from cnnstudio.ui.explain.short.scene import ShortScene, kind_of
from cnnstudio.ui.explain.short.short_film import ShortFilm
from tests.ui.screen import colour_at, hover

KINDS = {
    "groups": "steps",
    "bn": "steps", "relu": "curve", "up": "carried", "pad": "carried", "crop": "carried", "spatial": "carried",
    "max": "largest", "average": "mean", "gelu": "curve", "elu": "curve", "leaky_relu": "curve", "sigmoid": "curve",
    "silu": "curve", "tanh": "curve", "relu6": "curve", "hard_sigmoid": "curve", "hard_swish": "curve",
    "prelu": "curve", "dropout": "carried",
}  # fmt: skip


@pytest.fixture(scope="module")
def looked() -> Probed:
    """A network of every kind of layer that has looked at noise."""
    graph = every_kind().graph
    parameters = initial_parameters(graph, 1)
    parameters.vector[...] = np.random.default_rng(2).normal(size=parameters.vector.shape) * 0.4
    image = np.random.default_rng(3).integers(0, 256, graph.shape("input")).astype(np.uint8)
    return probe(graph, Snapshot(parameters), image)


@pytest.fixture
def opened(qtbot, looked):
    """Open the short film of a layer."""

    def make(node: str) -> ShortFilm:
        return open_film(qtbot, ShortFilm, looked, node, (1140, 640))

    return make


def test_which_layers_have_one(looked: Probed) -> None:
    assert {node: kind for node in looked.graph.order if (kind := kind_of(looked, node))} == KINDS


@pytest.mark.parametrize("node", KINDS)
def test_what_is_shown_is_the_engines_and_only_what_has_been_written(opened, looked, node: str) -> None:
    film = opened(node)
    reel, stage, values = film.reel, film.stage, looked.values[node]
    rng = np.random.default_rng(5)
    for _ in range(3):
        number, place = int(rng.integers(reel.filters)), int(rng.integers(reel.places))
        film.go(Position(number, place, reel.steps))
        cell = reel.cell(film.position)
        assert film.place.cell == cell and stage.moment.account.engine == values[cell]
        assert stage.moment.account.agrees
        image, (_, _, made) = stage.grab().toImage(), stage.places
        if made.side < 3:
            continue
        ink = stage._inks[1]
        for other in rng.integers(reel.places, size=6).tolist():
            row, column = divmod(other, reel.width)
            if abs(other - place) <= reel.width + 1 or abs(row - cell[0]) < 3:
                continue
            box = made.cell(row, column)
            seen = colour_at(image, box.center().x(), box.center().y()).getRgb()[:3]
            colour = ink.colour(float(values[row, column, number])).getRgb()[:3]
            if other < place:
                assert seen == pytest.approx(colour, abs=3)
            else:
                assert max(seen) - min(seen) < 24  # dots on grey


def test_the_answer_comes_step_by_step(opened) -> None:
    film = opened("bn")
    film.go(film.reel.start)
    assert film.position.step == WHOLE
    seen = []
    while film.position.step < film.reel.steps:
        QTest.keyClick(film.stage, Qt.Key.Key_C)
        seen.append(film.position.step)
        assert film.stage.moment.written == (film.position.step == film.reel.steps)
    assert seen == [-1, 0, 1, 2, 3, 4, 5, 6] and film.reel.rows == 5
    QTest.keyClick(film.stage, Qt.Key.Key_Right)
    QTest.keyClick(film.stage, Qt.Key.Key_PageDown)
    assert film.place.cell == (0, 1, 1)


def test_the_stages_of_a_normalisation_end_at_the_engines_number(looked: Probed) -> None:
    scene = ShortScene(looked, "bn")
    account = scene.account((3, 4, 2))
    (part,) = account.parts
    value = 0.0
    for step in part.steps:
        value = {"": lambda v, s: s, "−": lambda v, s: v - s, "÷": lambda v, s: v / s, "×": lambda v, s: v * s,
                 "+": lambda v, s: v + s}[step.operator](value, step.value)  # fmt: skip
    assert value == pytest.approx(account.engine, abs=1e-5)


def test_pointing_works_both_ways(opened, looked, qtbot) -> None:
    film = opened("max")
    film.go(film.reel.at(1, film.reel.height - 1, film.reel.width - 1))
    stage = film.stage
    read, _, made = stage.places
    hover(stage, made.cell(1, 2).center())
    assert stage.moment.account.cell == (1, 2, 1)
    (part,) = stage.moment.account.parts
    assert isinstance(part, WindowPart) and looked.values["spatial"][part.source] == looked.values["max"][1, 2, 1]
    hover(stage, read.cell(*part.source[:2]).center())
    rows, columns = film.scene.readers(*part.source[:2])
    assert 1 in rows and 2 in columns
    film.go(Position(1, 0, film.reel.steps))
    hover(stage, made.cell(1, 2).center())
    assert "not written yet" in stage.toolTip() and stage.moment.account.cell == (0, 0, 1)
    QTest.mouseClick(stage, Qt.MouseButton.LeftButton, pos=made.cell(1, 2).center().toPoint())
    qtbot.waitUntil(lambda: film.place.cell == (1, 2, 1))


def test_it_plays_to_its_end(opened, qtbot) -> None:
    film = opened("average")
    film.go(film.reel.start)
    film.controls.speed.setValue(timeline.MAP_A_FRAME)
    QTest.keyClick(film.stage, Qt.Key.Key_Space)
    assert film.playing
    qtbot.waitUntil(lambda: film.position == film.reel.end)
    assert not film.playing and film.stage.spoken().startswith("row ")
    assert film.stage.places[2].at(QPointF(-1, -1)) is None
