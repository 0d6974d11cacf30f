"""Learn in the window: nothing is lost on the way in and out, and teachers bring their own lessons."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, QPointF, QRect, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QToolTip

from cnnstudio.design.edits import edits
from cnnstudio.lessons.progress import load_progress
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.look import preferences
from cnnstudio.ui.panels.layers.declaration import append
from cnnstudio.ui.widgets.term_text import LessonText, rich

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
    assert window.board.columns.indexOf(inspector) == 2


def test_the_users_own_network_is_kept_safe_and_comes_back(open_window, qtbot):
    window = open_window()
    document = window.document
    document.select(["relu_1"])
    window.canvas.commands.editing.delete()
    own, steps, selected = document.project, document.history.count(), document.selection
    window.workspaces.show("Learn")
    learn = window.learn
    assert document.project is own, "somebody with work of their own only looked in"
    assert learn.current.network.own.isChecked()

    qtbot.mouseClick(learn.list.buttons["why_28"], Qt.MouseButton.LeftButton)
    assert document.project.design.graph == learn.current.lesson.network.graph
    assert learn.current.network.lessons.isChecked()
    assert (document.path, document.modified, document.history.count()) == (None, False, 0)
    append(window.studio, "dropout")
    done = document.project.design
    qtbot.mouseClick(learn.list.buttons["pooling"], Qt.MouseButton.LeftButton)
    assert document.project.design.graph == learn.current.lesson.network.graph
    qtbot.mouseClick(learn.list.buttons["why_28"], Qt.MouseButton.LeftButton)
    assert document.project.design == done, "what was done in a lesson is there when it is opened again"
    qtbot.mouseClick(learn.current.network.again, Qt.MouseButton.LeftButton)
    assert document.project.design.graph == learn.current.lesson.network.graph

    window.workspaces.show("Build")
    notice = window.notices.current[-1]
    assert "Yours is kept safe" in notice.text
    notice.action()
    assert (document.project, document.history.count(), document.selection) == (own, steps, selected)
    assert document.modified
    assert notice not in window.notices.current
    window.commands.run("undo")
    assert "relu_1" in document.project.design.graph

    window.workspaces.show("Learn")
    qtbot.mouseClick(learn.current.network.lessons, Qt.MouseButton.LeftButton)
    assert document.guest
    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(learn.list.buttons["pooling"], Qt.MouseButton.LeftButton)
    assert not document.guest, "who has asked for their own network keeps it in the lessons that follow"


def read(learn) -> str:
    """What the lesson says above its first task, as it is seen."""
    return " ".join(shown.text() for _, shown in learn.current.texts if shown.isVisible())


def test_a_lesson_says_the_numbers_of_the_network_that_is_shown(open_window, qtbot):
    window = open_window()
    own = window.document.project.design.graph
    window.workspaces.show("Learn")
    learn = window.learn
    qtbot.mouseClick(learn.list.buttons["sharing"], Qt.MouseButton.LeftButton)
    assert "Turning 32×32×3 into 28×28×6 costs 456 numbers" in (said := read(learn)) and "357" in said
    deeper = edits.configure(window.document.project.design, "conv2d_1", Conv2D(filters=12, kernel=(5, 5)))
    window.document.edit(Sentence("Deeper"), deeper)
    assert "Turning 32×32×3 into 28×28×12 costs 912 numbers" in read(learn)

    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    first = next(node.id for node in own if node.layer.kind == "conv2d")
    rows, columns, depth = own.shape(first)
    assert f"into {rows}×{columns}×{depth} costs" in (said := read(learn))
    assert "357" not in said and "456" not in said
    window.document.select([node.id for node in own if node.layer.kind == "conv2d"])
    window.canvas.commands.editing.delete()
    assert "Turning 32×32×3 into 28×28×6, say," in read(learn), "without a convolution it is an example"


def test_pictures_at_work_come_to_rest_in_every_width(open_window, qtbot):
    """Larger pictures need a scroll bar, which leaves less width: they must not grow and shrink for ever."""
    window = open_window("vgg_mini", size=(1100, 700))
    window.workspaces.show("Learn")
    learn = window.learn
    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    learn.show_lesson("one_filter")
    view = learn.current.live[0]
    qtbot.waitUntil(lambda: view.stage.isVisible())
    for width in range(1076, 1130, 6):
        window.resize(width, 700)
        seen = set()
        for _ in range(12):
            QApplication.processEvents()
            seen.add(view.input.width())
        assert len(seen) <= 2, (width, seen)
        shown = (view.input, view.output, view.play)
        places = [QRect(part.mapTo(view.stage, QPoint()), part.size()) for part in shown]
        assert not any(a.intersects(b) for at, a in enumerate(places) for b in places[:at]), width


def test_undo_in_a_lesson_is_about_the_lessons_network(open_window, qtbot):
    """Button, key and command go through the steps of what is on the canvas, never through those set aside."""
    window = open_window()
    document = window.document
    append(window.studio, "dropout")
    own = document.project
    window.workspaces.show("Learn")
    qtbot.mouseClick(window.learn.list.buttons["sliding"], Qt.MouseButton.LeftButton)
    lesson = document.project.design.graph
    assert not window.topbar.undo.isEnabled()
    assert "Nothing was done yet." in window.topbar.undo.toolTip()
    window.commands.run("undo")
    assert document.project.design.graph == lesson, "the own step is not undone here"

    append(window.studio, "relu")
    done = document.project.design.graph
    assert window.topbar.undo.isEnabled()
    assert "Undo “" in window.topbar.undo.toolTip()
    qtbot.mouseClick(window.topbar.undo, Qt.MouseButton.LeftButton)
    assert document.project.design.graph == lesson
    qtbot.mouseClick(window.topbar.redo, Qt.MouseButton.LeftButton)
    assert document.project.design.graph == done

    qtbot.mouseClick(window.learn.current.network.own, Qt.MouseButton.LeftButton)
    assert document.project is own
    window.commands.run("undo")
    assert len(document.project.design.graph) == len(own.design.graph) - 1


def test_a_lesson_takes_nothing_from_training(learning, qtbot):
    """A run of the lesson's network ends when another comes, and nothing of it gets into the user's own weights."""
    window, learn = learning, learning.learn
    learn.show_lesson("learning")
    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    own = window.document.project
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    window.run_control.train()
    qtbot.mouseClick(learn.current.network.lessons, Qt.MouseButton.LeftButton)
    assert not window.document.guest, "a run of the user's own is not ended unasked"
    assert learn.current.network.own.isChecked()
    window.run_control.reset()
    qtbot.waitUntil(lambda: not window.session.active)
    window.document.history.undo()

    qtbot.mouseClick(learn.current.network.lessons, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.data.sample is not None)
    window.run_control.train()
    qtbot.waitUntil(lambda: learn.standing().steps > 3)
    learn.check_tasks()
    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    assert not window.session.active
    assert window.document.project.weights is own.weights
    qtbot.mouseClick(learn.current.network.lessons, Qt.MouseButton.LeftButton)
    assert window.document.project.run.step > 3, "what the lesson's network has learned is still there"


def test_looking_into_learn_does_not_end_the_users_training(open_window, qtbot, tmp_path):
    window = open_window()
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    design = window.document.project.design
    window.document.edit("Long", design.with_changes(recipe=design.recipe.replace(epochs=200)))
    window.run_control.train()
    qtbot.waitUntil(lambda: window.session.state == "running")
    own = window.document.project.design
    window.workspaces.show("Learn")
    learn = window.learn
    learn.show_lesson("pooling")
    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    (tmp_path / "own.json").write_text(json.dumps(OWN))
    assert learn.open_course(tmp_path)
    assert window.session.state == "running"
    assert window.document.project.design is own
    window.run_control.settle()


def test_what_was_so_already_is_no_deed(open_window, qtbot):
    """LeNet-5 has Conv 2D, ReLU, Max pooling twice: a task that asks for it is not ticked before anything is done."""
    window = open_window()
    window.workspaces.show("Learn")
    learn = window.learn
    learn.show_lesson("typical")
    qtbot.mouseClick(learn.current.network.own, Qt.MouseButton.LeftButton)
    card, lesson = learn.current.tasks["build"], learn.current.lesson
    assert card.already.isVisibleTo(card)
    assert not learn.progress.has(lesson, "build")
    window.document.select(["relu_1"])
    window.canvas.commands.editing.delete()
    assert card.already.isHidden()
    window.commands.run("undo")
    assert learn.progress.has(lesson, "build")


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


def test_two_windows_do_not_forget_each_others_ticks(learning, open_window, qtbot):
    second = open_window()
    second.workspaces.show("Learn")
    for window, name in ((learning, "count"), (second, "sum"), (learning, "places")):
        lesson = {"count": "volumes", "sum": "one_filter", "places": "why_28"}[name]
        window.learn.show_lesson(lesson)
        card = window.learn.current.questions[name]
        card.field.setText(number_text(card.drawn.answer))
        qtbot.keyClick(card.field, Qt.Key.Key_Return)
    kept = load_progress(preferences.folder() / "lessons.json")
    assert {lesson: set(goals) for lesson, goals in kept.reached.items() if goals} == {
        "volumes": {"count"}, "one_filter": {"sum"}, "why_28": {"places"},
    }  # fmt: skip
    learning.learn.begin_again()
    assert not load_progress(preferences.folder() / "lessons.json").reached
    learning.notices.current[-1].action()
    assert load_progress(preferences.folder() / "lessons.json").reached == kept.reached, "cleared by mistake"


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
    assert "&lt;b&gt;" in window.learn.current.texts[0][1].text()
    append(window.studio, "dropout")
    assert window.learn.progress.whole(window.learn.current.lesson)
    qtbot.mouseClick(window.learn.list.clear, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    assert window.learn.list.buttons["own"].mark == "1"
    assert "so already" in window.learn.current.tasks["add"].already.text()  # it still is in the network
    qtbot.mouseClick(window.learn.list.back, Qt.MouseButton.LeftButton)
    assert len(window.learn.list.buttons) == 12
    assert window.learn.list.back.isHidden()


def test_a_damaged_folder_is_named_and_changes_nothing(window, tmp_path):
    (tmp_path / "own.json").write_text(json.dumps({**OWN, "title": ""}))
    drop(window, tmp_path)
    assert window.workspaces.current == "Build"
    assert "own.json, line 1: title" in window.notices.current[-1].text


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
    assert rich("<script> *so*") == "&lt;script&gt; <i>so</i>"
    assert rich("1\u202f000") == "1\xa0000"


def test_no_part_of_a_lesson_is_left_to_the_garbage_collector(learning):
    """It runs in any thread, and a widget that ends in a worker's takes the program with it."""
    learn = learning.learn
    for name in learn.list.buttons:
        learn.show_lesson(name)
        parts = [part for part in vars(learn.current).values() if isinstance(part, QObject)]
        assert len(parts) >= 5
        assert all(part.parent() is not None for part in parts), name
