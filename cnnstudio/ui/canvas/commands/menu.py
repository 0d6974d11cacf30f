"""The context menu: what can be done here, with the keys that do the same."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QMenu

from cnnstudio.design.edits.locking import all_locked, lockable
from cnnstudio.ui.canvas.commands.commands import Commands
from cnnstudio.ui.canvas.commands.offered import REPEATS, canvas_commands
from cnnstudio.ui.canvas.pointer.hit import Hit
from cnnstudio.ui.commands.command import Command
from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.commands.table import keys_text


def context_menu(commands: Commands, hit: Hit, point: QPointF) -> QMenu:
    """A menu for what lies at a point in the scene; what it acts on has been selected. It deletes itself."""
    menu = QMenu(commands.view)
    menu.setToolTipsVisible(True)
    menu.aboutToHide.connect(menu.deleteLater)
    add = _Entries(menu, {command.id: command for command in canvas_commands(commands)})
    if hit.node or hit.kind in ("block", "fold"):
        _on_cards(commands, add)
    elif hit.kind in ("frame", "note", "size"):
        note = hit.item not in commands.view.canvas_scene.design.frames
        add("rename selected", "Write" if note else "", help="Change what the note says" if note else "")
        add("duplicate")
        add("copy")
        add("cut")
        menu.addSeparator()
        add("delete")
    elif hit.edge is not None:
        into = "Type a name and press Enter; the layer is put into this wire"
        add("add layer", "Insert a layer…", help=into, do=lambda: commands.adding.at(point))
        add("delete", "Delete wire", help="Remove this wire")
    else:
        add("add layer", do=lambda: commands.adding.at(point))
        add("note", do=lambda: commands.write_note(point))
        add("paste", "Paste here", help="Put the copied layers at this place", do=lambda: commands.editing.paste(point))
        menu.addSeparator()
        add("select all")
        add("tidy")
        add("frame")
    return menu


def _on_cards(commands: Commands, add: _Entries) -> None:
    menu, editing, scene = add.menu, commands.editing, commands.view.canvas_scene
    selection, design = commands.view.document.selection, scene.design
    many = len(scene.cards_of(selection)) > 1
    one, block = editing.one_selected(), editing.selected_block()
    if one in design.graph:
        add("what it does")
    add("rename selected", able=bool(one))
    add("wires", "Wires…", able=one in scene.cards)
    locked, can = all_locked(design, selection), bool(lockable(design, selection))
    if locked:
        add("lock", "Unlock", help="Let the layer learn again", able=can)
    else:
        add("lock", "Lock while training", help="The layer keeps its weights while the others learn", able=can)
    menu.addSeparator()
    add("group")
    if block and design.blocks[block].collapsed:
        add("fold block", "Expand block", help="Show the block’s layers again")
    elif block:
        add("fold block", "Collapse block", help="Show the block as one card")
    if block:
        add("ungroup")
        add("keep block", "Keep in the palette")
    repeats = add.inner("Repeat")
    for times in REPEATS:
        repeats(f"repeat {times}", f"× {times}")
    align = add.inner("Align")
    align.menu.setEnabled(many)
    for name, text in (("align row", "In a row"), ("align column", "In a column"), ("space out", "")):
        align(name, text)
    add("frame round")
    menu.addSeparator()
    add("duplicate")
    add("copy")
    add("cut")
    menu.addSeparator()
    add("connect", "Connect in order", able=many)
    add("bypass")
    menu.addSeparator()
    add("delete and rejoin", "Delete and rejoin")
    add("delete")


class _Entries:
    """Puts commands into a menu, under another name or for another place than the command itself where need be. The
    key is only written there: an action with a shortcut of its own would compete with the canvas."""

    def __init__(self, menu: QMenu, commands: dict[str, Command]) -> None:
        self.menu, self._commands = menu, commands

    def __call__(
        self,
        name: str,
        text: str = "",
        *,
        help: str = "",
        do: Callable[[], object] | None = None,
        able: bool | None = None,
    ) -> None:
        command = self._commands[name]
        keys = keys_text(command)
        entry = self.menu.addAction(f"{text or command.text}\t{keys}" if keys else text or command.text)
        entry.setEnabled(command.possible if able is None else able)
        help_entry(entry, help or command.help)
        chosen = do or command.do
        entry.triggered.connect(lambda _checked: chosen())

    def inner(self, title: str) -> _Entries:
        """Entries in a menu of their own."""
        menu = self.menu.addMenu(title)
        menu.setToolTipsVisible(True)
        return _Entries(menu, self._commands)
