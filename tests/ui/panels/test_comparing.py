"""The sheet that shows this design beside another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QLabel

from cnnstudio.design.edits import edits
from cnnstudio.design.format.design_format import write_design
from cnnstudio.design.templates import template
from cnnstudio.export.writing import figure_of
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.ui.panels.compare import compare_model as columns
from cnnstudio.ui.panels.volumes.rendering import PNG, SVG, file_of


@pytest.fixture
def sheet(open_window):
    window = open_window()
    window.comparing.with_template("lenet5")
    made = window.comparing.sheet
    made.window_of_it = window
    made.tester = QAbstractItemModelTester(made.model)
    return made


def test_it_follows_every_edit(sheet):
    window = sheet.window_of_it
    assert sheet.isVisible()
    assert sheet.counts.text() == "The two are equal."
    design = window.document.project.design
    layer = design.graph["conv2d_2"].layer.replace(filters=20)
    window.document.edit("Filters", edits.configure(design, "conv2d_2", layer))
    assert sheet.counts.text() == "1 layer changed"
    (row,) = [i for i, row in enumerate(sheet.model.rows) if row.kind == "changed"]
    assert sheet.model.index(row, columns.MARK).data() == "~"
    assert sheet.model.index(row, columns.WHAT).data() == "filters 16 → 20"
    assert sheet.model.index(row, columns.FIRST_SHAPE).data() == "10×10×16"
    assert sheet.model.index(row, columns.SECOND_SHAPE).data() == "10×10×20"
    window.document.history.undo()
    assert sheet.counts.text() == "The two are equal."


def test_it_opens_and_closes_without_a_trace(window):
    window.canvas.setFocus()
    for _ in range(2):
        window.comparing.with_template("lenet5")
        assert window.comparing.sheet.table.hasFocus() and not window.document.selection
        window.comparing.sheet.close_button.click()
        assert window.canvas.hasFocus() and not window.document.selection


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700)])
def test_no_name_and_no_difference_is_cut(sheet, size):
    """Where a line is not wide enough, words go on in the next; heads say in a tooltip what they hold."""
    window = sheet.window_of_it
    window.resize(*size)
    window.comparing.with_template("resnet_mini")
    QApplication.processEvents()
    table, header = sheet.table, sheet.table.horizontalHeader()
    assert header.length() <= table.viewport().width(), "and nothing lies beside what is in sight"
    for row in range(sheet.model.rowCount()):
        for column in range(sheet.model.columnCount()):
            needed = table.fontMetrics().boundingRect(
                QRect(0, 0, header.sectionSize(column) - 8, 999),
                Qt.TextFlag.TextWordWrap,
                sheet.model.index(row, column).data(),
            )
            assert needed.height() <= table.rowHeight(row), sheet.model.index(row, column).data()
            assert needed.width() <= header.sectionSize(column) - 8, sheet.model.index(row, column).data()
    for column in range(1, sheet.model.columnCount()):
        head = [sheet.model.headerData(column, Qt.Orientation.Horizontal, role) for role in (0, 3)]
        assert head[0] == head[1]


def test_where_a_side_has_none_it_says_so_and_no_percentage(sheet):
    window = sheet.window_of_it
    design = window.document.project.design
    kept = [node.id for node in design.graph if node.layer.kind != "input"]
    window.document.edit("Empty", edits.remove(design, kept))
    said = [label.text() for label in sheet.findChildren(QLabel)]
    assert "−61\u202f706  (none now)" in said and not any("100" in text and "%" in text for text in said)
    assert any("−93\u202f%" in text for text in said), "13 of 14 layers"


def test_a_row_selects_its_layer_and_escape_closes(sheet, qtbot):
    window = sheet.window_of_it
    sheet.table.selectRow(3)
    assert len(window.document.selection) == 1
    qtbot.keyClick(sheet.table, Qt.Key.Key_Escape)
    assert not sheet.isVisible()


def compared(window, qtbot, path):
    """Compare with a file, and wait until it has been read."""
    window.comparing.with_file(path)
    qtbot.waitUntil(lambda: path.name in window.comparing.sheet.heading.text())


def test_files_of_both_kinds_and_none(window, qtbot, tmp_path):
    save_project(untrained(template("article")), tmp_path / "a.cnn")
    compared(window, qtbot, tmp_path / "a.cnn")
    (tmp_path / "b.json").write_bytes(write_design(template("lenet5")))
    compared(window, qtbot, tmp_path / "b.json")
    assert window.comparing.sheet.counts.text() == "The two are equal."
    for name, write in (("paper.svg", SVG), ("paper.png", PNG)):
        design = template("vgg_mini")
        figure = figure_of(design, "cards", "print")
        (tmp_path / name).write_bytes(file_of(design, figure, write, 1.0))
        compared(window, qtbot, tmp_path / name)
        assert len([row for row in window.comparing.sheet.model.rows if row.first]) == len(design.graph)
    window.comparing.sheet.dismiss()
    (tmp_path / "c.cnn").write_bytes(b"nothing")
    for name in ("c.cnn", "d.cnn"):
        window.comparing.with_file(tmp_path / name)
        qtbot.waitUntil(lambda name=name: any(name in notice.text for notice in window.notices.current))
        assert not window.comparing.sheet.isVisible()


def test_a_file_that_is_still_being_read_is_forgotten_when_something_else_is_wanted(window, qtbot, tmp_path):
    save_project(untrained(template("vgg_mini")), tmp_path / "large.cnn")
    with qtbot.waitSignal(window.comparing.reading.answered):
        window.comparing.with_file(tmp_path / "large.cnn")
        window.comparing.with_template("article")
    assert "large.cnn" not in window.comparing.sheet.heading.text() and window.comparing.sheet.isVisible()


def test_what_is_saved_can_be_compared_with(window, qtbot, tmp_path):
    def saved():
        window.comparing.menu.aboutToShow.emit()
        return next(action for action in window.comparing.menu.actions() if action.text() == "What is saved")

    assert not saved().isEnabled()
    save_project(window.document.project, tmp_path / "a.cnn")
    window.document.saved(window.document.project, tmp_path / "a.cnn")
    design = window.document.project.design
    window.document.edit("Delete", edits.remove(design, ["relu_3"], rejoin=True))
    saved().trigger()
    qtbot.waitUntil(lambda: window.comparing.sheet.counts.text() == "1 layer removed")


def test_what_both_have_learned_stands_side_by_side_under_the_names_of_their_files(window, qtbot, tmp_path):
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    save_project(window.document.project, tmp_path / "fresh.cnn")
    design = window.document.project.design
    window.document.edit("Epochs", design.with_changes(recipe=design.recipe.replace(epochs=1)))
    with qtbot.waitSignal(window.session.finished):
        window.run_control.train()
    save_project(window.document.project, tmp_path / "one.cnn")
    window.document.saved(window.document.project, tmp_path / "mine.cnn")
    compared(window, qtbot, tmp_path / "one.cnn")
    sheet = window.comparing.sheet
    assert sheet.heading.text() == "one.cnn and mine.cnn"
    said = f"{100 * window.document.project.run.history.epochs[-1].validation_accuracy:.1f}\u202f%"

    def told():
        return [label.text() for label in sheet.findChildren(QLabel) if label.isVisible()]

    assert told().count(said) == 2 and "Epochs trained" in told()
    window.comparing.with_file(tmp_path / "fresh.cnn")
    qtbot.waitUntil(lambda: told().count(said) == 1 and "not trained" in told())


def test_another_workspace_closes_it(sheet, qtbot):
    qtbot.keyClick(sheet.window_of_it, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert not sheet.isVisible()
