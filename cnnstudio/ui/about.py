"""What the program is, and the sheet of its shortcuts."""

from __future__ import annotations

import platform

import numpy as np
import PySide6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cnnstudio import __version__
from cnnstudio.ui import icons, theme
from cnnstudio.ui.labels import label

_SHORTCUTS = (
    (
        "Design",
        (
            ("Drag from the palette", "place a layer; on a wire: insert it"),
            ("Double-click in the palette", "append at the end"),
            ("Tab", "search a layer to add"),
            ("Del", "delete"),
            ("Ctrl+Del", "delete and join the neighbours"),
            ("Ctrl+Z, Ctrl+Y", "undo, redo"),
            ("Ctrl+C, Ctrl+X, Ctrl+V", "copy, cut, paste"),
            ("Ctrl+D", "duplicate"),
            ("Ctrl+A, Esc", "select all, none"),
            ("Ctrl+L, Ctrl+B", "connect in order, bypass"),
            ("Ctrl+right drag", "cut wires with a knife"),
            ("Ctrl+Shift+L", "tidy the layout"),
            ("F2", "rename"),
        ),
    ),
    (
        "Canvas",
        (
            ("Wheel", "zoom at the pointer"),
            ("Middle or right drag, Space", "move the view"),
            ("F, Home", "show the selection, everything"),
            ("Ctrl+=, Ctrl+-, Ctrl+0", "zoom"),
            ("Arrows", "nudge the selection"),
            ("Ctrl+arrows", "walk along the wires"),
            ("F6, Shift+F6", "next panel, previous panel"),
        ),
    ),
    (
        "Training and files",
        (
            ("F5", "train, pause, go on"),
            ("Shift+F5", "stop"),
            ("Ctrl+1, Ctrl+2", "Build, Train"),
            ("Ctrl+N, Ctrl+O", "new, open"),
            ("Ctrl+S, Ctrl+Shift+S", "save, save as"),
        ),
    ),
)


def show_about(parent: QWidget) -> QDialog:
    """A small window about the program."""
    dialog = _dialog(parent, "About CNN Studio")
    column = dialog.layout()
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


def show_shortcuts(parent: QWidget) -> QDialog:
    """The sheet of shortcuts."""
    dialog = _dialog(parent, "Shortcuts")
    columns = QHBoxLayout()
    columns.setSpacing(32)
    left, right = QVBoxLayout(), QVBoxLayout()
    for place, (title, rows) in enumerate(_SHORTCUTS):
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.addWidget(label(title, "title"), 0, 0, 1, 2)
        for row, (keys, what) in enumerate(rows, start=1):
            grid.addWidget(label(keys), row, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(label(what, "soft"), row, 1, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(1, 1)
        (right if place else left).addLayout(grid)
    for side in (left, right):
        side.setSpacing(20)
        side.addStretch(1)
        columns.addLayout(side)
    dialog.layout().insertLayout(0, columns)
    dialog.open()
    return dialog


def _dialog(parent: QWidget, title: str) -> QDialog:
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
    return dialog
