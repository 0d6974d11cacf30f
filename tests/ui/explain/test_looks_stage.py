"""What filters look for: a search and a growing image as jobs that can be stopped."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.ui.explain.page import ExplainPage


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None, timeout=20_000)
    QTest.mouseClick(page.modes.buttons["Looks for"], Qt.MouseButton.LeftButton)
    return page


def test_a_search_shows_the_favourites_of_every_filter(window, page: ExplainPage, qtbot) -> None:
    looks = page.looks
    assert not looks._results.isVisible(), "nothing heavy is done unasked"
    QTest.mouseClick(looks.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: looks.job.over and looks.found is not None and looks.found.seen == 2000, timeout=60_000)
    qtbot.waitUntil(lambda: "2\u2009000 images looked at" in looks.state.text(), timeout=3000)
    assert looks.filters.count == 6 and looks._results.isVisible()
    looks.filters.chosen.emit(3)
    assert page.place.cell[2] == 3
    assert looks.title.text() == "Favourites of number 4"
    values = looks.found.values[3]
    assert np.all(np.diff(values) <= 0)
    _, pixels = looks._patch(3, 0)
    assert pixels.shape == (5, 5, 1), "as large as the filter sees"


def test_another_layer_ends_the_search(page: ExplainPage, qtbot) -> None:
    looks = page.looks
    QTest.mouseClick(looks.start, Qt.MouseButton.LeftButton)
    job = looks.job
    page.go_to("conv2d_2")
    qtbot.waitUntil(lambda: job.over, timeout=30_000)
    assert looks.found is None and not looks._results.isVisible()


def test_an_image_grows_from_noise(page: ExplainPage, qtbot) -> None:
    looks = page.looks
    page.go_to("dense_3")
    QTest.mouseClick(looks.start, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: looks.job.over, timeout=60_000)
    qtbot.waitUntil(lambda: looks._results.isVisible(), timeout=3000)
    QTest.mouseClick(looks.grow, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: looks.growing.over, timeout=60_000)
    qtbot.waitUntil(lambda: not looks.grown._picture.isNull(), timeout=3000)
    assert looks.growing.state == "done"


def test_the_input_looks_for_nothing(page: ExplainPage) -> None:
    page.go_to("input_1")
    assert not page.looks.start.isVisible() and "nothing" in page.looks.words.text()
