"""The axes of a chart: grid lines and labels where ``plot_axes`` puts them."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.plot_axes import Epochs, Tick, TimeScale, value_ticks

#: pixels between a label and the curves, on the left and below
GAP, BELOW = 6, 4
#: how opaque, of 255, a line of the grid is
GRID = 41

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class ValueAxis:
    """On the left: plain numbers, percentages, or powers of ten."""

    def __init__(self, width: int, *, percent: bool) -> None:
        self.percent, self.logarithmic = percent, False
        self.room = self._least = width

    def give_room(self, low: float, high: float, size: float) -> None:
        """Make it as wide, in pixels, as the longest label of a range on ``size`` pixels needs."""
        metrics = QFontMetricsF(theme.tabular(theme.small_font()))
        widths = [metrics.horizontalAdvance(tick.text) for tick in self.ticks_of(low, high, size)]
        self.room = max([self._least, *(math.ceil(width) + GAP + 1 for width in widths)])

    def ticks_of(self, low: float, high: float, size: float) -> list[Tick]:
        """Labels for a range of values on ``size`` pixels."""
        return value_ticks(low, high, size, percent=self.percent, logarithmic=self.logarithmic)

    def paint(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        """Paint it at the left of the curves, for the values from ``low`` to ``high``."""
        metrics = QFontMetricsF(painter.font())
        half = metrics.height() / 2
        for tick in self.ticks_of(low, high, area.height()):
            middle = area.bottom() - (tick.at - low) / max(1e-12, high - low) * area.height()
            painter.setPen(_grid())
            painter.drawLine(_across(area, middle)[0], _across(area, middle)[1])
            # the first and the last move in a little, so that they are whole
            top = min(max(middle - half, area.top() - 2), area.bottom() + 2 - 2 * half)
            painter.setPen(theme.current().secondary)
            painter.drawText(QRectF(0, top, area.left() - GAP, 2 * half), _RIGHT, tick.text)
        painter.setPen(QPen(theme.current().line, 1))
        painter.drawLine(area.topLeft(), area.bottomLeft())


class TimeAxis:
    """Below: a line where an epoch ends, and its name, or steps or seconds."""

    def __init__(self) -> None:
        self.epochs, self.scale = Epochs(), TimeScale()

    def ticks_of(self, low: float, high: float, size: float) -> list[Tick]:
        """Labels for a range of places on ``size`` pixels."""
        metrics = QFontMetricsF(theme.tabular(theme.small_font()))
        return self.scale.ticks(low, high, size, self.epochs, metrics.horizontalAdvance)

    def paint(self, painter: QPainter, area: QRectF, low: float, high: float) -> None:
        """Paint it below the curves, for the places from ``low`` to ``high``."""
        metrics = QFontMetricsF(painter.font())
        for tick in self.ticks_of(low, high, area.width()):
            if tick.line is not None:
                x = round(area.left() + (tick.line - low) / max(1e-12, high - low) * area.width()) + 0.5
                if area.left() < x <= area.right() + 1:
                    painter.setPen(_grid())
                    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            middle = area.left() + (tick.at - low) / max(1e-9, high - low) * area.width()
            half = metrics.horizontalAdvance(tick.text) / 2
            if area.left() - 1 <= middle - half and middle + half <= area.right() + 1:
                painter.setPen(theme.current().secondary)
                painter.drawText(QPointF(int(middle - half), area.bottom() + BELOW + metrics.ascent()), tick.text)
        painter.setPen(QPen(theme.current().line, 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())


def _grid() -> QPen:
    colour = QColor(theme.current().secondary)
    colour.setAlpha(GRID)
    return QPen(colour, 1)


def _across(area: QRectF, y: float) -> tuple[QPointF, QPointF]:
    whole = round(y) + 0.5
    return QPointF(area.left(), whole), QPointF(area.right(), whole)
