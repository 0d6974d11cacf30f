"""The main job from end to end, by hand: build, train, watch, stop, save, open again and find all of it."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtWidgets import QFileDialog

from cnnstudio.project.file import load_project

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier
#: what asks for the internet, and who did while that was forbidden; None while it is not
_ASKS, _INTERNET = ("socket.__new__", "socket.getaddrinfo"), (socket.AF_INET, socket.AF_INET6)
_caught: list[tuple[object, ...]] | None = None


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    if _caught is not None and event in _ASKS and (event != _ASKS[0] or arguments[1] in _INTERNET):
        _caught.append((event, *arguments))
        raise PermissionError(event)


sys.addaudithook(_refuse)


@pytest.fixture(autouse=True)
def _no_internet() -> Iterator[None]:
    """Whoever asks for it is refused, and the test fails, even if nobody minded."""
    global _caught
    _caught = []
    with pytest.raises(PermissionError):
        socket.socket(socket.AF_INET6)
    _caught.clear()
    yield
    found, _caught = _caught, None
    assert not found


def click_card(window, qtbot, node: str) -> None:
    scene = window.canvas.canvas_scene.cards[node].scene_outline().center()
    qtbot.mouseClick(window.canvas.viewport(), LEFT, pos=window.canvas.camera.to_pixel(scene).toPoint())


def on_wire(window, source: str, target: str) -> QPoint:
    """The middle of a wire between neighbours in a row, as a global position."""
    left, right = (window.canvas.canvas_scene.cards[node].scene_outline() for node in (source, target))
    scene = QPointF((left.right() + right.left()) / 2, left.center().y())
    return window.canvas.viewport().mapToGlobal(window.canvas.camera.to_pixel(scene).toPoint())


def type_into(field, text: str, qtbot) -> None:
    field.setFocus()
    qtbot.keyClick(field, Qt.Key.Key_A, CTRL)
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def test_build_train_watch_stop_save_and_find_it_again(open_window, mouse, qtbot, tmp_path):
    window = open_window()
    document = window.document
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    qtbot.waitUntil(lambda: len(window.inspection.maps) == 14)

    # Build: a layer dragged onto a wire, a setting edited, a step taken back and done again.
    mouse.press(window.palette_panel.row("dropout"), QPoint(20, 10))
    mouse.move(on_wire(window, "dense_1", "relu_3"), steps=12)
    mouse.release()
    assert document.project.design.graph["relu_3"].inputs == ("dropout_1",)
    click_card(window, qtbot, "conv2d_1")
    assert document.selection == {"conv2d_1"}
    type_into(window.inspector.form.rows["filters"].editor, "8", qtbot)
    assert document.project.design.graph.shape("conv2d_1") == (28, 28, 8)
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert document.project.design.graph.shape("conv2d_1") == (28, 28, 6)
    qtbot.keyClick(window, Qt.Key.Key_Y, CTRL)
    assert document.project.design.graph.shape("conv2d_1") == (28, 28, 8)
    qtbot.waitUntil(lambda: window.inspection.maps["conv2d_1"].shape == (28, 28, 8))

    # Train two epochs, watching.
    qtbot.mouseClick(window.topbar.switch.buttons["Train"], LEFT)
    type_into(window.training_bar.fields.fields["epochs"], "2", qtbot)
    assert document.project.design.recipe.epochs == 2
    untrained = window.inspection.maps["conv2d_1"].copy()
    before = document.project.weights.parameters.vector.copy()
    qtbot.mouseClick(window.training_bar.train_button, LEFT)
    qtbot.waitUntil(lambda: window.session.state == "running")
    qtbot.waitUntil(lambda: len(window.curves.data.loss) >= 10)
    qtbot.waitUntil(lambda: not np.array_equal(window.inspection.maps["conv2d_1"], untrained))
    some = len(window.curves.data.loss)
    qtbot.waitUntil(lambda: len(window.curves.data.loss) > some)
    qtbot.waitUntil(lambda: window.session.state == "idle")
    run = document.project.run
    assert run is not None
    assert run.step == len(run.history.losses) == 2 * 141
    assert [epoch.epoch for epoch in run.history.epochs] == [1, 2]
    assert run.history.epochs[-1].validation_accuracy > 0.9
    assert not np.array_equal(document.project.weights.parameters.vector, before)

    # Go on training, and stop in the middle.
    qtbot.mouseClick(window.training_bar.train_button, LEFT)
    qtbot.waitUntil(lambda: window.session.state == "running")
    qtbot.waitUntil(lambda: len(window.curves.data.loss) > run.step + 5)
    qtbot.mouseClick(window.training_bar.stop_button, LEFT)
    qtbot.waitUntil(lambda: window.session.state == "idle")
    stopped = document.project
    assert 2 * 141 < stopped.run.step < 4 * 141

    # Save, close, open again: everything is there.
    path = tmp_path / "mine.cnn"
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(path))
    dialog.close()
    assert not document.modified
    assert window.close()
    again = open_window("first_conv")
    again.open_any(path)
    qtbot.waitUntil(lambda: not again.files.opening)
    found = again.document.project
    assert found.design == stopped.design == load_project(path).design
    assert np.array_equal(found.weights.parameters.vector, stopped.weights.parameters.vector)
    assert found.run.history == stopped.run.history
    assert found.run.step == stopped.run.step
    qtbot.waitUntil(lambda: len(again.curves.data.loss) == stopped.run.step)
    qtbot.waitUntil(
        lambda: again.inspection.snapshot_step == stopped.run.step and "conv2d_1" in again.inspection.maps,
        timeout=15_000,
    )
    assert again.inspection.maps["conv2d_1"].shape == (28, 28, 8)
