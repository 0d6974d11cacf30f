"""All keys and gestures on one sheet (?)."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.ui.commands.table import CommandTable, keys_text
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.overlay import Overlay

_COLUMNS = (("Files", "Edit", "Train", "Blocks", "Drawing"), ("Layers", "Wires"), ("View", "Help"))
_WIDE_COLUMNS = (("Files", "Edit", "Train"), ("Layers",), ("Wires", "Blocks", "Drawing", "Help"), ("View",))
#: from this width of the window, in pixels
_WIDE = 1300


def open_shortcut_sheet(studio: Studio) -> Overlay:
    """All keys and gestures, by what they are about."""
    content = QWidget()
    columns = QHBoxLayout(content)
    columns.setContentsMargins(24, 4, 24, 20)
    columns.setSpacing(36)
    sections = shortcuts(studio.commands)
    wide = studio.window.width() >= theme.scaled(_WIDE)
    for titles in _WIDE_COLUMNS if wide else _COLUMNS:
        column = QVBoxLayout()
        column.setSpacing(18)
        for title in titles:
            if sections.get(title):
                column.addLayout(_section(title, sections[title]))
        column.addStretch(1)
        columns.addLayout(column, 1)
    if not wide:
        return Overlay(studio.window, "Shortcuts", content, QSize(1060, 700))
    # all at once: as high as the font makes it, with the head
    return Overlay(studio.window, "Shortcuts", content, QSize(1340, max(690, columns.heightForWidth(1340) + 64)))


def shortcuts(table: CommandTable) -> dict[str, list[tuple[str, str]]]:
    """(keys, what they do) of everything that has keys, by section."""
    found: dict[str, list[tuple[str, str]]] = {}
    for command in table.all:
        if keys := keys_text(command, every=True):
            found.setdefault(command.section, []).append((keys, command.text.rstrip("…")))
    for gesture in table.gestures:
        found.setdefault(gesture.section, []).append((gesture.keys, gesture.text))
    return found


def _section(title: str, rows: list[tuple[str, str]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(6)
    grid.addWidget(label(title, "title"), 0, 0, 1, 2)
    for row, (keys, what) in enumerate(rows, start=1):
        grid.addWidget(label(keys, wrap=True), row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(label(what, "soft", wrap=True), row, 1, Qt.AlignmentFlag.AlignTop)
    grid.setColumnStretch(0, 5)
    grid.setColumnStretch(1, 6)
    return grid
