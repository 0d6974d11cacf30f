"""A wire between two cards: one item with one paint method. It shows values it is given and changes nothing."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.nn.graph import Edge
from cnnstudio.ui import theme
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.wire_path import distance, sampled, wire_path

#: room for the label and the thickest stroke
LABEL_HEIGHT = 18.0


class WireItem(QGraphicsItem):
    """The wire of one edge, in scene units (its position stays at the origin)."""

    def __init__(self, edge: Edge | None) -> None:
        super().__init__()
        self.edge = edge
        self.label = ""
        self.broken = False
        self.waiting = False
        self.selected = False
        self.hovered = False
        self.lit = False
        self.loose = False
        self._ends = (QPointF(), QPointF())
        self._path = QPainterPath()
        self._points: list[QPointF] = []

    def lay(self, start: QPointF, end: QPointF) -> None:
        """Run from ``start`` to ``end``."""
        if (start, end) != self._ends:
            self.prepareGeometryChange()
            self._ends = QPointF(start), QPointF(end)
            self._path = wire_path(start, end)
            self._points = []

    def show_facts(self, label: str, broken: bool, waiting: bool) -> None:
        """The shape that runs through it, whether it does not fit, whether it waits for one."""
        if (label, broken, waiting) != (self.label, self.broken, self.waiting):
            self.prepareGeometryChange()
            self.label, self.broken, self.waiting = label, broken, waiting
            self.update()

    def show_state(self, **state: bool) -> None:
        """Set any of selected, hovered, lit (a drop would insert here), loose (its end is in the hand)."""
        for name, value in state.items():
            if getattr(self, name) != value:
                setattr(self, name, value)
                self.update()
        self.setZValue(0.5 if self.lit or self.selected or self.hovered else 0.0)

    @property
    def start(self) -> QPointF:
        return self._ends[0]

    @property
    def end(self) -> QPointF:
        return self._ends[1]

    def nearness(self, point: QPointF) -> tuple[float, float]:
        """How far a point in scene units is from the wire, and where along it (0 source … 1 target)."""
        if not self._points:
            self._points = sampled(self._path)
        return distance(self._points, point)

    def middle(self) -> QPointF:
        """The place half way along, where the label stands."""
        return self._path.pointAtPercent(0.5)

    def boundingRect(self) -> QRectF:
        room = self._path.boundingRect().adjusted(-6, -6, 6, 6)
        return room.united(self._label_rect()) if self.label else room

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(12.0)
        return stroker.createStroke(self._path)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        look = theme.current()
        zoom = option.levelOfDetailFromTransform(painter.worldTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        strong = self.selected or self.lit
        if strong:
            halo = QColor(look.accent)
            halo.setAlpha(60)
            painter.setPen(QPen(halo, max(7.0, 4.0 / zoom), Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
            painter.drawPath(self._path)
        pen = QPen(self._colour(look), max(2.4 if strong else 1.8, 1.1 / zoom))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        if self.broken or self.waiting or self.loose:
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            pen.setDashPattern([3.2, 2.4])
        painter.setPen(pen)
        painter.drawPath(self._path)
        if self.label and (self.broken or self.hovered or self.selected) and zoom >= 0.45:
            self._paint_label(painter, look)

    def _colour(self, look: theme.Theme) -> QColor:
        if self.lit:
            return look.accent
        if self.broken:
            return look.error
        if self.selected:
            return look.accent
        if self.hovered:
            return look.text
        return look.field_border

    def _paint_label(self, painter: QPainter, look: theme.Theme) -> None:
        rect = self._label_rect()
        painter.setPen(QPen(look.error if self.broken else look.line, 1))
        painter.setBrush(look.card)
        painter.drawRoundedRect(rect, LABEL_HEIGHT / 2, LABEL_HEIGHT / 2)
        painter.setPen(look.error if self.broken else look.text)
        painter.setFont(m.line_font())
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self.label)

    def _label_rect(self) -> QRectF:
        """Between two neighbours there is no room on the wire, so the label stands below it, under the ports."""
        width = m.metrics("line_font").horizontalAdvance(self.label) + 16
        at = self.middle()
        tight = 0 <= self.end.x() - self.start.x() < width + 8
        top = at.y() + m.PORT_RADIUS + 6 if tight else at.y() - LABEL_HEIGHT / 2
        return QRectF(at.x() - width / 2, top, width, LABEL_HEIGHT)
