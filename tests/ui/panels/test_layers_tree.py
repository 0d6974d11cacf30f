"""The layers as a tree, edited by keyboard alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLineEdit

from cnnstudio.design.edits import blocks, edits
from cnnstudio.ui.panels.layers import layers_model as columns
from cnnstudio.ui.panels.layers.side_panel import ADD, LAYERS


@pytest.fixture
def window(same_window):
    return same_window()


ALT = Qt.KeyboardModifier.AltModifier


@pytest.fixture
def listed(same_window, qtbot):
    window = same_window()
    window.tester = QAbstractItemModelTester(window.layers.model)
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert window.side.tab == LAYERS
    assert window.layers.view.hasFocus()
    return window


def names(window) -> list[str]:
    model = window.layers.model
    return [model.index(row, columns.NAME).data() for row in range(model.rowCount())]


def select(window, node: str) -> None:
    window.document.select([node])
    QApplication.processEvents()


def test_it_lists_the_layers_with_their_numbers(listed):
    model = listed.layers.model
    assert len(names(listed)) == len(listed.document.project.design.graph)
    conv = model.index_of("conv2d_1")
    assert conv.siblingAtColumn(columns.SHAPE).data() == "28×28×6"
    assert conv.siblingAtColumn(columns.PARAMETERS).data() == "156"
    assert conv.siblingAtColumn(columns.KIND).data() == "Conv 2D"
    assert conv.data(Qt.ItemDataRole.AccessibleTextRole) == "Conv 2D, Conv 2D, 28×28×6, 156 parameters"


def test_what_was_edited_before_anybody_looked_is_listed(same_window, qtbot):
    window = same_window()
    edited, added = edits.append(window.document.project.design, window.document.project.design.graph["relu_1"].layer)
    window.document.edit("add", edited, select=[added])
    qtbot.keyClick(window, Qt.Key.Key_F4)
    assert len(names(window)) == len(edited.graph)
    assert window.layers.current_node() == added and window.layers.view.model() is window.layers.model


def test_selection_is_shared_both_ways(listed, qtbot):
    select(listed, "max_pool2d_1")
    view = listed.layers.view
    assert listed.layers.model.id_of(view.currentIndex()) == "max_pool2d_1"
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert listed.document.selection == {"conv2d_2"}
    assert listed.canvas.canvas_scene.cards["conv2d_2"].selected
    qtbot.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert listed.document.selection == {"conv2d_2", "relu_2"}


def test_a_layer_that_is_chosen_comes_into_sight_on_the_canvas(listed, qtbot):
    canvas = listed.canvas
    canvas.camera.frame(canvas.canvas_scene.card_of("softmax_1").scene_outline(), [])
    first = canvas.canvas_scene.card_of("input_1").scene_outline()
    assert not canvas.camera.seen().contains(first)
    listed.layers.view.setCurrentIndex(listed.layers.model.index_of("input_1"))
    assert listed.document.selection == {"input_1"}
    assert canvas.camera.seen().contains(first)


def test_rename_with_f2(listed, qtbot):
    select(listed, "conv2d_1")
    view = listed.layers.view
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.findChild(QLineEdit)
    qtbot.keyClicks(editor, "Edges")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: listed.document.project.design.cards["conv2d_1"].name == "Edges", timeout=2000)
    assert listed.layers.search is None
    assert "Edges" in names(listed)
    listed.document.history.undo()
    assert "Edges" not in names(listed)


def test_an_empty_name_is_refused_and_the_old_one_stays(listed, qtbot):
    index = listed.layers.model.index_of("conv2d_1")
    assert not listed.layers.model.setData(index, "  ")
    assert listed.document.history.count() == 0
    assert listed.notices.current


def test_delete_joins_the_neighbours_and_goes_on_to_the_next(listed, qtbot):
    select(listed, "relu_1")
    qtbot.keyClick(listed.layers.view, Qt.Key.Key_Delete)
    design = listed.document.project.design
    assert "relu_1" not in design.graph
    assert design.graph["max_pool2d_1"].inputs == ("conv2d_1",)
    assert listed.document.selection == {"max_pool2d_1"}
    assert listed.layers.view.hasFocus()
    listed.document.history.undo()
    assert "relu_1" in listed.document.project.design.graph


def test_moving_up_and_down_rewires_in_one_step(listed, qtbot):
    select(listed, "max_pool2d_1")
    before = listed.document.project.design
    qtbot.keyClick(listed.layers.view, Qt.Key.Key_Up, ALT)
    assert listed.document.project.design.graph["max_pool2d_1"].inputs == ("conv2d_1",)
    assert listed.document.history.count() == 1
    assert listed.layers.model.id_of(listed.layers.view.currentIndex()) == "max_pool2d_1"
    qtbot.keyClick(listed.layers.view, Qt.Key.Key_Down, ALT)
    assert listed.document.project.design == before


def test_a_move_that_makes_no_sense_says_why(listed, qtbot):
    select(listed, "input_1")
    qtbot.keyClick(listed.layers.view, Qt.Key.Key_Up, ALT)
    assert listed.document.history.count() == 0
    assert "no layers" in listed.notices.current[-1].text


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Insert])
def test_add_behind_by_search(listed, qtbot, key):
    select(listed, "conv2d_1")
    qtbot.keyClick(listed.layers.view, key)
    search = listed.layers.search
    assert search.isVisible()
    assert "input" not in search.kinds_shown()
    qtbot.keyClicks(search.field, "batch")
    qtbot.keyClick(search.field, Qt.Key.Key_Return)
    design = listed.document.project.design
    assert design.graph["relu_1"].inputs == ("batch_norm_1",)
    assert design.graph["batch_norm_1"].inputs == ("conv2d_1",)
    assert listed.document.selection == {"batch_norm_1"}
    assert listed.layers.view.hasFocus()
    qtbot.keyClick(listed.layers.view, key)
    qtbot.keyClick(listed.layers.search.field, Qt.Key.Key_Escape)
    assert listed.layers.search is None
    assert listed.layers.view.hasFocus()


def test_a_whole_network_from_nothing_by_keyboard(same_window, qtbot):
    from cnnstudio.design.value.design import Design

    window = same_window(Design())
    window.side.show_layers()
    for words in ("input", "conv 2d", "relu", "flatten", "dense", "softmax"):
        qtbot.keyClick(window.layers.view, Qt.Key.Key_Return)
        qtbot.keyClicks(window.layers.search.field, words)
        qtbot.keyClick(window.layers.search.field, Qt.Key.Key_Return)
    graph = window.document.project.design.graph
    assert [graph[i].layer.kind for i in graph.order] == ["input", "conv2d", "relu", "flatten", "dense", "softmax"]
    assert graph.inferred["softmax_1"].output is not None


def test_problems_stand_beside_their_layer(listed):
    design = listed.document.project.design
    listed.document.edit("Delete", edits.remove(design, ["flatten_1"], rejoin=True))
    index = listed.layers.model.index_of("dense_1")
    assert index.siblingAtColumn(columns.TROUBLE).data() == "✕"
    assert "Needs a vector" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert index.siblingAtColumn(columns.SHAPE).data() == "—"


def test_blocks_hold_their_layers(listed):
    design, block = blocks.group(listed.document.project.design, ["conv2d_1", "relu_1"], "Edges")
    listed.document.edit("Group", design)
    model = listed.layers.model
    index = model.index_of(block)
    assert index.data() == "Edges"
    assert model.rowCount(index) == 2
    assert model.parent(model.index_of("relu_1")) == index
    assert index.siblingAtColumn(columns.PARAMETERS).data() == "156"
    model.setData(index, "Filters")
    assert listed.document.project.design.blocks[block].name == "Filters"


def test_the_tab_keeps_the_palette(listed, qtbot):
    qtbot.mouseClick(listed.side.buttons[ADD], Qt.MouseButton.LeftButton)
    assert listed.palette_panel.isVisible()
    assert not listed.layers.isVisible()


def test_a_block_s_row_selects_its_layers_and_names_come_before_shapes(listed, qtbot):
    members = ["conv2d_2", "relu_2", "max_pool2d_2"]
    design, block = blocks.group(listed.document.project.design, members, "Stage")
    listed.document.edit("Group", design)
    view = listed.layers.view
    row = view.visualRect(listed.layers.model.index_of(block))
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=row.center())
    assert listed.document.selection == frozenset(members)
    view.resize(120, view.height())
    assert view.isColumnHidden(columns.SHAPE)
    view.resize(500, view.height())
    assert not view.isColumnHidden(columns.SHAPE)


def test_keys_of_the_canvas_that_are_no_letters_hold_here_too(listed, qtbot) -> None:
    view, design = listed.layers.view, listed.document.project.design
    control, shift = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
    select(listed, "conv2d_1")
    qtbot.keyClick(view, Qt.Key.Key_Down, shift)
    qtbot.keyClick(view, Qt.Key.Key_D, control)
    assert len(listed.document.project.design.graph) == len(design.graph) + 2 and view.hasFocus()
    listed.document.history.undo()
    qtbot.keyClick(view, Qt.Key.Key_G, control | shift)
    (block,) = listed.document.project.design.blocks.values()
    assert block.members == {"conv2d_1", "relu_1"}
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_E, control)
    assert next(iter(listed.document.project.design.blocks.values())).collapsed
    before = listed.document.project.design
    qtbot.keyClick(view, Qt.Key.Key_N)
    assert listed.document.project.design is before, "a letter finds a name"
