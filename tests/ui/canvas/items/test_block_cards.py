"""Blocks on the canvas: made, folded, wired, repeated, kept; each by hand and again through undo."""

from __future__ import annotations

import pytest
from canvas_bench import ALT, CTRL, NONE, RIGHT, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.kept_blocks import built_in_blocks
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas.items.block_card import BlockCard
from cnnstudio.ui.canvas.placing.placeables import block_library, kept

KINDS = layer_kinds()
PART = ("conv2d_1", "relu_1")
G, E = Qt.Key.Key_G, Qt.Key.Key_E
_, RESIDUAL, INCEPTION = built_in_blocks()


@pytest.fixture
def folded(qtbot) -> Bench:
    """Input → residual block (collapsed) → pooling → classifier."""
    design, _ = edits.append(Design(), KINDS["input"](height=16, width=16, channels=16))
    design, _ = blocks.append(design, RESIDUAL.part, "input_1")
    for layer in (KINDS["global_average_pool"](), KINDS["dense"](units=10), KINDS["softmax"]()):
        design, _ = edits.append(design, layer)
    return make_bench(qtbot, design)


@pytest.fixture
def own_shelf(tmp_path, monkeypatch):
    """A settings folder of this test's own."""
    monkeypatch.setattr("cnnstudio.ui.look.preferences.folder", lambda: tmp_path)
    block_library.read()
    yield tmp_path / "blocks"
    monkeypatch.undo()
    block_library.read()


def block_of(bench: Bench) -> str:
    (block,) = bench.view.canvas_scene.folding.collapsed
    return block


def fold_mark(bench: Bench, block: str) -> QPointF:
    card = bench.view.canvas_scene.cards[block]
    return card.pos() + card.fold_rect().center()


def test_ctrl_shift_g_makes_a_block_and_asks_for_its_name(bench: Bench) -> None:
    bench.document.select(PART)
    after = bench.is_one_step(lambda: bench.hands.key(G, CTRL | SHIFT), "Group 2 layers")
    assert [block.members for block in after.blocks.values()] == [frozenset(PART)]


def test_the_name_is_written_at_once_and_the_block_collapses(bench: Bench) -> None:
    bench.document.select(PART)
    bench.hands.key(G, CTRL | SHIFT)
    QTest.keyClicks(QApplication.focusWidget(), "Stage")
    bench.hands.key(Qt.Key.Key_Return)
    bench.document.history.undo()
    assert not bench.design.blocks  # the block and its name are one step
    bench.document.history.redo()
    after = bench.is_one_step(lambda: bench.hands.key(E, CTRL), "Collapse Stage")
    card = bench.view.canvas_scene.cards[block_of(bench)]
    assert isinstance(card, BlockCard) and card.name == "Stage"
    assert [kind for kind, _ in card.facts.inside] == ["conv2d", "relu"]
    assert card.facts.shapes == ((28, 28, 6),) and card.facts.parameters == 156
    assert after.graph is template("lenet5").graph or after.graph == template("lenet5").graph


def test_the_mark_and_a_double_click_unfold(folded: Bench) -> None:
    block = block_of(folded)
    folded.is_one_step(lambda: folded.hands.click(fold_mark(folded, block)), "Expand Residual")
    outline = folded.view.canvas_scene.outlines[block]
    folded.is_one_step(lambda: folded.hands.click(outline.fold_rect().center()), "Collapse Residual")
    folded.is_one_step(lambda: folded.hands.double_click(folded.card(block)), "Expand Residual")


def test_a_block_is_renamed_folded_and_unfolded(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.double_click(folded.title(block))
    QTest.keyClicks(QApplication.focusWidget(), "Stage 1")
    folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Return), "Rename block")
    folded.hands.click(fold_mark(folded, block))
    folded.hands.double_click(folded.view.canvas_scene.outlines[block].title_rect().center())
    QTest.keyClicks(QApplication.focusWidget(), "Stage 2")
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Return), "Rename block")
    assert after.blocks[block].name == "Stage 2"


def test_a_click_selects_all_layers_of_a_block(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card(block))
    assert folded.document.selection == folded.design.folding.within[block]
    folded.hands.hold(CTRL).click(folded.card(block)).hold(NONE)
    assert not folded.document.selection


def test_a_folded_block_is_moved_and_nudged_as_one(folded: Bench) -> None:
    block = block_of(folded)
    before = folded.design
    start = folded.card(block)
    after = folded.is_one_step(lambda: folded.hands.drag(start, start + QPointF(0, 200)), "Move Residual")
    members = {i: before.cards[i] for i in after.blocks[block].members}
    by = {(after.cards[i].x - card.x, after.cards[i].y - card.y) for i, card in members.items()}
    assert len(by) == 1 and by != {(0, 0)}
    folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Right), "Move Residual")


