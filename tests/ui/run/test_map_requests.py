"""Feature maps are computed where somebody sees them, and nowhere else."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.ui.face import EXPLAIN, LEARN, MAPS, TRAIN, Face


def wait_for(window: Face, qtbot: QtBot, *nodes: str) -> frozenset[str]:
    """The nodes that were asked for, once these have been answered."""
    qtbot.waitUntil(lambda: set(nodes) <= set(window.inspection.maps))
    return window.inspection.result.wants


def test_only_cards_in_view_are_asked_for_and_others_when_they_come_into_it(window: Face, qtbot: QtBot) -> None:
    graph = window.document.project.design.graph
    assert wait_for(window, qtbot, *graph.order) == set(graph.order)  # all of LeNet-5 is in view
    window.below.show_tab(MAPS)
    window.document.select(["conv2d_1"])
    window.canvas.camera.zoom_in_middle(4.0)
    window.canvas.show_card("conv2d_1")
    with qtbot.waitSignal(window.inspection.maps_changed):
        window.document.reset_weights()
    seen = window.inspection.result.wants
    assert {"conv2d_1", "relu_1"} <= seen and "softmax_1" not in seen and len(seen) < len(graph) / 2
    window.canvas.show_card("softmax_1")  # it has come into view: its maps follow by themselves
    assert "softmax_1" in wait_for(window, qtbot, "softmax_1")


def test_the_maps_panel_and_pages_ask_for_what_they_show(window: Face, qtbot: QtBot) -> None:
    window.workspaces.show(TRAIN)
    window.canvas.camera.zoom_in_middle(4.0)
    window.canvas.show_card("input_1")
    window.document.select(["dense_1"])
    assert {"dense_1", "relu_3"} <= wait_for(window, qtbot, "dense_1", "relu_3")
    window.workspaces.show(EXPLAIN)
    with qtbot.waitSignal(window.inspection.maps_changed):
        window.document.reset_weights()
    assert window.inspection.result.wants == frozenset()  # it computes its own numbers, from the same weights
    window.workspaces.show(LEARN)
    graph = window.document.project.design.graph
    assert set(wait_for(window, qtbot, *graph.order)) == set(graph.order)


def test_nothing_is_asked_for_while_nobody_can_see_it(window: Face, qtbot: QtBot) -> None:
    window.workspaces.show(TRAIN)
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.run_control.train()
    qtbot.waitUntil(lambda: window.inspection.snapshot_step > 0)
    window.showMinimized()
    qtbot.waitUntil(window.isMinimized)
    answers: list[object] = []
    window.looking.changed.connect(answers.append)
    steps = len(window.session.log)
    qtbot.waitUntil(lambda: len(window.session.log) > steps + 40)
    assert not answers
    window.showNormal()
    before = window.inspection.snapshot_step
    qtbot.waitUntil(lambda: window.inspection.snapshot_step > before)
    window.run_control.stop()
    qtbot.waitUntil(lambda: not window.session.active)


def test_a_figure_has_the_maps_of_cards_out_of_sight(window: Face, qtbot: QtBot) -> None:
    wait_for(window, qtbot, *window.document.project.design.graph.order)
    window.canvas.camera.zoom_in_middle(4.0)
    window.canvas.show_card("input_1")
    with qtbot.waitSignal(window.inspection.maps_changed):
        window.document.reset_weights()
    assert "dense_1" not in window.inspection.maps
    window.exporting.open()
    wait_for(window, qtbot, "dense_1", "conv2d_2")
    window.exporting.overlay.dismiss()


def test_new_maps_paint_only_pictures_and_the_cards_look_as_if_painted_whole(window: Face, qtbot: QtBot) -> None:
    canvas, graph = window.canvas, window.document.project.design.graph
    wait_for(window, qtbot, *graph.order)
    window.document.select(["conv2d_1"])
    chance = np.random.default_rng(0)
    for zoom in (0.55, 0.8, 1.0):
        canvas.camera.zoom_in_middle(zoom)
        canvas.viewport().grab()
        canvas.set_maps({i: chance.standard_normal(graph.shape(i)).astype(np.float32) for i in graph.order})
        part = pixels(canvas.viewport().grab().toImage())
        for card in canvas.canvas_scene.cards.values():
            card.update()
        whole = pixels(canvas.viewport().grab().toImage())
        assert np.abs(part.astype(int) - whole).max() <= 2  # translucent edges may round differently


def pixels(image: QImage) -> np.ndarray:
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].copy()
