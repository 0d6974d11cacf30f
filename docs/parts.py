"""The parts of a window by their names, for ``screenshots.py``."""

from __future__ import annotations

from typing import Any


def part(window, name: str) -> Any:
    """What a window has under the name that a part is declared with."""
    (declared,) = [declared for declared in window.studio.declared if declared.name == name]
    return window.studio.get(declared)
