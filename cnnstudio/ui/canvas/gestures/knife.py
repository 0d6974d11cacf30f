"""The knife: every wire that the stroke crosses is cut."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem

from cnnstudio.design.edits import edits
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Pointer
from cnnstudio.ui.look import theme


class KnifeGesture(Gesture):
    """A stroke through wires, which turn to dashes as they are crossed."""

    cursor = Qt.CursorShape.CrossCursor

    def begin(self, at: Pointer) -> None:
        self._last = at.scene
        self._cut: set[Edge] = set()
        pen = QPen(theme.current().error, 1.5)
        pen.setCosmetic(True)
        self._path = QPainterPath(at.scene)
        self._stroke = QGraphicsPathItem(self._path)
        self._stroke.setPen(pen)
        self._stroke.setZValue(10)
        self.scene.addItem(self._stroke)

    def move(self, at: Pointer) -> None:
        for edge, wire in self.scene.wires.items():
            if edge not in self._cut and wire.isVisible() and wire.crosses(self._last, at.scene):
                for cut in self.scene.folding.bundle(edge):
                    self._cut.add(cut)
                    self.scene.wires[cut].loose = True
        self._last = QPointF(at.scene)
        self._path.lineTo(at.scene)
        self._stroke.setPath(self._path)

    def finish(self, at: Pointer) -> None:
        if QLineF(self._last, at.scene).length() > 0:
            self.move(at)
        cut = frozenset(self._cut)
        self._clear()
        if cut:
            what = Sentence("Cut {wires:# wire|# wires}", wires=len(cut))
            self.document.edit(what, edits.remove(self.scene.design, (), cut))

    def cancel(self) -> None:
        self._clear()

    def _clear(self) -> None:
        self.scene.removeItem(self._stroke)
        for edge in self._cut:
            if edge in self.scene.wires:
                self.scene.wires[edge].loose = False
