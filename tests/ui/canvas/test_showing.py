"""What the scene shows of the document, and when it paints."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from canvas_bench import Bench, make_bench
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QHelpEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.templates import template
from cnnstudio.export.figure import Line
from cnnstudio.export.writing import figure_of
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.plan import Plan
from cnnstudio.project.project import untrained
from cnnstudio.runs.run import Run
from cnnstudio.ui.canvas.card_words import card_tip, wire_label
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.volumes.painting import path_of
from tests.ui.screen import colour_at

KINDS = layer_kinds()


@pytest.fixture(params=["dark", "light"])
def look(request, qapp):
    theme.apply(qapp, request.param)
    yield theme.current()
    theme.apply(qapp, "light")


def sample() -> np.ndarray:
    rows, columns = np.mgrid[0:28, 0:28]
    return (255 * np.exp(-((rows - columns) ** 2) / 20)).astype(np.uint8)[:, :, None]


def show_maps(bench: Bench) -> None:
    image = sample()
    project = bench.document.project
    found = inspect(project.design.graph, project.weights, image[None], project.design.cards)
    bench.view.set_image(image)
    bench.view.set_maps({node: values[0] for node, values in found.items()})


def picture_of(bench: Bench, node: str) -> QImage:
    card = bench.view.canvas_scene.cards[node]
    rect = bench.view.viewportTransform().mapRect(card.picture_rect().translated(card.pos()))
    return bench.view.grab(rect.toAlignedRect()).toImage()


def colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_every_edit_is_replayed(bench: Bench) -> None:
    design = bench.design
    design, _ = edits.append(design, KINDS["dropout"]())
    design = edits.remove(design, ["relu_1"], rejoin=True)
    design = edits.rename(design, "conv2d_1", "First")
    design = edits.move(design, {"dense_1": (-200.0, 10.0)})
    design = edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(filters=3))
    bench.document.edit("Everything at once", design)
    bench.shows_the_design()
    bench.document.history.undo()
    bench.shows_the_design()
    bench.document.new(untrained(template("first_conv")))
    bench.shows_the_design()


def test_what_training_changes_is_no_edit(bench: Bench) -> None:
    cards = dict(bench.view.canvas_scene.cards)
    start = bench.card("conv2d_1")
    bench.hands.press(start).move(start + start)
    bench.document.trained(Run("r", bench.design, Plan(), "digits", 1), bench.document.project.weights)
    assert bench.view.mouse.gesture is not None  # a drag goes on while weights come in
    bench.hands.key(Qt.Key.Key_Escape).release()
    assert bench.view.canvas_scene.cards == cards


def test_a_problem_is_drawn_on_the_card_and_both_shapes_on_the_wire(bench: Bench, look) -> None:
    layer = bench.design.graph["max_pool2d_2"].layer
    bench.document.edit("too wide", edits.configure(bench.design, "max_pool2d_2", layer.replace(kernel=(12, 12))))
    card = bench.view.canvas_scene.cards["max_pool2d_2"]
    assert card.facts.problem is not None
    wire = bench.view.canvas_scene.wires[Edge("relu_2", "max_pool2d_2")]
    assert wire.broken and wire.label == "10×10×16, needs 12×12×16 or more"
    assert bench.view.canvas_scene.wires[Edge("max_pool2d_2", "flatten_1")].waiting
    corner = bench.view.camera.to_pixel(card.pos())
    shown = bench.view.grab().toImage()
    ring = [colour_at(shown, corner.x(), corner.y() + dy).name() for dy in range(30, 40)]
    assert look.error.name() in ring
    bench.document.history.undo()
    assert not wire.broken and not wire.tagged


def test_a_selected_card_has_the_accent_ring(bench: Bench, look) -> None:
    card = bench.view.canvas_scene.cards["conv2d_1"]
    corner = bench.view.camera.to_pixel(card.pos()).toPoint()

    def ring() -> set[str]:
        shown = bench.view.grab().toImage()
        return {colour_at(shown, corner.x() + dx, corner.y() + 60).name() for dx in (-1, 0, 1)}

    assert look.accent.name() not in ring()
    bench.document.select({"conv2d_1"})
    assert look.accent.name() in ring()


def test_maps_appear_and_change(bench: Bench, look) -> None:
    empty = picture_of(bench, "relu_1")
    show_maps(bench)
    full = picture_of(bench, "relu_1")
    assert full != empty
    assert len(colours(full)) > 12
    bench.view.set_maps({"relu_1": np.zeros((28, 28, 6), np.float32)})
    assert picture_of(bench, "relu_1") != full
    bench.view.set_maps({})
    assert picture_of(bench, "relu_1") == empty


def test_the_same_maps_are_rendered_once(bench: Bench) -> None:
    show_maps(bench)
    bench.view.grab()
    card = bench.view.canvas_scene.cards["relu_1"]
    picture = card._picture
    bench.view.grab()
    bench.document.select({"relu_1"})
    bench.view.grab()
    assert card._picture is picture


@pytest.mark.parametrize("look", ["dark"], indirect=True)  # there white is no colour of the card
def test_maps_before_a_relu_show_where_zero_is(bench: Bench, look) -> None:
    maps = np.linspace(-1, 1, 28 * 28 * 6, dtype=np.float32).reshape(28, 28, 6)
    bench.view.set_maps({"conv2d_1": maps, "relu_1": np.maximum(maps, 0)})
    white, dark = (QColor(*theme.current().diverging[128]), QColor(*theme.current().viridis[1]))
    assert white.name() in colours(picture_of(bench, "conv2d_1"))
    after = colours(picture_of(bench, "relu_1"))
    assert white.name() not in after and dark.name() in after


def test_the_image_is_in_its_own_colours_and_only_where_it_fits(qtbot) -> None:
    bench = make_bench(qtbot, template("first_conv"))
    image = np.zeros((32, 32, 3), np.uint8)
    image[:, :16] = (250, 30, 20)
    bench.view.set_image(image)
    assert "#fa1e14" in colours(picture_of(bench, "input_1"))
    bench.view.set_image(image[:28, :28])
    assert "#fa1e14" not in colours(picture_of(bench, "input_1"))


def test_class_bars_name_the_likeliest(bench: Bench, look) -> None:
    chances = np.full(10, 0.02, np.float32)
    chances[7] = 0.82
    bench.view.set_class_names(tuple("0123456789"))
    bench.view.set_maps({"softmax_1": chances})
    assert look.category("output").name() in colours(picture_of(bench, "softmax_1"))


def test_layers_outside_the_run_say_so(bench: Bench) -> None:
    show_maps(bench)
    before = picture_of(bench, "dense_1"), picture_of(bench, "relu_1")
    bench.view.set_running_nodes(frozenset(bench.design.cards) - {"dense_1"})
    assert picture_of(bench, "dense_1") != before[0] and picture_of(bench, "relu_1") == before[1]
    assert "not part of the training run" in card_tip(bench.design, "dense_1", in_run=False)
    bench.view.set_running_nodes(None)
    assert picture_of(bench, "dense_1") == before[0]


def test_the_theme_is_asked_while_painting(bench: Bench, qapp) -> None:
    show_maps(bench)
    try:
        theme.apply(qapp, "dark")
        dark = bench.view.grab().toImage()
        theme.apply(qapp, "light")
        light = bench.view.grab().toImage()
    finally:
        theme.apply(qapp, "light")
    assert dark.pixelColor(2, 2) == theme.load("dark").background
    assert light.pixelColor(2, 2) == theme.load("light").background


def test_tips_give_the_numbers_in_plain_text(bench: Bench) -> None:
    tip = card_tip(bench.design, "dense_1")
    assert "400 → 120" in tip and "48\u202f120 parameters" in tip
    assert "<" not in tip
    assert wire_label(bench.design.graph, analyse(bench.design.graph).layers, Edge("input_1", "conv2d_1")) == "28×28×1"


@pytest.mark.qt_log_ignore("does not support raise")  # the screenless platform, about the tooltip's window
def test_names_are_never_taken_for_markup(bench: Bench) -> None:
    bench.document.edit("name", edits.rename(bench.design, "conv2d_1", "<b>bold</b> & co"))
    bench.view.grab()
    assert "<b>bold</b> & co" in card_tip(bench.design, "conv2d_1")
    pixel = bench.view.camera.to_pixel(bench.card("conv2d_1")).toPoint()
    event = QHelpEvent(QEvent.Type.ToolTip, pixel, bench.view.viewport().mapToGlobal(pixel))
    QApplication.sendEvent(bench.view.viewport(), event)
    assert "&lt;b&gt;bold&lt;/b&gt; &amp; co" in QToolTip.text()
    QToolTip.hideText()


def test_a_title_is_edited_in_place(bench: Bench) -> None:
    def rename() -> None:
        bench.hands.double_click(bench.title("conv2d_1"))
        editor = bench.view.findChild(QLineEdit)
        assert editor is not None and editor.hasFocus()
        QTest.keyClicks(editor, "Edges & <corners>")
        QTest.keyClick(editor, Qt.Key.Key_Return)

    after = bench.is_one_step(rename, "Rename layer")
    assert after.cards["conv2d_1"].name == "Edges & <corners>"
    assert bench.view.hasFocus()


@pytest.mark.parametrize("how", ["escape", "empty"])
def test_a_name_is_left_as_it_was(bench: Bench, how: str) -> None:
    def rename() -> None:
        bench.hands.click(bench.card("conv2d_1")).key(Qt.Key.Key_F2)
        editor = bench.view.findChild(QLineEdit)
        QTest.keyClick(editor, Qt.Key.Key_Backspace)
        if how == "escape":
            QTest.keyClicks(editor, "x")
        QTest.keyClick(editor, Qt.Key.Key_Escape if how == "escape" else Qt.Key.Key_Return)

    bench.changes_nothing(rename)


def test_repaints_cost_no_references(bench: Bench) -> None:
    """A binding that loses a reference to None with every call ends the interpreter within seconds."""
    show_maps(bench)
    bench.view.grab()
    before = sys.getrefcount(None)
    for _ in range(200):
        bench.view.viewport().repaint()
    assert sys.getrefcount(None) > before - 100


def test_far_away_and_near_by_it_paints(bench: Bench) -> None:
    show_maps(bench)
    for zoom in (0.1, 0.2, 0.4, 1.5, 4.0):
        bench.view.camera.zoom_in_middle(zoom)
        assert len(colours(bench.view.grab().toImage().scaled(200, 140))) > 3


def test_positions_between_pixels_keep_pictures_sharp(bench: Bench) -> None:
    """Each cell of a picture is drawn in exactly one colour of its table, wherever the card lies."""
    maps = (np.indices((28, 28)).sum(0) % 2).astype(np.float32)[:, :, None].repeat(6, 2)
    bench.view.set_maps({"relu_1": maps})
    table = {QColor(*row).name() for row in theme.current().viridis} | {theme.current().card.name()}
    for corner in (QPoint(0, 0), QPoint(3, 1)):
        bench.view.camera.scroll(corner.x(), corner.y())
        card = bench.view.canvas_scene.cards["relu_1"]
        middle = bench.view.viewportTransform().mapRect(card.picture_rect().translated(card.pos())).center()
        shown = bench.view.grab().toImage()
        around = {colour_at(shown, middle.x() + d, middle.y() + 12).name() for d in range(4, 20)}
        assert around <= table


@pytest.mark.parametrize("name", ["lenet5", "inception_mini", "folded"])
def test_a_wire_takes_the_same_way_on_the_canvas_and_in_a_figure(qtbot, name: str) -> None:
    design = template("resnet_mini" if name == "folded" else name)
    if name == "folded":
        design, block = blocks.group(design, ["conv2d_2", "batch_norm_2", "relu_2"])
        design = blocks.toggle(design, block)
    shown = make_bench(qtbot, design).view.canvas_scene
    figure = figure_of(design, "cards", "print")
    lines = [mark for mark in figure.marks if isinstance(mark, Line) and mark.curved]
    wires = [wire for wire in shown.wires.values() if wire.isVisible()]
    assert len(lines) == len(wires)
    shift = wires[0].start - QPointF(*lines[0].points[0])
    for line, wire in zip(lines, wires, strict=True):
        path = path_of(line)
        for share in range(21):
            assert (path.pointAtPercent(share / 20) + shift - wire.point_at(share / 20)).manhattanLength() < 0.5


def test_a_card_put_into_a_wires_way_makes_it_go_around(bench: Bench) -> None:
    document, scene = bench.document, bench.view.canvas_scene
    document.edit("Skip", edits.connect(edits.move(bench.design, {"relu_1": (900, 0)}), "conv2d_1", "relu_1"))
    wire = scene.wires[Edge("conv2d_1", "relu_1")]
    card = scene.cards["max_pool2d_1"].scene_outline()
    points = [wire.point_at(share / 60) for share in range(61)]
    assert not any(card.contains(point) for point in points)
    assert any(point.y() > card.bottom() or point.y() < card.top() for point in points)
    document.edit("Move", edits.move(bench.design, {"max_pool2d_1": (450, -400)}))
    assert len({wire.point_at(share / 60).y() for share in range(61)}) == 1
    document.history.undo()
    assert [wire.point_at(share / 60) for share in range(61)] == points
    start = bench.card("max_pool2d_1")
    bench.hands.press(start).move(start + QPointF(0, -300))
    bench.view.mouse.cancel()
    bench.hands.release()
    assert [wire.point_at(share / 60) for share in range(61)] == points
