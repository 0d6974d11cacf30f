"""The time that the curves show, for whatever is drawn over the same: what is seen of it, and where the pointer is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.run.film import Steps

#: pixels below a drawing for the labels of the time
AXIS = 18


class TimeLine:
    """What the curves show of the time is shown here, too: zoomed and moved there, pointed at in either."""

    def __init__(self, curves: CurvesPanel) -> None:
        self._curves = curves

    @property
    def crosshair(self) -> int:
        """The step that is pointed at, here or there; 0 for none."""
        return self._curves.pointed_at

    def share_of(self, step: float) -> float:
        """Where a step lies in what is seen: from 0 at the left to 1 at the right."""
        return float(self._curves.chart.shares_of(np.array([step], np.float64))[0])

    def step_at(self, share: float) -> float:
        """The step there."""
        return float(self._curves.chart.steps_at(np.array([share], np.float64))[0])

    def steps_across(self, columns: int) -> NDArray[np.float64]:
        """The step in the middle of each of so many columns."""
        return self._curves.chart.steps_at((np.arange(columns) + 0.5) / columns)

    def lived(self, area: QRectF) -> QRectF:
        """Where in an area the steps are that the run has taken."""
        left = max(0.0, self.share_of(0.5))
        right = min(1.0, self.share_of(len(self._curves.data.loss) + 0.5))
        return QRectF(
            area.left() + left * area.width(), area.top(), max(0.0, right - left) * area.width(), area.height()
        )

    def ticks(self, width: float) -> list[tuple[float, str, float | None]]:
        """Labels on so many pixels: the share at which each stands, what it says, and where its line lies."""
        return self._curves.chart.labels_across(width)


def level_columns(stretches: tuple[Steps, Steps], time: TimeLine, columns: int) -> NDArray[np.int64]:
    """Which measured step each of so many columns of pixels shows, from 0; −1 where nobody watched."""
    begins, ends = stretches
    steps = time.steps_across(max(1, columns))
    width = np.diff(steps, append=steps[-1] + (steps[-1] - steps[-2] if columns > 1 else 1))
    # a column shows the last step that was measured in it; one that no step begins in, the one that goes on there
    places = np.searchsorted(begins, steps + width / 2, side="right") - 1
    seen = (places >= 0) & (ends[np.clip(places, 0, None)] > steps - width / 2)
    found: NDArray[np.int64] = np.where(seen, places, -1)
    return found


def paint_axis(painter: QPainter, time: TimeLine, area: QRectF) -> None:
    """The labels of the time below an area, and their lines across it."""
    look, metrics = theme.current(), painter.fontMetrics()
    for at, text, line in time.ticks(area.width()):
        if line is not None and 0 < line < 1:
            x = round(area.left() + line * area.width()) + 0.5
            painter.setPen(QPen(look.line, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        middle, half = area.left() + at * area.width(), metrics.horizontalAdvance(text) / 2
        if area.left() - 1 <= middle - half and middle + half <= area.right() + 1:
            painter.setPen(look.secondary)
            painter.drawText(QPointF(middle - half, area.bottom() + 4 + metrics.ascent()), text)
