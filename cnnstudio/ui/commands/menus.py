"""Menus made from the table of commands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from itertools import groupby

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu

from cnnstudio.ui.commands.command import Command, Slot, Submenu
from cnnstudio.ui.commands.table import CommandTable
from cnnstudio.ui.look.labels import plain_tip

#: the menus of the main menu, as they stand
MENUS = ("File", "Edit", "Arrange", "View", "Train", "Help")


def fill_main_menu(main: QMenu, table: CommandTable) -> None:
    """Put everything that has a place in the main menu there."""
    entries: list[tuple[Slot, Command | Submenu]] = []
    entries += [(command.slot, command) for command in table.all if command.slot is not None]
    entries += [(submenu.slot, submenu) for submenu in table.submenus]
    for title in MENUS:
        _fill(main.addMenu(title), title, entries, table)


def help_entry(action: QAction, sentence: str) -> None:
    """Let an entry of a menu say what it does."""
    action.setToolTip(plain_tip(sentence))


def _fill(menu: QMenu, path: str, entries: list[tuple[Slot, Command | Submenu]], table: CommandTable) -> None:
    menu.setToolTipsVisible(True)
    here = [pair for pair in entries if pair[0].menu == path]
    here.sort(key=lambda pair: (pair[0].group, pair[0].place))
    commands: list[str] = []
    inner: list[str] = []
    for _, group in groupby(here, key=lambda pair: pair[0].group):
        if not menu.isEmpty():
            menu.addSeparator()
        for _, entry in group:
            if isinstance(entry, Command):
                menu.addAction(table.action(entry.id))
                commands.append(entry.id)
            elif entry.menu is not None:
                entry.menu.setTitle(entry.text)
                menu.addMenu(entry.menu)
            else:
                inner.append(entry.text)
                _fill(menu.addMenu(entry.text), f"{path}/{entry.text}", entries, table)
    menu.aboutToShow.connect(partial(_look_again, menu, commands, inner, table))
    menu.aboutToHide.connect(table.refresh)


def _look_again(menu: QMenu, commands: Iterable[str], inner: Collection[str], table: CommandTable) -> None:
    """What cannot be done is grey while the menu is open, and so is a menu of nothing else. The menus within it are
    asked for by what they say: what Python holds of a menu made by Qt may have been let go of since."""
    for name in commands:
        table.refresh_one(name)
    for entry in menu.actions():
        within = entry.menu() if entry.text() in inner else None
        if isinstance(within, QMenu):
            within.aboutToShow.emit()
            entry.setEnabled(any(action.isEnabled() for action in within.actions()))
