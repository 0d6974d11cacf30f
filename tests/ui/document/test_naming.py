"""The name of a design: written in the header or the inspector, taken from the file where there is none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog

from cnnstudio.project.file import load_project
from cnnstudio.ui.widgets.fields.rename_editor import RenameEditor

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def editor(window) -> RenameEditor:
    return next(e for e in window.topbar.findChildren(RenameEditor) if e.isVisible())


def test_a_double_click_in_the_header_renames_and_undo_brings_the_name_back(window, qtbot) -> None:
    qtbot.mouseDClick(window.topbar.file, LEFT)
    qtbot.keyClicks(editor(window), "Edges & more")
    qtbot.keyClick(editor(window), Qt.Key.Key_Return)
    assert window.document.project.design.title == "Edges & more"
    assert window.topbar.file.text() == "Edges & more •" and window.windowTitle().startswith("Edges & more[*]")
    assert window.inspector.summary.name.text() == "Edges & more"
    qtbot.keyClick(window, Qt.Key.Key_Z, CTRL)
    assert window.document.project.design.title == "LeNet-5" and window.inspector.summary.name.text() == "LeNet-5"
    window.commands.action("rename").trigger()
    qtbot.keyClicks(editor(window), "No")
    qtbot.keyClick(editor(window), Qt.Key.Key_Escape)
    assert window.document.project.design.title == "LeNet-5" and window.document.history.index() == 0


def test_the_inspector_renames_the_design(window, qtbot) -> None:
    field = window.inspector.summary.name
    qtbot.mouseClick(field, LEFT)
    field.selectAll()
    qtbot.keyClicks(field, "Mine")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.project.design.title == "Mine" and QApplication.focusWidget() is window.canvas
    qtbot.mouseClick(field, LEFT)
    field.selectAll()
    qtbot.keyClicks(field, "   ")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.project.design.title == field.text() == "Mine"


def test_a_design_without_a_name_takes_that_of_its_file(window, qtbot, tmp_path) -> None:
    window.files.new()
    qtbot.mouseDClick(window.palette_panel.row("input"), LEFT)
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    dialog = window.findChild(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "first steps.cnn"))
    dialog.close()
    assert not window.document.modified
    assert load_project(tmp_path / "first steps.cnn").design.title == "first steps"
    assert window.topbar.file.text() == "first steps.cnn"
