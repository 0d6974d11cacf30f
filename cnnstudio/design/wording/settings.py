"""The values of settings, where two designs are compared."""

from __future__ import annotations

from typing import Any

from cnnstudio.nn.rules.losses import LOSSES
from cnnstudio.nn.rules.schedules import SCHEDULES


def setting_text(value: Any) -> str:
    """A setting's value as a comparison shows it."""
    if isinstance(value, tuple):
        between = "×" if len(value) == 2 and all(isinstance(part, int) for part in value) else ", "
        return between.join(map(setting_text, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}"
    if value in SCHEDULES or value in LOSSES:
        return str(value).replace("_", " ")
    return str(value)
