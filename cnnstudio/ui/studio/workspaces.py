"""The workspaces of one window: one of them fills it. Switching destroys nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.commands.command import Command, Slot
from cnnstudio.ui.look import preferences
from cnnstudio.ui.studio.declared import Around, Stop, Workspace
from cnnstudio.ui.studio.pages import Pages


class Workspaces(QObject):
    """``widget`` shows the page of the workspace that was chosen; pages are made when they are first shown."""

    #: another workspace, by its name
    changed = Signal(str)

    def __init__(
        self,
        declared: Sequence[Workspace[Any, Any]],
        get: Callable[[Workspace[Any, Any]], Any],
        studio: QObject,
    ) -> None:
        super().__init__(studio)
        self._get, self._studio = get, studio
        self.declared = tuple(declared)
        self._known = {workspace.name: workspace for workspace in declared}
        self.current = ""
        self.widget = Pages()

    @property
    def now(self) -> Workspace[Any, Any] | None:
        """The workspace that is shown."""
        return self._known.get(self.current)

    def show(self, name: str) -> None:
        """Show a workspace; a name that is none shows that of new designs."""
        workspace = self._known[name if name in self._known else self.of_designs]
        if workspace.name != self.current:
            with preferences.together():
                self._change(workspace)

    def _change(self, workspace: Workspace[Any, Any]) -> None:
        if self.now is not None and self.now.leave is not None:
            self.now.leave(self._studio, self._get(self.now))
        self.current = workspace.name
        part = self._get(workspace)
        page = workspace.page(part)
        if self.widget.indexOf(page) < 0:
            self.widget.addWidget(page)
        if workspace.enter is not None:
            workspace.enter(self._studio, part)
        self.widget.setCurrentWidget(page)
        self.changed.emit(workspace.name)

    @property
    def of_designs(self) -> str:
        """Where a design goes that is new."""
        return next((workspace for workspace in self.declared if workspace.of_designs), self.declared[0]).name

    @property
    def of_runs(self) -> str:
        """Where a design goes that comes with a run: the workspace that has all of the bar for it."""
        return next((workspace.name for workspace in self.declared if workspace.whole_bar), "")

    def go_to(self, name: str) -> None:
        """Show a workspace, with the keyboard."""
        self.show(name)
        self.take_keyboard()

    def take_keyboard(self) -> None:
        """Give the keyboard to what the workspace is about, and to no field that would take letters in."""
        self._main.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def has_keyboard(self) -> bool:
        """Whether what the workspace is about has the keyboard already."""
        main, focused = self._main, self.widget.window().focusWidget()
        return focused is not None and (main is focused or main.isAncestorOf(focused))

    @property
    def _main(self) -> QWidget:
        return self.widget if self.now is None else self.now.main(self._get(self.now)) or self.widget

    def stops(self) -> list[Stop]:
        """The stops of F6 in the workspace that is shown."""
        return [] if self.now is None else list(self.now.stops(self._studio, self._get(self.now)))

    def around(self, workspace: Workspace[Any, Any]) -> Around:
        """What surrounds the middle of a workspace."""
        return workspace.around(self._studio, self._get(workspace))

    def commands(self) -> list[Command]:
        """One for each workspace."""
        return [
            Command(
                id=f"show {workspace.name}",
                section="View",
                text=f"Show {workspace.name}",
                short=workspace.name,
                help=workspace.help,
                words=workspace.words,
                do=partial(self.go_to, workspace.name),
                keys=(f"Ctrl+{number}",),
                slot=Slot("View", 0, number),
                choice="workspace",
                checked=partial(self._is_shown, workspace.name),
            )
            for number, workspace in enumerate(self.declared, start=1)
        ]

    def _is_shown(self, name: str) -> bool:
        return self.current == name
