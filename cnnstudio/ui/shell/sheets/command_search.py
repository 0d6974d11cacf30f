"""Everything a window can do, searched by typing (Ctrl+K)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint

from cnnstudio.ui.commands.command import SECTIONS, Command, Listed
from cnnstudio.ui.commands.table import keys_text
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.choosing.chooser import Choice, Chooser

#: so many commands of the window stand before those of the canvas, while nothing is typed
_FIRST = 3
_ITSELF = "commands"


def open_command_search(studio: Studio) -> Chooser:
    """Search all commands; Enter does the chosen one."""
    window, table = studio.window, studio.commands
    own = [command for command in table.all if command.host is None and command.id != _ITSELF]
    own.sort(key=lambda command: (not command.possible, SECTIONS.index(command.section)))
    choices = [_choice_of(command) for command in own]
    choices[_FIRST:_FIRST] = [_choice_of(command) for command in table.all if command.host is not None]
    listed = {entry.id: entry for entry in table.listed()}
    choices += [_choice_of_listed(entry) for entry in listed.values()]
    do: dict[str, Callable[[], object]] = {name: entry.do for name, entry in listed.items()}

    def carry_out(name: str) -> None:
        do[name]() if name in do else table.run(name)

    chooser = _Search(choices, "Search commands", window, width=min(560, window.width() - 64))
    before = window.focusWidget()
    chooser.chosen.connect(carry_out)
    chooser.closed.connect(lambda: before.setFocus() if before is not None and before.isVisible() else None)
    chooser.move(QPoint((window.width() - chooser.width()) // 2, min(96, window.height() // 8)))
    chooser.show()
    chooser.raise_()
    chooser.setFocus()
    return chooser


class _Search(Chooser):
    def why_nothing(self, query: str) -> str:
        return f"Nothing that can be done here is called “{query.strip()}”."


def _choice_of(command: Command) -> Choice:
    text = command.now() if command.now is not None else command.text.rstrip("…")
    words = f"{command.section} {command.words}{' canvas' if command.host is not None else ''}"
    said = f"{command.help} {keys_text(command, every=True)}"
    return Choice(command.id, text, keys_text(command), command.icon, words=words, said=said, enabled=command.possible)


def _choice_of_listed(entry: Listed) -> Choice:
    return Choice(entry.id, entry.text, icon=entry.icon, words=entry.words, said=entry.help or entry.words)
