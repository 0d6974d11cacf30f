"""A button that is an icon in the colour of the look, and says what it does where it is pointed at or read aloud."""

from __future__ import annotations

from PySide6.QtWidgets import QToolButton

from cnnstudio.ui.look import dressing, icons


class IconButton(QToolButton):
    """``words`` are its name and its tooltip."""

    def __init__(self, icon: str, words: str) -> None:
        super().__init__()
        self._icon = icon
        self.setProperty("role", "bare")
        self.setAccessibleName(words)
        self.setToolTip(words)
        dressing.follow(self, self._tint)
        self._tint()

    def _tint(self) -> None:
        self.setIcon(icons.icon(self._icon))
