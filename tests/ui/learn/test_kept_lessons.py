"""What somebody makes of a lesson's network is as safe as any design, and nothing is asked."""

from __future__ import annotations

import shutil

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QMessageBox

from cnnstudio.project.file import load_project
from cnnstudio.ui.look import preferences
from cnnstudio.ui.panels.layers.declaration import append
from tests.ui.face import Face

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def in_lesson(window: Face, qtbot) -> None:
    window.workspaces.show("Learn")
    qtbot.mouseClick(window.learn.list.buttons["learning"], LEFT)
    assert window.document.guest


@pytest.mark.qt_log_ignore("does not support (propagateSizeHints|raise)")
def test_what_is_made_in_a_lesson_is_kept_without_a_question_and_there_again(open_window, qtbot, tmp_path):
    another, window = open_window(), open_window()
    in_lesson(window, qtbot)
    document, network = window.document, window.learn.network
    network.soon.setInterval(10)
    kept = preferences.folder() / "lessons" / "built-in" / "learning.cnn"
    begun = document.project.design
    document.edit("Set", begun.with_changes(recipe=begun.recipe.choose(epochs=500)))
    made = document.project.design
    qtbot.waitUntil(kept.exists)  # which is what a process leaves that dies
    assert load_project(kept).design == made
    assert window.status.saved.text() == "Kept with the lesson" and not window.isWindowModified()
    qtbot.waitUntil(lambda: window.data.sample is not None)
    qtbot.keyClick(window, Qt.Key.Key_F5)
    qtbot.waitUntil(lambda: len(window.session.log.read()) > 2)
    window.recovery.take_checkpoint()
    qtbot.waitUntil(lambda: load_project(kept).run is not None)
    assert window.session.active, "a run under way is kept, too"
    qtbot.keyClick(window, Qt.Key.Key_W, CTRL)
    assert not window.isVisible() and not window.findChildren(QMessageBox)
    left = load_project(kept)
    assert left.run is not None and left.design.recipe == made.recipe

    window = another
    in_lesson(window, qtbot)
    document, page, network = window.document, window.learn.current, window.learn.network
    assert document.project.design == left.design and document.project.run.step == left.run.step
    qtbot.mouseClick(page.network.again, LEFT)
    assert document.project.design == page.lesson.network and document.project.run is None
    window.notices.current[-1].action()
    assert document.project.design == left.design and document.project.run.step == left.run.step

    qtbot.waitUntil(lambda: not network.soon.isActive() and window.status.saved.text() == "Kept with the lesson")
    shutil.rmtree(kept.parent)
    kept.parent.write_text("no folder")
    append(window.studio, "relu")
    window.close()
    (box,) = window.findChildren(QMessageBox, "unsaved")
    assert "lost" in box.informativeText() and window.isWindowModified()
    assert any("cannot be kept with it: save it" in notice.text for notice in window.notices.current)
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Cancel), LEFT)
    assert window.isVisible() and document.guest
    kept.parent.unlink()
    kept.parent.mkdir()

    window.files.save_to(tmp_path / "mine.cnn")
    append(window.studio, "relu")
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    window.close()
    (box,) = window.findChildren(QMessageBox, "unsaved")
    assert box.informativeText() == "Otherwise its file stays as it was; the lesson keeps the changes."
    qtbot.mouseClick(box.button(QMessageBox.StandardButton.Discard), LEFT)
    assert not window.isVisible()
    layers = [len(load_project(path).design.graph) - len(made.graph) for path in (tmp_path / "mine.cnn", kept)]
    assert layers == [1, 2]
