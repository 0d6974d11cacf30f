"""F7 and its like in the real window: a batch, an epoch, until it is good enough, in every workspace."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from cnnstudio.ui.panels.bars.until_sheet import UntilSheet

SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


def test_keys_and_the_sheet_hold_a_run_where_they_say_and_the_menus_name_them(open_window, qtbot):
    window = open_window()
    session, bar = window.session, window.training_bar
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.studio.workspaces.show("Explain")

    def held() -> bool:
        return session.state == "paused" and not window.findChildren(UntilSheet)

    for step in (1, 2):
        qtbot.keyClick(window, Qt.Key.Key_F7)
        qtbot.waitUntil(lambda step=step: held() and session.status.value.step == step)
    qtbot.keyClick(window, Qt.Key.Key_F7, CTRL)
    (sheet,) = window.findChildren(UntilSheet)
    assert QApplication.activeWindow() is window and sheet.visibleRegion().boundingRect() == sheet.rect()
    around = []
    for _ in range(4):
        qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        around.append(QApplication.focusWidget())
    cross, chosen = around[1], sheet.switch.buttons["Epoch"]
    assert around == [sheet.train, cross, chosen, sheet.fields["Epoch"]] and cross.accessibleName() == "Close"
    qtbot.keyClicks(QApplication.focusWidget(), "17")
    sheet.fields["Epoch"].finish_typing()
    assert sheet.until.value == 17
    sheet.switch.buttons["Loss"].click()
    field = sheet.fields["Loss"]
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "nothing")
    assert sheet.refusal.text()
    field.selectAll()
    qtbot.keyClicks(field, "1000")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: held() and session.status.value.validation_accuracy >= 0)  # the first epoch is good enough
    offered = {bar.train_more: ("F7", "Shift+F7", "Ctrl+F7"), bar.reset_more: ("Ctrl+F5", "Ctrl+Shift+F5")}
    for button, keys in offered.items():
        button.offered.aboutToShow.emit()
        button.offered.aboutToShow.emit()  # opened once more it has them once
        found = [action.shortcut().toString() for action in button.offered.actions()]
        assert [text for text in found if text] == [QKeySequence(text).toString() for text in keys]
