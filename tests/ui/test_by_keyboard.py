"""Without a mouse: files by their keys, and LeNet-5 built, trained, stopped and saved by keys alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import untrained
from cnnstudio.ui.shell import windows

Key = Qt.Key
#: what the screenless platform says about every dialog
QUIET = pytest.mark.qt_log_ignore("does not support")
CTRL, SHIFT, NONE = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
)


class Keyboard:
    """Keys go to whatever has the focus, as those of a real keyboard do."""

    def __init__(self, window) -> None:
        self.window = window

    def press(self, key: Qt.Key, mods=NONE, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(QApplication.focusWidget() or self.window, key, mods)
            QApplication.processEvents()

    def write(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)


def name_file(window, path: Path, qtbot) -> None:
    """Type a path into the file dialog that has come up, and accept it."""
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is not None)
    dialog = window.findChild(QFileDialog)
    field = dialog.findChild(QLineEdit)
    field.setFocus()
    field.clear()
    QTest.keyClicks(field, str(path))
    QTest.keyClick(QApplication.activePopupWidget() or field, Key.Key_Return)  # a list of completions has the keyboard
    qtbot.waitUntil(lambda: window.findChild(QFileDialog) is None or not window.findChild(QFileDialog).isVisible())

    def is_active() -> bool:
        window.activateWindow()  # a window system does that when a dialog closes, or a list of completions after it
        return window.isActiveWindow()

    qtbot.waitUntil(is_active)


@pytest.fixture
def keys(window) -> Keyboard:
    return Keyboard(window)


def settle(window) -> None:
    """Close another window without questions."""
    window.run_control.settle()
    window.discard()


@QUIET
def test_files_by_their_keys(window, keys, qtbot, tmp_path: Path) -> None:
    assert window.windowTitle() == "LeNet-5[*] – CNN Studio" and not window.isWindowModified()
    window.files.new("first_conv")
    assert window.document.project.design == template("first_conv")
    keys.press(Key.Key_N, CTRL)  # here, as long as nothing was done here
    assert window.document.path is None and window.document.project.design != template("first_conv")
    window.files.new("lenet5")
    window.canvas.setFocus()
    keys.press(Key.Key_A, CTRL)
    keys.press(Key.Key_Down)
    assert window.isWindowModified()  # the mark of what is not saved
    keys.press(Key.Key_S, CTRL)
    name_file(window, tmp_path / "one.cnn", qtbot)
    assert not window.isWindowModified() and window.windowTitle().startswith("one.cnn")
    keys.press(Key.Key_Down)
    assert window.isWindowModified()
    keys.press(Key.Key_S, CTRL)
    assert not window.isWindowModified()
    assert load_project(tmp_path / "one.cnn").design == window.document.project.design
    keys.press(Key.Key_S, CTRL | SHIFT)
    name_file(window, tmp_path / "two.cnn", qtbot)
    assert window.document.path == tmp_path / "two.cnn"
    assert (tmp_path / "one.cnn").read_bytes()[:2] == (tmp_path / "two.cnn").read_bytes()[:2] == b"PK"
    save_project(untrained(template("first_conv")), tmp_path / "three.cnn")
    keys.press(Key.Key_O, CTRL)
    name_file(window, tmp_path / "three.cnn", qtbot)
    qtbot.waitUntil(lambda: windows.showing(tmp_path / "three.cnn") is not None)
    other = windows.showing(tmp_path / "three.cnn")
    assert other.document.project.design == template("first_conv")
    if other is not window:
        settle(other)
    keys.window.activateWindow()


@QUIET
@pytest.mark.parametrize("key", [Key.Key_W, Key.Key_Q])
def test_closing_by_keys_asks_about_what_is_not_saved(window, qtbot, key) -> None:
    design = window.document.project.design
    window.document.edit("Rename", edits.rename(design, "relu_1", "Mine"))
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, key, CTRL)
    qtbot.waitUntil(lambda: window.findChild(QMessageBox, "unsaved") is not None)
    question = window.findChild(QMessageBox, "unsaved")
    QTest.keyClick(question, Key.Key_Escape)
    qtbot.waitUntil(lambda: not question.isVisible())
    assert window.isVisible() and window.document.modified


@QUIET
def test_lenet_is_built_trained_and_saved_without_a_mouse(open_window, qtbot, tmp_path: Path) -> None:
    window = open_window(Design(recipe=template("lenet5").recipe.replace(epochs=1)))
    keys = Keyboard(window)
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.canvas.setFocus()

    def add(name: str, **settings: str) -> None:
        keys.press(Key.Key_Tab)
        keys.write(name)
        keys.press(Key.Key_Return)
        form = window.inspector.form
        for setting, value in settings.items():
            keys.press(Key.Key_Return)  # Enter on the canvas: to the settings

            assert window.inspector.isAncestorOf(QApplication.focusWidget())
            field = form.rows[setting].editor
            for _ in range(12):
                focused = QApplication.focusWidget()
                if focused is field or field.isAncestorOf(focused):
                    break
                keys.press(Key.Key_Tab)
            if setting == "padding":
                keys.press(Key.Key_Down)
            else:
                keys.press(Key.Key_A, CTRL)
                keys.write(value)
                keys.press(Key.Key_Return)
            if not window.canvas.hasFocus():  # Return has led back from most
                keys.press(Key.Key_Escape)
            assert window.canvas.hasFocus()

    add("input")
    add("conv 2d", filters="6", kernel="5", padding="same")
    add("relu")
    add("max pool")
    add("conv 2d", filters="16", kernel="5")
    add("relu")
    add("max pool")
    add("flatten")
    add("dense", units="120")
    add("relu")
    add("dense", units="84")
    add("relu")
    add("dense", units="10")
    add("softmax")
    ours, book = window.document.project.design, template("lenet5")
    assert [ours.graph[i].layer for i in ours.graph.order[1:]] == [book.graph[i].layer for i in book.graph.order[1:]]
    assert [ours.graph.shape(i) for i in ours.graph.order] == [book.graph.shape(i) for i in book.graph.order]
    assert not window.findings.all

    keys.press(Key.Key_Z, CTRL, times=2)
    keys.press(Key.Key_Y, CTRL)
    keys.press(Key.Key_Z, CTRL | SHIFT)
    assert window.document.project.design == ours
    keys.press(Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state == "running")
    qtbot.waitUntil(lambda: len(window.session.log.read()) > 5)
    keys.press(Key.Key_Return, CTRL)
    qtbot.waitUntil(lambda: window.session.state == "paused")
    keys.press(Key.Key_F5)
    qtbot.waitUntil(lambda: window.session.state == "running")
    keys.press(Key.Key_F5, SHIFT)
    qtbot.waitUntil(lambda: window.session.state == "idle")
    assert window.document.project.run is not None and window.document.project.run.step > 0
    keys.press(Key.Key_S, CTRL)
    name_file(window, tmp_path / "mine.cnn", qtbot)
    found = load_project(tmp_path / "mine.cnn")
    assert (found.design.graph, found.design.cards) == (ours.graph, ours.cards)
    assert found.run.step == window.document.project.run.step
