"""The network's layers as a strip: one chip each, branches above each other, arrows between them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QToolTip, QWidget

from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.graph import Edge, Graph
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip

CHIP, LANE, GAP, MARGIN = 26, 32, 26, 12


class Strip(QScrollArea):
    """Scrolls sideways where the network is long."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidgetResizable(False)
        self.viewport().setAutoFillBackground(False)
        self.chips = _Chips()
        self.setWidget(self.chips)
        self.chips.chosen.connect(self.chosen)
        self._fit()

    def show_graph(self, graph: Graph, computed: frozenset[str], names: dict[str, str]) -> None:
        """``computed`` nodes can be chosen; ``names`` are the cards' names."""
        self.chips.show_graph(graph, computed, names)
        self._fit()
        self._reveal()

    def mark(self, node: str) -> None:
        """Show which layer is chosen, and bring it into sight."""
        self.chips.mark(node)
        self._reveal()

    def hide_shapes(self, nodes: frozenset[str]) -> None:
        """Show “?” in place of the shapes of these layers."""
        self.chips.veiled = nodes
        self.chips.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._reveal()

    def focusNextPrevChild(self, forwards: bool) -> bool:
        """Qt brings all of the widget with the keyboard into sight, which is wider than that: its middle."""
        found = super().focusNextPrevChild(forwards)
        self._reveal()
        return found

    def _fit(self) -> None:
        """As high as its lanes, and the bar where not all of it is in sight."""
        bar = self.horizontalScrollBar().sizeHint().height() if self.chips.width() > self.width() else 0
        self.setFixedHeight(min(3, self.chips.lanes) * LANE + 16 + bar)

    def wheelEvent(self, event: QWheelEvent) -> None:
        bar = self.horizontalScrollBar()
        by = event.angleDelta()
        bar.setValue(bar.value() - (by.y() or by.x()))
        event.accept()

    def _reveal(self) -> None:
        box = self.chips.boxes.get(self.chips.current)
        if box is not None:
            self.ensureVisible(int(box.center().x()), int(box.center().y()), int(box.width() / 2) + 80, CHIP)


