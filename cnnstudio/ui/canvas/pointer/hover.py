"""Hover: what a press would take hold of is marked before it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnstudio.ui.canvas.items.card import PortMark
from cnnstudio.ui.canvas.pointer.hit import Hit
from cnnstudio.ui.canvas.scene import CanvasScene

_CURSORS = {
    "input": Qt.CursorShape.CrossCursor,
    "output": Qt.CursorShape.CrossCursor,
    "wire": Qt.CursorShape.PointingHandCursor,
    "fold": Qt.CursorShape.PointingHandCursor,
    "size": Qt.CursorShape.SizeFDiagCursor,
    "frame": Qt.CursorShape.SizeAllCursor,
    "block": Qt.CursorShape.SizeAllCursor,
}


class Hover:
    """The thing under the pointer of one view."""

    def __init__(self, scene: CanvasScene) -> None:
        self._scene = scene
        self._hit: Hit | None = None

    @property
    def cursor(self) -> Qt.CursorShape:
        """The pointer's shape over it."""
        kind = self._hit.kind if self._hit is not None else "empty"
        return _CURSORS.get(kind, Qt.CursorShape.ArrowCursor)

    def show(self, hit: Hit) -> None:
        """Mark what is under the pointer now."""
        if hit != self._hit:
            self.forget()
            self._hit = hit
            self._mark(hit, True)

    def forget(self) -> None:
        """Mark nothing."""
        if self._hit is not None:
            self._mark(self._hit, False)
            self._hit = None

    def _mark(self, hit: Hit, on: bool) -> None:
        scene = self._scene
        if hit.edge is not None and hit.edge in scene.wires:
            scene.wires[hit.edge].hovered = on
        for items in (scene.annotations, scene.outlines):
            if hit.item in items:
                items[hit.item].hovered = on
        shown = scene.folding.shown(hit.node)
        if shown in scene.cards:
            mark = PortMark(hit.kind == "output", hit.port) if hit.kind in ("input", "output") else None
            scene.cards[shown].hovered = on
            scene.cards[shown].port = mark if on else None
