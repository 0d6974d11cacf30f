"""The knife, the tidy layout, the context menu, and building without a mouse."""

from __future__ import annotations

import pytest
from canvas_bench import CTRL, NONE, RIGHT, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from cnnstudio.design.edits import edits, frames_and_notes
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.widgets.fields.rename_editor import RenameEditor

KINDS = layer_kinds()
#: what the screenless platform says about every menu
QUIET_POPUPS = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")


def test_the_knife_cuts_what_it_crosses(bench: Bench) -> None:
    def stroke() -> None:
        top = bench.between("conv2d_1", "relu_1") - QPointF(0, 40)
        bottom = bench.between("relu_2", "max_pool2d_2") + QPointF(0, 40)
        bench.hands.hold(CTRL).drag(top, bottom, RIGHT).hold(NONE)

    # it also crosses the wire that swings from the first row to the second
    after = bench.is_one_step(stroke, "Cut 3 wires")
    gone = set(template("lenet5").graph.edges) - set(after.graph.edges)
    assert {e.target for e in gone} == {"relu_1", "max_pool2d_2", "conv2d_2"}


def test_a_stroke_can_be_cancelled_or_hit_nothing(bench: Bench) -> None:
    def cancelled() -> None:
        place = bench.between("conv2d_1", "relu_1")
        bench.hands.hold(CTRL).press(place - QPointF(0, 40), RIGHT).move(place + QPointF(0, 40))
        bench.hands.key(Qt.Key.Key_Escape).release(RIGHT).hold(NONE)

    bench.changes_nothing(cancelled)
    start = QPointF(700, 20)
    bench.changes_nothing(lambda: bench.hands.hold(CTRL).drag(start, start + QPointF(100, 60), RIGHT))


def test_tidy_lays_layers_out_in_rows(bench: Bench) -> None:
    mess = edits.move(bench.design, {i: (37.0 * n, 11.0 * (n % 5)) for n, i in enumerate(bench.design.cards)})
    bench.document.edit("mess", mess)
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_L, CTRL | SHIFT), "Tidy layout")
    order = after.graph.order
    for number, node_id in enumerate(order):
        card = after.cards[node_id]
        assert (card.x, card.y) == (number % 6 * edits.COLUMN, number // 6 * edits.ROW)


def test_tidy_keeps_strays_and_cards_apart() -> None:
    design = template("lenet5")
    for kind in ("relu", "dropout"):
        design, _ = edits.add(design, KINDS[kind](), (0.0, 0.0))
    design, branch = edits.add(design, KINDS["relu"](), (5.0, 5.0))
    design = edits.connect(design, "conv2d_1", branch)
    places = {(card.x, card.y) for card in tidied(design).cards.values()}
    assert len(places) == len(design.graph)
    assert tidied(Design()) == Design()


def test_tidy_takes_notes_and_frames_along_and_covers_nothing(qtbot) -> None:
    design = template("lenet5")
    design, frame = frames_and_notes.add_frame(design, (130, -50, 310, 290), "First")
    design, inner = frames_and_notes.add_frame(design, (140, -20, 140, 240), "Inner")
    design, beside = frames_and_notes.add_note(design, "Beside Conv 2D 2", (0, 340))
    design, within = frames_and_notes.add_note(design, "In the inner frame", (150, 140), 100)
    design, above = frames_and_notes.add_note(design, "Where cards will lie\n" * 6, (620, 10))
    bench = make_bench(qtbot, design)
    scene, before = bench.view.canvas_scene, bench.design
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_L, CTRL | SHIFT), "Tidy layout")
    outlines = {i: item.scene_outline() for i, item in scene.annotations.items()}
    cards = {i: card.scene_outline() for i, card in scene.cards.items()}
    for note in (beside, within, above):
        assert not [i for i, card in cards.items() if card.intersects(outlines[note])]
    assert after.notes[beside].x - before.notes[beside].x == after.cards["conv2d_2"].x - before.cards["conv2d_2"].x
    assert outlines[frame].contains(outlines[inner]) and outlines[inner].contains(outlines[within])
    assert all(outlines[frame].contains(cards[node]) for node in ("conv2d_1", "relu_1"))
    assert outlines[inner].contains(cards["conv2d_1"]) and not outlines[inner].intersects(cards["relu_1"])
    bench.changes_nothing(lambda: bench.hands.key(Qt.Key.Key_L, CTRL | SHIFT))


