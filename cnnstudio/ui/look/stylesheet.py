"""The style sheet of all ordinary widgets, made from a theme.

Widgets are addressed by their ``role`` property, never by class names of ours: ``role="heading"`` and so on.
"""

from __future__ import annotations

import dataclasses
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor

from cnnstudio.resources import resource

if TYPE_CHECKING:
    from cnnstudio.ui.look.theme import Theme


def stylesheet(theme: Theme) -> str:
    """Qt style sheet text with the theme's colours."""
    from cnnstudio.ui.look.theme import TINT, mixed

    colours = {
        field.name: getattr(theme, field.name).name()
        for field in dataclasses.fields(theme)
        if isinstance(getattr(theme, field.name), QColor)
    }
    return Template(resource("look", "widgets.qss").read_text(encoding="utf-8")).substitute(
        colours,
        accent_hover=mixed(theme.accent, theme.text, 0.85).name(),
        accent_tint=mixed(theme.accent, theme.panel, TINT).name(),
        good_tint=mixed(theme.good, theme.panel, TINT).name(),
        error_tint=mixed(theme.error, theme.panel, TINT).name(),
        error_line=mixed(theme.error, theme.panel, 0.55).name(),
        warning_tint=mixed(theme.warning, theme.panel, TINT).name(),
        warning_line=mixed(theme.warning, theme.panel, 0.5).name(),
        arrow_down=_arrow("chevron_down", theme),
        arrow_up=_arrow("chevron_up", theme),
        check=_arrow("check", theme),
    )


def _arrow(icon: str, theme: Theme) -> str:
    """Style sheets can only name files, so the tinted arrows lie beside the icons, one for each theme."""
    return resource("look", f"{icon}_{theme.name}.svg").as_posix()
