"""What filters look for: a search and a growing image as jobs that can be stopped."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea

from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.worker.wording import job_words


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    QTest.mouseClick(page.modes.buttons["Looks for"], Qt.MouseButton.LeftButton)
    return page


def searched(page: ExplainPage, qtbot) -> None:
    """Search the layer's favourites to the end."""
    page.looks.start.setFocus()
    QTest.keyClick(page.looks.start, Qt.Key.Key_Space)
    assert page.looks.stop.hasFocus(), "a second Space begins nothing else"
    finder = page.looks.finder
    qtbot.waitUntil(lambda: finder.searching.over)
    qtbot.waitUntil(lambda: "images looked at" in page.looks.state.text(), timeout=3000)


def test_a_search_shows_the_favourites_of_every_filter(window, page: ExplainPage, qtbot) -> None:
    looks = page.looks
    assert not looks.results.isVisible(), "nothing heavy is done unasked"
    qtbot.waitUntil(lambda: looks.words.heightForWidth(looks.words.width()) == looks.words.height())
    around = looks.parentWidget()
    while not isinstance(around, QScrollArea):
        around = around.parentWidget()
    scrolled = around.verticalScrollBar().value()
    searched(page, qtbot)
    assert looks.start.hasFocus() and around.verticalScrollBar().value() == scrolled, "nobody has scrolled"
    looks.place.moved.emit()  # what was found has its room from then on
    QApplication.processEvents()
    high = looks.height()
    for _ in range(8):
        looks.place.moved.emit()
        QApplication.processEvents()
    assert looks.height() == high, "what is found does not make the page higher and higher"
    found = looks.finder.found
    assert found.excitement.seen == len(window.data.dataset.train), "all of them"
    assert looks.filters.count == 6 and looks.results.isVisible()
    looks.filters.chosen.emit(3)
    assert page.place.cell[2] == 3
    assert looks.title.text() == "Favourites of filter 4"
    assert np.all(np.diff(found.excitement.values[3]) <= 0)
    _, pixels = found.patch(3, 0)
    assert pixels.shape == (5, 5, 1), "as large as the filter sees"
    QTest.mouseClick(looks.costs, Qt.MouseButton.LeftButton)
    assert not looks.results.isVisible() and looks.without.isVisible()
    searched(page, qtbot)
    assert looks.results.isVisible() and not looks.without.isVisible(), "what was asked for is seen"


def test_another_layer_ends_the_search_and_what_was_found_is_kept_for_its_weights(window, page, qtbot) -> None:
    looks = page.looks
    searched(page, qtbot)
    first = looks.finder.found
    page.go_to("conv2d_2")
    assert looks.finder.found is None and not looks.results.isVisible()
    QTest.mouseClick(looks.start, Qt.MouseButton.LeftButton)
    job = looks.finder.searching
    page.go_to("conv2d_1")
    qtbot.waitUntil(lambda: job.over)
    assert looks.finder.found is first and looks.results.isVisible()
    weights = window.document.project.weights.parameters.copy()
    weights.vector[:] *= 1.5
    window.document.change_weights("Change", window.document.project.weights.changed(weights.frozen()))
    qtbot.waitUntil(lambda: "have changed since" in looks.state.text())
    assert looks.finder.found is first, "it stays until something newer is asked for"
    searched(page, qtbot)
    assert looks.finder.found is not first and "changed since" not in looks.state.text()
    window.document.history.undo()
    qtbot.waitUntil(lambda: looks.finder.found is first)


def test_patterns_grow_for_all_filters_the_chosen_one_first(page: ExplainPage, qtbot) -> None:
    looks = page.looks
    page.go_to("dense_1")
    page.place.move_to((100,))
    QTest.mouseClick(looks.grow, Qt.MouseButton.LeftButton)
    finder = looks.finder
    qtbot.waitUntil(lambda: finder.found is not None and bool(finder.found.patterns))
    assert set(finder.found.patterns) == set(range(96, 112))
    assert looks.pattern.isVisible() and not looks.patches[0].isVisible()
    QTest.mouseClick(looks.stop, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finder.growing.over)
    assert finder.growing.state == "cancelled" and looks.grow.isEnabled()
    assert looks.pattern.isVisible(), "what has grown stays"
    page.go_to("softmax_1")
    QTest.mouseClick(looks.grow, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: finder.growing.over and len(finder.found.patterns) == 10)


