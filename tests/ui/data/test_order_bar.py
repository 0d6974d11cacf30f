"""Once the network has learned, pictures are in the order of what it says to them, and the wrong ones stand alone."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.ui.data.declaration import DATA as SPACE
from tests.ui.face import Face

Key = Qt.Key


def test_pictures_are_put_in_order_by_what_the_network_says_to_them(window: Face, qtbot) -> None:
    QTest.keyClick(window, Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    page = window.studio.get(SPACE)
    qtbot.waitUntil(lambda: window.data.dataset is not None and page.catalogue is not None)
    assert not page.order.isVisible()  # nothing has been learned
    project = window.document.project
    graph = project.design.graph
    learned = Snapshot(initial_parameters(graph, 5), run="some run", step=7)
    window.document.change_weights("Learn", learned)
    assert page.order.isVisible()
    page.show_part("test")
    everything = len(page.grid.rows)
    page.order.shown.buttons["wrong"].click()
    qtbot.waitUntil(lambda: page.order.answers is not None, timeout=20_000)
    catalogue, wrong = page.catalogue, page.grid.rows
    page.order.order.setFocus()
    QTest.keyClick(page.order.order, Key.Key_Down)
    assert page.order.order.currentText() == "Highest loss first" and page.grid.layout_of.count == len(page.grid.rows)
    rows = page.grid.rows
    assert sorted(rows) == sorted(wrong) and 0 < len(rows) < everything
    for row in (rows[0], rows[len(rows) // 2], rows[-1]):
        said = inspect(graph, learned, catalogue.read(np.array([row])), {"softmax_1"})["softmax_1"][0]
        label = catalogue.labels[row]
        assert said.argmax() != label
        assert np.isclose(
            page.order.answers.losses(np.array([row]), np.array([label]))[0], -np.log(said[label]), rtol=1e-3
        )
    losses = page.order.answers.losses(rows, catalogue.labels[rows])
    assert (np.diff(losses) <= 0).all()
    page.grid.choose(int(rows[0]))
    assert page.card.opinion.text().startswith("Your network says “")
    # other weights: what is shown is said to be of those before
    window.document.change_weights("Learn on", Snapshot(initial_parameters(graph, 6), "some run", 9))
    assert page.order.again.isVisible() and page.order.words.text() == "As it was at step 7"
