"""F1, wires from a list, the minimap, the tint and the badge."""

from __future__ import annotations

import pytest
from canvas_bench import Bench, make_bench
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton

from cnnstudio.design.edits import edits, frames_and_notes
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas.items.card import Trouble
from cnnstudio.ui.canvas.items.tint import MEASURES, costs_of, heat_of
from cnnstudio.ui.canvas.viewport.framing import show_card
from tests.ui.screen import hover

KINDS = layer_kinds()
F1, W = Qt.Key.Key_F1, Qt.Key.Key_W


def test_f1_says_what_the_selected_layer_does(bench: Bench) -> None:
    bench.hands.click(bench.card("conv2d_1")).key(F1)
    sheet, layer = bench.view.sheet, bench.design.graph["conv2d_1"].layer
    assert sheet.isVisible()
    texts = sheet.texts()
    assert layer.sentence in texts and worded(layer.explanation(((28, 28, 1),))) in texts
    assert all(reason.words.formula in texts for reason in layer.reasons(((28, 28, 1),)))
    assert bench.view.hasFocus()  # one goes on editing
    bench.hands.key(Qt.Key.Key_Right)
    assert worded(bench.document.to_undo) == "Move Conv 2D" and sheet.isVisible()


def test_the_sheet_follows_the_selection_and_the_design(bench: Bench) -> None:
    bench.hands.click(bench.card("conv2d_1")).key(F1)
    bench.document.select({"max_pool2d_1"})
    assert bench.view.sheet.isVisible() and "Max pooling" in bench.view.sheet.texts()
    bigger = bench.design.graph["max_pool2d_1"].layer.replace(kernel=(3, 3))
    bench.document.edit("x", edits.configure(bench.design, "max_pool2d_1", bigger))
    assert worded(bigger.explanation(((28, 28, 6),))) in bench.view.sheet.texts()
    bench.hands.key(Qt.Key.Key_Delete)
    assert not bench.view.sheet.isVisible()


def test_esc_and_f1_close_the_sheet_before_anything_else(bench: Bench) -> None:
    bench.hands.click(bench.card("conv2d_1")).key(F1).key(Qt.Key.Key_Escape)
    assert not bench.view.sheet.isVisible() and bench.document.selection == {"conv2d_1"}
    bench.hands.key(F1).key(F1)
    assert not bench.view.sheet.isVisible()
    bench.hands.key(Qt.Key.Key_Escape)
    assert not bench.document.selection


def test_f1_without_one_layer_says_so(bench: Bench, qtbot) -> None:
    with qtbot.waitSignal(bench.view.told):
        bench.changes_nothing(lambda: bench.hands.key(F1))
    assert not bench.view.sheet.isVisible()


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_sheet_that_fits(bench: Bench, kind: str) -> None:
    design, node = edits.add(bench.design, KINDS[kind](), (0.0, 560.0))
    if KINDS[kind].most_inputs:
        design = edits.connect(design, "conv2d_1", node)
    bench.document.edit("x", design, select={node})
    bench.hands.key(F1)
    QApplication.processEvents()
    assert KINDS[kind].sentence in bench.view.sheet.texts()
    assert bench.view.rect().contains(bench.view.sheet.geometry())


def test_the_sheet_leads_to_the_page_that_explains(bench: Bench, qtbot) -> None:
    bench.hands.click(bench.card("conv2d_1")).key(F1)
    button = bench.view.sheet.findChild(QPushButton)
    with qtbot.waitSignal(bench.view.explain_requested) as asked:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert asked.args == ["conv2d_1"]


def loose() -> Design:
    """Input, Conv 2D and Add without any wire."""
    design, _ = edits.add(Design(), KINDS["input"](height=8, width=8, channels=3), (0, 0))
    design, _ = edits.add(design, KINDS["conv2d"](filters=3, kernel=(3, 3), padding="same"), (150, 0))
    design, _ = edits.add(design, KINDS["add"](), (300, 0))
    return design


def test_w_wires_from_a_list_without_a_mouse(qtbot) -> None:
    bench = make_bench(qtbot, loose())
    bench.document.select({"conv2d_1"})

    def connect() -> None:
        bench.hands.key(W)
        QTest.keyClicks(bench.view.commands.wiring.chooser.field, "input conv")
        bench.hands.key(Qt.Key.Key_Return)

    after = bench.is_one_step(connect, "Connect Input → Conv 2D")
    assert after.graph["conv2d_1"].inputs == ("input_1",)
    assert bench.view.hasFocus()
    bench.document.select({"add_1"})
    for source in ("input", "conv"):
        bench.hands.key(W)
        QTest.keyClicks(bench.view.commands.wiring.chooser.field, f"connect {source}")
        bench.hands.key(Qt.Key.Key_Return)
    assert set(bench.design.graph["add_1"].inputs) == {"input_1", "conv2d_1"}


