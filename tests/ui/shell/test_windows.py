"""Several documents, each in a window of its own; the gallery of templates; blocks in the palette."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QMessageBox

from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.templates import template, template_names
from cnnstudio.export.writing import figure_of
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.archive import OPTIMIZER
from cnnstudio.project.file import save_project
from cnnstudio.project.project import untrained
from cnnstudio.project.trained import trained, trained_names
from cnnstudio.ui.canvas.placing.placeables import block_library
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.panels.volumes.rendering import PNG, file_of
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.sheets.command_search import open_command_search
from cnnstudio.ui.shell.sheets.gallery import Tile
from cnnstudio.ui.widgets.overlay import Overlay
from tests.project.damage import flipped
from tests.project.projects import trained_project

#: what the screenless platform says when a window is to come to the front
QUIET = pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)")


@pytest.fixture(autouse=True)
def _close_others():
    yield
    for window in list(windows.opened):
        window.run_control.settle()
        window.discard()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def change(window) -> None:
    design, _ = edits.append(window.document.project.design, layer_kinds()["relu"]())
    window.document.edit("Add", design)


def test_another_design_opens_here_while_nothing_was_done(window, tmp_path, qtbot) -> None:
    save_project(untrained(template("first_conv")), tmp_path / "a.cnn")
    window.files.open_path(tmp_path / "a.cnn")
    qtbot.waitUntil(lambda: not window.files.opening)
    assert windows.opened == []
    assert window.document.path == tmp_path / "a.cnn"


def test_another_design_opens_beside_what_was_begun(window, tmp_path, qtbot) -> None:
    change(window)
    before = window.document.project
    save_project(untrained(template("first_conv")), tmp_path / "a.cnn")
    window.files.open_path(tmp_path / "a.cnn")
    qtbot.waitUntil(lambda: not window.files.opening)
    (other,) = windows.opened
    assert other.isVisible() and other.document.path == tmp_path / "a.cnn"
    assert window.document.project is before and window.document.modified
    assert preferences.recent_files() == [tmp_path / "a.cnn"]


def test_a_file_that_is_called_off_while_it_is_read_opens_nowhere(window, tmp_path) -> None:
    save_project(untrained(template("first_conv")), tmp_path / "a.cnn")
    before = window.document.project
    window.files.open_path(tmp_path / "a.cnn")
    window.files.cancel_opening()
    window.files.shutdown()  # it has been read, or never will be
    QApplication.processEvents()
    assert window.document.project is before and windows.opened == []


@QUIET
def test_a_figure_opens_on_the_screen_and_says_that_it_has_no_weights(window, tmp_path, qtbot) -> None:
    change(window)
    design = window.document.project.design
    figure = tmp_path / "paper.png"
    figure.write_bytes(file_of(design, figure_of(design, "cards", "print"), PNG, 1.0))
    screen = window.screen().availableGeometry()
    window.resize(screen.size())
    window.move(screen.topLeft())
    window.files.open_path(figure)
    qtbot.waitUntil(lambda: not window.files.opening)
    (other,) = windows.opened
    assert other.pos() == screen.topLeft(), "a corner further and it would run out of the screen"
    assert "the weights begin anew" in other.notices.current[-1].text
    assert not window.notices.current


@QUIET
def test_a_file_that_is_shown_already_is_not_opened_twice(window, tmp_path, qtbot) -> None:
    save_project(untrained(template("first_conv")), tmp_path / "a.cnn")
    window.files.open_path(tmp_path / "a.cnn")
    qtbot.waitUntil(lambda: not window.files.opening)
    change(window)
    window.files.open_path(tmp_path / "a.cnn")
    qtbot.waitUntil(lambda: not window.files.opening)
    assert windows.opened == []


@QUIET
def test_a_file_that_is_asked_for_twice_while_it_is_read_is_opened_once(window, tmp_path, qtbot) -> None:
    path = tmp_path / "mine.cnn"
    save_project(untrained(template("first_conv")), path)
    for _ in range(2):
        window.files.open_path(path)
    qtbot.waitUntil(lambda: not window.files.opening)
    assert windows.shown() == [window] and window.document.path == path


def test_new_window_and_a_template_beside(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert len(windows.opened) == 1
    change(window)
    window.files.new("first_conv")
    assert [len(w.document.project.design.graph) for w in windows.opened] == [len(template("lenet5").graph), 2]
    assert window.document.history.count() == 1


@QUIET
def test_new_windows_lie_beside_each_other_and_begin_in_build(window, qtbot) -> None:
    window.setMinimumSize(100, 100)
    window.resize(window.screen().availableGeometry().size() / 2)
    window.workspaces.show("Explain")
    change(window)
    for _ in range(3):
        window.files.new()
    places = {(each.pos().x(), each.pos().y()) for each in windows.shown()}
    assert len(places) == 4
    assert [each.studio.workspaces.current for each in windows.opened] == ["Build"] * 3
    window.workspaces.show("Learn")
    window.files.new()
    begun = windows.opened[-1].studio
    assert begun.workspaces.current == "Build", "the lesson goes on in the other window"
    assert len(begun.document.project.design.graph) == 0


def test_windows_share_nothing_but_the_clipboard(window, qtbot) -> None:
    window.files.new_window()
    (other,) = windows.opened
    window.canvas.document.select(["conv2d_1", "relu_1"])
    window.canvas.commands.editing.copy()
    assert '"relu_1"' in QGuiApplication.clipboard().text()
    before = window.document.project
    other.canvas.commands.editing.paste(other.canvas.mouse.paste_place())
    assert worded(other.document.to_undo) == "Paste 2 layers"
    assert window.document.project is before
    other.document.history.undo()


def test_a_closed_window_is_let_go(window, qtbot) -> None:
    window.files.new_window()
    (other,) = windows.opened
    gone = []
    other.destroyed.connect(lambda: gone.append(True))
    change(other)
    other.discard()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert windows.opened == [] and gone == [True]
    assert window.isVisible()


def test_the_gallery_shows_every_template_and_trained_network_with_its_picture(window, qtbot) -> None:
    window.commands.action("gallery").trigger()
    (sheet,) = window.findChildren(Overlay)
    tiles = sheet.findChildren(Tile)
    learned = [f"{trained(name).design.title}, trained" for name in trained_names()]
    titles = [template(name).title for name in template_names()]
    assert [tile.accessibleName() for tile in tiles] == ["Empty", *learned, *titles]
    qtbot.waitUntil(lambda: all(tile.drawn for tile in tiles))
    for tile in tiles[1:]:
        picture = tile.grab().toImage()
        colours = {picture.pixelColor(x, picture.height() // 2).rgba() for x in range(picture.width())}
        assert len(colours) >= 4
    assert QApplication.activeModalWidget() is None
    first = tiles[1 + len(learned)]
    first.setFocus()
    QTest.keyClick(first, Qt.Key.Key_Return)
    assert window.document.project.design == template(template_names()[0])
    assert not sheet.isVisible()


def test_the_gallery_is_left_by_esc_and_by_a_press_beside(window, qtbot) -> None:
    for close in (
        lambda sheet: QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Escape),
        lambda sheet: qtbot.mouseClick(sheet, Qt.MouseButton.LeftButton, pos=QPoint(3, 3)),
    ):
        before = window.document.project
        window.commands.action("gallery").trigger()
        sheet = window.findChildren(Overlay)[-1]
        close(sheet)
        assert not sheet.isVisible() and window.document.project is before
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_gallery_takes_the_colours_of_another_theme(window, qtbot, qapp) -> None:
    window.commands.action("gallery").trigger()
    (sheet,) = window.findChildren(Overlay)
    tile = sheet.findChildren(Tile)[1]
    qtbot.waitUntil(lambda: tile.drawn)
    first = tile.grab().toImage()
    was = theme.current().name
    theme.apply(qapp, "dark" if was == "light" else "light")
    try:
        qtbot.waitUntil(lambda: tile.drawn)
        assert tile.grab().toImage() != first
    finally:
        theme.apply(qapp, was)


def test_blocks_are_in_the_palette_and_appended_by_a_double_click(window, qtbot) -> None:
    row = window.palette_panel.row("block:conv_norm_relu")
    qtbot.mouseDClick(row, Qt.MouseButton.LeftButton)
    design = window.document.project.design
    assert worded(window.document.to_undo) == "Add Conv–norm–ReLU"
    (block,) = design.folding.collapsed
    assert design.folding.within[block] == window.document.selection


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")
def test_the_palette_takes_own_blocks_in_and_lets_them_go(window, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("cnnstudio.ui.look.preferences.folder", lambda: tmp_path)
    design, block = blocks.group(window.document.project.design, ["conv2d_1", "relu_1"], "My <b>stage</b>")
    window.document.edit("x", design)
    block_library.keep(design, block)
    titles = [row.title for row in window.palette_panel.rows]
    assert titles[-1] == "My <b>stage</b>" and "<b>stage" not in window.palette_panel.rows[-1].toolTip()
    window.palette_panel.search.setText("residual")
    assert [row.title for row in window.palette_panel.rows if not row.isHidden()] == ["Residual"]
    (mine,) = block_library.own
    row, at = window.palette_panel.rows[-1], QPoint(5, 5)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, row.mapToGlobal(at))
    QApplication.sendEvent(row, event)
    menu = row.findChild(QMenu)
    menu.actions()[0].trigger()
    menu.close()
    assert len(window.palette_panel.rows) == len(titles) - 1
    window.notices.current[-1].action()
    assert [row.title for row in window.palette_panel.rows] == titles and block_library.own[0].part == mine.part
    block_library.forget(block_library.own[0])
    monkeypatch.undo()
    block_library.read()


def test_the_view_menu_tints_and_hides_the_map(window) -> None:
    window.commands.action("tint macs").trigger()
    assert window.canvas.canvas_scene.tint == "macs" and window.canvas.legend.isVisible()
    window.commands.action("tint none").trigger()
    assert not window.canvas.legend.isVisible()
    window.commands.action("minimap").trigger()
    assert not window.canvas.minimap.wanted


def test_new_is_empty_here_or_beside_and_is_found_by_what_people_call_it(window, qtbot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    assert len(window.document.project.design.graph) == 0 and windows.opened == []
    assert window.files.name == "Untitled" and not window.document.modified
    change(window)
    assert window.menu.actions()[0].menu().actions()[0].text() == "New"
    window.commands.action("gallery").trigger()
    first = window.findChildren(Overlay)[-1].findChildren(Tile)[0]
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    (other,) = windows.opened
    assert len(other.document.project.design.graph) == 0 and window.document.history.count() == 1
    window.activateWindow()
    for word in ("empty", "blank"):
        search = open_command_search(window.studio)
        qtbot.keyClicks(search.field, word)
        assert "New" in [choice.text for choice in search.shown()]
        search.dismiss()


def answer(window, qtbot, button) -> None:
    """Press a button of the question about unsaved changes."""
    qtbot.waitUntil(lambda: any(box.isVisible() for box in window.findChildren(QMessageBox, "unsaved")))
    box = next(box for box in window.findChildren(QMessageBox, "unsaved") if box.isVisible())
    qtbot.mouseClick(box.button(button), Qt.MouseButton.LeftButton)


@QUIET
def test_quit_closes_every_window_and_asks_for_each_unsaved_one(window, qtbot) -> None:
    button, ctrl = QMessageBox.StandardButton, Qt.KeyboardModifier.ControlModifier
    window.files.new_window()
    window.files.new_window()
    second, third = windows.opened
    change(window)
    change(third)
    qtbot.keyClick(window, Qt.Key.Key_Q, ctrl)
    answer(window, qtbot, button.Cancel)
    assert window.isVisible() and second.isVisible() and third.isVisible()
    second.close()
    assert window.isVisible() and third.isVisible(), "what was cancelled is forgotten"
    qtbot.keyClick(window, Qt.Key.Key_Q, ctrl)
    answer(window, qtbot, button.Discard)
    assert not window.isVisible() and third.isVisible()
    answer(third, qtbot, button.Discard)
    qtbot.waitUntil(lambda: not windows.opened)


def test_the_backup_of_a_damaged_file_opens_by_a_button_and_takes_nothing_over(window, tmp_path, qtbot) -> None:
    path = tmp_path / "net.cnn"
    first = untrained(template("vgg_mini"))
    save_project(first, path)
    save_project(untrained(template("lenet5")), path)
    path.write_bytes(path.read_bytes()[:-200])
    window.files.open_path(path)
    qtbot.waitUntil(lambda: not window.files.opening)
    (notice,) = window.notices.current
    assert "net.cnn.bak" in notice.text and notice.action_title == "Open the backup"
    notice.action()
    qtbot.waitUntil(lambda: not window.files.opening)
    assert window.document.project.design == first.design
    assert window.document.path is None, "saving does not put the damaged file in the place of its backup"


def test_where_there_is_no_backup_none_is_offered(window, tmp_path, qtbot) -> None:
    path = tmp_path / "net.cnn"
    save_project(untrained(template("lenet5")), path)
    path.write_bytes(path.read_bytes()[:-200])
    window.files.open_path(path)
    qtbot.waitUntil(lambda: not window.files.opening)
    (notice,) = window.notices.current
    assert notice.text.endswith("Open another copy of it.") and not notice.action_title


def test_a_file_without_its_optimizer_opens_with_its_weights_and_says_so(window, tmp_path, qtbot) -> None:
    path = tmp_path / "net.cnn"
    before, project = untrained(template("vgg_mini")), trained_project()
    save_project(before, path)
    save_project(project, path)
    flipped(path, OPTIMIZER)
    window.files.open_path(path)
    qtbot.waitUntil(lambda: not window.files.opening)
    assert window.document.path == path and window.document.project.design == project.design
    assert np.array_equal(window.document.project.weights.parameters.vector, project.weights.parameters.vector)
    told = "net.cnn: What the optimizer remembered is damaged"
    (notice,) = (notice for notice in window.notices.current if notice.text.startswith(told))
    assert notice.kind == "warning"
    notice.action()
    qtbot.waitUntil(lambda: not window.files.opening)
    assert windows.opened[-1].document.project.design == before.design