class _Chips(QWidget):
    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName("Layers of the network")
        self.current = ""
        self.lanes = 1
        self.veiled: frozenset[str] = frozenset()
        self.boxes: dict[str, QRectF] = {}
        self._graph = Graph()
        self._computed: frozenset[str] = frozenset()
        #: the wires that are drawn around the layers they leave out
        self.around: frozenset[Edge] = frozenset()
        self._texts: dict[str, tuple[str, str]] = {}
        dressing.follow(self, self._lay_out)  # chips are as wide as their words

    def show_graph(self, graph: Graph, computed: frozenset[str], names: dict[str, str]) -> None:
        texts = {}
        for node in graph:
            shape = graph.inferred[node.id].output
            texts[node.id] = (names.get(node.id, node.layer.title), shape_text(shape) if shape else "")
        if graph is self._graph and texts == self._texts and computed == self._computed:
            return
        self._graph, self._computed, self._texts = graph, computed, texts
        self._lay_out()
        self.update()

    def mark(self, node: str) -> None:
        self.current = node
        self.update()

    def _lay_out(self) -> None:
        """Columns by the longest way from the input; in a column, below each other in graph order."""
        graph = self._graph
        depth: dict[str, int] = {}
        lane: dict[str, int] = {}
        for node_id in graph.order:
            inputs = [i for i in graph[node_id].inputs if i in depth]
            depth[node_id] = 1 + max((depth[i] for i in inputs), default=-1)
        taken: dict[int, set[int]] = {}
        busy: dict[int, set[int]] = {}
        for node_id in graph.order:
            inputs = [i for i in graph[node_id].inputs if i in lane]
            wanted = min((lane[i] for i in inputs), default=0)
            column = taken.setdefault(depth[node_id], set())
            column |= busy.get(depth[node_id], set())
            while wanted in column:
                wanted += 1
            column.add(wanted)
            lane[node_id] = wanted
            # a wire that jumps over columns keeps its lane free there
            last = max((depth[t] for t in graph.consumers[node_id] if t in depth), default=depth[node_id])
            for between in range(depth[node_id] + 1, last):
                if len(graph.consumers[node_id]) == 1:
                    busy.setdefault(between, set()).add(wanted)
        metrics = self.fontMetrics()
        widths: dict[int, int] = {}
        for node_id in depth:
            name, shape = self._texts[node_id]
            width = metrics.horizontalAdvance(name) + (metrics.horizontalAdvance(shape) + 6 if shape else 0) + 24
            widths[depth[node_id]] = max(widths.get(depth[node_id], 0), width)
        self.lanes = 1 + max(lane.values(), default=0)
        starts: dict[int, int] = {}
        x = MARGIN
        for place in sorted(widths):
            starts[place] = x
            x += widths[place] + GAP
        self.boxes = {
            i: QRectF(starts[depth[i]], 8 + lane[i] * LANE + (LANE - CHIP) / 2, widths[depth[i]], CHIP) for i in depth
        }
        self.around = frozenset(edge for edge in self._graph.edges if self._passing(edge, lane, depth))
        self.setFixedSize(QSize(max(1, x - GAP + MARGIN), self.lanes * LANE + 16))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setPen(QPen(look.secondary, 1.2))
        for edge in self._graph.edges:
            if edge.source in self.boxes and edge.target in self.boxes:
                self._arrow(painter, self.boxes[edge.source], self.boxes[edge.target], edge in self.around)
        for node_id, box in self.boxes.items():
            if not box.intersects(QRectF(event.rect())):
                continue
            chosen, usable = node_id == self.current, node_id in self._computed
            painter.setBrush(theme.mixed(look.accent, look.card, 0.12) if chosen else look.card)
            painter.setPen(QPen(look.accent if chosen else look.line, 2 if chosen else 1))
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
            painter.setBrush(look.category(self._graph[node_id].layer.category))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(box.left() + 4, box.top() + 6, 3, box.height() - 12), 1.5, 1.5)
            name, shape = self._texts[node_id]
            shape = "?" if node_id in self.veiled else shape
            inside = box.adjusted(13, 0, -8, 0)
            painter.setPen((look.accent if chosen else look.text) if usable else look.secondary)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
            painter.setPen(look.secondary)
            painter.drawText(inside, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shape)
        if self.hasFocus() and self.current in self.boxes:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(look.text, 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(self.boxes[self.current].adjusted(-2, -2, 2, 2), 7, 7)

    def _passing(self, edge: Edge, lane: dict[str, int], depth: dict[str, int]) -> bool:
        """Whether chips lie on the straight way of an edge: then it is a shortcut around them."""
        start, end = edge.source, edge.target
        if start not in lane or end not in lane or lane[start] != lane[end] or depth[end] - depth[start] < 2:
            return False
        return any(lane[i] == lane[start] and depth[start] < depth[i] < depth[end] for i in lane)

    @staticmethod
    def _arrow(painter: QPainter, source: QRectF, target: QRectF, around: bool) -> None:
        start, end = QPointF(source.right() + 2, source.center().y()), QPointF(target.left() - 3, target.center().y())
        path = QPainterPath(start)
        if around:
            below = source.bottom() + (LANE - CHIP) / 2
            for corner in (start.x() + GAP / 4, start.y()), (start.x() + GAP / 4, below):
                path.lineTo(*corner)
            for corner in (end.x() - GAP / 2, below), (end.x() - GAP / 2, end.y()):
                path.lineTo(*corner)
            path.lineTo(end)
        elif start.y() == end.y():
            path.lineTo(end)
        else:
            # down to a branch at once, up again only where the branch ends
            turn = end.x() - GAP / 2 if end.y() < start.y() else start.x() + GAP / 2
            path.lineTo(turn, start.y())
            path.lineTo(turn, end.y())
            path.lineTo(end)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
        painter.drawLine(end, end + QPointF(-4, -3))
        painter.drawLine(end, end + QPointF(-4, 3))

    def _at(self, point: QPointF) -> str:
        return next((i for i, box in self.boxes.items() if box.contains(point)), "")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        node = self._at(event.position())
        if node:
            self.chosen.emit(node)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        order = [i for i in self._graph.order if i in self._computed]
        here = order.index(self.current) if self.current in order else -1
        places = {
            Qt.Key.Key_Left: here - 1, Qt.Key.Key_Right: here + 1, Qt.Key.Key_Home: 0, Qt.Key.Key_End: len(order) - 1,
        }  # fmt: skip
        place = places.get(Qt.Key(event.key()))
        if place is None or here < 0:
            super().keyPressEvent(event)
        elif 0 <= place < len(order) and place != here:
            self.chosen.emit(order[place])

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip:
            assert isinstance(event, QHelpEvent)
            node = self._at(QPointF(event.pos()))
            if node:
                layer = self._graph[node].layer
                why = "" if node in self._computed else "\nIt cannot be computed yet."
                QToolTip.showText(event.globalPos(), plain_tip(f"{self._texts[node][0]}: {layer.sentence}{why}"), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
