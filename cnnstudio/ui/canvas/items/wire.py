"""A wire between two cards: one item with one paint method. It shows values it is given and changes nothing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Literal, TypeVar

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyleOptionGraphicsItem, QWidget

from cnnstudio.design.layout.wire_route import LONG, Free, Point, wire_route
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.items.shown import Shown
from cnnstudio.ui.look import theme

#: which of a theme's colours a wire has
Ink = Literal["accent", "error", "text", "field_border"]

LABEL_HEIGHT = 18.0
#: between neighbours in a row the label stands this far above the cards
ABOVE = 8.0


class _Line:
    """A path, and points along it for those who ask how far they are from it. Its own start is the origin."""

    def __init__(self, path: QPainterPath) -> None:
        self.path = path

    @cached_property
    def points(self) -> list[QPointF]:
        """Evenly by its length, close enough for its corners."""
        steps = max(16, min(96, int(self.path.length() / 12)))
        return [self.path.pointAtPercent(i / steps) for i in range(steps + 1)]

    def nearness(self, to: QPointF) -> tuple[float, float]:
        """How far a point is from it, and where along it (0…1) the nearest place lies."""
        points = self.points
        best, where = float("inf"), 0.0
        for index in range(len(points) - 1):
            a, b = points[index], points[index + 1]
            abx, aby = b.x() - a.x(), b.y() - a.y()
            length = abx * abx + aby * aby
            share = ((to.x() - a.x()) * abx + (to.y() - a.y()) * aby) / length if length else 0.0
            share = min(1.0, max(0.0, share))
            dx, dy = a.x() + share * abx - to.x(), a.y() + share * aby - to.y()
            found = (dx * dx + dy * dy) ** 0.5
            if found < best:
                best, where = found, (index + share) / (len(points) - 1)
        return best, where


@dataclass(frozen=True)
class WireAtRest:
    """Where a wire lay."""

    edge: Edge | None
    start: QPointF
    line: _Line
    outline: QRectF

    def bounds(self) -> QRectF:
        """A rectangle around it in scene units."""
        return self.outline

    def nearness(self, point: QPointF) -> tuple[float, float]:
        """As ``WireItem.nearness``."""
        return self.line.nearness(point - self.start)


class WireItem(QGraphicsRectItem):
    """The wire of one edge; its position is where it starts, so that moving both ends alike costs no new path. Its
    bounds are kept in Qt as those of cards are."""

    selected = Shown(False)
    hovered = Shown(False)
    #: a drop would insert something here
    lit = Shown(False)
    #: its end is in the hand
    loose = Shown(False)

    def __init__(self, edge: Edge | None) -> None:
        super().__init__()
        self.edge = edge
        self.label = ""
        self.broken = False
        self.waiting = False
        #: what a wire that fits was told last: the shape that runs through it, and whether it waits for one
        self.told: tuple[Shape | None, bool] | None = None
        self._reach = QPointF()
        #: the way it was laid, in scene units, at least its ends; () where it has been carried elsewhere since
        self._route: tuple[Point, ...] = ()
        self._shape: tuple[Point, ...] = ()
        #: what it was laid around
        self._free: Free | None = None
        self._line = _Line(QPainterPath())
        self.setPen(Qt.PenStyle.NoPen)
        #: what runs through it, above the cards, once that is to be said
        self.tag: WireTag | None = None

    def lay(self, start: Point, end: Point, free: Free | None = None) -> None:
        """Run from ``start`` to ``end``, in scene units, where the way is ``free``."""
        short = 0 <= end[0] - start[0] <= LONG  # its way depends on nothing else
        around, self._free = self._free, free
        if self._route:
            (x, y), (ex, ey) = self._route[0], self._route[-1]
            if (start, end) == ((x, y), (ex, ey)) and (short or free is around):
                return
            if short and (start[1], end[1], end[0] - start[0]) == (y, ey, ex - x):  # along its row: it keeps its form
                self._route = start, end
                self.setPos(*start)
                self._carry_tag()
                return
        route = wire_route(start, end, free)
        if route == self._route:
            return
        self._route = route
        shape = tuple((x - start[0], y - start[1]) for x, y in route)
        self.setPos(*start)
        if shape != self._shape:
            self._reach, self._shape = QPointF(end[0] - start[0], end[1] - start[1]), shape
            self._line = _Line(_route_path(shape))
            self.setRect(self._line.path.boundingRect().adjusted(-6, -6, 6, 6))
            self.update()
        self._place_tag()

    def carry(self, start: QPointF) -> None:
        """Move it as it is: both its ends have moved alike."""
        self._route = ()
        self.setPos(start)
        self._carry_tag()

    def show_facts(self, label: str, broken: bool, waiting: bool) -> None:
        """The shape that runs through it, whether it does not fit, whether it waits for one."""
        if (label, broken, waiting) != (self.label, self.broken, self.waiting):
            self.label, self.broken, self.waiting = label, broken, waiting
            self.update()
            self._place_tag()

    def restyle(self) -> None:
        """What it shows of the moment has changed."""
        self.update()
        if self.edge is not None:
            self.setZValue(0.5 if self.lit or self.selected or self.hovered else 0.0)
            self._place_tag()

    @property
    def start(self) -> QPointF:
        return self.pos()

    @property
    def end(self) -> QPointF:
        return self.pos() + self._reach

    def point_at(self, share: float) -> QPointF:
        """The place a share of the way (0 source … 1 target) along it, in scene units."""
        return self.pos() + self._line.path.pointAtPercent(share)

    def bounds(self) -> QRectF:
        """A rectangle around it in scene units."""
        return self.sceneBoundingRect()

    def nearness(self, point: QPointF) -> tuple[float, float]:
        """How far a point in scene units is from the wire, and where along it (0 source … 1 target)."""
        return self._line.nearness(point - self.pos())

    def at_rest(self) -> WireAtRest:
        """The wire as it lies now, whatever becomes of it."""
        return WireAtRest(self.edge, self.pos(), self._line, self.bounds())

    def crosses(self, start: QPointF, end: QPointF) -> bool:
        """Whether a stroke from one point to another in the scene crosses the wire."""
        stroke = QLineF(start - self.pos(), end - self.pos())
        around = QRectF(stroke.p1(), stroke.p2()).normalized().adjusted(-1, -1, 1, 1)
        if not around.intersects(self._line.path.boundingRect().adjusted(-1, -1, 1, 1)):
            return False
        bounded = QLineF.IntersectionType.BoundedIntersection
        return any(stroke.intersects(QLineF(a, b))[0] == bounded for a, b in itertools.pairwise(self._line.points))

    def shape(self) -> QPainterPath:
        stroker = QPainterPathStroker()
        stroker.setWidth(12.0)
        return stroker.createStroke(self._line.path)

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
            painter.drawPath(self._line.path)
        dashed = self.broken or self.waiting or self.loose
        painter.setPen(_pen(look.name, self._ink(), max(2.4 if strong else 1.8, 1.1 / zoom), dashed))
        painter.drawPath(self._line.path)

    def _ink(self) -> Ink:
        if self.lit:
            return "accent"
        if self.broken:
            return "error"
        if self.selected:
            return "accent"
        return "text" if self.hovered else "field_border"

    @property
    def tagged(self) -> bool:
        """Whether it is said what runs through it."""
        return self.tag is not None and self.tag.isVisible()

    def fade(self, opacity: float) -> None:
        """Show it as strongly as this, 0…1; what is said of it only where it is whole."""
        self.setOpacity(opacity)
        if self.tag is not None:
            self.tag.setOpacity(float(opacity == 1.0))

    def _carry_tag(self) -> None:
        if self.tagged:
            self._place_tag()

    def _place_tag(self) -> None:
        shown = bool(self.label) and (self.broken or self.hovered or self.selected) and self.isVisible()
        if shown and self.tag is None and self.scene() is not None:
            self.tag = WireTag()
            self.fade(self.opacity())
            self.scene().addItem(self.tag)
        if self.tag is None:
            return
        self.tag.setVisible(shown)
        if shown:
            across = self.end.x() - self.start.x()
            tight = 0 <= across < self.tag.width_of(self.label) + 8
            middle = self.point_at(0.5)
            stem = middle.y() - min(self.start.y(), self.end.y()) + m.PORT_Y + ABOVE if tight else 0.0
            self.tag.show_label(self.label, self.broken, middle, stem)


@lru_cache(maxsize=64)
def _pen(look: str, ink: Ink, width: float, dashed: bool) -> QPen:
    """The pen that all wires share which look alike."""
    colour: QColor = getattr(theme.load(look), ink)
    pen = QPen(colour, width)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap if dashed else Qt.PenCapStyle.RoundCap)
    if dashed:
        pen.setDashPattern([3.2, 2.4])
    return pen


class WireTag(QGraphicsItem):
    """The shape that runs through a wire, in a capsule on it, or above the cards at the end of a stem."""

    def __init__(self) -> None:
        super().__init__()
        self._label, self._broken, self._stem = "", False, 0.0
        self.setZValue(5)
        self.hide()

    @staticmethod
    def width_of(label: str) -> float:
        """How wide the capsule of a label is."""
        return m.metrics(m.line_font).horizontalAdvance(label) + 16

    def show_label(self, label: str, broken: bool, at: QPointF, stem: float) -> None:
        """Show a label ``stem`` scene units above a point of the wire."""
        self.setPos(at)
        if (label, broken, stem) != (self._label, self._broken, self._stem):
            self.prepareGeometryChange()
            self._label, self._broken, self._stem = label, broken, stem
            self.update()

    def boundingRect(self) -> QRectF:
        return self._capsule().united(QRectF(-2, -self._stem, 4, max(self._stem, 1))).adjusted(-1, -1, 1, 1)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        if option.levelOfDetailFromTransform(painter.worldTransform()) < 0.45:
            return
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = self._capsule()
        painter.setPen(QPen(look.error if self._broken else look.field_border, 1))
        if self._stem:
            painter.drawLine(QPointF(0, rect.bottom()), QPointF(0, -4))
        painter.setBrush(look.card)
        painter.drawRoundedRect(rect, LABEL_HEIGHT / 2, LABEL_HEIGHT / 2)
        painter.setPen(look.error if self._broken else look.text)
        painter.setFont(m.line_font())
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, self._label)

    def _capsule(self) -> QRectF:
        width = self.width_of(self._label)
        bottom = -self._stem if self._stem else LABEL_HEIGHT / 2
        return QRectF(-width / 2, bottom - LABEL_HEIGHT, width, LABEL_HEIGHT)


def _route_path(route: tuple[Point, ...]) -> QPainterPath:
    """A route of ``cnnstudio.design.layout.wire_route`` as a path; its own start is the origin."""
    first, *points = [(x - route[0][0], y - route[0][1]) for x, y in route]
    path = QPainterPath(QPointF(*first))
    for at in range(0, len(points), 3):
        path.cubicTo(*(coordinate for point in points[at : at + 3] for coordinate in point))
    return path


Wire = TypeVar("Wire", WireItem, WireAtRest)


def nearest(wires: Iterable[Wire], point: QPointF, reach: float, but: frozenset[str]) -> Wire | None:
    """The wire nearest to a point, at most ``reach`` scene units from it, that touches none of the nodes ``but``."""
    best, found = reach, None
    around = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
    for wire in wires:
        edge = wire.edge
        if edge is None or edge.source in but or edge.target in but or not wire.bounds().intersects(around):
            continue
        far = wire.nearness(point)[0]
        if far <= best:
            best, found = far, wire
    return found
