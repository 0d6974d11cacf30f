"""Choosing a folder with a teacher's own lessons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow


def choose_lessons(window: MainWindow) -> None:
    """Let a folder be chosen and open its lessons."""
    dialog = QFileDialog(window, "Open a folder with lessons", str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(lambda chosen: window.open_lessons(Path(chosen)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
