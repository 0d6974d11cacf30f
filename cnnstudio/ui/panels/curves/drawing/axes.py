"""The axes of a chart in pyqtgraph: grid lines and labels where ``plot_axes`` puts them."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPicture

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.drawing.kept import Kept
from cnnstudio.ui.panels.curves.plot_axes import Epochs, Tick, TimeScale, value_ticks

#: pixels between a label on the left and the curves
GAP = 6


class _Axis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """Draws the labels itself: pyqtgraph would leave out those that reach over the end."""

    #: None where pyqtgraph wants it to be drawn anew
    picture: QPicture | None

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.setStyle(tickLength=0, maxTickLevel=0)
        self.enableAutoSIPrefix(False)  # it would be looked for at each change, for a label that there is not
        self._kept, self._bounds = Kept(), QRectF()
        self.geometryChanged.connect(self._moved)
        self.dress()

    def paint(self, painter: QPainter, option: Any, widget: Any) -> None:
        """Labels take as long to draw as the curves and seldom change."""
        if self.picture is None:
            self._kept.forget()
        self._kept.paint(painter, self.boundingRect(), self._paint_anew)
        self.picture = QPicture()  # what pyqtgraph would draw there would be drawn once more for ours

    def _paint_anew(self, painter: QPainter) -> None:
        drawing = self.generateDrawSpecs(painter)
        if drawing is not None:
            self.drawPicture(painter, *drawing)

    def boundingRect(self) -> QRectF:
        if self._bounds.isNull():  # it is asked for many times a paint
            self._bounds = super().boundingRect()
        return self._bounds

    def linkedViewChanged(self, view: Any, *new_range: Any) -> None:
        super().linkedViewChanged(view, *new_range)
        self._moved()

    def _moved(self) -> None:
        """It may have another size, or the curves, which the lines of its grid go across."""
        self.prepareGeometryChange()
        self._bounds = QRectF()
        self.redraw()

    def dress(self) -> None:
        """Take the colours of the current theme."""
        look = theme.current()
        self.setPen(pg.mkPen(look.line, width=1))
        self.setTickPen(pg.mkPen(look.secondary, width=1))
        self.redraw()

    def redraw(self) -> None:
        """Forget what was drawn."""
        self.picture = None
        self.update()

    def ticks_of(self, low: float, high: float, size: float) -> list[Tick]:
        raise NotImplementedError

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        lines = [tick.line for tick in self.ticks_of(low, high, size) if tick.line is not None]
        return [(1.0, lines)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [""] * len(values)


class ValueAxis(_Axis):
    """On the left: plain numbers, percentages, or powers of ten."""

    def __init__(self, width: int, *, percent: bool) -> None:
        self.percent, self.logarithmic = percent, False
        self.room = self._least = width
        super().__init__("left")
        self.setWidth(width)

    def give_room(self, low: float, high: float, size: float) -> None:
        """Make it as wide, in pixels, as the longest label of a range on ``size`` pixels needs."""
        metrics = QFontMetricsF(theme.tabular(theme.small_font()))
        widths = [metrics.horizontalAdvance(tick.text) for tick in self.ticks_of(low, high, size)]
        room = max([self._least, *(math.ceil(width) + GAP + 1 for width in widths)])
        if room != self.room:
            self.room = room
            self.setWidth(room)
            self.redraw()

    def ticks_of(self, low: float, high: float, size: float) -> list[Tick]:
        return value_ticks(low, high, size, percent=self.percent, logarithmic=self.logarithmic)

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        super().drawPicture(painter, axis, ticks, [])
        low, high = self.range
        size = self.size().height()
        painter.setFont(theme.tabular(theme.small_font()))
        painter.setPen(theme.current().secondary)
        half = QFontMetricsF(painter.font()).height() / 2
        for tick in self.ticks_of(low, high, size):
            middle = size * (high - tick.at) / max(1e-12, high - low)
            # the first and the last move in a little, so that they are whole
            top = min(max(middle - half, -2.0), size + 2 - 2 * half)
            room = QRectF(0, top, self.size().width() - GAP, 2 * half)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, tick.text)


class TimeAxis(_Axis):
    """Below: a line where an epoch ends, and its name, or steps or seconds."""

    def __init__(self, height: int) -> None:
        self.epochs, self.scale_of_time = Epochs(), TimeScale()
        super().__init__("bottom")
        self.setHeight(height)

    def ticks_of(self, low: float, high: float, size: float) -> list[Tick]:
        metrics = QFontMetricsF(theme.tabular(theme.small_font()))
        return self.scale_of_time.ticks(low, high, size, self.epochs, metrics.horizontalAdvance)

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        super().drawPicture(painter, axis, ticks, [])
        low, high = self.range
        size = self.size().width()
        painter.setFont(theme.tabular(theme.small_font()))
        painter.setPen(theme.current().secondary)
        metrics = QFontMetricsF(painter.font())
        for tick in self.ticks_of(low, high, size):
            x = (tick.at - low) / max(1e-9, high - low) * size
            half = metrics.horizontalAdvance(tick.text) / 2
            if x + half <= size + 1 and x - half >= -1:
                painter.drawText(int(x - half), int(6 + metrics.ascent()), tick.text)
