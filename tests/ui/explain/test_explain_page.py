"""The Explain workspace by real events: every layer has its stage, and all of it follows one place."""

from __future__ import annotations

import numpy as np
import pytest
from explain_bench import every_kind
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from cnnstudio.design.edits import edits
from cnnstudio.design.facts.receptive_fields import receptive_field_of
from cnnstudio.design.value.design import Card, Design
from cnnstudio.nn.explaining.parts import CurvePart, LedgerPart, WindowPart
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.looking.probed import receptive_field
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained
from cnnstudio.ui.explain.around.side import field_words
from cnnstudio.ui.explain.page import ExplainPage
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import signed_figure
from tests.ui.screen import colour_at, hover


@pytest.fixture
def page(window, qtbot) -> ExplainPage:
    """LeNet-5, its first convolution."""
    window.workspaces.show("Explain")
    qtbot.waitUntil(lambda: window.explain.place.ready)
    window.explain.show_ledger(True)
    return window.explain


def test_no_registered_layer_is_without_a_stage_of_its_own(open_window, qtbot) -> None:
    window = open_window(every_kind(), size=(1100, 700))
    window.workspaces.show("Explain")
    page = window.explain
    page.show_ledger(True)
    qtbot.waitUntil(lambda: page.place.ready)
    for node in window.document.project.design.graph:
        page.go_to(node.id)
        explanation = page.place.explanation
        assert page.place.node == node.id and explanation.agrees
        part = page.stage.part
        assert part.caption.text() == worded(explanation.parts[0].caption)
        assert "✓" in page.stage.equation.text()
        drawn = part.stack.currentWidget().grab().toImage()
        colours = {drawn.pixel(x, y) for x in range(0, drawn.width(), 7) for y in range(0, drawn.height(), 3)}
        assert len(colours) > 3, f"the stage of {node.layer.title} is empty"
        assert len(page.stage.ports) == len(node.inputs)


def test_hovering_either_picture_moves_both(page: ExplainPage, qtbot) -> None:
    place, stage = page.place, page.stage
    hover(stage.output, stage.output.place(3, 20).center())
    assert place.cell == (3, 20, 0)
    rows, columns = stage.ports[0].view.marked_window
    assert list(rows) == [1, 2, 3, 4, 5] and list(columns) == [18, 19, 20, 21, 22]
    hover(stage.ports[0].view, stage.ports[0].view.place(10, 7).center())
    assert place.cell == (10, 7, 0)
    assert stage.output.marked_cell == (10, 7)
    assert stage.value.text().startswith("row 11, column 8 → ")


def test_the_keys_move_slide_and_change_the_map(page: ExplainPage, qtbot) -> None:
    place, stage = page.place, page.stage
    stage.setFocus()
    place.move_to((5, 5, 0))
    for key, cell in (
        (Qt.Key.Key_Right, (5, 6, 0)),
        (Qt.Key.Key_Down, (6, 6, 0)),
        (Qt.Key.Key_Left, (6, 5, 0)),
        (Qt.Key.Key_Up, (5, 5, 0)),
        (Qt.Key.Key_PageDown, (5, 5, 1)),
    ):
        QTest.keyClick(stage, key)
        assert place.cell == cell
    QTest.keyClick(stage, Qt.Key.Key_Space)
    assert stage.player.playing
    qtbot.waitUntil(lambda: place.cell == (5, 7, 1))
    QTest.keyClick(stage, Qt.Key.Key_Space)
    assert not stage.player.playing
    place.move_to((0, 0, 1))
    QTest.keyClick(stage, Qt.Key.Key_Left)
    assert place.cell == (0, 0, 1), "the edge of the map holds"
    QTest.keyClick(stage, Qt.Key.Key_End)
    assert place.cell == (27, 27, 1)
    stage.player.step()
    assert place.cell == (0, 0, 1), "sliding begins again"
    before = stage.player.interval
    QTest.keyClick(stage, Qt.Key.Key_Plus)
    assert stage.player.interval < before
    QTest.keyClick(stage, Qt.Key.Key_Minus)
    assert stage.player.interval == before