def test_the_list_says_what_fits_first_and_why_the_rest_does_not(bench: Bench) -> None:
    bench.document.select({"dense_2"})
    bench.hands.key(W)
    shown = bench.view.commands.wiring.chooser.shown()
    signs = [choice.sign for choice in shown]
    assert signs == sorted(signs, key="✓ ✕".replace(" ", "").find) or signs.index("✕") > signs.index("✓")
    assert any("plain list" in choice.detail for choice in shown if choice.sign == "✕")
    bench.changes_nothing(lambda: bench.hands.key(Qt.Key.Key_Escape))
    assert bench.view.hasFocus()


def test_the_list_disconnects(bench: Bench) -> None:
    bench.document.select({"relu_1"})

    def disconnect() -> None:
        bench.hands.key(W)
        QTest.keyClicks(bench.view.commands.wiring.chooser.field, "disconnect conv")
        bench.hands.key(Qt.Key.Key_Return)

    after = bench.is_one_step(disconnect, "Disconnect Conv 2D")
    assert after.graph["relu_1"].inputs == ()


def test_w_without_one_layer_says_so(bench: Bench, qtbot) -> None:
    with qtbot.waitSignal(bench.view.told):
        bench.changes_nothing(lambda: bench.hands.key(W))


def spread(qtbot) -> Bench:
    """A design larger than the view at 100 %."""
    design, _ = edits.add(template("lenet5"), KINDS["relu"](), (2400.0, 1500.0))
    bench = make_bench(qtbot, design)
    bench.view.camera.zoom_at(QPointF(0, 0), 1.0)
    qtbot.waitUntil(bench.view.minimap.isVisible)
    return bench


def test_the_map_is_there_only_while_something_is_out_of_view(qtbot) -> None:
    bench = spread(qtbot)
    bench.view.frame_all()
    qtbot.waitUntil(lambda: not bench.view.minimap.isVisible())
    bench.view.camera.zoom_in_middle(2.0)
    qtbot.waitUntil(bench.view.minimap.isVisible)
    size = bench.view.size()
    bench.view.resize(284, 264)  # a lesson's canvas: there it would lie on what is being built
    qtbot.waitUntil(lambda: not bench.view.minimap.isVisible())
    bench.view.resize(size)
    qtbot.waitUntil(bench.view.minimap.isVisible)
    bench.view.minimap.set_wanted(False)
    assert not bench.view.minimap.isVisible()


def test_on_a_narrow_canvas_the_map_does_not_lie_under_the_zoom_buttons(qtbot) -> None:
    design = Design()
    for column in range(14):
        design, _ = edits.add(design, KINDS["relu"](), (130.0 * column, 0.0))
    bench = make_bench(qtbot, design)
    bench.view.resize(262, 326)
    bench.view.camera.zoom_in_middle(1.0)
    show_card(bench.view, list(design.graph.order)[-1])
    for _ in range(16):  # whichever places the cards leave free
        bench.view.camera.scroll(0, -10)
        bench.view.minimap.set_wanted(True)
        under = bench.view.minimap.geometry().intersects(bench.view.camera.keep_free.toRect())
        assert not (bench.view.minimap.isVisible() and under)