def test_an_unfolded_block_is_moved_by_its_tab(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(fold_mark(folded, block))
    start = folded.view.canvas_scene.outlines[block].title_rect().center()
    after = folded.is_one_step(lambda: folded.hands.drag(start, start + QPointF(0, 260)), "Move Residual")
    assert {after.cards[i].y for i in after.folding.within[block]} != {0.0}
    assert after.cards["input_1"].y == 0


def test_a_wire_into_a_block_is_one_wire(folded: Bench) -> None:
    block = block_of(folded)
    visible = [e for e, wire in folded.view.canvas_scene.wires.items() if wire.isVisible() and e.source == "input_1"]
    assert len(visible) == 1
    middle = (folded.output("input_1") + folded.view.canvas_scene.cards[block].input_point()) / 2
    folded.hands.click(middle)
    assert len(folded.view.canvas_scene.selected_wires) == 2
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Delete), "Delete 2 wires")
    assert not after.graph.consumers["input_1"]
    assert len(after.folding.entries(block)) == 1


def test_a_wire_is_drawn_to_and_from_a_block(folded: Bench) -> None:
    block = block_of(folded)
    cut = edits.remove(folded.design, (), [e for e in folded.design.graph.edges if e.source == "input_1"])
    exit_node = cut.folding.exits(block)[0]
    cut = edits.disconnect(cut, Edge(exit_node, "global_average_pool_1"))
    folded.document.edit("cut", cut)
    card = folded.view.canvas_scene.cards[block]
    start = folded.output("input_1")
    after = folded.is_one_step(lambda: folded.hands.drag(start, card.input_point()), "Connect Residual")
    assert len(after.graph.consumers["input_1"]) == 2 and after.graph.inferred[exit_node].output == (16, 16, 16)
    to = folded.input("global_average_pool_1")
    after = folded.is_one_step(lambda: folded.hands.drag(card.output_point(), to), "Connect Global average pooling")
    assert after.graph["global_average_pool_1"].inputs == (exit_node,)
    folded.document.history.undo()
    folded.document.history.undo()
    folded.is_one_step(lambda: folded.hands.drag(card.input_point(), folded.output("input_1")), "Connect Input")
    folded.is_one_step(lambda: folded.hands.drag(to, card.output_point()), "Connect Residual")


def test_the_end_of_a_blocks_wire_is_taken_off(folded: Bench) -> None:
    card = folded.view.canvas_scene.cards[block_of(folded)]
    after = folded.is_one_step(lambda: folded.hands.drag(card.input_point(), folded.empty()), "Disconnect Residual")
    assert not after.graph.consumers["input_1"]


def test_a_layer_dropped_on_the_wire_into_a_block_feeds_all_of_it(folded: Bench) -> None:
    middle = (folded.output("input_1") + folded.view.canvas_scene.cards[block_of(folded)].input_point()) / 2
    view = folded.view

    def drop() -> None:
        view.begin_palette_drag("batch_norm")
        for point in (middle + QPointF(0, 200), middle):
            view.palette_drag_moved(view.viewport().mapToGlobal(view.camera.to_pixel(point).toPoint()))
        view.palette_drag_dropped(view.viewport().mapToGlobal(view.camera.to_pixel(middle).toPoint()))

    after = folded.is_one_step(drop, "Insert Batch norm")
    (added,) = folded.document.selection
    assert after.graph.consumers["input_1"] == (added,) and len(after.graph.consumers[added]) == 2


def test_the_knife_cuts_all_of_a_bundle(folded: Bench) -> None:
    middle = (folded.output("input_1") + folded.view.canvas_scene.cards[block_of(folded)].input_point()) / 2
    stroke = middle - QPointF(0, 40), middle + QPointF(0, 40)
    folded.is_one_step(lambda: folded.hands.hold(CTRL).drag(*stroke, RIGHT).hold(NONE), "Cut 2 wires")


def test_delete_duplicate_and_cut_take_the_whole_block(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card(block))
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_D, CTRL), "Duplicate Residual")
    assert len(after.folding.collapsed) == 2
    folded.document.history.undo()
    folded.hands.click(folded.card(block))
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Delete), "Delete Residual")
    assert not after.blocks and len(after.graph) == 4
    folded.document.history.undo()
    folded.hands.click(folded.card(block))
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Delete, CTRL), "Remove Residual and rejoin")
    assert after.graph["global_average_pool_1"].inputs == ("input_1",)


def test_alt_copies_a_block(folded: Bench) -> None:
    start = folded.card(block_of(folded))
    folded.hands.hold(ALT)
    after = folded.is_one_step(lambda: folded.hands.drag(start, start + QPointF(0, 220)), "Duplicate Residual")
    assert len(after.blocks) == 2


