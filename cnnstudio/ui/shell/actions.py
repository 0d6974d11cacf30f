"""Everything the menus and shortcuts can do, as actions of one window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import icons, theme


class Actions(QObject):
    """Makes actions, adds them to the window so that their shortcuts work, and keeps their icons tinted."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._icons: list[tuple[QAction, str]] = []
        self.all: dict[str, QAction] = {}
        theme.changed.connect(self._tint)

    def __getitem__(self, name: str) -> QAction:
        return self.all[name]

    def add(
        self,
        name: str,
        text: str,
        do: Callable[[], object],
        *shortcuts: str | QKeySequence.StandardKey,
        icon: str = "",
        group: QActionGroup | None = None,
        checked: bool | None = None,
    ) -> QAction:
        """An action called ``name``; the first shortcut is the one menus show."""
        action = QAction(text, self._window)
        sequences = [sequence for shortcut in shortcuts for sequence in _sequences(shortcut)]
        # The same keys twice, even in one action, are ambiguous to Qt, and then none fires.
        action.setShortcuts(list({sequence.toString(): sequence for sequence in sequences}.values()))
        action.triggered.connect(lambda _checked=False: do())
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        if group is not None:
            group.addAction(action)
        if icon:
            self._icons.append((action, icon))
            action.setProperty("icon_name", icon)
            action.setIcon(icons.icon(icon))
            action.setIconVisibleInMenu(True)
        self._window.addAction(action)
        self.all[name] = action
        return action

    def _tint(self) -> None:
        for action, icon in self._icons:
            action.setIcon(icons.icon(icon))


def _sequences(shortcut: str | QKeySequence.StandardKey) -> list[QKeySequence]:
    if isinstance(shortcut, str):
        return [QKeySequence(shortcut)]
    return QKeySequence.keyBindings(shortcut)
