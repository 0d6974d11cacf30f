"""Whether things may move by themselves: as the system asks, or as was chosen in the preferences."""

from __future__ import annotations

from PySide6.QtWidgets import QStyle, QWidget

from cnnstudio.ui.look import preferences

#: what can be chosen; “system” follows the desktop
CHOICES = ("system", "less", "full")
_KEY = "motion"


def chosen() -> str:
    """One of ``CHOICES``."""
    words = preferences.text(_KEY, "system")
    return words if words in CHOICES else "system"


def choose(words: str) -> None:
    """Remember one of ``CHOICES``; whoever moves asks ``still`` each time, so that it holds at once."""
    preferences.remember(_KEY, words)


def still(widget: QWidget) -> bool:
    """Whether nothing in this widget is to move by itself."""
    if chosen() == "system":
        return widget.style().styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration, None, widget) == 0
    return chosen() == "less"
