"""Learn in the window: nothing is lost on the way in and out, and teachers bring their own lessons."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QToolTip

from cnnstudio.lessons.expression import number_text
from cnnstudio.ui import preferences
from cnnstudio.ui.learn.glossary_sheet import GlossaryList
from cnnstudio.ui.learn.text import LessonText, rich

OWN = {
    "format": "cnnstudio-lesson",
    "format_version": 1,
    "id": "own",
    "title": "A teacher’s own",
    "items": [{"text": "Hello <b>class</b>"}, {"task": "Add it", "id": "add", "when": {"layer": "dropout"}}],
}


def test_switching_loses_nothing(learning, qtbot):
    window, learn = learning, learning.learn
    learn.show_lesson("why_28")
    card = learn.current.questions["places"]
    asked = card.drawn
    card.field.setText("33")
    learn.current.live[0].boxes["size"].setValue(40)
    canvas, inspector = window.canvas, window.inspector
    assert learn.isAncestorOf(canvas)
    assert learn.isAncestorOf(inspector)
    window.document.select(["conv2d_1"])
    for name in ("Build", "Train", "Explain", "Learn"):
        window.workspaces.show(name)
        QApplication.processEvents()
        assert canvas.isVisible() == (name != "Explain")
        assert window.document.selection == {"conv2d_1"}
    assert learn.current.questions["places"] is card
    assert card.field.text() == "33"
    assert card.drawn is asked
    assert learn.current.live[0].boxes["size"].value() == 40
    window.workspaces.show("Build")
    assert window.workspaces._columns.indexOf(inspector) == 2


def test_the_lessons_network_is_one_undo_and_asks_where_work_would_go(learning, qtbot):
    window, learn = learning, learning.learn
    own = window.document.project.design
    qtbot.mouseClick(learn.current.start, Qt.MouseButton.LeftButton)
    assert window.document.project.design.graph == learn.current.lesson.network.graph
    window.document.undo_stack.undo()
    assert window.document.project.design == own
    window.document.select(["relu_1"])
    window.canvas.editing.delete()
    changed = window.document.project.design
    qtbot.mouseClick(learn.current.start, Qt.MouseButton.LeftButton)
    assert window.document.project.design == changed
    notice = window.notices.current[-1]
    assert "not saved" in notice.text
    notice.action()
    assert window.document.project.design.graph == learn.current.lesson.network.graph
    window.document.undo_stack.undo()
    assert window.document.project.design == changed


def test_an_answer_that_was_shown_does_not_count(learning, qtbot):
    learn = learning.learn
    learn.show_lesson("why_28")
    page, card = learn.current, learn.current.questions["places"]
    card.field.setText("many")
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    assert "Type a number" in card.reply.words
    assert card.reveal.isHidden()
    card.field.setText("-5000")
    qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(card.reveal, Qt.MouseButton.LeftButton)
    assert number_text(card.drawn.answer) in card.reply.words
    card.field.setText(number_text(card.drawn.answer))
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    assert not learn.progress.has(page.lesson, "places")
    before = card.drawn
    qtbot.mouseClick(card.again, Qt.MouseButton.LeftButton)
    assert card.drawn is not before
    card.field.setText(number_text(card.drawn.answer))
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    assert learn.progress.has(page.lesson, "places")


def test_progress_is_there_the_next_time(learning, open_window, qtbot):
    learning.learn.show_lesson("why_28")
    card = learning.learn.current.questions["places"]
    card.field.setText(number_text(card.drawn.answer))
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    second = open_window()
    second.workspaces.show("Learn")
    assert second.learn.current.lesson.id == "why_28"
    assert second.learn.progress.has(second.learn.current.lesson, "places")
    assert second.learn.current.questions["places"].tick.isVisibleTo(second.learn.current.questions["places"])


def test_damaged_progress_is_told_once(open_window):
    path = preferences.folder() / "lessons.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    window = open_window()
    window.workspaces.show("Learn")
    assert any("begins anew" in notice.text for notice in window.notices.current)
    assert path.with_name("lessons.json.bad").read_text() == "{"
    path.with_name("lessons.json.bad").unlink()
    path.unlink(missing_ok=True)


def drop(window, path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(QPointF(9, 9), action, data, Qt.MouseButton.LeftButton, none))


def test_a_teachers_folder_is_dropped(window, qtbot, tmp_path):
    (tmp_path / "own.json").write_text(json.dumps(OWN))
    drop(window, tmp_path)
    assert window.workspaces.current == "Learn"
    assert window.learn.current.lesson.title == "A teacher’s own"
    assert "&lt;b&gt;" in window.learn.current.texts[0].text()
    window.append("dropout")
    assert window.learn.progress.whole(window.learn.current.lesson)
    qtbot.mouseClick(window.learn.list.clear, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert not window.learn.list.buttons["own"].text().startswith("1")  # still so in the network: ticked at once
    qtbot.mouseClick(window.learn.list.back, Qt.MouseButton.LeftButton)
    assert len(window.learn.list.buttons) == 12
    assert window.learn.list.back.isHidden()


def test_a_damaged_folder_is_named_and_changes_nothing(window, tmp_path):
    (tmp_path / "own.json").write_text(json.dumps({**OWN, "title": ""}))
    drop(window, tmp_path)
    assert window.workspaces.current == "Build"
    assert "own.json: title" in window.notices.current[-1].text


@pytest.mark.qt_log_ignore("does not support raise")
def test_terms_explain_themselves(qtbot):
    text = LessonText("A [filter|small block] and [no such word].")
    qtbot.addWidget(text)
    assert ">small block</a>" in text.text()
    assert "[no such word]" in text.text()
    text.show()
    text.linkHovered.emit("filter")
    assert "as deep as the volume" in QToolTip.text()
    QToolTip.hideText()
    assert rich("<script> *so* 1\u2009000") == "&lt;script&gt; <i>so</i> 1\u202f000"


def test_the_glossary_is_searched(learning, qtbot):
    learning.menus.actions["glossary"].trigger()
    content = learning.findChild(GlossaryList)
    assert content.entries["filter"].isVisible()
    qtbot.keyClicks(content.search, "feature maps")
    assert [name for name, entry in content.entries.items() if entry.isVisible()] == ["feature map"]
    content.search.setText("logarithm")
    assert [name for name, entry in content.entries.items() if entry.isVisible()] == ["cross-entropy"]
    content.search.setText("xyzzy")
    assert content.nothing.isVisible()