@QUIET_POPUPS
def test_a_right_click_opens_a_menu_for_what_is_there(bench: Bench) -> None:
    bench.hands.click(bench.card("conv2d_1"), RIGHT)
    menu = bench.view.findChild(QMenu)
    assert bench.document.selection == {"conv2d_1"} and menu.isVisible()
    entry = next(a for a in menu.actions() if a.text().startswith("Duplicate"))

    def choose() -> None:
        entry.trigger()
        menu.close()

    bench.is_one_step(choose, "Duplicate Conv 2D")


def test_a_right_drag_opens_none(bench: Bench) -> None:
    bench.hands.drag(bench.card("conv2d_1"), bench.card("relu_1"), RIGHT)
    assert bench.view.findChild(QMenu) is None


@QUIET_POPUPS
@pytest.mark.parametrize("place", ["wire", "empty"])
def test_a_layer_is_added_from_the_menu(bench: Bench, place: str) -> None:
    point = bench.between("conv2d_1", "relu_1") if place == "wire" else QPointF(780, 80)
    bench.hands.click(point, RIGHT)
    menu = bench.view.findChild(QMenu)
    menu.actions()[0].trigger()
    menu.close()
    field = bench.view.commands.adding.search.field
    QTest.keyClicks(field, "dropout")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert bool(bench.design.graph["dropout_1"].inputs) == (place == "wire")


def test_a_network_is_built_with_the_keyboard_alone(qtbot) -> None:
    bench = make_bench(qtbot, Design())
    for name in ("input", "conv 2d", "relu", "max pooling", "flatten", "dense", "softmax"):
        QTest.keyClick(bench.view, Qt.Key.Key_Tab)
        QTest.keyClicks(bench.view.commands.adding.search.field, name)
        QTest.keyClick(bench.view.commands.adding.search.field, Qt.Key.Key_Return)
        assert bench.view.hasFocus()
    kinds = [bench.design.graph[i].layer.kind for i in bench.design.graph.order]
    assert kinds == ["input", "conv2d", "relu", "max_pool2d", "flatten", "dense", "softmax"]
    assert len(bench.design.graph.edges) == 6
    bench.document.select({"relu_1"})
    QTest.keyClick(bench.view, Qt.Key.Key_Tab)
    QTest.keyClicks(bench.view.commands.adding.search.field, "dropout")
    QTest.keyClick(bench.view.commands.adding.search.field, Qt.Key.Key_Return)
    assert bench.design.graph["max_pool2d_1"].inputs == ("dropout_1",)
    bench.shows_the_design()


def test_clicking_elsewhere_accepts_a_name(bench: Bench) -> None:
    bench.hands.click(bench.card("conv2d_1")).key(Qt.Key.Key_F2)
    QTest.keyClicks(bench.view.findChild(RenameEditor), "Edges")
    bench.hands.click(bench.card("relu_1"))
    assert bench.design.cards["conv2d_1"].name == "Edges"


def test_after_tidying_everything_is_in_sight(qtbot) -> None:
    bench = make_bench(qtbot, tidied(template("inception_mini"), columns=3), (900, 500))
    bench.view.camera.zoom_in_middle(1.0)
    bench.hands.key(Qt.Key.Key_L, CTRL | SHIFT)
    seen = bench.view.camera.seen()
    assert all(seen.contains(card.scene_outline()) for card in bench.view.canvas_scene.cards.values())
