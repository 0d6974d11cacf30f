"""Commands of the canvas in a menu of the window. They keep the keys they have on the canvas: those are written here,
but not bound a second time."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from cnnstudio.ui.canvas.commands.catalogue import REPEAT, Command
from cnnstudio.ui.canvas.view import CanvasView


def add_commands(menu: QMenu, canvas: CanvasView, commands: Iterable[Command]) -> None:
    """Append commands, sections apart, repetitions in a menu of their own. What has nothing to act on is grey while the
    menu is open."""
    section, entries = "", []
    repeats: QMenu | None = None
    for command in commands:
        if section not in ("", command.section):
            menu.addSeparator()
        section = command.section
        if command.text.startswith(REPEAT):
            if repeats is None:
                repeats = menu.addMenu("Repeat the selection")
                entries.append((repeats.menuAction(), command))
            entry = repeats.addAction(command.text.removeprefix(REPEAT.rstrip("× ")).strip())
        else:
            entry = menu.addAction(f"{command.text}\t{command.keys}" if command.keys else command.text)
            entries.append((entry, command))
        entry.triggered.connect(lambda _checked, command=command: _carry_out(canvas, command))
    menu.aboutToShow.connect(lambda: _enable(entries))


def _carry_out(canvas: CanvasView, command: Command) -> None:
    canvas.setFocus(Qt.FocusReason.OtherFocusReason)
    command.do()


def _enable(entries: list[tuple[QAction, Command]]) -> None:
    for entry, command in entries:
        entry.setEnabled(command.able())
