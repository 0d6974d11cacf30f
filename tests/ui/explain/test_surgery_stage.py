"""Surgery: strokes of a real mouse on a filter's weights, undoable, with map and accuracy following."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.nn.network.plan import Plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.run import History, Run
from cnnstudio.ui.explain.page import ExplainPage


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    QTest.mouseClick(page.modes.buttons["Surgery"], Qt.MouseButton.LeftButton)
    return page


def weights(window) -> np.ndarray:
    return np.array(window.document.project.weights.parameters.arrays("conv2d_1")["weights"])


def caught_up(window, page: ExplainPage, qtbot) -> None:
    qtbot.waitUntil(lambda: page.place.probed.snapshot is window.document.project.weights)


def test_a_stroke_is_one_undo_step(window, page: ExplainPage, qtbot, mouse) -> None:
    surgery, before = page.surgery, weights(window)
    surgery.brush.setValue(50)
    brush = surgery.brush_weight
    words = surgery.brush_value.text()
    assert brush == pytest.approx(0.75 * np.abs(before).max())
    kernel = surgery.kernel
    mouse.press(kernel, kernel.place(0, 0).center().toPoint())
    mouse.move(kernel.mapToGlobal(kernel.place(0, 4).center().toPoint()), steps=12)
    assert (weights(window) == before).all(), "nothing is changed before the button is up"
    mouse.release()
    after = weights(window)
    np.testing.assert_allclose(after[0, 0, :, 0], brush, rtol=1e-6)
    assert (after[0, 1:] == before[0, 1:]).all() and (after[1:] == before[1:]).all()
    caught_up(window, page, qtbot)
    assert surgery.brush_weight == brush and surgery.brush_value.text() == words, "a stroke leaves the brush alone"
    assert not np.array_equal(surgery.before.values, surgery.now.values)
    window.document.history.undo()
    assert (weights(window) == before).all() and not window.document.history.can_undo()
    window.document.history.redo()
    assert (weights(window) == after).all()


def test_the_right_button_paints_zero(window, page: ExplainPage, qtbot) -> None:
    kernel = page.surgery.kernel
    QTest.mouseClick(kernel, Qt.MouseButton.RightButton, pos=kernel.place(2, 3).center().toPoint())
    assert weights(window)[0, 2, 3, 0] == 0


def test_weights_are_painted_by_keys(window, page: ExplainPage, qtbot) -> None:
    """The arrow keys lead to a weight, Space held paints all that they come to, as one step; Backspace makes 0."""
    surgery, before = page.surgery, weights(window)
    kernel, brush, place = surgery.kernel, surgery.brush_weight, page.place.cell
    kernel.setFocus()
    qtbot.keyClick(kernel, Qt.Key.Key_Down)
    qtbot.keyPress(kernel, Qt.Key.Key_Space)
    for _ in range(2):
        qtbot.keyClick(kernel, Qt.Key.Key_Right)
    assert (weights(window) == before).all()
    qtbot.keyRelease(kernel, Qt.Key.Key_Space)
    np.testing.assert_allclose(weights(window)[0, 1, :3, 0], brush, rtol=1e-6)
    assert page.place.cell == place and window.document.history.count() == 1
    qtbot.keyClick(kernel, Qt.Key.Key_Backspace)
    assert weights(window)[0, 1, 2, 0] == 0 and (weights(window)[0, 2:] == before[0, 2:]).all()


def test_known_filters_and_muting(window, page: ExplainPage, qtbot) -> None:
    surgery = page.surgery
    surgery.filters.chosen.emit(2)
    surgery.lay_in("sobel-across")
    kernel = weights(window)[2, :, :, 0]
    np.testing.assert_allclose(kernel, -kernel[:, ::-1], atol=1e-7)
    assert kernel[kernel > 0].sum() == pytest.approx(1)
    QTest.mouseClick(surgery.mute, Qt.MouseButton.LeftButton)
    caught_up(window, page, qtbot)
    assert not page.place.probed.values["conv2d_1"][:, :, 2].any()
    assert window.document.history.count() == 2


def test_the_accuracy_follows(window, page: ExplainPage, qtbot) -> None:
    surgery = page.surgery
    qtbot.waitUntil(lambda: surgery.accuracy.text().endswith("%"))
    QTest.mouseClick(surgery.mute, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "→" in surgery.accuracy.text() and "…" not in surgery.accuracy.text())
    now = surgery.tested.accuracy_of(page.place.probed.snapshot)
    assert surgery.accuracy.text().endswith(f"{100 * now:.1f}\u202f%")
    before, score = (surgery.tested.score_of(s) for s in (surgery.baseline.snapshot, page.place.probed.snapshot))
    worst = int(np.argmax(np.abs(score.classes - before.classes)))
    said = surgery.by_class.text()
    assert said.startswith(f"By class, in points: “{page.place.classes[worst]}” ") or "No class" in said


def test_only_sliding_filters_can_be_operated_on(page: ExplainPage) -> None:
    page.go_to("dense_1")
    assert "Only layers whose filters slide" in page.surgery.words.text() and not page.surgery.tools.isVisible()


def test_filters_that_are_gone_are_not_operated_on(window, page: ExplainPage, qtbot) -> None:
    """The numbers that are explained come a little later than the edit: until they are there, nothing is drawn."""
    surgery = page.surgery
    page.place.choose_map(5)
    window.workspaces.show("Build")
    window.document.select(["conv2d_1"])
    field = next(w for w in window.inspector.findChildren(QWidget) if w.accessibleName() == "Filters")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "3")
    QTest.keyClick(field, Qt.Key.Key_Return)
    window.workspaces.show("Explain")
    assert not surgery.tools.isVisible() and "not there yet" in surgery.words.text()
    caught_up(window, page, qtbot)
    assert surgery.tools.isVisible() and surgery.filters.count == 3 and page.place.cell[2] == 2


def test_what_is_looked_at_is_operated_on(window, page: ExplainPage, qtbot) -> None:
    document, last = window.document, window.document.project.weights.parameters
    best = last.copy()
    best.vector[:] *= 0.5
    name, design = "b" * 32, document.project.design
    done = EpochDone(1, 5, 1.0, 0.5, 1.0, 0.5, 100.0, 1.0, 0.01)
    run = Run(name, design, Plan(), "data", 10, History(epochs=(done,)), best=Snapshot(best.frozen(), name, 5))
    document.trained(run, Snapshot(last, name, 10))
    assert page.side.which.isVisible()
    QTest.mouseClick(page.side.which.best, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.place.probed.snapshot is run.best)
    assert page.side.weights.text() == "weights: best (epoch 1), step 5"
    kernel = page.surgery.kernel
    QTest.mouseClick(kernel, Qt.MouseButton.RightButton, pos=kernel.place(2, 3).center().toPoint())
    expected = np.array(run.best.parameters.arrays("conv2d_1")["weights"])
    expected[0, 2, 3, 0] = 0
    np.testing.assert_array_equal(weights(window), expected)
    caught_up(window, page, qtbot)
    assert page.side.weights.text() == "weights: step 5, then changed"
    assert any("take the place of the last ones" in notice.text for notice in window.notices.current)
    document.history.undo()
    assert document.project.weights.parameters is last and window.studio.looking.now.snapshot is run.best
    assert not any("take the place" in notice.text for notice in window.notices.current), "it is no longer so"


def test_an_accuracy_on_other_images_is_forgotten(window, page: ExplainPage, qtbot) -> None:
    surgery = page.surgery
    qtbot.waitUntil(lambda: surgery.accuracy.text().endswith("%"))
    QTest.mouseClick(surgery.mute, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "→" in surgery.accuracy.text() and "…" not in surgery.accuracy.text())
    window.document.history.undo()
    qtbot.waitUntil(lambda: "→" not in surgery.accuracy.text() and surgery.accuracy.text().endswith("%"))
    snapshot = window.document.project.weights
    assert surgery.tested.accuracy_of(snapshot) is not None
    surgery.tested.forget()
    assert surgery.tested.accuracy_of(snapshot) is None


def test_every_channel_of_a_filter_can_be_come_to_by_mouse(window, page: ExplainPage, qtbot) -> None:
    """LeNet's second filters read six maps: all are seen; more have a bar."""
    page.go_to("conv2d_2")
    page.set_mode("Surgery")
    qtbot.waitUntil(lambda: page.surgery.channels.count == 6)
    QApplication.processEvents()
    channels = page.surgery.channels
    assert channels.horizontalScrollBar().maximum() == 0
    channels.show_items(16, 1, lambda _item: (), str)
    QApplication.processEvents()
    bar = channels.horizontalScrollBar()
    assert bar.maximum() > 0 and bar.isVisible()
