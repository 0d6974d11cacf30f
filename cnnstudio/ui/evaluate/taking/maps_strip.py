"""Some maps of every layer, for the picture as it is changed."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from cnnstudio.nn.arrays import Floats, shape_text
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.evaluate.where.painted import SmallFigures
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import plain_tip

#: pixels of a layer's side, and how many of its maps are shown
_SIDE, _GAP, _MOST = 88, 14, 4


def layers_shown(graph: Graph, room: int) -> tuple[str, ...]:
    """The layers that make maps, from the first to the last; of more than there is ``room`` for some of each depth."""
    found = [node for node in graph.computable.order if len(graph.shape(node)) == 3 and graph[node].inputs]
    if len(found) <= room:
        return tuple(found)
    last = len(found) - 1
    return tuple(found[round(number * last / max(1, room - 1))] for number in range(max(1, room)))


class MapsStrip(SmallFigures):
    """As many layers as there is room for; ``sight_changed`` when those are others."""

    sight_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph = Graph(())
        self._names: Mapping[str, str] = {}
        self._maps: Mapping[str, Floats] = {}
        #: pictures of them in the colours of a look
        self._drawn: dict[tuple[str, str], QImage] = {}
        self.setAccessibleName("Maps of the changed picture")

    @property
    def room(self) -> int:
        """How many layers there is room for."""
        return max(1, int((self.width() + _GAP) // (_SIDE + _GAP)))

    def show_maps(self, graph: Graph, names: Mapping[str, str], maps: Mapping[str, Floats]) -> None:
        """Show what layers make of the picture, by node, each called by its name in the drawing."""
        self._graph, self._names, self._maps, self._drawn = graph, names, maps, {}
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sight_changed.emit()

    def sizeHint(self) -> QSize:
        return QSize(5 * (_SIDE + _GAP), round(_SIDE + self.line + 4))

    def minimumSizeHint(self) -> QSize:
        return QSize(_SIDE, round(_SIDE + self.line + 4))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look, ratio = QPainter(self), theme.current(), self.devicePixelRatioF()
        for place, node in enumerate(layers_shown(self._graph, self.room)):
            box = QRectF(place * (_SIDE + _GAP), self.line + 4, _SIDE, _SIDE)
            painter.setPen(look.secondary)
            name = self._names.get(node, node)
            shown = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _SIDE)
            painter.drawText(QRectF(box.left(), 0, _SIDE, self.line), Qt.AlignmentFlag.AlignLeft, shown)
            if node not in self._maps:
                continue
            side, key = round(_SIDE * ratio), (node, look.name)
            if key not in self._drawn:
                self._drawn[key] = pictures.mosaic(self._maps[node], (side, side), look, most=_MOST)
            image = self._drawn[key]
            painter.drawImage(QRectF(box.left(), box.top(), image.width() / ratio, image.height() / ratio), image)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            shown = layers_shown(self._graph, self.room)
            place = int(event.pos().x() // (_SIDE + _GAP))
            if place < len(shown):
                node = shown[place]
                shape = shape_text(self._graph.shape(node))
                words = f"{self._names.get(node, node)}, {shape}: the first {_MOST} maps"
                QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)
