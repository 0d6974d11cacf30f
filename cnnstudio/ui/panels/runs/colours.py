"""The colours of runs that are drawn over each other: none is that of the run that is shown."""

from __future__ import annotations

from PySide6.QtGui import QColor

from cnnstudio.ui.look import theme

#: hues that are told apart, on a dark ground and on a light one
_DARK = (
    "#e879a6", "#4cc38a", "#b08cf0", "#f07a6a", "#2bc4c4", "#a9c34f", "#c9946a", "#d476dd", "#94a7bd", "#6fd6a8",
)  # fmt: skip
_LIGHT = (
    "#c2185b", "#1b7f4d", "#6a3fc4", "#cf4a1b", "#00838f", "#667a00", "#8d5524", "#a21caf", "#546e7a", "#2e9e78",
)  # fmt: skip


def run_colour(place: int) -> QColor:
    """The colour of so many runs; after ten they begin anew, a little nearer to that of words."""
    look = theme.current()
    hues = _DARK if look.dark else _LIGHT
    colour = QColor(hues[place % len(hues)])
    return theme.mixed(colour, look.text, 0.6) if place >= len(hues) else colour
