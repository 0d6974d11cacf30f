"""A layer at work in a lesson, without a window."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.ui.explain.parts.ledger_view import LedgerView
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.learn.views.looking_view import LookingView
from cnnstudio.ui.learn.views.neurons_view import NeuronsView
from cnnstudio.ui.learn.views.row_view import RowView
from cnnstudio.worker.inspection import Maps

KINDS = layer_kinds()


def maps(stride: int) -> Maps:
    conv = KINDS["conv2d"](filters=2, kernel=(5, 5), stride=(stride, stride))
    graph = chain(("input", KINDS["input"](height=32, width=32, channels=3)), ("conv", conv))
    image = np.random.default_rng(0).integers(0, 256, (32, 32, 3)).astype(np.uint8)
    snapshot = Snapshot(initial_parameters(graph, 1))
    values = inspect(graph, snapshot, image[None], graph.order)
    return Maps(graph, snapshot, image, {node: found[0] for node, found in values.items()})


def test_a_smaller_map_is_drawn_smaller_and_written_as_far_as_the_slider_stands(qtbot) -> None:
    view = LookingView("convolution", writing=True)
    qtbot.addWidget(view)
    view.resize(520, 400)
    view.show()
    view.show_maps(maps(1))
    view.go_to(view.along.maximum())
    assert np.isfinite(view.output.values).all()
    wide = {}
    for stride in (1, 2, 4):
        view.show_maps(maps(stride))
        assert view.output.place(0, 0).width() == pytest.approx(view.input.place(0, 0).width()), stride
        assert np.isfinite(view.output.values).sum() == view.position + 1, stride
        wide[stride] = view.output.width()
    assert wide[1] > wide[2] > wide[4]


def test_a_layer_that_does_not_fit_is_not_asked_for_again_and_a_title_goes_with_its_layer(qtbot) -> None:
    seen = maps(1)
    too_large = seen.graph.with_layer("conv", KINDS["conv2d"](filters=2, kernel=(40, 40)))
    only_input = seen.graph.restricted({"input"})
    for view in (LookingView("convolution"), NeuronsView()):
        qtbot.addWidget(view)
        view.show_design(_design(seen.graph))
        view.show_maps(seen)
        titled = view.title.text()
        assert "Conv 2D" in titled and view.empty.isHidden()
        view.show_design(_design(too_large))
        view.show_maps(None)
        assert view.empty.text() == "Conv 2D makes nothing yet: the mark on the canvas says why."
        assert view.title.text() == view.accessibleName() != titled
        view.show_design(_design(only_input))
        view.show_maps(None)
        assert view.empty.text().startswith("Add a Conv 2D")


def _design(graph: Graph) -> Design:
    return Design(graph, {node.id: Card(node.layer.title) for node in graph})


def test_the_last_place_stays_the_last_when_the_map_shrinks_and_no_other_becomes_it(qtbot) -> None:
    view = LookingView("convolution")
    qtbot.addWidget(view)
    view.show_maps(maps(1))
    middle = 17 * 28 + 24  # beyond all places of the smaller maps
    for place, ends in ((middle, False), (783, True)):
        view.show_maps(maps(1))
        view.go_to(place)
        for stride in (2, 3, 9):
            view.show_maps(maps(stride))
            numbers = view.numbers
            assert (numbers["position"] == numbers["positions"]) is ends, stride
            assert view.count.text().endswith(": the last") is ends


def test_a_row_that_shrinks_takes_nobody_to_its_end(qtbot) -> None:
    row = RowView()
    qtbot.addWidget(row)
    for place, end in ((26, 12), (27, 13)):
        row.show_positions(Positions(32, 5))
        row.go_to(place)
        row.show_positions(Positions(32, 5, 2))
        assert row.place == end and row.positions.count == 14


def test_in_a_narrow_column_all_of_it_is_in_sight_also_after_a_wide_one_and_the_ledger_has_its_bar(qtbot) -> None:
    """At every size the ledger scrolls exactly where it is higher than its room, and by a bar that is seen."""
    view = LookingView("convolution", products=True)
    qtbot.addWidget(view)
    view.show_maps(maps(1))
    view.show()
    view.give_room(900)
    QApplication.processEvents()
    wide = view.minimumSizeHint().width()
    view.give_room(340)
    QApplication.processEvents()
    assert view.minimumSizeHint().width() < wide - 100
    assert view.ledger is not None and view.ledger.part is not None
    ledger, bars = LedgerView(), set()
    qtbot.addWidget(ledger)
    ledger.show_part(view.ledger.part, Ink.of(maps(1).image), 0)
    ledger.show()
    for width in range(230, 420, 19):
        for high in range(150, 480, 13):
            ledger.resize(width, high)
            QApplication.processEvents()
            bar = ledger.verticalScrollBar()
            scrolls = ledger.content_height + 4 > ledger.height()
            assert bar.isVisible() == (bar.maximum() > 0) == scrolls, (width, high)
            bars.add(scrolls)
    assert bars == {True, False}