def test_pressing_the_map_goes_there_and_dragging_moves_on(qtbot) -> None:
    bench = spread(qtbot)
    minimap = bench.view.minimap
    scale, corner = minimap.scale_and_corner()
    there = (QPointF(2460, 1570) * scale + corner).toPoint()
    qtbot.mousePress(minimap, Qt.MouseButton.LeftButton, pos=there)
    assert bench.view.camera.seen().contains(QPointF(2460, 1570))
    before = bench.view.camera.seen().center()
    hover(minimap, there - QPoint(40, 0), held=Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(minimap, Qt.MouseButton.LeftButton, pos=there)
    by = bench.view.camera.seen().center() - before
    assert by.x() == pytest.approx(-40 / scale, abs=2 / scale)
    assert bench.document.history.count() == 0


def test_the_map_goes_where_it_covers_no_card(qtbot) -> None:
    bench = spread(qtbot)
    view, minimap = bench.view, bench.view.minimap
    corner = view.camera.to_scene(QPointF(minimap.geometry().center()))
    by = view.canvas_scene.cards["relu_5"].scene_outline().center() - corner
    view.camera.scroll(by.x() * view.camera.zoom, by.y() * view.camera.zoom)
    view.camera.zoom_in_middle(0.99)  # the card lies where the map was

    def free() -> bool:
        cards = [
            view.viewportTransform().mapRect(card.scene_outline()).toRect() for card in view.canvas_scene.cards.values()
        ]
        return minimap.isVisible() and not any(minimap.geometry().intersects(card) for card in cards)

    qtbot.waitUntil(free)


def test_the_map_never_covers_the_zoom_controls(qtbot) -> None:
    bench = spread(qtbot)
    assert not bench.view.minimap.geometry().intersects(bench.view.controls.geometry())
    assert bench.view.rect().contains(bench.view.minimap.geometry())


@pytest.mark.parametrize("measure", MEASURES)
def test_cards_are_tinted_by_what_they_cost(bench: Bench, measure: str) -> None:
    bench.view.set_tint(measure)
    heat = heat_of(bench.design, measure)
    assert max(heat.values()) == 1.0 and min(heat.values()) >= 0.0
    assert {i: card.heat for i, card in bench.view.canvas_scene.cards.items()} == heat
    heaviest = max(heat, key=lambda card: heat[card])
    assert (
        bench.view.legend.isVisible() and bench.view.canvas_scene.cards[heaviest].name in bench.view.legend.words()[0]
    )
    bench.view.set_tint("")
    assert not bench.view.legend.isVisible()
    assert all(card.heat is None for card in bench.view.canvas_scene.cards.values())


def test_time_is_estimated_until_layers_were_timed_and_again_after_an_edit(bench: Bench) -> None:
    view, legend = bench.view, bench.view.legend
    view.set_tint("time")
    assert legend.title.endswith("estimated") and legend.words()[1] == "of the time"
    times = dict.fromkeys(bench.design.graph.order, 1e-6) | {"relu_3": 0.0025}
    view.canvas_scene.set_times(times)
    assert legend.title.endswith("measured") and legend.words()[1] == "2.5\u202fms"
    assert view.canvas_scene.cards["relu_3"].heat == 1.0 and view.canvas_scene.cards["conv2d_2"].heat < 0.01
    wider = bench.design.graph["dense_1"].layer.replace(units=99)
    bench.document.edit("x", edits.configure(bench.design, "dense_1", wider))  # another network: nobody timed that
    assert legend.title.endswith("estimated") and view.canvas_scene.cards["relu_3"].heat < 0.5
    bench.document.history.undo()
    assert legend.title.endswith("measured") and view.canvas_scene.cards["relu_3"].heat == 1.0


def test_the_tint_follows_every_edit_and_knows_whose_cost_is_whose(bench: Bench) -> None:
    costs = costs_of(bench.design, "parameters")
    assert costs["dense_1"] == 48_120 and costs["relu_1"] == 0
    bench.view.set_tint("parameters")
    small = bench.design.graph["dense_1"].layer.replace(units=1)
    bench.document.edit("x", edits.configure(bench.design, "dense_1", small))
    assert bench.view.canvas_scene.cards["conv2d_2"].heat == 1.0
    bench.document.history.undo()
    assert bench.view.canvas_scene.cards["dense_1"].heat == 1.0


def test_a_badge_counts_what_is_wrong(qtbot) -> None:
    bench = make_bench(qtbot, loose())
    cards = bench.view.canvas_scene.cards
    assert cards["conv2d_1"].trouble.errors == 1
    assert cards["input_1"].trouble.errors == 0
    design = edits.connect(edits.connect(bench.design, "input_1", "conv2d_1"), "conv2d_1", "add_1")
    bench.document.edit("x", edits.connect(design, "input_1", "add_1"))
    assert {card.trouble.errors for card in cards.values()} == {0}
    bench.document.history.undo()
    assert cards["conv2d_1"].trouble == Trouble(1, 0)


def test_notes_and_frames_are_on_the_map_and_framed(qtbot) -> None:
    design, _ = frames_and_notes.add_note(template("first_conv"), "Far away", (0, 1800))
    bench = make_bench(qtbot, design)
    assert bench.view.camera.seen().contains(bench.view.canvas_scene.annotations["note_1"].scene_outline())
