"""What the program is."""

from __future__ import annotations

import platform

import numpy as np
import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnstudio import __version__
from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import label


def show_about(parent: QWidget) -> QDialog:
    """A small window about the program."""
    dialog, column = _dialog(parent, "About CNN Studio")
    heading = QHBoxLayout()
    heading.setSpacing(12)
    mark = QLabel()
    mark.setPixmap(icons.pixmap("logo", 40, theme.current().accent, 2.0))
    words = QVBoxLayout()
    words.setSpacing(2)
    words.addWidget(label(f"CNN Studio {__version__}", "heading"))
    words.addWidget(label("Stack layers, train on this machine, see every number behind them.", "soft"))
    heading.addWidget(mark)
    heading.addLayout(words, 1)
    column.insertLayout(0, heading)
    versions = f"Python {platform.python_version()} · NumPy {np.__version__} · Qt for Python {PySide6.__version__}"
    column.insertWidget(1, label(f"{versions}\nMIT licence", "secondary"))
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str) -> tuple[QDialog, QVBoxLayout]:
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    column = QVBoxLayout(dialog)
    column.setContentsMargins(24, 20, 24, 16)
    column.setSpacing(16)
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(dialog.reject)
    column.addWidget(buttons)
    return dialog, column
