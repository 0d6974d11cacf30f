"""A view of the scene: where it looks, what is said beside the pointer, and what is asked of whoever is around it.

Gestures, editors, commands and what floats over the canvas know this view and nothing above it; ``CanvasView`` puts
them together.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QFrame, QGraphicsView, QWidget

from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.background import DottedGround
from cnnstudio.ui.canvas.pointer.bubble import Bubble
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.viewport.camera import Camera
from cnnstudio.ui.document.document import Document


class SceneView(QGraphicsView):
    """Cards and wires of ``document``, with a camera over them."""

    #: the view has moved or zoomed
    moved = Signal()
    #: a wire from a node was let go over nothing: the place in the scene, the node's id, whether it leaves the output
    wire_dropped = Signal(QPointF, str, bool)
    #: a layer's explanation is asked for, by node id
    explain_requested = Signal(str)
    #: the settings of the selected layer are to be edited
    settings_requested = Signal()
    #: one sentence for the user
    told = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.canvas_scene = CanvasScene(document, self)
        self._ground = DottedGround()
        self.camera = Camera(self)
        self.bubble = Bubble(self)
        self.setScene(self.canvas_scene)
        around = m.REACH * 1.01  # the view may go anywhere; the scene's own rectangle stays as small as its index likes
        self.setSceneRect(-around, -around, 2 * around, 2 * around)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.moved.emit()

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        self._ground.paint(painter, QRectF(rect), self.camera.zoom)
