"""What a drop would lead to, shown while something is dragged over the canvas."""

from __future__ import annotations

from PySide6.QtCore import QPointF

from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.ui.canvas.items.wire import nearest
from cnnstudio.ui.canvas.placing.drop_places import WIRE_REACH
from cnnstudio.ui.canvas.viewport.scene_view import SceneView


class Preview:
    """The design that would come of a drop. What lies under the pointer is asked of the wires as they lay before, so
    they are laid anew only when another design is shown."""

    def __init__(self, view: SceneView) -> None:
        self._view = view
        self._wires = [wire.at_rest() for wire in view.canvas_scene.wires_in_reach()]
        self._shown: Design | None = None

    def wire_under(self, point: QPointF, but: frozenset[str] = frozenset()) -> Edge | None:
        """The wire into which a drop at a place in the scene would go; none that touches one of the nodes ``but``."""
        reach = min(WIRE_REACH[0] / self._view.camera.zoom, WIRE_REACH[1])
        wire = nearest(self._wires, point, reach, but)
        return wire.edge if wire is not None else None

    def show(self, after: Design | None) -> None:
        """Show everything where this design has it; None: where it is."""
        if after == self._shown:
            return
        self._shown = after
        if after is None:
            self._view.canvas_scene.restore()
        else:
            self._view.canvas_scene.preview(after)
