"""A teacher's way: the guide, the example saved and opened, and played through like every other lesson."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from cnnstudio.design.edits import edits
from cnnstudio.nn.telling.phrases import number_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.learn.own_lessons import OwnLessons, save_example


def choose(window, folder: Path) -> None:
    """What a user does in the dialog that is open now."""
    dialog = next(dialog for dialog in window.findChildren(QFileDialog) if dialog.isVisible())
    dialog.fileSelected.emit(str(folder))
    dialog.close()
    QApplication.processEvents()


def test_the_example_is_saved_opened_and_played(learning, qtbot, tmp_path):
    window, learn = learning, learning.learn
    qtbot.mouseClick(learn.list.write, Qt.MouseButton.LeftButton)
    sheet = window.findChild(OwnLessons)
    assert any("A complete example" in text.text() for text in sheet.findChildren(QLabel))
    qtbot.mouseClick(sheet.save, Qt.MouseButton.LeftButton)
    choose(window, tmp_path)
    assert (tmp_path / "my-lessons" / "1_one_by_one.json").is_file()
    page = learn.current
    assert page.lesson.title == "Filters of one pixel"
    assert window.document.guest

    card = page.questions["count"]
    for value, reply in card.drawn.wrong:
        card.field.setText(number_text(value))
        qtbot.keyClick(card.field, Qt.Key.Key_Return)
        assert card.reply.words == worded(reply)
    card.field.setText("-7")
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    assert card.reply.words.startswith("Count one filter first")
    card.field.setText(number_text(card.drawn.answer))
    qtbot.keyClick(card.field, Qt.Key.Key_Return)
    design = window.document.project.design
    layer = design.graph["conv2d_1"].layer.replace(kernel=(1, 1), filters=2)
    window.document.edit("Change", edits.configure(design, "conv2d_1", layer))
    assert learn.progress.whole(page.lesson)


def test_a_folder_that_cannot_be_written_is_told(learning, qtbot, tmp_path):
    window = learning
    qtbot.mouseClick(window.learn.list.write, Qt.MouseButton.LeftButton)
    sheet = window.findChild(OwnLessons)
    qtbot.mouseClick(sheet.save, Qt.MouseButton.LeftButton)
    (tmp_path / "file").write_text("no folder")
    choose(window, tmp_path / "file")
    assert "could not be saved" in window.notices.current[-1].text
    assert len(window.learn.list.buttons) == 12


def test_a_mistake_leaves_the_open_lessons_as_they_are(learning, qtbot, tmp_path):
    window, learn = learning, learning.learn
    (tmp_path / "1.json").write_text('{\n "format": "cnnstudio-lesson",\n "format_version": 1,\n "id": "a b"\n}')
    qtbot.mouseClick(learn.list.write, Qt.MouseButton.LeftButton)
    sheet = window.findChild(OwnLessons)
    qtbot.mouseClick(sheet.open, Qt.MouseButton.LeftButton)
    choose(window, tmp_path)
    assert "1.json: “title” is missing. Correct the lesson file" in window.notices.current[-1].text
    assert sheet.isVisible()
    assert len(learn.list.buttons) == 12


def test_a_mistake_that_is_corrected_is_no_longer_told(learning, qtbot, tmp_path):
    window = learning
    save_example(tmp_path)
    lesson = tmp_path / "my-lessons" / "1_one_by_one.json"
    right = lesson.read_text("utf-8")

    def open_the_folder() -> None:
        qtbot.mouseClick(window.learn.list.write, Qt.MouseButton.LeftButton)
        qtbot.mouseClick(window.findChildren(OwnLessons)[-1].open, Qt.MouseButton.LeftButton)
        choose(window, lesson.parent)

    lesson.write_text(right.replace('"hint"', '"hints"'), "utf-8")
    open_the_folder()
    assert "Did you mean “hint”?" in window.notices.current[-1].text
    qtbot.keyClick(window.findChild(OwnLessons), Qt.Key.Key_Escape)
    lesson.write_text(right, "utf-8")
    open_the_folder()
    assert window.learn.current.lesson.title == "Filters of one pixel"
    assert not [notice for notice in window.notices.current if notice.kind == "error"]
