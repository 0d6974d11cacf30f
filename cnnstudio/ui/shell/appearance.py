"""Dark, light, or as the desktop is; and how large the text is."""

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
#: what can be chosen, by what it is called
THEMES = {text: name for name, text, _, _ in _THEMES}


def dress(app: QApplication) -> None:
    """The look and the text size that were chosen before."""
    theme.set_text_size(app, _chosen_text_size())
    theme.apply(app, _resolved(chosen_theme()))


def follow_system(app: QApplication) -> None:
    """The desktop has become dark or light."""
    if chosen_theme() == "system" and theme.current().name != theme.system_name():
        theme.apply(app, theme.system_name())


def chosen_theme() -> str:
    """“dark”, “light” or “system”."""
    name = preferences.text("theme", "system")
    return name if name in THEMES.values() else "system"


def choose_theme(name: str) -> None:
    """Apply a theme and remember the choice; “system” follows the desktop."""
    preferences.remember("theme", name)
    theme.apply(_application(), _resolved(name))


def choose_text_size(percent: int) -> None:
    """Apply one of ``theme.TEXT_SIZES`` to every window and remember it."""
    preferences.remember("text size", str(percent))
    theme.set_text_size(_application(), percent)


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


def _application() -> QApplication:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    return application


def _resolved(name: str) -> str:
    return theme.system_name() if name == "system" else name


def _chosen_text_size() -> int:
    words = preferences.text("text size")
    return next((percent for percent in theme.TEXT_SIZES if str(percent) == words), 100)


def _is_chosen(name: str) -> bool:
    return chosen_theme() == name