def test_the_ledger_is_the_engines_value_at_the_padding_too(page: ExplainPage) -> None:
    place = page.place
    place.move_to((0, 0, 3))
    explanation = place.explanation
    assert explanation.sources[0].padding == 25 - 9
    (part,) = explanation.parts
    assert isinstance(part, LedgerPart) and explanation.agrees
    values = place.probed.values
    window = np.zeros((5, 5))
    window[2:, 2:] = values["input_1"][:3, :3, 0]
    weights = place.probed.snapshot.parameters.arrays("conv2d_1")
    expected = float((window * weights["weights"][3][:, :, 0].astype(float)).sum()) + float(weights["bias"][3])
    assert part.result == pytest.approx(expected, rel=1e-12)
    assert page.stage.ports[0].note.text() == "This cell reads 5×5×1 = 25 numbers, 16 of them padding."


def test_wide_padding_leaves_the_map_to_be_seen(window, page: ExplainPage, qtbot) -> None:
    design = window.document.project.design
    wide = design.graph["conv2d_2"].layer.replace(kernel=(3, 3), padding="same", dilation=(512, 512))
    window.document.edit("Dilation", edits.configure(design, "conv2d_2", wide))
    page.go_to("conv2d_2")
    qtbot.waitUntil(lambda: page.place.ready and page.place.layer == wide, timeout=20_000)
    page.place.move_to((7, 7, 0))
    port = page.stage.ports[0]
    rows, columns, _ = page.place.input_shapes[0]
    assert port.view.extent == (3 * rows, 3 * columns), "of the padding as much as there is of the map"
    assert "padding 512" in port.title.text() and "48 of them padding" in port.note.text()
    assert port.view.rect().toRectF().contains(port.view.marked_box())
    assert page.place.explanation.agrees


def test_all_digits_of_a_number_are_there_where_the_pointer_rests(page: ExplainPage) -> None:
    page.place.move_to((14, 14, 0))
    ledger = page.stage.part.ledger
    (part,) = page.place.explanation.parts
    block, found = part.blocks[0], {}
    for x in range(0, ledger.viewport().width(), 10):
        found[ledger.term_under(QPoint(x, 30))] = ledger.full_value_at(QPoint(x, 30))
    for column in range(5):
        factors = f"{float(block.left[0, column])!r} × {float(block.right[0, column])!r}"
        assert f"{factors} = {float(block.products[0, column])!r}" in found[(0, 0, column)]
    assert found[None] == ""


def test_a_number_of_the_ledger_is_marked_where_it_was_read(page: ExplainPage) -> None:
    page.go_to("conv2d_2")
    page.place.move_to((2, 3, 5))
    ledger, view = page.stage.part.ledger, page.stage.ports[0].view
    spot = next(
        QPoint(x, 80) for x in range(ledger.viewport().width()) if ledger.term_under(QPoint(x, 80)) == (0, 1, 4)
    )
    hover(ledger.viewport(), QPointF(spot))
    assert view.marked_spot == (2 + 1, 3 + 4)
    QApplication.sendEvent(ledger.viewport(), QEvent(QEvent.Type.Leave))
    assert view.marked_spot is None


def test_a_number_that_the_smaller_filter_has_no_more_is_not_pointed_at(window, page: ExplainPage, qtbot) -> None:
    ledger = page.stage.part.ledger
    spots = (QPoint(x, y) for y in range(20, ledger.viewport().height(), 4) for x in range(0, 400, 4))
    hover(ledger.viewport(), QPointF(next(spot for spot in spots if ledger.term_under(spot) == (0, 4, 4))))
    assert ledger.pointed_term == (0, 4, 4)
    design = window.document.project.design
    window.document.edit(
        "Kernel", edits.configure(design, "conv2d_1", design.graph["conv2d_1"].layer.replace(kernel=(3, 3)))
    )
    qtbot.waitUntil(lambda: ledger.part.blocks[0].left.shape == (3, 3))
    assert ledger.pointed_term is None and page.stage.ports[0].view.marked_spot is None


