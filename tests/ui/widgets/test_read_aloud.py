"""What a screen reader is told of drawings: by the same interface that it asks."""

from __future__ import annotations

import gc

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets import read_aloud

NAME = QAccessible.Text.Name


@pytest.fixture(autouse=True)
def heard() -> None:
    read_aloud.install()


def shown(qtbot) -> tuple[QWidget, VolumeView, np.ndarray]:
    window = QWidget()
    qtbot.addWidget(window)
    view = VolumeView("Output of the layer", window)
    values = np.arange(-6, 6, dtype=np.float32).reshape(3, 4) / 4
    view.show_map(values, Ink.of(values))
    window.show()
    return window, view, values


def test_a_map_tells_its_numbers_cell_by_cell(qtbot) -> None:
    _, view, values = shown(qtbot)
    told = QAccessible.queryAccessibleInterface(view)
    assert told.text(NAME) == "Output of the layer" and told.childCount() == 12
    for number, value in enumerate(values.ravel().tolist()):
        row, column = divmod(number, 4)
        cell = told.child(number)
        assert cell.text(NAME) == f"row {row + 1}, column {column + 1}: {number_text(value)}"
        assert told.indexOfChild(cell) == number
        middle = view.mapToGlobal(view.place(row, column).center().toPoint())
        assert cell.rect().contains(middle)
        assert told.childAt(middle.x(), middle.y()).text(NAME) == cell.text(NAME)
    assert told.child(12) is None and told.childAt(-5000, -5000) is None


@pytest.mark.slow
def test_what_has_been_heard_of_may_go(qtbot) -> None:
    """Qt deletes what speaks for a widget with it, whoever in Python still knows it."""
    for _ in range(20):
        window, view, _ = shown(qtbot)
        told = QAccessible.queryAccessibleInterface(view)
        cells = [told.child(number) for number in range(told.childCount())]
        view.show_map(np.zeros((1, 2), np.float32), Ink.of(np.zeros((1, 2))))
        assert told.childCount() == 2 and not cells[5].isValid() and cells[5].text(NAME) == ""
        assert QAccessible.queryAccessibleInterface(window).childCount() == 1
        view.deleteLater()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        assert QAccessible.queryAccessibleInterface(window).childCount() == 0
        del told, cells, view
        gc.collect(1)  # what has just been made


def test_layers_wires_maps_and_products_are_told_of(window, qtbot) -> None:
    canvas = QAccessible.queryAccessibleInterface(window.canvas)
    names = [canvas.child(number).text(NAME) for number in range(window.canvas.pieces_drawn())]
    assert names[1].startswith("Conv 2D, 6 filters 5×5") and "wire from Conv 2D to ReLU, 28×28×6" in names
    assert len(names) == 14 + 13 and canvas.childCount() > len(names), "and what floats over it"
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    film = QAccessible.queryAccessibleInterface(page.film.stage)
    reel = page.film.reel
    page.film.go(reel.at(2, 4, 9))
    value = float(page.place.probed.values["conv2d_1"][4, 9, 2])
    assert film.child(4 * 28 + 9).text(NAME) == f"row 5, column 10: {number_text(value)}"
    assert film.child(4 * 28 + 10).text(NAME) == "row 5, column 11: not written yet"
    page.show_ledger(True)
    ledger = QAccessible.queryAccessibleInterface(page.stage.part.ledger)
    (part,) = page.place.explanation.parts
    block = part.blocks[0]
    assert ledger.childCount() >= 25
    left, right, product = (number_text(float(side[1, 3])) for side in (block.left, block.right, block.products))
    assert ledger.child(8).text(NAME) == f"channel 1, row 2, column 4: {left} × {right} = {product}"
    page.show_network()
    page.way.zoom.stop()
    overview = QAccessible.queryAccessibleInterface(page.overview.stage)
    told = {overview.child(number).text(NAME) for number in range(overview.childCount())}
    assert {"Conv 2D, map 6", "Conv 2D 2, map 16", "Input, the picture"} & told
    assert overview.childAt(*_global(page.overview.stage)) is not None


def _global(stage) -> tuple[int, int]:
    box = next(iter(stage.boxes().values()))
    at = stage.mapToGlobal(box.center().toPoint())
    assert isinstance(at, QPoint)
    return at.x(), at.y()
