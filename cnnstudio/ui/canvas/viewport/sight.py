"""Which cards are in view, so that nothing is computed for the others."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.viewport.scene_view import SceneView

#: so much of the view's size around it counts as in view: it may be scrolled there in the next moment
AROUND = 0.25


class Sight(QObject):
    """What a view shows of its scene."""

    #: the view has moved, or what lies in it has changed
    changed = Signal()

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self._nodes: frozenset[str] | None = None

    def nodes(self, _graph: Graph) -> frozenset[str] | None:
        """The layers whose cards are in view, or nearly; None while the view cannot be seen."""
        view = self._view
        if not view.isVisible():
            return None
        if self._nodes is None:
            seen = view.camera.seen()
            across, down = AROUND * seen.width(), AROUND * seen.height()
            around = seen.adjusted(-across, -down, across, down)
            left, top, right, bottom = m.corners(around)
            boxes = view.canvas_scene.boxes().items()
            self._nodes = frozenset(i for i, (x, y, u, v) in boxes if x < right and left < u and y < bottom and top < v)
        return self._nodes

    def look_again(self) -> None:
        """The view or what lies in it is another."""
        self._nodes = None
        self.changed.emit()
