"""The table of everything that can be done in one window."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.commands.command import Command, Entry, Keys, Listed, MouseGesture, Submenu
from cnnstudio.ui.look import icons, theme
from cnnstudio.ui.look.labels import plain_tip


class CommandTable(QObject):
    """Each command by its id, and its action: the actions are the window's, so that their shortcuts work."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._commands: dict[str, Command] = {}
        self._actions: dict[str, QAction] = {}
        self._refusals: dict[str, str] = {}
        self._choices: dict[str, QActionGroup] = {}
        self.submenus: list[Submenu] = []
        self.gestures: list[MouseGesture] = []
        self._lists: list[Callable[[], Iterable[Listed]]] = []
        theme.changed.connect(self._tint)

    @property
    def all(self) -> tuple[Command, ...]:
        """The commands, in the order in which they came."""
        return tuple(self._commands.values())

    def __getitem__(self, name: str) -> Command:
        return self._commands[name]

    def action(self, name: str) -> QAction:
        """The action of a command."""
        return self._actions[name]

    def add(self, *entries: Entry) -> None:
        """Take in what a part offers.

        Raises:
            ValueError: there is a command with this id already.
        """
        for entry in entries:
            if isinstance(entry, Submenu):
                self.submenus.append(entry)
            elif isinstance(entry, MouseGesture):
                self.gestures.append(entry)
            elif entry.id in self._commands:
                raise ValueError(f"There are two commands called “{entry.id}”.")
            else:
                self._commands[entry.id] = entry
                self._actions[entry.id] = self._make(entry)

    def add_list(self, listed: Callable[[], Iterable[Listed]]) -> None:
        """Let the search ask for more, each time it is opened."""
        self._lists.append(listed)

    def listed(self) -> list[Listed]:
        """What depends on what there is."""
        return [entry for lists in self._lists for entry in lists()]

    def run(self, name: str) -> None:
        """Do a command, if it can be done now."""
        if self._commands[name].possible:
            self._commands[name].carry_out()
            self.refresh()

    def refresh(self, *_: object) -> None:
        """Let actions that act at once, by their keys or as buttons, follow what can be done now."""
        for command in self._commands.values():
            if command.host is None or command.bound:
                self._show(command, command.why_not())  # without a look at what is in sight: that is not followed

    def refresh_one(self, name: str) -> None:
        """Let one action say what it would do now, before it is looked at."""
        self._show(self._commands[name], self._commands[name].refusal)

    def _show(self, command: Command, why: str) -> None:
        action = self._actions[command.id]
        if command.now is not None:
            action.setText(command.now())
        if command.checked is not None:
            action.setChecked(command.checked())
        if self._refusals.get(command.id) != why:  # after each edit all are asked, and hardly any has changed
            self._refusals[command.id] = why
            action.setEnabled(not why)
            action.setToolTip(plain_tip(f"{command.help}\n{why}" if why else command.help))

    def _make(self, command: Command) -> QAction:
        written = ""
        if command.host is not None and command.keys and not command.everywhere:
            written = f"\t{keys_text(command)}"  # a shortcut of its own would compete with the host's
        action = QAction(f"{command.short or command.text}{written}", self._window)
        sequences = [sequence for keys in command.bound for sequence in _sequences(keys)]
        # The same keys twice, even in one action, are ambiguous to Qt, and then none fires.
        action.setShortcuts(list({sequence.toString(): sequence for sequence in sequences}.values()))
        if command.checked is not None:
            action.setCheckable(True)
        if command.choice:
            self._choices.setdefault(command.choice, QActionGroup(self._window)).addAction(action)
        if command.icon and (command.host is None or command.everywhere):
            action.setIcon(icons.icon(command.icon))
            action.setIconVisibleInMenu(True)
        # By keys it is done where the keyboard is; only menus and search lead to the host.
        do = command.do if command.bound else command.carry_out
        action.triggered.connect(lambda _checked: do() if command.possible else None)
        action.triggered.connect(self.refresh)
        self._window.addAction(action)
        self._actions[command.id] = action
        self._show(command, command.why_not())
        return action

    def _tint(self) -> None:
        for name, action in self._actions.items():
            if not action.icon().isNull():
                action.setIcon(icons.icon(self._commands[name].icon))


def keys_text(command: Command, *, every: bool = False) -> str:
    """The command's keys as they are written: the first, or all that are on today's keyboards."""
    sequences = [sequence.toString() for keys in command.keys for sequence in _sequences(keys)]
    if not every:
        return sequences[0] if sequences else ""
    return ", ".join(dict.fromkeys(keys for keys in sequences if keys and keys not in _ODD))


#: keys of other keyboards, and of other programs' history, which nobody looks for
_ODD = ("Alt+Backspace", "New", "Open", "Save", "Shift+Save", "Undo", "Redo", "Close", "Exit", "F14", "Shift+F14")


def _sequences(keys: Keys) -> list[QKeySequence]:
    return [QKeySequence(keys)] if isinstance(keys, str) else QKeySequence.keyBindings(keys)
