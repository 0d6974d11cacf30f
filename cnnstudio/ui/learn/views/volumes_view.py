"""The volumes of the user's network beside each other, drawn to scale, in front the picture and the first map of each;
a click points one out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape, shape_text, thousands
from cnnstudio.nn.graph.layer import Category
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.learn.views.live_view import LiveView
from cnnstudio.ui.look import dressing, pictures, theme
from cnnstudio.ui.look.labels import label, plain_tip
from cnnstudio.worker.inspection import Maps

_SLANT = 0.5
_HIGH, _WORDS = 150, 34
#: the square root of the channels from which on a volume is drawn deepest
_DEEP = 6.0
#: so many pixels a sheet must be thick to be drawn as one
_THICK = 3.0
#: so far apart are sizes that stand in one line
_APART = 8
_ASK = "Click a volume, or walk with the arrow keys, to read its size."


class VolumesView(LiveView):
    """``looked`` counts the volumes that were clicked."""

    def __init__(self) -> None:
        super().__init__("The volumes of the network", "Volumes")
        self.row = VolumeRow()
        self.row.chosen.connect(self._chosen)
        self.first = self.row
        self.column.addWidget(self.row)
        self.words = label(_ASK, "soft", wrap=True)
        self.column.addWidget(self.words)
        self._looked: set[str] = set()
        self._maps: Maps | None = None
        dressing.follow(self, self._show_fronts)

    @property
    def numbers(self) -> Mapping[str, int]:
        """See ``LiveView``."""
        return {"looked": len(self._looked), "volumes": len(self.row.nodes)}

    def show_design(self, design: Design) -> None:
        """See ``LiveView``."""
        super().show_design(design)
        graph = design.graph
        shown: list[tuple[str, str, Shape, Category]] = []
        for node_id in graph.computable.order:
            node, shape = graph[node_id], graph.shape(node_id)
            # what only changes values (ReLU …) is not drawn again
            if all(graph.shape(source) != shape for source in node.inputs):
                shown.append((node_id, design.cards[node_id].name, shape, node.layer.category))
        self.row.show_nodes(shown)
        self._looked &= {node for node, *_ in shown}
        self._say()

    def show_maps(self, maps: Maps | None) -> None:
        """See ``LiveView``."""
        self._maps = maps
        self._show_fronts()

    def _show_fronts(self) -> None:
        maps, fronts = self._maps, dict[str, QImage]()
        for node, values in maps.values.items() if maps is not None else ():
            if maps is not None and maps.graph[node].layer.category == "input":
                fronts[node] = pictures.image_picture(maps.image)
            elif values.ndim == 3:
                fronts[node] = Ink.of(values).picture(values[:, :, 0])
        self.row.show_fronts(fronts)

    def count_anew(self) -> None:
        """See ``LiveView``."""
        self._looked.clear()

    def _chosen(self, place: int) -> None:
        node = self.row.nodes[place][0]
        self._looked.add(node)
        self._say()
        self.node_asked.emit(node)
        self.changed.emit()

    def _say(self) -> None:
        """The size of the volume that is pointed out, as it is now."""
        if self.row.current < 0:
            self.words.setText(_ASK if self.row.nodes else "")
            return
        _, name, shape, _ = self.row.nodes[self.row.current]
        numbers = amount(math.prod(shape), "number")
        if len(shape) == 3:
            sheets = amount(shape[2], "sheet")
            words = f"{name} gives {shape_text(shape)}: {sheets} of {shape[0]} × {shape[1]}, {numbers} in all."
        else:
            words = f"{name} gives {amount(shape[0], 'number')} in one list."
        self.words.setText(words)


class VolumeRow(QWidget):
    """Volumes beside each other, to scale; ``chosen`` carries the place of the one pointed out."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[tuple[str, str, Shape, Category]] = []
        self.current = -1
        self._fronts: Mapping[str, QImage] = MappingProxyType({})
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("The volumes of the network")
        self.setToolTip("Click a volume, or press the left and right arrow keys")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_nodes(self, nodes: list[tuple[str, str, Shape, Category]]) -> None:
        """(id, name, shape, category) from the input on."""
        if [node[0] for node in nodes] != [node[0] for node in self.nodes]:
            self.current = -1
        self.nodes = nodes
        self.update()

    def show_fronts(self, fronts: Mapping[str, QImage]) -> None:
        """What the first sheet of a volume looks like, by node, as far as anybody knows; of the picture all of it."""
        self._fronts = fronts
        self.update()

    def choose(self, place: int) -> None:
        """Point out a volume."""
        if 0 <= place < len(self.nodes):
            self.current = place
            self.update()
            self.chosen.emit(place)

    def sizeHint(self) -> QSize:
        return QSize(500, _HIGH + _WORDS)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, _HIGH + _WORDS)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position())
        if place is not None:
            self.choose(place)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self.at(event.position())
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        named = "" if place is None else f"{self.nodes[place][1]}: {shape_text(self.nodes[place][2])}"
        self.setToolTip(plain_tip(named or "Click a volume, or press the left and right arrow keys"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if by:
            self.choose(max(0, min(len(self.nodes) - 1, self.current + by)))
        else:
            event.ignore()

    def at(self, point: QPointF) -> int | None:
        """Which volume lies under a point."""
        if not self.nodes:
            return None
        place = int(point.x() // self._slot)
        return place if 0 <= place < len(self.nodes) else None

    def middle(self, place: int) -> QPointF:
        """The middle of a volume."""
        return QPointF((place + 0.5) * self._slot, _HIGH / 2)

    @property
    def _slot(self) -> float:
        return min(150.0, self.width() / max(1, len(self.nodes)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        if not self.nodes:
            painter.setPen(look.secondary)
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "Add an Input layer to see volumes here.")
            return
        longest = max((max(shape[:2]) for _, _, shape, _ in self.nodes if len(shape) == 3), default=1)
        deepest = max((math.sqrt(shape[2]) for _, _, shape, _ in self.nodes if len(shape) == 3), default=1.0)
        deepest = max(deepest, _DEEP)  # a grey picture alone is no cube
        room = min(self._slot * 0.86, 126.0)
        room = max(room, 24.0)
        for place, (node, _, shape, category) in enumerate(self.nodes):
            middle, colour = self.middle(place), look.category(category)
            sides = [max(5.0, room * 0.62 * side / longest) for side in shape[:2]] if len(shape) == 3 else [5.0, 5.0]
            deep = max(3.0, room * 0.66 * math.sqrt(shape[-1]) / deepest)
            if len(shape) == 1:
                sides[0], deep = max(20.0, min(110.0, 12 * math.sqrt(shape[0]))), 4.0
            inks = [colour] * (shape[-1] if len(shape) == 3 and deep / shape[-1] >= _THICK else 1)
            if category == "input" and len(inks) == 3:
                inks = [look.error, look.good, look.accent]
            front = self._box(painter, middle, (sides[1], sides[0], deep), inks, place == self.current)
            if node in self._fronts:
                painter.drawImage(front, self._fronts[node])
            painter.setPen(look.text if place == self.current else look.secondary)
            words = shape_text(shape) if len(shape) == 3 else thousands(shape[0])
            spot = QRectF(middle.x() - self._slot / 2, _HIGH + 4, self._slot, 16)
            if painter.fontMetrics().horizontalAdvance(words) > self._slot - _APART:
                spot.translate(0, 14 * (place % 2))
                spot.adjust(-self._slot / 2, 0, self._slot / 2, 0)
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, words)

    def _box(
        self, painter: QPainter, middle: QPointF, size: tuple[float, float, float], inks: list[QColor], chosen: bool
    ) -> QRectF:
        """Draw a volume with a stripe for each of the inks, the first in front; its front, within the frame."""
        look = theme.current()
        width, high, deep = size
        lean = deep * _SLANT
        front = QRectF(middle.x() - (width + lean) / 2, middle.y() - (high - lean) / 2, width, high)
        for number, ink in reversed(list(enumerate(inks))):
            painter.setPen(QPen(look.accent if chosen else theme.mixed(ink, look.text, 0.7), 2 if chosen else 1))
            near, far = (QPointF(lean, -lean) * (at / len(inks)) for at in (number, number + 1))
            for start, end, share in (
                (front.topLeft(), front.topRight(), 0.5),
                (front.topRight(), front.bottomRight(), 0.32),
            ):
                painter.setBrush(theme.mixed(ink, look.card, share))
                painter.drawPolygon(QPolygonF([start + near, start + far, end + far, end + near]))
        painter.setBrush(theme.mixed(inks[0], look.card, 0.75))
        painter.drawRect(front)
        return front.adjusted(1, 1, -1, -1)
