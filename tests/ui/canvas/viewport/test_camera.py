"""Zoom, pan, framing, and the corner controls."""

from __future__ import annotations

import numpy as np
import pytest
from canvas_bench import CTRL, LEFT, MIDDLE, NONE, RIGHT, Bench, make_bench, wheel
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QNativeGestureEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton

from cnnstudio.design.edits import edits
from cnnstudio.design.format.design_format import FARTHEST
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.project import untrained


@pytest.mark.parametrize("keys", [NONE, CTRL])
def test_the_wheel_zooms_at_the_pointer(bench: Bench, keys) -> None:
    place = bench.card("conv2d_2")
    pixel, zoom = bench.view.camera.to_pixel(place), bench.view.camera.zoom
    wheel(bench, place, 3, keys)
    assert bench.view.camera.zoom == pytest.approx(zoom * 1.15**3)
    assert (bench.view.camera.to_pixel(place) - pixel).manhattanLength() <= 2
    wheel(bench, place, -3, keys)
    assert bench.view.camera.zoom == pytest.approx(zoom)
    assert (bench.view.camera.to_pixel(place) - pixel).manhattanLength() <= 2


def test_pinching_zooms_at_the_fingers(bench: Bench) -> None:
    place = bench.card("conv2d_2")
    pixel, zoom = bench.view.camera.to_pixel(place), bench.view.camera.zoom
    event = QNativeGestureEvent(
        Qt.NativeGestureType.ZoomNativeGesture,
        QPointingDevice.primaryPointingDevice(),
        2,
        pixel,
        pixel,
        QPointF(bench.view.viewport().mapToGlobal(pixel.toPoint())),
        0.25,
        QPointF(),
    )
    QApplication.sendEvent(bench.view.viewport(), event)
    assert bench.view.camera.zoom == pytest.approx(zoom * 1.25)
    assert (bench.view.camera.to_pixel(place) - pixel).manhattanLength() <= 2


def test_zoom_stops_at_its_limits(bench: Bench) -> None:
    wheel(bench, bench.card("conv2d_2"), 100)
    assert bench.view.camera.zoom == pytest.approx(4.0)
    wheel(bench, bench.card("conv2d_2"), -200)
    assert bench.view.camera.zoom == pytest.approx(0.1)


def test_all_of_a_large_network_is_in_sight(bench: Bench) -> None:
    """However small that makes the cards; zooming out from there does not zoom in."""
    far = edits.move(bench.design, {"softmax_1": (60_000.0, 0.0)})
    bench.document.edit("Move", far)
    bench.view.frame_all()
    zoom = bench.view.camera.zoom
    assert zoom < 0.1
    seen = bench.view.mapToScene(bench.view.viewport().rect()).boundingRect()
    assert seen.left() <= 0 and seen.right() >= 60_000
    wheel(bench, bench.view.mapToScene(bench.view.viewport().rect().center()), -3)
    assert bench.view.camera.zoom == zoom


def test_two_fingers_pan(bench: Bench) -> None:
    place = bench.card("conv2d_1")
    pixel, zoom = bench.view.camera.to_pixel(place), bench.view.camera.zoom
    wheel(bench, place, 1, phase=Qt.ScrollPhase.ScrollUpdate, pixels=QPoint(30, -20))
    assert bench.view.camera.zoom == zoom
    assert (bench.view.camera.to_pixel(place) - pixel - QPointF(30, -20)).manhattanLength() <= 2


@pytest.mark.parametrize("how", ["middle", "right", "space"])
def test_panning(bench: Bench, how: str) -> None:
    def pan() -> None:
        camera = bench.view.camera
        start = camera.seen().topLeft()
        button = {"middle": MIDDLE, "right": RIGHT, "space": LEFT}[how]
        if how == "space":
            QTest.keyPress(bench.view, Qt.Key.Key_Space)
        grip = bench.card("conv2d_1")
        bench.hands.press(grip, button).move(grip + QPointF(60, 40)).release(button)
        if how == "space":
            QTest.keyRelease(bench.view, Qt.Key.Key_Space)
            assert bench.view.commands.adding.search is None  # it was not a tap
        gone = (camera.seen().topLeft() - start) * camera.zoom
        assert abs(gone.x()) > 40 and abs(gone.y()) > 25
        assert bench.document.selection == frozenset()

    bench.changes_nothing(pan)


def test_a_cancelled_pan_goes_back(bench: Bench) -> None:
    start = bench.view.camera.seen().topLeft()
    bench.hands.press(bench.empty(), MIDDLE).move(bench.card("relu_1")).key(Qt.Key.Key_Escape).release(MIDDLE)
    assert (bench.view.camera.seen().topLeft() - start).manhattanLength() < 2


