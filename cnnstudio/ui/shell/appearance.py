"""Dark, light, or as the desktop is."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QApplication

from cnnstudio.ui.commands.command import Command, Entry, Slot, Submenu
from cnnstudio.ui.look import preferences, theme

_THEMES = (
    ("dark", "Dark", "Light text on dark ground", "night mode"),
    ("light", "Light", "Dark text on light ground", "day mode"),
    ("system", "As the system", "Dark or light, whichever the desktop is", "desktop"),
)


def choose_theme(name: str) -> None:
    """Apply a theme and remember the choice; “system” follows the desktop."""
    preferences.remember("theme", name)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    theme.apply(application, theme.system_name() if name == "system" else name)


def appearance_commands() -> tuple[Entry, ...]:
    """One for each theme."""
    commands = (
        Command(
            id=f"theme {name}",
            section="View",
            text=f"Theme: {text[:1].lower()}{text[1:]}",
            short=text,
            help=help,
            do=partial(choose_theme, name),
            words=f"colours appearance {words}",
            choice="theme",
            checked=partial(_is_chosen, name),
            slot=Slot("View/Theme", 0, place),
        )
        for place, (name, text, help, words) in enumerate(_THEMES)
    )
    return (Submenu("Theme", Slot("View", 4, 0)), *commands)


def _is_chosen(name: str) -> bool:
    return preferences.text("theme", "system") == name
