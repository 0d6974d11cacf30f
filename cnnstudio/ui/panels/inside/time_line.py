"""The time that the curves show, and what is drawn over the same: what is seen of it, and where the pointer is."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.run.measured_steps import MeasuredSteps, Steps

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


class OverTime(QWidget):
    """What is drawn of measured steps over the time of the curves. Whoever derives from it says where its ``area`` is,
    and tells what is ``_at`` the pointer."""

    #: the step under the pointer, 0 when it has left
    pointed = Signal(int)
    #: in words what is under the pointer, the longest way first; none when it has left
    told = Signal(object)

    def __init__(self, steps: MeasuredSteps, time: TimeLine, name: str) -> None:
        super().__init__()
        self._steps, self._time = steps, time
        self._names: Mapping[str, str] = {}
        self._at: QPointF | None = None
        self.setMouseTracking(True)
        self.setMinimumSize(120, 60)
        self.setAccessibleName(name)
        theme.wear(self, "small-figures")

    @property
    def area(self) -> QRectF:
        """Where the steps are drawn, in pixels."""
        raise NotImplementedError

    def sizeHint(self) -> QSize:
        return QSize(480, 160)

    def _tell(self) -> None:
        """Tell what is under the pointer."""
        raise NotImplementedError

    def _step_at(self, x: float) -> float:
        """The step of a pixel."""
        return self._time.step_at((x - self.area.left()) / self.area.width())

    def _paint_crosshair(self, painter: QPainter) -> None:
        """A line at the step that is pointed at, here or in the curves."""
        step, area = self._time.crosshair, self.area
        x = area.left() + self._time.share_of(step) * area.width() if step else -1.0
        if area.left() <= x <= area.right():
            painter.setPen(QPen(theme.current().text, 1))
            painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._at = event.position()
        inside = self.area.contains(self._at)
        self.pointed.emit(max(1, round(self._step_at(self._at.x()))) if inside else 0)
        self._tell()
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._at = None
        self.pointed.emit(0)
        self.told.emit(())
        self.update()
        super().leaveEvent(event)


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
