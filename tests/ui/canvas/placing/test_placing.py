"""Placing layers: from the palette, into wires, at the end of the stack, and unwired ones that lie about."""

from __future__ import annotations

import pytest
from canvas_bench import Bench, make_bench
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import COLUMN, ROW
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.ui.canvas.gestures.place import PlaceGesture

KINDS = layer_kinds()


class PaletteHand:
    """Drags a layer from a palette that keeps the mouse, as the palette calls it."""

    def __init__(self, bench: Bench, kind: str) -> None:
        self._bench = bench
        self.at = QPoint()
        bench.view.begin_palette_drag(kind)
        bench.view.palette_drag_moved(bench.view.mapToGlobal(QPoint(-80, 200)))

    def over(self, place: QPointF) -> PaletteHand:
        viewport = self._bench.view.viewport()
        self.at = viewport.mapToGlobal(self._bench.view.camera.to_pixel(place).toPoint())
        self._bench.view.palette_drag_moved(self.at)
        return self

    def drop(self) -> None:
        self._bench.view.palette_drag_dropped(self.at)


def ghost_place(bench: Bench) -> QPointF | None:
    gesture = bench.view.mouse.gesture
    assert isinstance(gesture, PlaceGesture)
    return gesture.ghost_place


def test_a_layer_dropped_on_a_wire_is_inserted(bench: Bench) -> None:
    def drag() -> None:
        hand = PaletteHand(bench, "dropout").over(bench.empty()).over(bench.between("relu_1", "max_pool2d_1"))
        assert bench.view.canvas_scene.wires[Edge("relu_1", "max_pool2d_1")].lit
        assert "28×28×6 → 28×28×6" in bench.view.bubble.text()
        aside = bench.view.canvas_scene.cards["max_pool2d_1"].x() - bench.design.cards["max_pool2d_1"].x
        assert aside == COLUMN  # room is made before the drop
        hand.drop()

    before = bench.design
    after = bench.is_one_step(drag, "Insert Dropout")
    assert after.graph["max_pool2d_1"].inputs == ("dropout_1",)
    assert after.graph["dropout_1"].inputs == ("relu_1",)
    assert bench.document.selection == {"dropout_1"}
    assert (after.cards["dropout_1"].x, after.cards["dropout_1"].y) == (
        before.cards["max_pool2d_1"].x,
        before.cards["max_pool2d_1"].y,
    )
    assert after.cards["max_pool2d_1"].x == before.cards["max_pool2d_1"].x + COLUMN
    assert after.cards["conv2d_2"] == before.cards["conv2d_2"]


def test_a_layer_dropped_on_the_wire_between_two_rows_stays_in_the_row_it_was_dropped_on(bench: Bench) -> None:
    last, first = "max_pool2d_1", "conv2d_2"
    wire = bench.view.canvas_scene.wires[Edge(last, first)]
    for share, beside in ((0.15, last), (0.85, first)):
        before = bench.design
        PaletteHand(bench, "relu").over(wire.point_at(share)).drop()
        (new,) = bench.document.selection
        assert bench.design.cards[new].y == before.cards[beside].y
        assert bench.design.graph[new].inputs == (last,) and bench.design.graph[first].inputs == (new,)
        bench.document.history.undo()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_wire_stays_lit_while_the_pointer_rests_though_its_cards_make_room(bench: Bench, share: float) -> None:
    edge = Edge("max_pool2d_1", "conv2d_2")
    wire = bench.view.canvas_scene.wires[edge]
    place = wire.point_at(share)
    hand = PaletteHand(bench, "relu")
    for nudge in (0, 1, 0, 1):
        hand.over(place + QPointF(nudge, 0))
        assert wire.lit
    hand.over(bench.empty())
    bench.view.palette_drag_cancelled()
    bench.shows_the_design()


def test_one_that_does_not_fit_says_so_before_the_drop(bench: Bench) -> None:
    hand = PaletteHand(bench, "dense").over(bench.between("relu_1", "max_pool2d_1"))
    assert bench.view.bubble.text().startswith("✕") and "28×28×6" in bench.view.bubble.text()
    hand.drop()
    assert "dense_4" in bench.design.graph  # nobody is stopped


def test_right_of_the_last_card_it_is_appended(qtbot) -> None:
    bench = make_bench(qtbot, template("first_conv"))

    def drag() -> None:
        hand = PaletteHand(bench, "relu").over(bench.output("conv2d_1") + QPointF(170, 60))
        place = bench.design.cards["conv2d_1"]
        assert ghost_place(bench) == QPointF(place.x + COLUMN, place.y)
        hand.drop()

    after = bench.is_one_step(drag, "Append ReLU")
    assert after.graph["relu_1"].inputs == ("conv2d_1",)


def test_below_a_long_row_it_is_appended_too(qtbot) -> None:
    design = Design()
    for layer in [KINDS["input"]()] + [KINDS["relu"]()] * 5:
        design, last = edits.append(design, layer)
    bench = make_bench(qtbot, design)
    bench.is_one_step(lambda: PaletteHand(bench, "relu").over(QPointF(50, ROW + 90)).drop(), "Append ReLU")
    (new,) = bench.document.selection
    assert bench.design.graph[new].inputs == (last,)
    assert (bench.design.cards[new].x, bench.design.cards[new].y) == (0.0, ROW)


def test_elsewhere_it_lies_unwired_on_the_grid(bench: Bench) -> None:
    after = bench.is_one_step(lambda: PaletteHand(bench, "conv2d").over(QPointF(783, 97)).drop(), "Add Conv 2D")
    (new,) = bench.document.selection
    assert after.graph[new].inputs == () and not after.graph.consumers[new]
    assert after.cards[new].x % 10 == 0 and after.cards[new].y % 10 == 0