def test_a_block_goes_over_the_clipboard(folded: Bench, qtbot) -> None:
    folded.hands.click(folded.card(block_of(folded))).key(Qt.Key.Key_C, CTRL)
    other = make_bench(qtbot, template("first_conv"))
    after = other.is_one_step(lambda: other.hands.key(Qt.Key.Key_V, CTRL), "Paste Residual")
    (block,) = after.folding.collapsed
    assert after.blocks[block].name == "Residual"


def test_a_loose_block_dropped_on_a_wire_is_inserted(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card(block)).key(Qt.Key.Key_D, CTRL)
    (copy,) = set(folded.design.folding.collapsed) - {block}
    folded.document.edit("away", edits.move_shown(folded.design, {copy: (300.0, 400.0)}))
    middle = folded.between("global_average_pool_1", "dense_1")
    start = folded.card(copy)
    folded.hands.press(start).move(middle - QPointF(0, 100)).move(middle)
    assert folded.view.canvas_scene.wires[Edge("global_average_pool_1", "dense_1")].lit
    folded.hands.release()
    assert worded(folded.document.to_undo) == "Insert Residual 2"
    assert folded.design.graph["dense_1"].inputs == folded.design.folding.exits(copy)
    folded.document.history.undo()
    folded.shows_the_design()


def test_walking_wiring_and_connecting_go_through_blocks(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card("input_1")).key(Qt.Key.Key_Right, CTRL)
    assert folded.document.selection == folded.design.folding.within[block]
    folded.hands.key(Qt.Key.Key_Right, CTRL)
    assert folded.document.selection == {"global_average_pool_1"}
    cut = edits.remove(
        folded.design,
        (),
        folded.design.graph.edges[:0] + tuple(e for e in folded.design.graph.edges if e.source == "input_1"),
    )
    folded.document.edit("cut", cut)
    folded.document.select({"input_1"} | folded.design.folding.within[block])
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_L, CTRL), "Connect 2 layers")
    assert len(after.graph.consumers["input_1"]) == 2


def test_ungroup_by_the_menu(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card(block))
    after = folded.is_one_step(folded.view.commands.editing.ungroup, "Ungroup Residual")
    assert not after.blocks
    assert {"Group into a block", "Repeat"} <= menu_of(folded, folded.card("dense_1"))


def menu_of(bench: Bench, at: QPointF) -> set[str]:
    bench.hands.click(at, RIGHT)
    (menu,) = [m for m in bench.view.findChildren(QMenu) if m.isVisible()]
    found = {action.text().split("\t")[0] for action in menu.actions()}
    menu.close()
    return found


test_ungroup_by_the_menu = pytest.mark.qt_log_ignore("does not support (raise|grabbing)")(test_ungroup_by_the_menu)


def test_repeat_is_one_step(folded: Bench) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card(block))
    after = folded.is_one_step(lambda: folded.view.commands.editing.repeat(4), "Repeat Residual × 4")
    assert len(after.folding.collapsed) == 4
    assert after.graph.shape("softmax_1") == (10,)
    places = sorted(after.places.values())
    assert len(set(places)) == len(places)


def test_what_cannot_be_repeated_or_grouped_is_said(bench: Bench, qtbot) -> None:
    bench.document.select({"input_1"})
    for action in (
        lambda: bench.view.commands.editing.repeat(3),
        bench.view.commands.editing.ungroup,
        bench.view.commands.editing.toggle_block,
    ):
        with qtbot.waitSignal(bench.view.told):
            bench.changes_nothing(action)
    bench.document.select(())
    with qtbot.waitSignal(bench.view.told):
        bench.changes_nothing(lambda: bench.hands.key(G, CTRL | SHIFT))


def test_blocks_of_blocks_fold_within_each_other(folded: Bench) -> None:
    inner = block_of(folded)
    folded.document.select(folded.design.folding.within[inner] | {"global_average_pool_1"})
    folded.hands.key(G, CTRL | SHIFT).key(Qt.Key.Key_Return)
    outer = folded.design.blocks[inner].parent
    assert set(folded.view.canvas_scene.outlines) == {outer} and inner in folded.view.canvas_scene.cards
    after = folded.is_one_step(lambda: folded.hands.key(E, CTRL), "Collapse Block")
    assert set(after.places) == {"input_1", outer, "dense_1", "softmax_1"}
    folded.hands.key(E, CTRL).click(fold_mark(folded, inner))
    outlines = folded.view.canvas_scene.outlines
    assert outlines[outer].scene_outline().contains(outlines[inner].scene_outline())
    folded.shows_the_design()


