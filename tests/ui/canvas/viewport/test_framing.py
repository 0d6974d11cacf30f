"""A network that is shown whole stays whole, and as large as can be, when its room changes; unless someone zooms."""

from __future__ import annotations

import pytest
from canvas_bench import Bench, make_bench, wheel
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.canvas.viewport.framing import KeepFramed

CTRL = Qt.KeyboardModifier.ControlModifier
WIDE, NARROW = (1000, 560), (400, 300)


@pytest.fixture(params=["lenet5", "resnet_mini"])
def bench(qtbot, request) -> Bench:
    made = make_bench(qtbot, template(request.param), WIDE)
    KeepFramed(made.view)
    QApplication.processEvents()
    made.view.frame_all()
    return made


def resize(bench: Bench, size: tuple[int, int]) -> None:
    bench.view.resize(*size)
    QApplication.processEvents()


def test_in_every_room_it_is_as_large_as_it_would_be_if_it_were_framed_there(bench: Bench) -> None:
    first = bench.view.camera.zoom
    for size in (NARROW, (240, 500), WIDE, (1000, 180), WIDE):
        resize(bench, size)
        zoom = bench.view.camera.zoom
        assert bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of()), size
        bench.view.frame_all()
        assert zoom == bench.view.camera.zoom, size
    assert zoom == first


def test_a_network_that_grows_stays_whole_in_sight_while_it_can_be_read(bench: Bench) -> None:
    resize(bench, (900, 420))
    for _ in range(3):
        design, node = edits.append(bench.design, layer_kinds()["relu"]())
        bench.document.edit("Add ReLU", design, select=[node])
        QApplication.processEvents()
        assert bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of())
    bench.hands.key(Qt.Key.Key_Home)
    bench.hands.key(Qt.Key.Key_Plus, CTRL)
    zoom = bench.view.camera.zoom
    design, node = edits.append(bench.design, layer_kinds()["relu"]())
    bench.document.edit("Add ReLU", design, select=[node])
    QApplication.processEvents()
    assert bench.view.camera.zoom == zoom, "somebody looks closer"


def test_what_is_read_with_ease_is_not_framed_too_small_to_be_read(qtbot) -> None:
    bench = make_bench(qtbot, template("first_conv"), (700, 400))
    KeepFramed(bench.view)
    QApplication.processEvents()
    bench.view.frame_all()
    for _ in range(12):
        design, node = edits.append(bench.design, layer_kinds()["relu"]())
        bench.document.edit("Add ReLU", design, select=[node])
        QApplication.processEvents()
        assert bench.view.camera.seen().contains(bench.view.canvas_scene.cards[node].scene_outline())
        assert bench.view.camera.zoom > 0.5


def test_a_network_that_has_grown_out_of_sight_is_framed_with_the_next_room(bench: Bench) -> None:
    design, node = edits.append(bench.design, layer_kinds()["relu"]())
    bench.document.edit("Add ReLU", edits.move(design, {node: (4000.0, 900.0)}), select=[node])
    assert not bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of())
    resize(bench, NARROW)
    assert bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of())


@pytest.mark.parametrize("how", ["keys", "wheel", "fingers", "pan"])
def test_what_someone_has_chosen_to_see_stays(bench: Bench, how: str) -> None:
    middle = bench.view.camera.seen().center()
    if how == "keys":
        bench.hands.key(Qt.Key.Key_Minus, CTRL)
    elif how == "pan":
        button = Qt.MouseButton.MiddleButton
        bench.hands.press(middle, button).move(middle + QPointF(90, 40)).release(button)
    else:
        phase = Qt.ScrollPhase.ScrollUpdate if how == "fingers" else Qt.ScrollPhase.NoScrollPhase
        wheel(bench, middle, -1, phase=phase, pixels=QPoint(60, 30))
    zoom, middle = bench.view.camera.zoom, bench.view.camera.seen().center()
    for size in (NARROW, WIDE):
        resize(bench, size)
        assert bench.view.camera.zoom == zoom
        assert (bench.view.camera.seen().center() - middle).manhattanLength() * zoom < 4
    bench.hands.key(Qt.Key.Key_Home)
    resize(bench, NARROW)
    assert bench.view.camera.zoom != zoom, "framed by its key, it is framed from then on"
