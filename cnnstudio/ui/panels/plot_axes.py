"""The two axes of a curve: values on the left as plain numbers, epochs below."""

from __future__ import annotations

import math
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from cnnstudio.ui import theme

#: pixels between two labels below
ROOM = 12


class ValueAxis(pg.AxisItem):
    """Plain decimal numbers, or percentages where ``percent``; works for logarithmic plots as well."""

    def __init__(self, *, percent: bool) -> None:
        super().__init__("left")
        self._percent = percent
        self.setWidth(40)
        self.setStyle(tickLength=0, tickTextOffset=6, maxTickLevel=0)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if not self.logMode:
            wanted = max(2, round(size / 44))
            step = nice((high - low) / wanted)
            first = math.ceil(low / step - 1e-9)
            return [(step, [step * k for k in range(first, math.floor(high / step + 1e-9) + 1)])]
        found = []
        for digits in ((1,), (1, 3), (1, 2, 5)):
            powers = range(math.floor(low), math.ceil(high) + 1)
            found = [power + math.log10(digit) for power in powers for digit in digits]
            found = [value for value in found if low <= value <= high]
            if len(found) >= max(2, size / 60):
                break
        return [(1.0, found)]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        if self.logMode:
            return [f"{10**value:.4g}" for value in values]
        if self._percent:
            return [f"{100 * value:.4g}\u2009%" for value in values]
        digits = max(0, -math.floor(math.log10(spacing) + 1e-9)) if spacing > 0 else 0
        return [f"{value:.{digits}f}" for value in values]

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        super().drawPicture(painter, axis, ticks, [])
        low, high = self.range
        size = self.size().height()
        spacing, values = self.tickValues(low, high, size)[0]
        painter.setFont(theme.tabular(theme.small_font()))
        painter.setPen(theme.current().secondary)
        metrics = QFontMetricsF(painter.font())
        half = metrics.height() / 2
        for value, text in zip(values, self.tickStrings(values, 1.0, spacing), strict=True):
            middle = size * (high - value) / max(1e-12, high - low)
            # The first and the last move in a little, so that they are whole.
            top = min(max(middle - half, -2.0), size + 2 - 2 * half)
            room = QRectF(0, top, self.size().width() - 6, 2 * half)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, text)


class EpochAxis(pg.AxisItem):
    """A line where an epoch ends, and its name in the middle below it; the steps where no epoch is known."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.per_epoch = 0
        self.setHeight(22)
        self.setStyle(tickLength=0, tickTextOffset=6, maxTickLevel=0)

    def every(self, low: float, high: float, size: float) -> int:
        """How many epochs one label stands for, so that labels do not touch."""
        widest = QFontMetricsF(self.font()).horizontalAdvance(f"epoch {max(1, round(high / self.per_epoch))}") + ROOM
        shown = max(1e-9, (high - low) / self.per_epoch)
        return max(1, math.ceil(nice(widest * shown / max(1.0, size))))

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if self.per_epoch <= 0:
            return []
        every = self.every(low, high, size)
        first, last = math.floor(low / self.per_epoch), math.ceil(high / self.per_epoch)
        lines = [epoch * self.per_epoch for epoch in range(first + 1, last + 1) if epoch % every == 0]
        return [(self.per_epoch * every, [float(line) for line in lines])]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        return [""] * len(values)

    def font(self) -> Any:
        return theme.tabular(theme.small_font())

    def drawPicture(self, painter: QPainter, axis: Any, ticks: Any, texts: Any) -> None:
        super().drawPicture(painter, axis, ticks, [])
        if self.per_epoch <= 0:
            return
        low, high = self.range
        size = self.size().width()
        every = self.every(low, high, size)
        painter.setFont(self.font())
        painter.setPen(theme.current().secondary)
        metrics = QFontMetricsF(self.font())
        first, last = math.floor(low / self.per_epoch), math.ceil(high / self.per_epoch)
        for epoch in range(max(1, first), last + 1):
            if epoch % every and every > 1:
                continue
            # One label an epoch lies in its middle; a label for several at the line where it ends.
            place = (epoch - 0.5 if every == 1 else epoch) * self.per_epoch
            x = (place - low) / max(1e-9, high - low) * size
            text = f"epoch {epoch}"
            half = metrics.horizontalAdvance(text) / 2
            if x + half <= size + 1 and x - half >= -1:
                painter.drawText(int(x - half), int(6 + metrics.ascent()), text)


def nice(value: float) -> float:
    """The next of 1, 2, 2.5, 5, 10 … at or above a positive number."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((step * power for step in (1.0, 2.0, 2.5, 5.0) if step * power >= value * (1 - 1e-9)), 10.0 * power)
