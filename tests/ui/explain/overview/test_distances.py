"""Volumes, cards and maps are one network from three distances: one movement leads from each to the next and back."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtTest import QTest

from cnnstudio.ui.explain.declaration import DISTANCES
from cnnstudio.ui.explain.overview.zoom import LASTS, Flight
from cnnstudio.ui.panels.volumes.declaration import VOLUMES

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def distances(window, qtbot):
    """LeNet-5 in Build, its maps known."""
    window.workspaces.show("Explain")
    qtbot.waitUntil(lambda: window.explain.place.ready)
    window.workspaces.show("Build")
    return window.studio.get(DISTANCES)


def in_window(window, widget, box: QRectF) -> QRectF:
    return box.translated(QPointF(widget.mapTo(window.studio.window, QPoint(0, 0))))


def flown(distances, node: str) -> Flight:
    """The last to be painted is what it is about; it is on its way, and not for long."""
    assert distances.zoom.moving and LASTS <= 400
    keys = [flight for flight in distances.zoom._flights if not flight.picture.isNull()]
    assert keys, node
    return distances.zoom._flights[-1]


def test_a_card_becomes_the_maps_of_its_layer_and_comes_back(window, distances, qtbot) -> None:
    page, canvas = window.explain, window.canvas
    card = in_window(window, canvas.viewport(), canvas.boxes()["conv2d_2"])
    canvas.explain_requested.emit("conv2d_2")
    assert page.isVisible() and page.place.node == "conv2d_2"
    film = page.film.stage
    flight = flown(distances, "conv2d_2")
    assert flight.begin == card
    assert flight.end == in_window(window, film, film.boxes()[("conv2d_2", page.place.cell[2])])
    assert len(distances.zoom._flights) == 2, "and that which it reads"
    distances.zoom.stop()
    page.show_network()
    page.way.zoom.stop()
    QTest.keyClick(page.overview.stage, Qt.Key.Key_Escape)
    assert window.workspaces.current == "Explain" and page.overview.stage.trace is None
    QTest.keyClick(page.overview.stage, Qt.Key.Key_Escape)
    assert window.workspaces.current == "Build"
    flight = flown(distances, "conv2d_2")
    assert flight.end == card and len(distances.zoom._flights) > 5, "all columns become cards"
    qtbot.waitUntil(lambda: not distances.zoom.isVisible())


def test_a_volume_becomes_the_maps_of_its_layer(window, distances) -> None:
    view = window.studio.get(VOLUMES).view
    view.setFocus()
    box = view.boxes()["conv2d_1"]
    QTest.mouseDClick(view, LEFT, pos=box.center().toPoint())
    assert window.explain.isVisible() and window.explain.place.node == "conv2d_1"
    assert flown(distances, "conv2d_1").begin == in_window(window, view, box)
    distances.zoom.stop()