def test_many_channels_fold_and_unfold(page: ExplainPage, qtbot) -> None:
    page.go_to("conv2d_2")
    ledger, place = page.stage.part.ledger, page.place
    assert ledger.unfolded == {0}
    page.stage.ports[0].channels.chosen.emit(4)
    assert place.channel == 4 and ledger.unfolded == {4}
    top = ledger._tops[1] - ledger.verticalScrollBar().value()
    QTest.mouseClick(ledger.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, top + 10))
    assert place.channel == 1 and ledger.unfolded == {1}
    (part,) = place.explanation.parts
    assert len(part.blocks) == 6 and sum(block.products.size for block in part.blocks) == 150


def merging(count: int) -> Design:
    """A layer that adds up so many branches, and one that lays their maps behind each other."""
    branches = [("input", layer_kinds()["input"](height=28, width=28), ())]
    for number in range(count):
        branches.append((f"branch{number}", layer_kinds()["conv2d"](filters=2, kernel=(1, 1)), ("input",)))
    names = tuple(row[0] for row in branches[1:])
    rows = [*branches, ("sum", layer_kinds()["add"](), names), ("join", layer_kinds()["concatenate"](), names)]
    graph = Graph(tuple(Node(*row) for row in rows))
    return Design(graph, cards={row[0]: Card(row[1].title, 150.0 * i, 0.0) for i, row in enumerate(rows)})


