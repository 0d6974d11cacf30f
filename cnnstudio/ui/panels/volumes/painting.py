"""Painting a figure with Qt, on a screen, into a picture or into a PDF."""

from __future__ import annotations

from functools import cache, lru_cache
from threading import get_ident

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QImage, QPainter, QPainterPath, QPen, QPolygonF

from cnnstudio.export.figure import Figure, Label, Line, Mark, Picture, Rectangle
from cnnstudio.ui.look import theme


def paint_figure(painter: QPainter, figure: Figure) -> None:
    """Paint all marks with the figure's corner at the painter's origin."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if figure.background:
        painter.fillRect(QRectF(0, 0, figure.width, figure.height), QColor(figure.background))
    for mark in figure.marks:
        if isinstance(mark, Label):
            _paint_label(painter, mark)
        elif isinstance(mark, Picture):
            rect = QRectF(mark.x, mark.y, mark.width, mark.height)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(rect, QImage.fromData(mark.png))
        elif isinstance(mark, Rectangle):
            _pen_and_brush(painter, mark.stroke, mark.line, mark.dashed, mark.fill)
            painter.drawRoundedRect(QRectF(mark.x, mark.y, mark.width, mark.height), mark.radius, mark.radius)
        else:
            _pen_and_brush(painter, mark.stroke, mark.width, mark.dashed, mark.fill)
            if mark.opacity != 1.0:
                painter.setOpacity(mark.opacity)
            if mark.curved:
                painter.drawPath(path_of(mark))
            elif len(mark.points) == 2:
                painter.drawLine(QLineF(*mark.points[0], *mark.points[1]))
            elif mark.closed:
                painter.drawPolygon(_points(mark))
            else:
                painter.drawPolyline(_points(mark))
            if mark.opacity != 1.0:
                painter.setOpacity(1.0)


def node_at(figure: Figure, point: QPointF) -> str:
    """The node whose mark is topmost at a point of the figure, or ""."""
    x, y = point.x(), point.y()
    for mark in reversed(figure.marks):
        if not mark.node:
            continue
        if isinstance(mark, Line):  # most are far away, and no path is needed to see that
            if not (min(p[0] for p in mark.points) <= x <= max(p[0] for p in mark.points)):
                continue
            if not (min(p[1] for p in mark.points) <= y <= max(p[1] for p in mark.points)):
                continue
        if _shape(mark).contains(point):
            return mark.node
    return ""


@lru_cache(maxsize=4096)
def measured(text: str, size: float, bold: bool) -> float:
    """The width of a text in the font in which it will be painted."""
    return QFontMetricsF(_font(size, bold)).horizontalAdvance(text)


def _points(line: Line) -> list[QPointF]:
    return [QPointF(x, y) for x, y in line.points]


def path_of(line: Line) -> QPainterPath:
    """The path of a line."""
    points = _points(line)
    path = QPainterPath(points[0])
    if line.curved:
        for place in range(1, len(points), 3):
            path.cubicTo(*points[place : place + 3])
    else:
        path.addPolygon(QPolygonF(points))
    if line.closed:
        path.closeSubpath()
    return path


def _shape(mark: Mark) -> QPainterPath:
    if isinstance(mark, Line):
        return path_of(mark) if mark.closed else QPainterPath()
    path = QPainterPath()
    if isinstance(mark, Rectangle | Picture):
        path.addRect(QRectF(mark.x, mark.y, mark.width, mark.height))
    else:
        width = measured(mark.text, mark.size, mark.bold)
        path.addRect(QRectF(_left(mark, width), mark.y - mark.size, width, mark.size * 1.25))
    return path


def _pen_and_brush(painter: QPainter, stroke: str, width: float, dashed: bool, fill: str) -> None:
    painter.setPen(_pen(stroke, width, dashed))
    painter.setBrush(_brush(fill))


@lru_cache(maxsize=512)
def _pen(stroke: str, width: float, dashed: bool) -> QPen:
    if not stroke:
        return QPen(Qt.PenStyle.NoPen)
    pen = QPen(QColor(stroke), width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    if dashed:
        pen.setDashPattern([4 / width, 3 / width])
    return pen


@lru_cache(maxsize=512)
def _brush(fill: str) -> QBrush:
    return QBrush(QColor(fill)) if fill else QBrush(Qt.BrushStyle.NoBrush)


def _paint_label(painter: QPainter, label: Label) -> None:
    painter.setFont(_font(label.size, label.bold))
    painter.setPen(QColor(label.colour))
    width = measured(label.text, label.size, label.bold)
    painter.drawText(QPointF(_left(label, width), label.y), label.text)


def _left(label: Label, width: float) -> float:
    return label.x - width * {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]


def _font(size: float, bold: bool) -> QFont:
    return _font_of(get_ident(), size, bold)


@cache  # threads must not share a font: Qt keeps in it what it has found for the thread that used it last
def _font_of(_thread: int, size: float, bold: bool) -> QFont:
    font = theme.tabular(theme.drawn_font())
    font.setPixelSize(round(size))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    return font
