"""A picture of a design as the canvas draws it, for galleries and file choosers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPixmap

from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.project.project import Project
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.document.document import Document

_MARGIN = 16.0


def thumbnail(design: Design, size: QSize, ratio: float = 1.0) -> QPixmap:
    """The whole design in a picture of ``size`` device-independent pixels, on a clear ground."""
    # The cards show no weights, so none are drawn from the recipe: those of the empty graph will do.
    nothing = Snapshot(initial_parameters(Design().graph, 0).frozen())
    scene = CanvasScene(Document(Project(design, nothing)))
    picture = QPixmap(size * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    whole = scene.frame_of_all().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
    for edge, wire in scene.wires.items():
        if edge.source in design.graph:
            whole = whole.united(wire.sceneBoundingRect())
    room = QRectF(0, 0, size.width(), size.height())
    scale = min(room.width() / whole.width(), room.height() / whole.height(), 1.0)
    target = QRectF(0, 0, whole.width() * scale, whole.height() * scale)
    target.moveCenter(room.center())
    painter = QPainter(picture)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    scene.render(painter, target, whole)
    painter.end()
    return picture
