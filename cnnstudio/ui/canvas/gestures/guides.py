"""What gestures draw over the scene: guides, and a wire that is not there yet."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QLineF, QPointF
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.wire import WireItem
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.look import theme


class Guides(QGraphicsPathItem):
    """Thin lines along the edges that are flush."""

    def __init__(self, scene: CanvasScene) -> None:
        super().__init__()
        pen = QPen(theme.current().accent, 1)
        pen.setCosmetic(True)
        pen.setDashPattern([4, 3])
        self.setPen(pen)
        self.setZValue(9)
        scene.addItem(self)

    def show_lines(self, lines: Iterable[QLineF]) -> None:
        """Draw exactly these lines."""
        path = QPainterPath()
        for line in lines:
            path.moveTo(line.p1())
            path.lineTo(line.p2())
        if path != self.path():
            self.setPath(path)


def ghost_wire(scene: CanvasScene, start: QPointF, end: QPointF) -> WireItem:
    """A dashed wire over everything else."""
    wire = WireItem(None)
    wire.lay(m.coordinates(start), m.coordinates(end), scene.free)
    wire.loose = True
    wire.lit = True
    wire.setZValue(6)
    scene.addItem(wire)
    return wire