def test_an_input_layer_goes_into_no_wire(bench: Bench) -> None:
    PaletteHand(bench, "input").over(bench.between("relu_1", "max_pool2d_1")).drop()
    (new,) = bench.document.selection
    assert bench.design.graph["max_pool2d_1"].inputs == ("relu_1",) and bench.design.graph[new].inputs == ()


def test_outside_the_canvas_there_is_no_ghost_and_no_drop(bench: Bench) -> None:
    def drag() -> None:
        hand = PaletteHand(bench, "conv2d").over(bench.between("relu_1", "max_pool2d_1"))
        assert ghost_place(bench) is not None
        hand.at = bench.view.mapToGlobal(QPoint(-40, 200))
        bench.view.palette_drag_moved(hand.at)
        assert ghost_place(bench) is None and not bench.view.bubble.isVisible()
        hand.drop()

    bench.changes_nothing(drag)


def test_coming_in_from_the_palette_does_not_scroll_but_going_back_to_the_edge_does(bench: Bench, qtbot) -> None:
    hand, camera = PaletteHand(bench, "conv2d"), bench.view.camera
    corner = camera.corner
    for x in (-60, -2, 3, 12):
        bench.view.palette_drag_moved(bench.view.viewport().mapToGlobal(QPoint(x, 300)))
        QTest.qWait(40)
        assert camera.corner == corner
    bench.view.palette_drag_moved(bench.view.viewport().mapToGlobal(QPoint(400, 300)))
    bench.view.palette_drag_moved(bench.view.viewport().mapToGlobal(QPoint(4, 300)))
    qtbot.waitUntil(lambda: camera.corner.x() < corner.x() - 50)
    hand.over(bench.empty())
    bench.view.palette_drag_cancelled()


@pytest.mark.parametrize("how", ["escape on the canvas", "palette"])
def test_a_palette_drag_is_cancelled(bench: Bench, how: str) -> None:
    def drag() -> None:
        hand = PaletteHand(bench, "conv2d").over(bench.between("relu_1", "max_pool2d_1"))
        if how == "palette":
            bench.view.palette_drag_cancelled()
        else:
            bench.hands.key(Qt.Key.Key_Escape)
        hand.drop()

    bench.changes_nothing(drag)


def test_the_first_layer_lands_on_the_empty_canvas(qtbot) -> None:
    bench = make_bench(qtbot, Design())
    assert bench.view._overlays.hint.isVisible()
    bench.is_one_step(lambda: PaletteHand(bench, "input").over(QPointF(40, 50)).drop(), "Add Input")
    assert not bench.view._overlays.hint.isVisible()


def test_an_unwired_card_dropped_on_a_wire_is_inserted(bench: Bench) -> None:
    design, stray = edits.add(bench.design, KINDS["dropout"](), (600.0, -250.0))
    bench.document.edit("stray", design)
    bench.view.frame_all()

    def drag() -> None:
        bench.hands.press(bench.card(stray)).move(bench.between("conv2d_1", "relu_1"))
        assert bench.view.canvas_scene.wires[Edge("conv2d_1", "relu_1")].lit
        assert "28×28×6 → 28×28×6" in bench.view.bubble.text()
        bench.hands.release()

    after = bench.is_one_step(drag, "Insert Dropout")
    assert after.graph["relu_1"].inputs == (stray,) and after.graph[stray].inputs == ("conv2d_1",)
    assert after.cards["relu_1"].x == design.cards["relu_1"].x + COLUMN


def test_the_wire_under_an_unwired_card_stays_lit_too(bench: Bench) -> None:
    design, stray = edits.add(bench.design, KINDS["dropout"](), (780.0, 0.0))
    bench.document.edit("stray", design)
    wire = bench.view.canvas_scene.wires[Edge("max_pool2d_1", "conv2d_2")]
    place = wire.point_at(0.9)
    bench.hands.press(bench.card(stray)).move(place)
    for nudge in (0, 1, 0, 1):
        bench.hands.move(place + QPointF(nudge, 0), 1)
        assert wire.lit
    bench.hands.key(Qt.Key.Key_Escape).release()
    bench.shows_the_design()


def test_a_wired_card_passes_over_wires(bench: Bench) -> None:
    bench.hands.drag(bench.card("softmax_1"), bench.between("conv2d_1", "relu_1"))
    assert bench.design.graph == template("lenet5").graph


def test_snapping_to_a_wire_is_as_easy_at_every_zoom(bench: Bench) -> None:
    for zoom in (0.3, 1.0, 2.5):
        bench.view.camera.zoom_in_middle(zoom)
        middle = bench.between("conv2d_1", "relu_1")
        bench.view.centerOn(middle)
        hand = PaletteHand(bench, "dropout").over(middle + QPointF(0, 14 / zoom))
        assert bench.view.canvas_scene.wires[Edge("conv2d_1", "relu_1")].lit, zoom
        hand.over(middle + QPointF(0, 60 / zoom))
        assert not bench.view.canvas_scene.wires[Edge("conv2d_1", "relu_1")].lit, zoom
        bench.view.palette_drag_cancelled()


def test_a_layer_dropped_on_a_card_comes_next_instead_of_covering_it(bench: Bench) -> None:
    after = bench.is_one_step(lambda: PaletteHand(bench, "dropout").over(bench.card("relu_1")).drop(), "Insert Dropout")
    assert after.graph["dropout_1"].inputs == ("relu_1",) and after.graph["max_pool2d_1"].inputs == ("dropout_1",)
    places = list(after.places.values())
    assert len(set(places)) == len(places)