@pytest.mark.parametrize("count", [3, 16])
def test_every_input_of_a_merging_layer_is_drawn_and_can_be_pointed_at(open_window, qtbot, count: int) -> None:
    window = open_window(merging(count), size=(1100, 700))
    window.workspaces.show("Explain")
    page = window.explain
    page.show_ledger(True)
    qtbot.waitUntil(lambda: page.place.ready)
    page.go_to("sum")
    QApplication.processEvents()
    boxes = [panel.geometry() for panel in page.stage.ports]
    assert len(boxes) == count and all(view.height() >= 20 for view in page.stage.inputs.views)
    assert not any(a.intersects(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(page.stage.inputs.rect().contains(box) for box in boxes)
    last = page.stage.ports[-1].view
    hover(last, last.place(20, 5).center())
    assert page.place.cell[:2] == (20, 5) and len(page.stage.rays.pairs()) == count
    page.go_to("join")
    page.place.move_to((3, 4, 2 * count - 1))
    QApplication.processEvents()
    (pair,) = page.stage.rays.pairs()
    start = page.stage.inputs.views[-1].mapTo(page.stage.row, QPoint(0, 0))
    assert pair[0].x() >= start.x(), "only the input it comes from"
    page.go_to("branch0")
    assert page.place.channel_of(0) == 0


def test_what_a_cell_reads_is_told_in_full_wherever_it_lies(page: ExplainPage, qtbot) -> None:
    page.window().resize(1100, 700)
    for node, cell in (("conv2d_1", (0, 0, 0)), ("conv2d_1", (9, 9, 0)), ("conv2d_2", (3, 3, 1)), ("dense_1", (5,))):
        page.go_to(node)
        page.place.move_to(cell)
        QApplication.processEvents()
        (panel,) = page.stage.ports
        assert panel.note.text() and panel.note.height() >= panel.note.heightForWidth(panel.note.width())
        assert page.stage.inputs.rect().contains(panel.geometry())
        assert page.stage.row.rect().contains(page.stage.inputs.geometry())


def test_the_line_about_keys_stands_below_the_stage_in_line_with_it(page: ExplainPage) -> None:
    QApplication.processEvents()
    assert page.hint.mapTo(page, QPoint(0, 0)).x() == page.stage.row.mapTo(page, QPoint(0, 0)).x()
    assert page.hint.mapTo(page, QPoint(0, page.hint.height())).y() <= page.height() - 8


def test_a_filter_of_one_place_lists_its_channels(open_window, qtbot) -> None:
    window = open_window("inception_mini")
    window.workspaces.show("Explain")
    page = window.explain
    page.show_ledger(True)
    qtbot.waitUntil(lambda: page.place.ready)
    graph = page.place.probed.graph
    node = next(n.id for n in graph if n.layer.kind == "conv2d" and n.layer.kernel == (1, 1))
    page.go_to(node)
    (part,) = page.place.explanation.parts
    ledger = page.stage.part.ledger
    assert isinstance(part, LedgerPart) and part.places is not None and page.place.explanation.agrees
    assert ledger.names[len(part.places) - 1] == f"channel {len(part.places)}"
    sizes = np.abs(part.blocks[0].products)[ledger.order]
    assert np.all(np.diff(sizes) <= 0), "the largest first"


def test_the_marks_glide_where_the_window_slides_by_itself_and_nowhere_else(page: ExplainPage, qtbot) -> None:
    stage, place = page.stage, page.place
    place.move_to((5, 5, 0))
    stage.player.speed.setValue(0)
    ways = []
    stage.glide._motion.valueChanged.connect(lambda _share: ways.append(stage.output.shift[0]))
    stage.player.step()
    assert place.cell == (5, 6, 0)
    qtbot.waitUntil(lambda: bool(ways) and stage.glide._motion.state().name == "Stopped", timeout=3000)
    assert ways[0] < -0.5 * stage.output.place(0, 0).width() and ways[-1] == 0.0
    ways.clear()
    hover(stage.output, stage.output.place(3, 20).center())
    place.move_to((5, 27, 0))
    stage.player.step()
    assert place.cell == (6, 0, 0) and not ways, "it jumps to the next row, and where the pointer goes"


def test_looking_at_a_dilated_window_leaves_the_colours_alone(page: ExplainPage) -> None:
    view = page.stage.ports[0].view
    view.mark_window(np.array([3, 5, 7]), np.array([3, 5, 7]))
    page.grab()
    assert theme.current().accent.alpha() == 255 and theme.current().field_border.alpha() == 255


def test_max_pooling_shows_which_value_wins(page: ExplainPage) -> None:
    page.go_to("max_pool2d_1")
    (part,) = page.place.explanation.parts
    assert isinstance(part, WindowPart)
    assert page.stage.ports[0].view.marked_winner == part.source[:2]
    page.stage.ports[0].channels.chosen.emit(3)
    assert page.place.cell[2] == 3, "each map by itself"


def test_flatten_goes_both_ways(page: ExplainPage) -> None:
    page.go_to("flatten_1")
    view, place = page.stage.ports[0].view, page.place
    hover(view, view.place(2, 3).center())
    assert place.cell == ((2 * 5 + 3) * 16,)
    hover(page.stage.output, page.stage.output.place(0, 399).center())
    assert place.cell == (399,)
    assert place.channel_of(0) == 15
    assert view.marked_window[0].tolist() == [4] and view.marked_window[1].tolist() == [4]


def test_a_class_can_be_chosen_in_the_bars(page: ExplainPage) -> None:
    page.go_to("softmax_1")
    bars = page.stage.part.bars
    QTest.mouseClick(bars.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(30, 22 + 24 * 4 + 5))
    assert page.place.cell == (4,)
    assert page.stage.value.text().startswith("class “4” → ")


def test_a_probability_short_of_1_is_not_written_as_1(page: ExplainPage, window, qtbot) -> None:
    weights = window.document.project.weights.parameters.copy()
    weights.arrays("dense_3")["bias"][7] = 16.0
    window.document.change_weights("Change", window.document.project.weights.changed(weights.frozen()))
    page.go_to("softmax_1")
    page.place.move_to((7,))
    qtbot.waitUntil(lambda: page.place.explanation.engine > 0.9999)
    assert page.place.explanation.engine < 1
    assert page.stage.value.text().startswith("class “7” → 0.9999")
    assert page.stage.equation.accessibleName().startswith("result 0.9999")


def test_dense_says_where_its_numbers_come_from(page: ExplainPage) -> None:
    page.go_to("dense_1")
    ledger = page.stage.part.ledger
    products = np.abs(page.place.explanation.parts[0].blocks[0].products)
    assert list(ledger.order[:3]) == list(np.argsort(-products, kind="stable")[:3])
    assert ledger.names[16] == "row 1, column 2, map 1"


def test_the_curve_follows_the_number(page: ExplainPage) -> None:
    page.go_to("relu_1")
    page.place.move_to((4, 9, 2))
    (part,) = page.place.explanation.parts
    assert isinstance(part, CurvePart)
    assert part.x == page.place.probed.values["conv2d_1"][4, 9, 2]


def test_before_and_after_the_activation(page: ExplainPage, qtbot) -> None:
    values = page.place.probed.values
    assert page.stage.after.text() == "Show after ReLU"
    negative = tuple(int(i) for i in np.argwhere(values["conv2d_1"][:, :, 0] < 0)[0])
    assert page.stage.output.value_at(negative) < 0
    QTest.mouseClick(page.stage.after, Qt.MouseButton.LeftButton)
    assert page.stage.output.value_at(negative) == 0


def test_the_bench_tries_without_touching_and_applies_as_one_step(window, page: ExplainPage, qtbot) -> None:
    document = window.document
    before = document.project.design
    page.open_bench()
    bench = page.bench
    bench.rows["stride"].editor.entered.emit((3, 3))
    bench.rows["kernel"].editor.entered.emit((4, 4))
    assert bench.positions[1].count == 10
    assert "never lie" not in bench.verdict.text() or bench.positions[1].unseen
    bench.rows["size"].editor.entered.emit((30, 31))
    assert bench.positions[1].extent == 31 and document.project.design is before
    QTest.mouseClick(bench.apply, Qt.MouseButton.LeftButton)
    layer = document.project.design.graph["conv2d_1"].layer
    assert (layer.stride, layer.kernel) == ((3, 3), (4, 4))
    document.history.undo()
    assert document.project.design == before and not document.history.can_undo()


def test_sharing_is_counted_for_the_layer_shown(page: ExplainPage) -> None:
    texts = {text.text() for text in page.side.findChildren(QLabel)}
    assert {"156", "122\u202f304", "3\u202f692\u202f640"} <= texts


def test_the_receptive_field_is_tinted_on_the_photo(page: ExplainPage, qtbot) -> None:
    page.go_to("conv2d_2")
    page.place.move_to((0, 0, 0))
    qtbot.waitUntil(lambda: "of padding" in page.side.field.text(), timeout=3000)
    assert "12×12, 144 pixels" in page.side.field.text() and "52 cells of padding" in page.side.field.text()
    graph = page.place.probed.graph
    words = field_words(receptive_field(graph, "conv2d_2", (5, 5, 0))["input_1"])
    seen = receptive_field_of(graph, "conv2d_2")
    assert seen is not None and words.startswith(f"Receptive field: {seen.height}×{seen.width}, ")
    assert "padding" not in words


def test_canvas_and_inspector_lead_here(window, qtbot) -> None:
    window.canvas.explain_requested.emit("conv2d_2")
    assert window.workspaces.current == "Explain"
    qtbot.waitUntil(lambda: window.explain.place.node == "conv2d_2")
    window.workspaces.show("Build")
    window.document.select(["dense_1"])
    QTest.mouseClick(window.inspector.form.explain, Qt.MouseButton.LeftButton)
    assert window.workspaces.current == "Explain"
    qtbot.waitUntil(lambda: window.explain.place.node == "dense_1")


def test_a_double_click_on_a_cards_picture_leads_here(window, qtbot) -> None:
    canvas = window.canvas
    card = canvas.canvas_scene.cards["max_pool2d_1"]
    middle = canvas.mapFromScene(card.sceneBoundingRect().center())
    QTest.mouseDClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=middle)
    assert window.workspaces.current == "Explain"
    qtbot.waitUntil(lambda: window.explain.place.node == "max_pool2d_1")


def test_the_e_key_explains_the_selected_layer(window, qtbot) -> None:
    window.document.select(["max_pool2d_1"])
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, Qt.Key.Key_E)
    assert window.workspaces.current == "Explain"
    qtbot.waitUntil(lambda: window.explain.place.node == "max_pool2d_1")


