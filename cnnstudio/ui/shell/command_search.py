"""Every action of a window and every command of its canvas: searched (Ctrl+K) and on one sheet (?)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.ui.canvas.commands.catalogue import canvas_commands, mouse_gestures
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.chooser import Choice, Chooser
from cnnstudio.ui.widgets.overlay import Overlay

if TYPE_CHECKING:
    from cnnstudio.ui.shell.window import MainWindow

#: actions that are found in the search by their own words only
_SECTION_OF = {
    "new": "Files", "new window": "Files", "open": "Files", "save": "Files", "save as": "Files", "close": "Files",
    "quit": "Files", "gallery": "Files", "export": "Files", "undo": "Edit", "redo": "Edit", "train": "Train",
    "stop": "Train", "reset": "Train", "glossary": "Help", "shortcuts": "Help", "about": "Help", "commands": "Help",
    "rename": "Files", "test": "Train", "mistake": "Train", "draw": "Train", "menu": "Help",
}  # fmt: skip
#: the canvas has these itself, with the same keys
_TWICE = ("delete", "select all", "select none", "frame")
#: what else some actions are called
_WORDS = {
    "new": "empty blank design",
    "rename": "name of the design title",
    "theme dark": "colours appearance night mode",
    "theme light": "colours appearance day mode",
    "theme system": "colours appearance desktop",
    "test": "evaluate accuracy confusion matrix mistakes wrong",
    "mistake": "wrong mistake error misclassified",
    "draw": "draw digit drawing sketch own",
}
#: so many actions of the window stand before the commands of the canvas, while nothing is typed
_FIRST = 3
_ORDER = ("Edit", "Files", "Train", "View", "Help")
_COLUMNS = (("Files", "Edit", "Train", "Blocks", "Drawing"), ("Layers", "Wires"), ("View", "Help"))
_WIDE_COLUMNS = (("Files", "Edit", "Train"), ("Layers",), ("Wires", "Blocks", "Drawing"), ("View", "Help"))
#: from this width of the window, in pixels
_WIDE = 1300
#: keys of other keyboards, and of other programs' history, which nobody looks for
_ODD = ("Alt+Backspace", "New", "Open", "Save", "Shift+Save", "Undo", "Redo", "Close", "Exit", "F14", "Shift+F14")


def open_command_search(window: MainWindow) -> Chooser:
    """Search all commands; Enter does the chosen one."""
    actions = window.menus.actions.all
    found = [(name, action) for name, action in actions.items() if name not in ("commands", *_TWICE)]
    found.sort(key=lambda pair: (not pair[1].isEnabled(), _ORDER.index(_SECTION_OF.get(pair[0], "View"))))
    choices = [_choice_of(name, action) for name, action in found]
    commands = canvas_commands(window.canvas.commands)
    choices[_FIRST:_FIRST] = [
        Choice(
            f"canvas {number}",
            command.text,
            command.keys,
            command.icon,
            words=f"{command.section} canvas",
            enabled=command.able(),
        )
        for number, command in enumerate(commands)
    ]
    window.menus.templates.fill()
    for action in window.menus.templates.actions():
        if action.text() and action not in actions.values():
            words = f"New: {action.text()}"
            choices.append(Choice(f"template {action.text()}", words, icon="templates", words="template blank"))

    def carry_out(key: str) -> None:
        kind, _, rest = key.partition(" ")
        if kind == "canvas":
            window.canvas.setFocus(Qt.FocusReason.OtherFocusReason)
            commands[int(rest)].do()
        elif kind == "template":
            next(a for a in window.menus.templates.actions() if a.text() == rest).trigger()
        else:
            actions[rest].trigger()

    chooser = Chooser(choices, "Search commands", window, width=min(560, window.width() - 64))
    before = window.focusWidget()
    chooser.chosen.connect(carry_out)
    chooser.closed.connect(lambda: before.setFocus() if before is not None and before.isVisible() else None)
    chooser.move(QPoint((window.width() - chooser.width()) // 2, min(96, window.height() // 8)))
    chooser.show()
    chooser.raise_()
    chooser.setFocus()
    return chooser


def open_shortcut_sheet(window: MainWindow) -> Overlay:
    """All keys and gestures, by what they are about."""
    content = QWidget()
    columns = QHBoxLayout(content)
    columns.setContentsMargins(24, 4, 24, 20)
    columns.setSpacing(36)
    sections = shortcuts(window)
    wide = window.width() >= _WIDE
    for titles in _WIDE_COLUMNS if wide else _COLUMNS:
        column = QVBoxLayout()
        column.setSpacing(18)
        for title in titles:
            if sections.get(title):
                column.addLayout(_section(title, sections[title]))
        column.addStretch(1)
        columns.addLayout(column, 1)
    if not wide:
        return Overlay(window, "Shortcuts", content, QSize(1060, 700))
    # all at once: as high as the font makes it, with the head
    return Overlay(window, "Shortcuts", content, QSize(1340, max(690, columns.heightForWidth(1340) + 64)))


def shortcuts(window: MainWindow) -> dict[str, list[tuple[str, str]]]:
    """(keys, what they do) of everything that has keys, by section."""
    found: dict[str, list[tuple[str, str]]] = {}
    for name, action in window.menus.actions.all.items():
        sequences = (sequence.toString() for sequence in action.shortcuts())
        keys = ", ".join(keys for keys in sequences if keys not in _ODD)
        if keys and name not in _TWICE:
            text = action.property("plain") or action.text().replace("&", "")
            found.setdefault(_SECTION_OF.get(name, "View"), []).append((keys, _bare(name, text)))
    for command in canvas_commands(window.canvas.commands):
        if command.keys:
            found.setdefault(command.section, []).append((command.keys, command.text.rstrip("…")))
    for gesture in mouse_gestures():
        found.setdefault(gesture.section, []).append((gesture.keys, gesture.text))
    return found


def _bare(name: str, text: str) -> str:
    """Undo and redo name their step in the menu; here they are just that."""
    return name.capitalize() if name in ("undo", "redo") else text.rstrip("…")


def _choice_of(name: str, action: QAction) -> Choice:
    text = action.text().replace("&", "").rstrip("…")
    if name.startswith("theme "):
        text = f"Theme: {text[:1].lower() + text[1:]}"
    elif name.startswith("show "):
        text = f"Show {text}"
    elif name.startswith("tint "):
        text = f"Tint by {text[:1].lower() + text[1:]}" if name != "tint none" else "No tint"
    icon = str(action.property("icon_name") or "")
    return Choice(
        f"action {name}",
        text,
        action.shortcut().toString(),
        icon,
        words=f"{_SECTION_OF.get(name, 'View')} {_WORDS.get(name, '')}",
        enabled=action.isEnabled(),
    )


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
