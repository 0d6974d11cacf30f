"""Every part of a window. A new panel or workspace is a folder with a ``declaration.py``, and one line here."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cnnstudio.ui.studio.declared import Part

#: the folders of ``cnnstudio.ui`` that declare parts; workspaces, panels and tabs stand in the order of these lines
FOLDERS = (
    "shell",
    "canvas",
    "data",
    "board",
    "panels.layers",
    "panels.inspector",
    "problems",
    "panels.curves",
    "panels.volumes",
    "panels.maps",
    "panels.evaluation",
    "panels.inside",
    "panels.runs",
    "panels.camera",
    "panels.compare",
    "panels.importing",
    "panels.export",
    "panels.bars",
    "explain",
    "evaluate",
    "learn",
)


def declared() -> tuple[Part[Any, Any], ...]:
    """What the folders declare, in their order."""
    modules = [import_module(f"cnnstudio.ui.{folder}.declaration") for folder in FOLDERS]
    return tuple(part for module in modules for part in module.DECLARED)