def test_another_design_and_one_that_cannot_be_computed(window, page: ExplainPage, qtbot) -> None:
    graph = Graph((Node("input", layer_kinds()["input"](height=9, width=9)),))
    window.document.new(untrained(Design(graph, cards={"input": Card("Input", 0.0, 0.0)})))
    qtbot.waitUntil(lambda: not page.place.ready)
    assert page.centre.currentWidget() is page.message and "28×28×1" in page.message.text()
    page.message.fit.setFocus()
    QTest.keyClick(page.message.fit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.place.ready)
    assert page.place.probed.image.shape == (9, 9, 1) and page.place.probed.image.max() > 60, "the digit is on it"
    assert page.side.isVisible() and "made to fit" in window.looking.now.label
    window.files.new("lenet5")
    qtbot.waitUntil(lambda: page.place.ready)
    assert page.centre.currentWidget() is page.stage


def broken_after(design: Design) -> Design:
    """LeNet with a second convolution that is larger than what it reads."""
    return edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(kernel=(31, 31)))


def test_a_layer_that_cannot_be_computed_says_why_and_the_others_stay(window, page: ExplainPage, qtbot) -> None:
    design = window.document.project.design
    page.go_to("conv2d_2")
    window.document.edit("Break", broken_after(design))
    qtbot.waitUntil(lambda: page.place.ready and "conv2d_2" not in page.place.probed.values)
    assert page.centre.currentWidget() is page.message
    assert page.message.text().startswith("Conv 2D 2 cannot be computed. ") and "31×31" in page.message.text()
    page.strip.chosen.emit("relu_1")
    assert page.centre.currentWidget() is page.stage and page.place.node == "relu_1"
    page.strip.chosen.emit("dense_1")
    assert "Dense cannot be computed" in page.message.text()
    window.document.history.undo()
    qtbot.waitUntil(lambda: page.place.node == "dense_1")
    assert page.centre.currentWidget() is page.stage


