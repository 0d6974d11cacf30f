"""A network is built, trained and saved by somebody who has keys, and is told what has the keyboard and what stands on
the screen, as a screen reader tells it. Nothing here knows a widget of the window."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.value.design import Design
from cnnstudio.project.file import load_project
from tests.ui.face import Face

Key = Qt.Key
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NONE = Qt.KeyboardModifier.NoModifier
Name, Value = QAccessible.Text.Name, QAccessible.Text.Value


class Typist:
    """Presses keys; hears what has the keyboard, and what stands on the screen."""

    def __init__(self, qtbot) -> None:
        self._qtbot = qtbot

    def press(self, key: Qt.Key, mods: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(QApplication.focusWidget() or QApplication.activeWindow(), key, mods)
        QApplication.processEvents()

    def write(self, text: str) -> None:
        QTest.keyClicks(QApplication.focusWidget(), text)
        QApplication.processEvents()

    @property
    def here(self) -> str:
        """The name of what has the keyboard."""
        return QAccessible.queryAccessibleInterface(QApplication.focusWidget()).text(Name)

    def screen(self) -> list[str]:
        """Every name in the window that is used."""
        found, ahead = [], [QAccessible.queryAccessibleInterface(QApplication.activeWindow())]
        while ahead:
            each = ahead.pop()
            if each is not None and each.isValid() and not each.state().invisible:
                found.append(each.text(Name))
                ahead += [each.child(number) for number in range(each.childCount())]
        return [name for name in found if name]

    def go_to(self, name: str, key: Qt.Key) -> None:
        """Press a key until the keyboard is at what is called so."""
        heard = []
        while name not in self.here:
            heard.append(self.here)
            assert len(heard) < 60, f"“{name}” is never reached: {heard}"
            self.press(key)

    def wait_for(self, *words: str) -> None:
        self._qtbot.waitUntil(lambda: all(any(word in name for name in self.screen()) for word in words))


@pytest.mark.qt_log_ignore("does not support")
def test_a_network_is_built_trained_and_saved_by_keys_alone(open_window, qtbot, tmp_path: Path) -> None:
    window: Face = open_window(Design())
    hand = Typist(qtbot)
    hand.go_to("Canvas", Key.Key_F6)
    layers = {
        "input": {}, "conv 2d": {"Filters": "4", "Kernel": "5"}, "relu": {}, "max pool": {}, "flatten": {},
        "dense": {"Units": "10"}, "softmax": {},
    }  # fmt: skip
    for layer, settings in layers.items():
        hand.press(Key.Key_Tab)
        hand.write(layer)
        hand.press(Key.Key_Return)
        hand.go_to("Canvas", Key.Key_F6)
        for setting, value in settings.items():
            hand.press(Key.Key_Return)
            hand.go_to(setting, Key.Key_Tab)
            hand.press(Key.Key_A, CTRL)
            hand.write(value)
            hand.press(Key.Key_Return)
            assert hand.here == "Canvas"
    hand.wait_for("No problems")
    hand.press(Key.Key_3, CTRL)  # to Train
    hand.go_to("Batch", Key.Key_F6)
    hand.go_to("Epochs", Key.Key_Tab)
    hand.press(Key.Key_A, CTRL)
    hand.write("1")
    hand.press(Key.Key_Return)
    hand.press(Key.Key_F5)
    hand.wait_for("1 epoch trained")
    hand.press(Key.Key_S, CTRL)
    qtbot.waitUntil(lambda: QApplication.activeWindow() is not window)
    hand.press(Key.Key_A, CTRL)
    hand.write(str(tmp_path / "mine.cnn"))
    hand.press(Key.Key_Return)
    qtbot.waitUntil((tmp_path / "mine.cnn").exists)
    found = load_project(tmp_path / "mine.cnn")
    kinds = [found.design.graph[node].layer.kind for node in found.design.graph.order]
    assert kinds == ["input", "conv2d", "relu", "max_pool2d", "flatten", "dense", "softmax"]
    conv, dense = (
        found.design.graph[node].layer for node in (found.design.graph.order[1], found.design.graph.order[5])
    )
    assert (conv.filters, conv.kernel, dense.units) == (4, (5, 5), 10)
    assert found.run is not None and len(found.run.history.epochs) == 1
