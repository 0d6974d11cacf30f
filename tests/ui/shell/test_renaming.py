"""A double click on the name of a file gives the file another, and each name that it cannot have gets its sentence."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from cnnstudio.project.file import load_project
from cnnstudio.ui.look import preferences
from cnnstudio.ui.widgets.fields.rename_editor import RenameEditor

LEFT, CTRL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def test_the_file_that_is_named_at_the_top_gets_another_name(window, qtbot, tmp_path) -> None:
    path, document, top = tmp_path / "mine.cnn", window.document, window.topbar
    window.files.save_to(path)
    window.files.save_to(path)
    (tmp_path / "exists.cnn").write_bytes(b"somebody else's")

    def type_name(name: str) -> str:
        """Write another name at the top, and say what is told then."""
        qtbot.mouseDClick(top.file, LEFT)
        editor = next(e for e in top.findChildren(RenameEditor) if e.isVisible())
        assert editor.text() == document.path.stem, "what is offered is what changes"
        qtbot.keyClicks(editor, name)
        qtbot.keyClick(editor, Qt.Key.Key_Return)
        told = " ".join(notice.text for notice in window.notices.current)
        window.notices.clear()
        return told

    assert "“/”" in type_name("a/b") and "needs one" in type_name("   ")
    assert "exists.cnn in its folder already" in type_name("exists") and "exists.cnn" in type_name("exists.cnn")
    assert "mine.cnn could not be renamed" in type_name("long" * 64)
    assert document.path == path and path.exists() and (tmp_path / "exists.cnn").read_bytes() == b"somebody else's"

    assert type_name("Edges & more") == "" and not document.modified
    new = tmp_path / "Edges & more.cnn"
    assert document.path == new and top.file.text() == "Edges & more.cnn" and "Edges & more.cnn" in window.windowTitle()
    assert {each.name for each in tmp_path.iterdir()} == {"exists.cnn", new.name, f"{new.name}.bak"}
    assert preferences.recent_files()[0] == new
    document.edit("Epochs", document.project.design.with_changes(title="Other"))
    qtbot.keyClick(window, Qt.Key.Key_S, CTRL)
    assert not window.findChildren(QMessageBox) and load_project(new).design.title == "Other" and not path.exists()