def test_the_bench_follows_where_its_layer_goes(window, page: ExplainPage, qtbot) -> None:
    page.go_to("conv2d_2")
    page.open_bench()
    page.bench.rows["kernel"].editor.entered.emit((4, 4))
    before = window.document.project.design
    window.document.edit("Remove", edits.remove(before, ["conv2d_2"], rejoin=True))
    qtbot.waitUntil(lambda: page.place.node == "conv2d_1")
    assert page.centre.currentWidget() is page.bench
    QTest.mouseClick(page.bench.apply, Qt.MouseButton.LeftButton)
    layer = window.document.project.design.graph["conv2d_1"].layer
    assert layer == before.graph["conv2d_1"].layer, "numbers of another layer are not applied"


def test_two_input_layers_are_named_as_the_trouble(window, page: ExplainPage, qtbot) -> None:
    input_ = layer_kinds()["input"]
    graph = Graph((Node("a", input_()), Node("b", input_()), Node("sum", layer_kinds()["add"](), ("a", "b"))))
    cards = {node.id: Card(node.id, 0.0, 0.0) for node in graph}
    window.document.new(untrained(Design(graph, cards=cards)))
    qtbot.waitUntil(lambda: "one Input layer, but has 2" in page.message.text())


def test_another_sample_image_shows_at_once(window, page: ExplainPage, qtbot) -> None:
    image = page.place.probed.image
    QTest.mouseClick(page.side.chooser.next, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.place.probed.image is not image)
    assert page.place.probed.image is window.inspection.image
    assert page.side.weights.text() == "weights: untrained"