def test_trouble_inside_a_block_shows_on_its_card(folded: Bench) -> None:
    conv = [n for n in folded.design.graph if n.layer.kind == "conv2d"][1]
    folded.document.edit("break", edits.configure(folded.design, conv.id, conv.layer.replace(filters=7)))
    card = folded.view.canvas_scene.cards[block_of(folded)]
    assert card.trouble.errors >= 1
    folded.document.history.undo()
    assert card.trouble.errors == 0


def test_a_kept_block_is_in_the_search_and_goes_into_a_wire(bench: Bench) -> None:
    bench.document.select({"input_1"})
    bench.hands.key(Qt.Key.Key_Tab)
    QTest.keyClicks(bench.view.commands.adding.search.field, "incep")
    assert bench.view.commands.adding.search.kinds_shown()[0] == "block:inception"
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_Return), "Insert Inception")
    (block,) = after.folding.collapsed
    assert after.graph["conv2d_1"].inputs == after.folding.exits(block)


def test_a_kept_block_is_dragged_from_the_palette(bench: Bench) -> None:
    view, middle = bench.view, bench.between("conv2d_1", "relu_1")

    def drop() -> None:
        view.begin_palette_drag("block:conv_norm_relu")
        for point in (middle + QPointF(0, 200), middle):
            view.palette_drag_moved(view.viewport().mapToGlobal(view.camera.to_pixel(point).toPoint()))
        view.palette_drag_dropped(view.viewport().mapToGlobal(view.camera.to_pixel(middle).toPoint()))

    after = bench.is_one_step(drop, "Insert Conv–norm–ReLU")
    assert len(after.graph) == len(template("lenet5").graph) + 3


def test_own_blocks_are_kept_for_other_designs(folded: Bench, own_shelf) -> None:
    folded.hands.click(folded.card(block_of(folded)))
    done, refused = [], []
    folded.view.commands.editing.told.connect(done.append)
    folded.view.commands.editing.refused.connect(refused.append)
    folded.view.commands.editing.keep_block()
    assert done == ["Residual is in the palette now, under Blocks."] and refused == []
    assert [path.name for path in own_shelf.glob("*.json")] == ["Residual.json"]
    mine = kept()[-1]
    assert (mine.kind, mine.title, mine.file) == ("block:own/Residual", "Residual", own_shelf / "Residual.json")
    folded.view.commands.editing.keep_block()
    assert len(list(own_shelf.glob("*.json"))) == 1  # the same name is the same block
    block_library.forget(mine)
    assert not list(own_shelf.glob("*.json")) and len(kept()) == 3


@pytest.mark.parametrize("text", ["", "{}", "[" * 9999, '{"format": "cnnstudio design"}', "x" * 2_000_000])
def test_a_damaged_own_block_is_skipped_and_told(own_shelf, text: str) -> None:
    own_shelf.mkdir()
    (own_shelf / "odd.json").write_text(text)
    block_library.read()
    assert block_library.own == () and len(block_library.complaints) == 1


def test_a_design_without_a_block_is_no_kept_block(own_shelf, folded: Bench) -> None:
    own_shelf.mkdir()
    folded.hands.key(Qt.Key.Key_A, CTRL).key(Qt.Key.Key_C, CTRL)
    (own_shelf / "whole.json").write_text(QGuiApplication.clipboard().text())
    block_library.read()
    assert block_library.own == () and "block" in block_library.complaints[0]


def test_enter_opens_a_block_and_the_search_follows_it(folded: Bench, qtbot) -> None:
    block = block_of(folded)
    folded.hands.click(folded.card(block))
    folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Return), "Expand Residual")
    folded.document.history.undo()
    folded.hands.click(folded.card(block))
    folded.view.mouse.leave()
    folded.hands.key(Qt.Key.Key_Tab)
    QTest.keyClicks(folded.view.commands.adding.search.field, "dropout")
    after = folded.is_one_step(lambda: folded.hands.key(Qt.Key.Key_Return), "Insert Dropout")
    (added,) = folded.document.selection
    assert after.graph[added].inputs == after.folding.exits(block)
    folded.document.select({"dense_1"})
    with qtbot.waitSignal(folded.view.settings_requested):
        folded.hands.key(Qt.Key.Key_Return)


def test_a_name_is_written_where_it_can_be_seen(bench: Bench) -> None:
    bench.document.select(PART)
    above = bench.view.canvas_scene.cards["conv2d_1"].scene_outline().top() - bench.view.camera.seen().top()
    bench.view.camera.scroll(0, above * bench.view.camera.zoom)
    bench.hands.key(G, CTRL | SHIFT)
    editor = QApplication.focusWidget()
    assert bench.view.viewport().rect().contains(editor.geometry())
