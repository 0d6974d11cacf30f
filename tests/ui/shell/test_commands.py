"""Command search and the sheet of shortcuts, both made of what the window can do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QScrollArea

from cnnstudio.design.edits import edits
from cnnstudio.lessons.reading.reader import built_in
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas.commands.keys import keys_of
from cnnstudio.ui.canvas.commands.offered import canvas_commands
from cnnstudio.ui.shell.sheets.shortcut_sheet import shortcuts
from cnnstudio.ui.widgets.choosing.chooser import Chooser
from cnnstudio.ui.widgets.overlay import Overlay

CTRL = Qt.KeyboardModifier.ControlModifier
Key = Qt.Key


def search(window, qtbot, words: str) -> Chooser:
    qtbot.keyClick(window, Qt.Key.Key_K, CTRL)
    (chooser,) = [found for found in window.findChildren(Chooser) if found.isVisible()]
    QTest.keyClicks(chooser.field, words)
    return chooser


def test_ctrl_k_finds_and_does_a_command_of_the_window(window, qtbot) -> None:
    search(window, qtbot, "show train")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.workspaces.current == "Train"


def test_ctrl_k_does_a_command_of_the_canvas_on_the_selection(window, qtbot) -> None:
    window.document.select(["conv2d_1", "relu_1"])
    search(window, qtbot, "group into")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert len(window.document.project.design.blocks) == 1
    window.document.history.undo()
    assert not window.document.project.design.blocks


def test_repeat_is_found(window, qtbot) -> None:
    window.document.select(["relu_1"])
    search(window, qtbot, "repeat × 3")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert worded(window.document.to_undo) == "Repeat ReLU × 3"


def test_every_action_is_in_the_search(window, qtbot) -> None:
    chooser = search(window, qtbot, "")
    keys = {choice.key for choice in chooser.shown()}
    assert {command.id for command in window.commands.all} - keys == {"commands"}
    chooser.dismiss()


def test_the_data_are_in_the_search(window, qtbot) -> None:
    chooser = search(window, qtbot, "mnist")
    assert chooser.shown()[0].text.startswith("Learn from MNIST")
    assert {"Open a folder of images", "Open images in a file"} <= {choice.text for choice in chooser.shown()}
    chooser.dismiss()
    search(window, qtbot, "learn from shapes")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.document.project.design.recipe.data.source == "shapes"


#: what people type, and one of the first things that it is to find
ASKED = {
    "keyboard": "Shortcuts", "keys": "Shortcuts", "hotkeys": "Shortcuts", "shortcuts": "Shortcuts",
    "manual": "Manual", "help": "Manual", "welcome": "Welcome",
    "tutorial": "Lesson 1: Volumes", "course": "Lesson 1: Volumes",
    "dark": "Theme: dark", "theme": "Theme: dark", "text size": "Preferences", "font": "Preferences",
    "preferences": "Preferences", "settings": "Preferences", "options": "Preferences",
    "save": "Save", "load": "Open", "exit": "Quit", "undo": "Undo", "f5": "Train or pause",
    "picture": "Look at a picture", "image": "Open images in a file", "dataset": "Learn from Digits",
    "import": "Open a folder of images", "learning rate": "Training settings", "epochs": "Training settings",
    "batch size": "Training settings", "optimizer": "Training settings", "loss": "Show Train",
    "augmentation": "More training settings", "validation split": "More training settings",
    "accuracy": "Test on the test images", "confusion": "Test on the test images", "export": "Export network",
    "pytorch": "Export network", "keras": "Export network", "onnx": "Export network",
    "svg": "Export figure", "screenshot": "Export figure",
    "feature maps": "Show Feature maps", "volumes": "Show Volumes", "problems": "Next problem", "terms": "Glossary",
    "film": "Show Explain", "ledger": "Show Explain", "receptive field": "Show Explain",
    "version": "About CNN Studio", "insert": "Add a layer or a block", "why 28": "Lesson 4: Why 28?",
}  # fmt: skip


def test_ctrl_k_finds_what_people_call_it(window, qtbot) -> None:
    qtbot.waitUntil(lambda: window.data.dataset is not None)  # what waits for it stands behind what can be done
    chooser = search(window, qtbot, "")
    missed = {}
    for words, wanted in ASKED.items():
        chooser.field.setText(words)
        first = [choice.text for choice in chooser.shown()[:4]]
        if wanted not in first:
            missed[words] = first
    assert not missed
    for number, lesson in enumerate(built_in().lessons, start=1):
        chooser.field.setText(lesson.title)
        assert f"Lesson {number}: {lesson.title}" in [choice.text for choice in chooser.shown()[:2]]
    chooser.dismiss()


def test_ctrl_k_opens_a_lesson_a_tab_and_the_settings_of_training(window, qtbot) -> None:
    search(window, qtbot, "lesson 4")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.workspaces.current == "Learn" and window.learn.current.lesson.title == "Why 28?"
    search(window, qtbot, "show volumes")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.workspaces.current == "Build" and window.below.tab == "Volumes"
    assert window.below.isAncestorOf(window.focusWidget())
    search(window, qtbot, "epochs")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert window.workspaces.current == "Train" and window.training_bar.recipe.isAncestorOf(window.focusWidget())
    window.document.select(["conv2d_1"])
    window.commands.run("right panel")
    search(window, qtbot, "augmentation")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    recipe = window.inspector.summary.recipe
    assert recipe.isAncestorOf(window.focusWidget()) and window.focusWidget().isVisible()


def test_esc_closes_the_search_and_gives_the_focus_back(window, qtbot) -> None:
    window.canvas.setFocus()
    search(window, qtbot, "xyzzy no such thing")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not [found for found in window.findChildren(Chooser) if found.isVisible()]
    assert window.canvas.hasFocus()


def test_a_command_that_cannot_be_done_now_stays_on_the_list(window, qtbot) -> None:
    chooser = search(window, qtbot, "redo")
    assert not chooser.shown()[0].enabled
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert chooser.isVisible()
    chooser.dismiss()


def test_the_question_mark_shows_all_shortcuts_and_blocks_nothing(window, qtbot) -> None:
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, "?")
    (sheet,) = window.findChildren(Overlay)
    words = {found.text() for found in sheet.findChildren(QLabel)}
    for keys, what in (row for rows in shortcuts(window.commands).values() for row in rows):
        assert keys in words and what in words
    assert QApplication.activeModalWidget() is None
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape)
    assert not sheet.isVisible() and window.canvas.hasFocus()


def test_what_is_written_is_what_the_keys_do(window) -> None:
    """Every key of a command is one of the canvas, and every key of the canvas is a command’s, a twin’s or moves."""
    known = set(keys_of(window.canvas.commands))
    written = set()
    for command in canvas_commands(window.canvas.commands):
        for keys in command.keys:
            combination = QKeySequence(keys)[0]
            written.add((combination.keyboardModifiers().value, combination.key().value))
    assert written <= known
    arrows = {Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down}
    zoom = {Qt.Key.Key_Equal, Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_0}
    twins = {Qt.Key.Key_Backspace, Qt.Key.Key_A, Qt.Key.Key_Enter}
    left = {Qt.Key(key) for _, key in known - written}
    assert left <= arrows | zoom | twins


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700), (900, 560)])
def test_the_sheet_fits_into_the_window(window, qtbot, size) -> None:
    window.resize(*size)
    window.commands.action("shortcuts").trigger()
    (sheet,) = window.findChildren(Overlay)
    QApplication.processEvents()
    assert window.rect().contains(sheet.sheet.geometry())
    sheet.dismiss()


def test_the_sheet_of_shortcuts_scrolls_by_keys(window, qtbot) -> None:
    window.resize(1000, 560)
    window.canvas.setFocus()
    QTest.keyClick(window.canvas, "?")
    (sheet,) = window.findChildren(Overlay)
    QApplication.processEvents()
    bar = sheet.findChild(QScrollArea).verticalScrollBar()
    seen = []
    for key in (Key.Key_Down, Key.Key_PageDown, Key.Key_End, Key.Key_Up, Key.Key_PageUp, Key.Key_Home):
        QTest.keyClick(QApplication.focusWidget(), key)
        seen.append(bar.value())
    assert 0 < seen[0] < seen[1] <= seen[2] == bar.maximum()
    assert seen[2] > seen[3] > seen[4] >= seen[5] == 0
    sheet.dismiss()


def test_a_large_window_shows_every_shortcut_at_once(window) -> None:
    window.resize(1440, 900)
    window.commands.action("shortcuts").trigger()
    (sheet,) = window.findChildren(Overlay)
    QApplication.processEvents()
    assert sheet.findChild(QScrollArea).verticalScrollBar().maximum() == 0
    sheet.dismiss()


@pytest.mark.qt_log_ignore("does not support")
def test_f10_opens_the_menu_and_the_sheet_says_so(window, qtbot) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_F10)
    assert window.menu.isVisible() and window.menu.activeAction().text() == "File"
    window.menu.close()
    assert ("F10", "Open the menu") in shortcuts(window.commands)["Help"]


def test_enter_on_the_canvas_edits_the_settings(window, qtbot) -> None:
    window.document.select(["conv2d_1"])
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_Return)
    assert window.inspector.isAncestorOf(QApplication.focusWidget())


def menu_of(window, title: str) -> QMenu:
    return next(action.menu() for action in window.menu.actions() if action.text() == title)


def entries_of(menu: QMenu) -> dict[str, QAction]:
    menu.aboutToShow.emit()
    return {action.text().split("\t")[0]: action for action in menu.actions() if action.text()}


def test_the_edit_menu_cuts_copies_pastes_and_duplicates(window, qtbot) -> None:
    edit, names = menu_of(window, "Edit"), ("Cut", "Copy", "Duplicate")
    assert not any(entries_of(edit)[name].isEnabled() for name in names)
    window.document.select(["relu_1"])
    assert all(entries_of(edit)[name].isEnabled() for name in names)
    before = len(window.document.project.design.graph)
    entries_of(edit)["Copy"].trigger()
    entries_of(edit)["Paste"].trigger()
    entries_of(edit)["Duplicate"].trigger()
    assert len(window.document.project.design.graph) == before + 2
    entries_of(edit)["Cut"].trigger()
    assert len(window.document.project.design.graph) == before + 1


def test_arrange_has_one_entry_for_repeating_and_is_grey_without_a_selection(window) -> None:
    arrange = menu_of(window, "Arrange")
    entries = entries_of(arrange)
    assert len([name for name in entries if "Repeat" in name]) == 1
    needing = ("Repeat the selection", "Group into a block", "Bypass", "Frame", "Align in a row")
    assert not any(entries[name].isEnabled() for name in needing) and entries["Tidy layout"].isEnabled()
    window.document.select(["conv2d_1", "relu_1"])
    entries = entries_of(arrange)
    assert all(entries[name].isEnabled() for name in needing)
    repeats = entries["Repeat the selection"].menu().actions()
    assert repeats[0].text() == "× 2"
    before = len(window.document.project.design.graph)
    repeats[0].trigger()
    assert len(window.document.project.design.graph) == before + 2


def test_the_theme_has_a_menu_of_its_own_and_is_found_by_its_name(window, qtbot) -> None:
    themes = entries_of(menu_of(window, "View"))["Theme"].menu()
    assert [action.text() for action in themes.actions()] == ["Dark", "Light", "As the system"]
    chooser = search(window, qtbot, "theme")
    assert {choice.text for choice in chooser.shown()} >= {"Theme: dark", "Theme: light", "Theme: as the system"}
    QTest.keyClick(chooser.field, Qt.Key.Key_Escape)


def test_what_is_not_there_is_said_not_to_be(window, qtbot) -> None:
    chooser = search(window, qtbot, "carpet")
    assert chooser.shown() == []
    assert any("“carpet”" in each.text() for each in chooser.findChildren(QLabel) if each.isVisible())
    chooser.dismiss()
    assert [choice.text for choice in search(window, qtbot, "fltn").shown()][:1] == ["Add Flatten"]


def leaves(menu: QMenu) -> Iterator[QAction]:
    """The actions of a menu and of those within it."""
    for action in menu.actions():
        if (inner := action.menu()) is None:
            yield action
        else:
            yield from leaves(inner)


def test_what_stands_in_menus_of_menus_is_in_the_search_too(window, qtbot, tmp_path) -> None:
    window.files.save_to(tmp_path / "mine.cnn")
    found = {choice.text for choice in search(window, qtbot, "").shown()}
    for submenu in window.commands.submenus:
        if submenu.menu is None:
            continue  # one of commands
        submenu.menu.aboutToShow.emit()
        for action in leaves(submenu.menu):
            text = action.text().split("\t")[0].replace("&&", "&").rstrip("…").removesuffix(" (built-in)")
            if text and action.isEnabled() and action.isVisible():
                last = text.split(" with ")[-1].lower()
                assert any(last in each.lower() for each in found), (submenu.text, text)


def test_a_layer_is_added_by_the_search_after_the_one_selected_from_any_workspace(window, qtbot) -> None:
    window.document.select(["conv2d_2"])
    window.workspaces.go_to("Explain")
    search(window, qtbot, "add batch norm")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    graph = window.document.project.design.graph
    (added,) = window.document.selection
    assert graph[added].layer.kind == "batch_norm" and [
        edge.source for edge in graph.edges if edge.target == added
    ] == ["conv2d_2"]
    assert window.canvas.isVisible()
    window.document.select([])
    search(window, qtbot, "add dropout")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    (added,) = window.document.selection
    assert window.document.project.design.graph[added].layer.kind == "dropout"


@pytest.mark.parametrize("words", ["compare with", "Compare", "compare with lenet"])
def test_what_to_compare_with_is_found(window, qtbot, words: str) -> None:
    chooser = search(window, qtbot, words)
    assert chooser.shown() and chooser.shown()[0].text.startswith("Compare with")
    chooser.dismiss()


def test_undo_in_an_empty_search_is_the_documents(window, qtbot) -> None:
    field = window.palette_panel.search
    window.document.edit("Delete", edits.remove(window.document.project.design, ["relu_1"], rejoin=True))
    field.setFocus()
    QTest.keyClicks(field, "re")
    QTest.keyClick(field, Key.Key_Z, CTRL)
    assert not window.document.history.is_clean() and field.text() != "re", "what was typed"
    field.clear()
    QTest.keyClick(field, Key.Key_Z, CTRL)
    assert "relu_1" in window.document.project.design.graph