def test_while_training_the_newest_weights_are_explained(window, page: ExplainPage, qtbot) -> None:
    QTest.mouseClick(window.training_bar.train_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: page.place.probed.snapshot.step > 0)
    seen = page.place.probed.snapshot.step
    qtbot.waitUntil(lambda: page.place.probed.snapshot.step > seen)
    assert page.place.explanation.agrees and "✓" in page.stage.equation.text()
    qtbot.waitUntil(lambda: page.side.weights.text().endswith("(trained)"))
    window.run_control.settle()


def test_figures_have_four_digits_and_no_minus_zero() -> None:
    assert signed_figure(-0.0) == "0" and signed_figure(1e-300 * 0) == "0"
    assert signed_figure(0.123456) == "+0.1235" and signed_figure(-12345.678) == "−1.235e4"


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_shown(window, page: ExplainPage, qtbot, bad) -> None:
    parameters = window.document.project.weights.parameters.copy()
    parameters.vector[:] = bad
    window.document.change_weights("Spoil", window.document.project.weights.changed(parameters.frozen()))
    qtbot.waitUntil(lambda: page.place.probed.snapshot is window.document.project.weights)
    for node in window.document.project.design.graph:
        page.go_to(node.id)
        page.stage.grab()
    assert "no number" in page.stage.equation.text()


def test_an_addition_can_be_seen(open_window, qtbot) -> None:
    """Its inputs are called what the layers are called, in colours of one scale with the sum."""
    window = open_window("resnet_mini")
    window.workspaces.show("Explain")
    page = window.explain
    page.show_ledger(True)
    qtbot.waitUntil(lambda: page.place.ready)
    graph = page.place.probed.graph
    merge = next(node for node in graph if node.layer.kind == "add")
    page.go_to(merge.id)
    names = [page.place.name_of(source) for source in merge.inputs]
    assert [port.title.text() for port in page.stage.ports] == names
    assert all(f"{name}: " in page.stage.part.steps.toolTip() for name in names)
    scales = {page.stage.ink(node).scale for node in (*merge.inputs, merge.id)}
    (scale,) = scales
    read = [page.place.probed.values[node] for node in (*merge.inputs, merge.id)]
    assert scale.high == pytest.approx(max(float(np.abs(values).max()) for values in read))
    chips = page.strip.chips
    (edge,) = (edge for edge in graph.edges if edge.target == merge.id and edge in chips.around)
    below = chips.boxes[edge.source].bottom() + 3
    passed = next(i for i in graph.order if chips.boxes[edge.source].right() < chips.boxes[i].left())
    picture = chips.grab().toImage()
    ink = colour_at(picture, chips.boxes[passed].center().x(), below)
    assert ink != picture.pixelColor(1, 1), "the shortcut goes around the layers it leaves out"


def test_the_chosen_layer_of_a_long_strip_stays_in_sight_whatever_the_keyboard_does(open_window, qtbot) -> None:
    window = open_window("resnet_mini")
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready)
    chips, bar, order = page.strip.chips, page.strip.horizontalScrollBar(), page.place.probed.graph.order
    chips.setFocus()
    for key, node in ((Qt.Key.Key_End, order[-1]), (Qt.Key.Key_Home, order[0])):
        qtbot.keyClick(chips, key)
        qtbot.waitUntil(lambda node=node: chips.current == node)
        there = bar.value()
        assert there == (bar.maximum() if node == order[-1] else 0)
        assert chips.hasFocus(), "so that the next arrow leads on"
        qtbot.keyClick(chips, Qt.Key.Key_Tab)
        assert not chips.hasFocus() and bar.value() == there
        chips.setFocus()
