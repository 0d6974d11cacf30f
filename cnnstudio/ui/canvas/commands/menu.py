"""Commands in menus: for what lies under the pointer, and in the window's menu bar. Keys are only written there: they
are the canvas's own, and an action with a shortcut would compete with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from cnnstudio.design.edits.locking import all_locked, lockable
from cnnstudio.ui.canvas.commands.aligning import Way
from cnnstudio.ui.canvas.commands.catalogue import REPEAT, REPEATS, Command
from cnnstudio.ui.canvas.commands.commands import Commands
from cnnstudio.ui.canvas.hit import Hit
from cnnstudio.ui.telling.menu_help import explain_entries

#: how cards can be aligned, in words
_WAYS: tuple[tuple[str, Way], ...] = (("In a row", "row"), ("In a column", "column"), ("Space out evenly", "evenly"))


def context_menu(commands: Commands, hit: Hit, point: QPointF) -> QMenu:
    """A menu for what lies at a point in the scene; what it acts on has been selected. It deletes itself."""
    editing, scene, selection = commands.editing, commands.view.canvas_scene, commands.view.document.selection
    menu, design = QMenu(commands.view), scene.design
    menu.aboutToHide.connect(menu.deleteLater)

    def add(text: str, keys: str, action: Callable[[], object], enabled: bool = True, into: QMenu = menu) -> None:
        entry = into.addAction(f"{text}\t{keys}" if keys else text)
        entry.setEnabled(enabled)
        entry.triggered.connect(lambda: action())

    many = len(scene.cards_of(selection))
    if hit.node or hit.kind in ("block", "fold"):
        one, block = editing.one_selected(), editing.selected_block()
        if one in design.graph:
            add("What this layer does", "F1", commands.explain_selected)
        add("Rename", "F2", commands.rename_selected, bool(one))
        add("Wires…", "W", commands.wiring.open, one in scene.cards)
        locked = all_locked(design, selection)
        add("Unlock" if locked else "Lock while training", "K", editing.toggle_lock, bool(lockable(design, selection)))
        menu.addSeparator()
        add("Group into a block", "Ctrl+Shift+G", editing.group)
        if block:
            collapsed = design.blocks[block].collapsed
            add("Expand block" if collapsed else "Collapse block", "Ctrl+E", editing.toggle_block)
            add("Ungroup", "", editing.ungroup)
            add("Keep in the palette", "", editing.keep_block)
        repeats = menu.addMenu("Repeat")
        for times in REPEATS:
            add(f"× {times}", "", partial(editing.repeat, times), into=repeats)
        align = menu.addMenu("Align")
        align.setEnabled(many > 1)
        for text, way in _WAYS:
            add(text, "", partial(editing.align, way), into=align)
        add("Frame", "Ctrl+G", editing.frame)
        menu.addSeparator()
        add("Duplicate", "Ctrl+D", editing.duplicate)
        add("Copy", "Ctrl+C", editing.copy)
        add("Cut", "Ctrl+X", editing.cut)
        menu.addSeparator()
        add("Connect in order", "Ctrl+L", editing.connect_in_order, many > 1)
        add("Bypass", "Ctrl+B", editing.bypass)
        menu.addSeparator()
        add("Delete and rejoin", "Ctrl+Del", editing.delete_and_rejoin)
        add("Delete", "Del", editing.delete)
    elif hit.kind in ("frame", "note", "size"):
        add("Rename" if hit.item in design.frames else "Write", "F2", commands.rename_selected)
        add("Duplicate", "Ctrl+D", editing.duplicate)
        add("Copy", "Ctrl+C", editing.copy)
        add("Cut", "Ctrl+X", editing.cut)
        menu.addSeparator()
        add("Delete", "Del", editing.delete)
    elif hit.edge is not None:
        add("Insert a layer…", "Tab", lambda: commands.adding.at(point))
        add("Delete wire", "Del", editing.delete)
    else:
        add("Add a layer or a block…", "Tab", lambda: commands.adding.at(point))
        add("Write a note", "N", lambda: commands.write_note(point))
        has_text = bool(QGuiApplication.clipboard().text())
        add("Paste here", "Ctrl+V", lambda: editing.paste(point), has_text)
        menu.addSeparator()
        add("Select all", "Ctrl+A", editing.select_all)
        add("Tidy layout", "Ctrl+Shift+L", editing.tidy)
        add("Show the whole network", "Home", commands.frame_all)
    explain_entries(menu)
    return menu


def add_commands(menu: QMenu, canvas: QWidget, commands: Iterable[Command]) -> None:
    """Append commands, sections apart, repetitions in a menu of their own. What has nothing to act on is grey while the
    menu is open."""
    section = ""
    entries: list[tuple[QAction, Command]] = []
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
        entry.triggered.connect(partial(_carry_out, canvas, command))
    menu.aboutToShow.connect(lambda: _enable(entries))


def _carry_out(canvas: QWidget, command: Command) -> None:
    canvas.setFocus(Qt.FocusReason.OtherFocusReason)
    command.do()


def _enable(entries: list[tuple[QAction, Command]]) -> None:
    for entry, command in entries:
        entry.setEnabled(command.able())