def test_patterns_of_all_layers_lead_to_each_of_them(window, page: ExplainPage, qtbot) -> None:
    looks = page.looks
    QTest.mouseClick(looks.all, Qt.MouseButton.LeftButton)
    finder = looks.finder
    qtbot.waitUntil(lambda: finder.travelling.over and finder.running is None)
    assert finder.travelling.state == "done" and looks.through.isVisible() and not looks.results.isVisible()
    rows = looks.through.rows
    assert list(rows) == ["conv2d_1", "conv2d_2", "dense_1", "dense_2", "dense_3"]
    qtbot.waitUntil(lambda: [row.count for row in rows.values()] == [6, 8, 8, 8, 8], timeout=3000)
    said = [text.text() for text in looks.through.findChildren(QLabel) if text.text().startswith("sees ")]
    assert said == ["sees 5×5", "sees 14×14", *["sees 28×28"] * 3], "as the inspector says it: no padding is seen"
    job = finder.travelling
    looks.all.click()
    looks.all.click()
    assert finder.travelling is job, "what has grown is kept for these weights"
    rows["conv2d_2"].chosen.emit(7)
    assert page.place.node == "conv2d_2" and page.place.cell[2] == 15 and not looks.all.isChecked()
    assert window.document.selection == {"conv2d_2"}


def test_the_input_looks_for_nothing(page: ExplainPage) -> None:
    page.go_to("input_1")
    assert not page.looks.start.isVisible() and "nothing" in page.looks.words.text()


def test_beside_the_weights_stands_what_training_changed(window, page: ExplainPage, qtbot) -> None:
    shown = page.looks.weights
    weights, changed = shown.sheets
    parameters = window.document.project.weights.parameters.copy()
    first = {node: parameters.arrays(node)["weights"].copy() for node in ("conv2d_1", "conv2d_2")}
    assert np.array_equal(weights.weights, first["conv2d_1"]) and not changed.weights.any()
    assert shown.notes[1].text().startswith("Nothing has been changed")
    parameters.arrays("conv2d_1")["weights"][2, 1, 3, 0] += 0.5
    parameters.arrays("conv2d_2")["weights"][4, :, :, 3] -= 0.2
    window.document.change_weights("Change", window.document.project.weights.changed(parameters.frozen()))
    qtbot.waitUntil(lambda: bool(changed.weights.any()))
    assert np.argwhere(changed.weights).tolist() == [[2, 1, 3, 0]] and np.isclose(changed.weights.max(), 0.5)
    page.go_to("conv2d_2")
    page.place.choose_map(4)
    now = parameters.arrays("conv2d_2")["weights"][4]
    assert np.array_equal(weights.weights[0, :, :, 0], now[:, :, 3]), "the map whose weights changed most comes first"
    assert np.allclose(changed.weights[0], -0.2) and not changed.weights[1:].any()
    page.looks.costs.setChecked(True)
    assert not shown.isVisible()
    page.looks.costs.setChecked(False)
    page.go_to("relu_1")
    assert not shown.isVisible(), "it has no weights"


def test_classes_and_layers_go_by_their_names(window, page: ExplainPage) -> None:
    looks = page.looks
    for node in ("softmax_1", "dense_3"):
        page.go_to(node)
        assert looks._name(3) == "“3”", "the sums of the answers are of classes as well"
    page.go_to("dense_1")
    assert looks._name(3) == "unit 4"
    page.go_to("conv2d_2")
    looks.begin()
    assert "Conv 2D 2" in job_words(looks.finder.searching.title), "not the kind of both"
    looks.finder.stop()
