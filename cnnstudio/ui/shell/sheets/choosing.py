"""Choosing a folder with a teacher's own lessons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow

_MARK = b"cnnstudio-lesson"
#: so much of a file is looked at to see whether it is a lesson
_HEAD = 4096


def is_course(folder: Path) -> bool:
    """Whether a folder seems to hold lessons; reading it says what is wrong with them."""
    if not folder.is_dir():
        return False
    try:
        for path in sorted(folder.glob("*.json"))[:8]:
            with path.open("rb") as file:
                if _MARK in file.read(_HEAD):
                    return True
    except OSError:
        return False  # then it is for others to say why it cannot be read
    return False


def choose_lessons(window: MainWindow) -> None:
    """Let a folder be chosen and open its lessons."""
    dialog = QFileDialog(window, "Open a folder with lessons", str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda chosen: window.open_lessons(Path(chosen)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
