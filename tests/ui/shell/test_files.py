"""Files that somebody else has changed meanwhile: nothing of theirs is lost, and nothing of ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QPushButton

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import untrained

CTRL = Qt.KeyboardModifier.ControlModifier
THEIRS = untrained(template("vgg_mini"))


def change(window) -> None:
    design, _ = edits.append(window.document.project.design, layer_kinds()["relu"]())
    window.document.edit("Add", design)


def answer(window, words: str) -> None:
    """Press a button of the question that is asked about the file."""
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    (box,) = window.findChildren(QMessageBox, "changed elsewhere")
    assert box.isVisible() and "“mine.cnn” was changed on the disk" in box.text()
    (button,) = (b for b in box.findChildren(QPushButton) if b.text().replace("&", "") == words)
    button.click()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def asked(window) -> bool:
    return any(box.isVisible() for box in window.findChildren(QMessageBox, "changed elsewhere"))


@pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)")
def test_saving_over_what_somebody_else_has_saved_meanwhile_is_asked_about(window, tmp_path, qtbot):
    path = tmp_path / "mine.cnn"
    save_project(untrained(template("lenet5")), path)
    window.open_any(path)
    qtbot.waitUntil(lambda: window.document.path == path)

    def save() -> None:
        qtbot.keyClick(window, Qt.Key.Key_S, CTRL)

    change(window)
    save()
    change(window)
    save()
    assert not asked(window) and not window.document.modified, "nobody else has been there"

    save_project(THEIRS, path)
    save()  # with nothing new in the window
    answer(window, "Cancel")
    assert load_project(path).design == THEIRS.design
    change(window)
    save()
    answer(window, "Cancel")
    assert load_project(path).design == THEIRS.design and window.document.modified

    save()
    answer(window, "Save under another name…")
    (dialog,) = window.findChildren(QFileDialog)
    dialog.fileSelected.emit(str(tmp_path / "ours.cnn"))
    dialog.close()
    assert window.document.path == tmp_path / "ours.cnn" and not asked(window)
    assert load_project(path).design == THEIRS.design and not window.document.modified

    window.files.save_to(path)  # a file dialog has asked whether it may be replaced
    assert not asked(window)
    save_project(THEIRS, path)
    change(window)
    window.close()
    (box,) = window.findChildren(QMessageBox, "unsaved")
    box.button(QMessageBox.StandardButton.Save).click()
    assert window.isVisible(), "a window that is to close asks, too"
    answer(window, "Save anyway")
    qtbot.waitUntil(lambda: not window.isVisible())
    assert load_project(path).design == window.document.project.design
    assert load_project(tmp_path / "mine.cnn.bak").design == THEIRS.design


def test_what_is_being_typed_belongs_to_what_is_saved_and_asked_about(window, tmp_path, qtbot):
    path = tmp_path / "mine.cnn"
    window.files.save_to(path)
    window.document.select(["dense_1"])
    field = window.inspector.form.rows["units"].editor.findChild(QLineEdit)
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, "77")
    qtbot.keyClick(field, Qt.Key.Key_S, CTRL)
    assert load_project(path).design.graph["dense_1"].layer.units == 77 and not window.document.modified
    assert field.hasFocus(), "the keyboard stays"

    window.canvas.commands.write_note()
    editor = QApplication.focusWidget()
    qtbot.keyClicks(editor, "remember this")
    window.close()
    assert window.isVisible() and window.findChildren(QMessageBox, "unsaved")
    assert [note.text for note in window.document.project.design.notes.values()] == ["remember this"]


@pytest.mark.qt_log_ignore("does not support raise")
def test_a_model_that_cannot_be_read_as_a_whole_is_opened_as_far_as_it_goes_if_asked(window, tmp_path, qtbot) -> None:
    path = tmp_path / "maps.keras"
    path.write_bytes((Path(__file__).parents[2] / "exchange" / "files" / "refused_maps.keras").read_bytes())
    before = window.document.project
    window.open_any(path)
    qtbot.waitUntil(lambda: [notice.kind for notice in window.notices.current] == ["error"])
    assert window.document.project is before
    (button,) = (b for b in window.strip.findChildren(QPushButton) if b.text() == "Look at what comes before it")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert [node.layer.kind for node in window.document.project.design.graph] == ["input", "conv2d"]
    (note,) = window.document.project.design.notes.values()
    assert note.text.startswith("For looking only, as far as it goes. It does not end in one number")
    assert not [notice for notice in window.notices.current if notice.kind == "error"]
    assert any("For looking only" in n.text and n.kind == "warning" for n in window.notices.current)
