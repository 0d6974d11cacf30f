"""The inside: nothing is measured before somebody watches; what is drawn and said are the numbers of the step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem
from pytestqt.qtbot import QtBot

from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.looking.maps_and_gradients import maps_and_gradients
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.nn.training.events import StepDone
from cnnstudio.nn.training.measured import GRADIENTS, SHARES, SPREADS, Figures, Measured
from cnnstudio.ui.canvas import measures
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.inside.inside import FILTERS, MAPS, NETWORK, PINNED, SPREAD, InsidePanel
from cnnstudio.ui.panels.inside.picture_row import BY_MAP, BY_NETWORK
from cnnstudio.ui.panels.maps.mosaic_view import Cell
from cnnstudio.ui.run.measured_steps import MOST, MeasuredSteps
from cnnstudio.ui.run.watching import Watching
from tests.ui.screen import colour_at, hover
from tests.ui.training_parts import LONG, Parts, parts, unloaded  # noqa: F401


@pytest.fixture
def curves(parts: Parts) -> CurvesPanel:  # noqa: F811
    return CurvesPanel(parts.run_control)


@pytest.fixture
def panel(qtbot: QtBot, parts: Parts, curves: CurvesPanel) -> Iterator[InsidePanel]:  # noqa: F811
    watching = Watching(parts.session)
    canvas = CanvasView(parts.document)
    qtbot.addWidget(canvas)
    made = InsidePanel(
        parts.document, parts.run_control, watching, parts.looking, parts.samples, parts.data, curves,
        show_on_cards=canvas.canvas_scene.set_strips,
    )  # fmt: skip
    made.canvas = canvas
    for widget in (curves, made):
        widget.resize(900, 270)
        qtbot.addWidget(widget)
        widget.show()
        qtbot.waitExposed(widget)
    parts.live.watch(made.nodes_in_sight)
    yield made
    made.shutdown()


def measured(gradient: float = 1.0) -> Measured:
    figures = {"conv": Figures(gradient, 0.001, 0.25), "dense": Figures(gradient * 10, math.nan, math.nan)}
    return Measured(0.001, figures, np.tile(SHARES, (3, 2, 1)).astype(np.float32), arrays={"weights": np.zeros(9)})


def filled(taken: MeasuredSteps, *steps: int, first: tuple[int, ...] = ()) -> None:
    taken.begin("a run")
    for step in steps:
        taken.add(step, measured(), step in first)


def test_nothing_is_measured_before_somebody_watches_and_then_the_numbers_of_the_steps_are_seen(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: InsidePanel,
    curves: CurvesPanel,
) -> None:
    parts.train(qtbot, epochs=3)
    assert parts.session.measured.count == 0 and panel.stack.currentWidget() is panel.empty
    assert "5\u202f% of the training’s time at most" in panel.why.text(), "the price is said before"
    panel.watch.click()
    parts.train(qtbot, epochs=100)
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.strip)
    taken = panel.watching.steps
    newest = parts.session.measured.value
    assert isinstance(newest, StepDone) and newest.measured is not None
    assert taken.layers == ("conv", "dense") and taken.step(len(taken) - 1) == newest.step
    panel.refresh()

    assert taken.figures(len(taken) - 1, "dense") == newest.measured.figures["dense"]
    assert taken.stretches[1][-1] == parts.project.run.step + 0.5, "it was watched to the end"
    begins, ends = taken.stretches
    place = int(np.argmax(ends - begins))  # the widest column
    middle = round((begins[place] + ends[place]) / 2)
    x = panel.strip.area.left() + curves.chart.shares_of(np.array([middle]))[0] * panel.strip.area.width()
    hover(panel.strip, QPointF(x, panel.strip.row("dense").center().y()).toPoint())
    length = taken.figures(place, "dense").gradient
    words = f"Dense, step {taken.step(place)}: gradient’s length {number_text(length, 3)}"
    assert panel.subtitle.text().startswith(words)
    assert abs(curves.pointed_at - middle) <= 1, "the curves point at the same step"
    level = panel.strip.scale.levels(np.array([length]))[0]
    seen = colour_at(panel.strip.grab().toImage(), x + 3, panel.strip.row("dense").top() + 3)
    assert seen.getRgb()[:3] == tuple(int(part) for part in theme.current().viridis[level])

    panel.show_view(SPREAD)
    parts.document.select(["relu"])
    assert panel.layer == panel.spread.layer == "conv", "what bends a layer's numbers belongs to it"
    assert panel.spread.bins.sum(axis=1) == pytest.approx(1.0, abs=0.01)
    low, high = (value for value in panel.spread.edges[[0, -1]])
    x = panel.spread.area.left() + curves.chart.shares_of(np.array([middle]))[0] * panel.spread.area.width()
    hover(panel.spread, QPointF(x, panel.spread.area.bottom() - 1).toPoint())
    assert f"up to {number_text(panel.spread.edges[1], 3)}" in panel.subtitle.text() and low < 0 < high
    again = Watching(parts.session)
    again.recall(parts.project.run)
    qtbot.waitUntil(lambda: len(again.steps) > 0)
    again.shutdown()
    kept = {again.steps.step(n): again.steps.figures(n, "conv") for n in range(len(again.steps))}
    shown = {taken.step(n): taken.figures(n, "conv") for n in range(len(taken))}
    assert shown.items() <= kept.items(), "the run's folder keeps the figures"
    assert taken.spread_kept and not again.steps.spread_kept
    panel.watch.click()
    parts.train(qtbot, epochs=110)
    assert taken.step(len(taken) - 1) == newest.step, "who watches no more pays no more"


def test_measured_steps_stay_few_however_long_the_run_is_and_keeps_from_where_to_where_nobody_watched() -> None:
    taken = MeasuredSteps()
    filled(taken, *range(1, 5001, 5), *range(8000, 9000, 5), first=(1, 8000))
    assert len(taken) <= MOST
    assert taken.place_of(4000) is not None and taken.place_of(8990) is not None
    assert taken.place_of(6500) is None, "nobody watched there"
    assert taken.place_of(9500) is None, "and nobody has yet"
    taken.watched(9300)
    assert taken.place_of(9250) is not None and taken.place_of(9500) is None
    begins, ends = taken.stretches
    assert (ends > begins).all() and (begins[1:] >= ends[:-1]).all()
    filled(taken, 4001)
    assert taken.step(len(taken) - 1) == 4001 and taken.place_of(8990) is None, "steps that were given up are no more"
    taken.begin("another")
    assert len(taken) == 0


def test_zero_has_the_lowest_colour_and_what_is_no_number_has_none(panel: InsidePanel) -> None:
    taken = panel.watching.steps
    filled(taken, 1, 2)
    taken.add(
        3, replace(measured(), figures={"conv": Figures(0.0, 0.1, 0.0), "dense": Figures(math.nan, 0.1, 0.0)}), False
    )
    panel.show_view(NETWORK)
    levels = panel.strip.scale.levels(taken.strip("gradient"))
    assert levels[0, 2] == 1, "a gradient that has vanished is as dark as can be"
    assert levels[1, 2] == 0, "a locked layer has none"


def test_filters_with_what_the_optimizer_does_to_them_and_maps_with_their_gradients_tell_each_number(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: InsidePanel,
) -> None:
    panel.show_view(FILTERS)
    assert panel.stack.currentWidget() is panel.empty
    panel.watch.click()
    parts.document.select(["dense"])
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.filters)
    assert [picture.name for picture in panel.filters.pictures][:3] == ["weights", "gradient", "step"]
    parts.document.select(["conv"])
    qtbot.waitUntil(lambda: panel.filters.pictures[0].values.shape == (3, 3, 2))
    parts.run_control.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    panel.refresh()
    arrays = panel.watching.newest.measured.arrays
    _, caption, mosaic = panel.filters.columns[1]
    hover(mosaic, mosaic.place(0, Cell(1, 2, 0)).center().toPoint())
    words = f"gradient {number_text(float(arrays['gradient'][1, 2, 0, 0]))}"
    assert panel.subtitle.text().startswith("filter 2, row 3, column 1: weights ") and words in panel.subtitle.text()
    assert caption.text() == f"gradient ±{number_text(float(np.abs(arrays['gradient']).max()), 3)}"
    for how in (BY_MAP, BY_NETWORK):
        panel.filters.scale(how)
        assert words in panel.subtitle.text(), "however it is drawn, the number is the same"
    steepest = np.abs(panel.watching.newest.measured.spread[SPREADS.index(GRADIENTS)][:, [0, -1]]).max()
    assert caption.text() == f"gradient ±{number_text(float(steepest), 3)}", "of all layers, also those not shown"

    panel.show_view(MAPS)
    qtbot.waitUntil(lambda: len(panel.maps.pictures) == 4)
    names = [picture.name for picture in panel.maps.pictures]
    assert names == ["before", "gradient before", "after", "gradient after"]
    now, label = parts.looking.now, parts.samples.label
    found = maps_and_gradients(now.graph, now.snapshot, now.picture, label, ("conv", "relu"))
    assert panel.maps.pictures[1].values == pytest.approx(found.gradients["conv"])
    assert panel.maps.pictures[2].values == pytest.approx(found.values["relu"])
    inner = [node for node in now.graph.order if node not in ("input", "softmax")]
    everywhere = maps_and_gradients(now.graph, now.snapshot, now.picture, label, inner)
    sizes = [max(np.abs(each).max() for each in one.values()) for one in (everywhere.values, everywhere.gradients)]
    panel.maps.scale(BY_NETWORK)
    captions = [caption.text() for _, caption, _ in panel.maps.columns[2:4]]
    assert captions == [f"after 0 to {number_text(sizes[0], 3)}", f"gradient after ±{number_text(sizes[1], 3)}"]


def test_pinned_pictures_stay_while_the_network_learns_and_say_their_numbers(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: InsidePanel,
) -> None:
    panel.show_view(PINNED)
    assert "Pin pictures" in panel.why.text()
    panel.pins.pin_each_class()
    parts.samples.show_index(7)
    panel.pins.pin()
    panel.pins.pin()
    assert len(panel.pins.pins) == 4, "what is pinned is not pinned again"
    qtbot.waitUntil(lambda: panel.pinned.grid.seen is not None and len(panel.pinned.grid.seen.pins) == 4)
    grid = panel.pinned.grid
    before = grid.seen.values["relu"]
    assert list(grid.seen.values) == ["relu"]
    parts.set_recipe(epochs=LONG)
    parts.run_control.train()
    qtbot.waitUntil(lambda: grid.seen.step > 0)  # newer weights come because the pins are looked at
    parts.run_control.stop()
    qtbot.waitUntil(lambda: not parts.session.active)
    qtbot.waitUntil(lambda: grid.seen.step == parts.project.run.step)
    images = np.stack([pin.image for pin in panel.pins.pins])
    expected = inspect(parts.project.design.graph, parts.project.weights, images, ["relu", "softmax"])
    assert np.array_equal(grid.seen.values["relu"], expected["relu"]) and not np.array_equal(before, expected["relu"])
    taken = int(expected["softmax"][3].argmax())
    assert grid.answer(3) == (parts.data.classes[taken], share_text(float(expected["softmax"][3, taken])))
    cell = grid.cells[3]
    left, top = cell.tiling.corner(1)
    hover(grid, (cell.corner + QPointF(left + 1, top + 1) / grid.devicePixelRatioF()).toPoint())
    assert panel.subtitle.text().endswith(f"map 2, row 1, column 1: {number_text(float(expected['relu'][3, 0, 0, 1]))}")
    panel.pins.unpin(panel.pins.pins[0])
    parts.document.select(["conv", "pool"])
    qtbot.waitUntil(lambda: list(grid.seen.values) == ["conv", "pool"] and len(grid.seen.pins) == 3)


def test_paint_on_a_pin_shows_what_changes_in_every_layer(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: InsidePanel,
) -> None:
    panel.show_view(PINNED)
    panel.pins.pin_each_class()
    parts.document.select(["conv", "relu", "pool"])
    grid = panel.pinned.grid
    qtbot.waitUntil(lambda: grid.seen is not None and list(grid.seen.values) == ["conv", "relu", "pool"])
    original = panel.pins.pins[1].image
    box = grid.picture_box(1)
    corner, other = box.topLeft() + QPointF(1, 1), box.center()
    qtbot.mousePress(grid, Qt.MouseButton.LeftButton, pos=corner.toPoint())
    hover(grid, other.toPoint(), Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(grid, Qt.MouseButton.LeftButton, pos=other.toPoint())
    painted = panel.pins.pins[1].image
    moved, half = (painted != original).any(axis=2), len(original) // 2
    assert all(moved.any(axis=axis)[:half].all() for axis in (0, 1)), "a fast hand leaves no gaps"
    qtbot.waitUntil(lambda: 1 in grid.seen.answers_before and grid.seen.pins[1].image is painted)
    graph, weights = parts.project.design.graph, parts.project.weights
    found = inspect(graph, weights, np.stack([original, painted]), ["conv", "relu", "pool", "softmax"])
    for node in ("conv", "relu", "pool"):
        assert grid.seen.changes[node].keys() == {1}
        assert grid.seen.changes[node][1] == pytest.approx(found[node][1] - found[node][0], abs=1e-6)
    assert grid.answer_before(1)[1] == share_text(float(found["softmax"][0].max()))
    cell = next(each for each in grid.cells if each.pin == 1 and each.node == "relu")
    assert cell.changed and not next(each for each in grid.cells if each.pin == 0).changed
    hover(grid, (cell.corner + QPointF(1, 1) / grid.devicePixelRatioF()).toPoint())
    assert panel.subtitle.text().endswith(" by the paint")

    qtbot.mousePress(grid, Qt.MouseButton.RightButton, pos=corner.toPoint())
    hover(grid, other.toPoint(), Qt.MouseButton.RightButton)
    assert panel.pins.pins[1].image is original and panel.pins.pins[1].unpainted is None, "rubbed out, it is as it was"


def test_pins_are_painted_by_keys_and_all_paint_is_taken_off_at_once(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: InsidePanel,
) -> None:
    panel.show_view(PINNED)
    panel.pins.pin_each_class()
    grid = panel.pinned.grid
    qtbot.waitUntil(lambda: grid.seen is not None)
    originals = [pin.image for pin in panel.pins.pins]
    grid.setFocus()
    for _ in range(originals[0].shape[0]):
        qtbot.keyClick(grid, Qt.Key.Key_Down)
    assert grid.brush == (1, 0, 0), "below a picture the next one begins"
    qtbot.keyClick(grid, Qt.Key.Key_Space)
    assert panel.pins.pins[1].image[0, 0, 0] == panel.pins.pins[1].ink
    assert np.array_equal(panel.pins.pins[0].image, originals[0])
    panel.pins.clean()
    assert all(pin.image is before for pin, before in zip(panel.pins.pins, originals, strict=True))


def test_the_rows_of_the_strip_are_on_the_cards_of_their_layers_while_somebody_wants_them(
    qtbot: QtBot,
    parts: Parts,  # noqa: F811
    panel: InsidePanel,
) -> None:
    cards = panel.canvas.canvas_scene.cards

    def foot(node: str) -> set[int]:
        """The colours just above the footer of a card."""
        card = cards[node]
        canvas = QImage(card.outline().size().toSize(), QImage.Format.Format_RGB32)
        canvas.fill(0)
        painter = QPainter(canvas)
        option = QStyleOptionGraphicsItem()
        option.exposedRect = card.boundingRect()
        card.paint(painter, option)
        painter.end()
        y = round(card.height() - measures.FOOTER - measures.STRIP / 2)
        return {canvas.pixel(x, y) for x in range(4, canvas.width() - 4)}

    panel.watch.click()
    parts.train(qtbot, epochs=40)
    qtbot.waitUntil(lambda: panel.stack.currentWidget() is panel.strip)
    before = {node: foot(node) for node in ("conv", "dense", "pool")}
    assert all(len(colours) == 1 for colours in before.values()), "nobody has asked for them"
    panel.on_cards.click()
    viridis = {QColor(*rgb).rgb() for rgb in theme.current().viridis.tolist()}
    for node in ("conv", "dense"):
        assert foot(node) & viridis and foot(node) != before[node]
    assert foot("pool") == before["pool"], "there is nothing to be learned in it"
    panel.on_cards.click()
    assert {node: foot(node) for node in before} == before