def test_keys_zoom(bench: Bench) -> None:
    bench.hands.key(Qt.Key.Key_0, CTRL)
    assert bench.view.camera.zoom == pytest.approx(1.0)
    bench.hands.key(Qt.Key.Key_Equal, CTRL)
    assert bench.view.camera.zoom == pytest.approx(1.25)
    bench.hands.key(Qt.Key.Key_Minus, CTRL).key(Qt.Key.Key_Minus, CTRL)
    assert bench.view.camera.zoom == pytest.approx(0.8)


def test_home_frames_all_and_f_the_selection(bench: Bench) -> None:
    bench.view.camera.scroll(3000, 0)
    bench.hands.key(Qt.Key.Key_Home)
    assert bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of())
    bench.document.select({"dense_1"})
    bench.hands.key(Qt.Key.Key_F)
    middle = bench.view.camera.seen().center()
    assert (middle - bench.view.canvas_scene.cards["dense_1"].scene_outline().center()).manhattanLength() < 3


@pytest.mark.parametrize("size", [(910, 530), (1440, 700), (600, 400)])
def test_nothing_lies_under_the_controls_after_framing(qtbot, size: tuple[int, int]) -> None:
    bench = make_bench(qtbot, template("lenet5"), size)
    controls = QRectF(bench.view.controls.geometry())
    for card in bench.view.canvas_scene.cards.values():
        shown = bench.view.viewportTransform().mapRect(card.scene_outline())
        assert not shown.intersects(controls)
    for wire in bench.view.canvas_scene.wires.values():
        assert QRectF(bench.view.viewport().rect()).contains(
            bench.view.viewportTransform().mapRect(wire.sceneBoundingRect())
        )
    for card in bench.view.canvas_scene.cards.values():
        shown = bench.view.viewportTransform().mapRect(card.scene_outline())
        assert QRectF(bench.view.viewport().rect()).contains(shown)
    assert bench.view.camera.zoom <= 1.0


def test_the_first_sight_is_framed_without_being_asked(qtbot) -> None:
    bench = make_bench(qtbot, template("lenet5"), (910, 530))
    assert bench.view.camera.zoom > 0.75


def test_the_controls_in_the_corner(bench: Bench) -> None:
    bench.hands.key(Qt.Key.Key_0, CTRL)
    out, level, into, frame = bench.view.controls.findChildren(QToolButton)
    assert level.text() == "100\u202f%"
    QTest.mouseClick(into, LEFT)
    assert level.text() == "125\u202f%" and bench.view.camera.zoom == pytest.approx(1.25)
    QTest.mouseClick(out, LEFT)
    QTest.mouseClick(out, LEFT)
    assert level.text() == "80\u202f%"
    QTest.mouseClick(level, LEFT)
    assert level.text() == "100\u202f%"
    bench.view.camera.scroll(5000, 0)
    QTest.mouseClick(frame, LEFT)
    assert bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of())


def test_an_empty_canvas_can_be_framed(qtbot) -> None:
    bench = make_bench(qtbot, Design())
    bench.hands.key(Qt.Key.Key_Home).key(Qt.Key.Key_F)
    assert bench.view.camera.zoom == 1.0


def test_resizing_keeps_the_middle(bench: Bench) -> None:
    middle = bench.view.camera.seen().center()
    bench.view.resize(800, 500)
    assert (bench.view.camera.seen().center() - middle).manhattanLength() < 4


def test_another_project_is_framed(bench: Bench) -> None:
    bench.view.set_maps({"conv2d_1": np.zeros((28, 28, 6), np.float32)})
    bench.view.camera.scroll(4000, 0)
    bench.document.new(untrained(template("first_conv")))
    assert bench.view.camera.seen().contains(bench.view.canvas_scene.frame_of())
    assert bench.view.canvas_scene.cards["conv2d_1"]._maps is None


def test_a_layer_appended_out_of_sight_is_scrolled_to(bench: Bench) -> None:
    bench.hands.key(Qt.Key.Key_0, CTRL)
    bench.view.camera.scroll(-600, 0)
    design, node = edits.append(bench.design, layer_kinds()["relu"]())
    bench.document.edit("Add ReLU", design, select=[node])
    assert bench.view.camera.seen().contains(bench.view.canvas_scene.cards[node].scene_outline())
    corner = bench.view.camera.corner
    bench.document.edit("Move", edits.move(bench.design, {node: (9000.0, 0.0)}))
    assert bench.view.camera.corner == corner


def test_cards_at_the_end_of_the_world_are_reached(qtbot) -> None:
    far = edits.move(template("first_conv"), {"input_1": (-FARTHEST, -FARTHEST), "conv2d_1": (FARTHEST, FARTHEST)})
    bench = make_bench(qtbot, far)
    for node in ("input_1", "conv2d_1"):
        bench.document.select({node})
        bench.hands.key(Qt.Key.Key_F)
        assert bench.view.camera.seen().contains(bench.view.canvas_scene.cards[node].scene_outline())
        bench.hands.click(bench.card(node))
        assert bench.document.selection == {node}
