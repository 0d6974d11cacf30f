"""Curves over steps: axes, grid, lines and marks, painted with no more points than there are pixels.

The wheel zooms about the pointer, a drag moves what is seen, a double click shows everything again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from cnnstudio.ui import theme
from cnnstudio.ui.labels import plain_tip
from cnnstudio.ui.panels.marks import Mark
from cnnstudio.ui.panels.plot_axes import epoch_ticks, value_ticks
from cnnstudio.ui.panels.polyline import Values, polygons, thinned
from cnnstudio.ui.wording import thousands

#: pixels around the curves: values stand on the left, epochs below
LEFT, TOP, RIGHT, BOTTOM = 40, 2, 2, 22
#: one notch of the wheel
WHEEL = 1.25
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Line:
    """One curve: values by step, or at ``steps``; ``dots`` marks every point and dashes the line between them."""

    values: Values
    colour: QColor
    smooth: bool = False
    steps: Values | None = None
    dots: bool = False


@dataclass(frozen=True)
class Range:
    """What is seen: steps from ``left`` to ``right``, values from ``low`` to ``high``, by their powers of ten where the
    scale is logarithmic."""

    left: float = 0.0
    right: float = 1.0
    low: float = 0.0
    high: float = 1.0


class Chart(QWidget):
    """``pointed`` carries the step under the pointer, or 0 when it has left."""

    pointed = Signal(int)
    #: somebody has zoomed or moved what is seen
    moved = Signal()
    #: everything is to be seen again
    reset = Signal()

    def __init__(self, *, percent: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 90)
        self.seen = Range()
        self.percent, self.logarithmic, self.per_epoch = percent, False, 0
        self.lines: Sequence[Line] = ()
        self.marks: Sequence[Mark] = ()
        self.crosshair: tuple[int, float] | None = None
        self._ground: tuple[object, QPixmap] | None = None
        self._held: QPointF | None = None

    @property
    def area(self) -> QRectF:
        """Where the curves are, in pixels."""
        return QRectF(self.rect()).adjusted(LEFT, TOP, -RIGHT, -BOTTOM)

    def show_range(self, seen: Range) -> None:
        """Show these steps and values."""
        if seen != self.seen:
            self.seen = seen
            self.update()

    def show_lines(self, lines: Sequence[Line], marks: Sequence[Mark]) -> None:
        """Show these curves and marks."""
        self.lines, self.marks = lines, marks
        self.update()

    def show_crosshair(self, step: int, value: float) -> None:
        """A line at a step (from 1) and a dot at a value there; no line for step 0."""
        crosshair = (step, value) if step else None
        if crosshair != self.crosshair:
            self.crosshair = crosshair
            self.update()

    def x_of(self, step: float) -> float:
        """The pixel of a step."""
        area, seen = self.area, self.seen
        return area.left() + (step - seen.left) / (seen.right - seen.left) * area.width()

    def y_of(self, value: float) -> float:
        """The pixel of a value, in what the axis shows."""
        area, seen = self.area, self.seen
        return area.bottom() - (value - seen.low) / (seen.high - seen.low) * area.height()

    def step_at(self, x: float) -> float:
        """The step of a pixel."""
        area, seen = self.area, self.seen
        return seen.left + (x - area.left()) / max(1.0, area.width()) * (seen.right - seen.left)

    def words_at(self, at: QPointF) -> str:
        """What there is to say about a place: an axis, or the curves."""
        if at.x() < self.area.left():
            share = "Accuracy: the share of images whose class the network gets right"
            return share if self.percent else "Loss: how wrong the answers are; it should fall, and 0 would be perfect"
        if at.y() > self.area.bottom():
            return "Epochs: how often all training images have been seen; a step is one batch of them"
        lines = "Solid: the images it learns from. Dashed with dots: validation images, which it does not learn from."
        return f"{lines}\nThe wheel zooms, a drag moves, a double click shows everything."

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.words_at(QPointF(event.pos()))), self)
            return True
        return super().event(event)

    # painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look, area = QPainter(self), theme.current(), self.area
        if area.width() < 10 or area.height() < 10:
            return
        painter.drawPixmap(0, 0, self._axes(look))
        painter.setClipRect(area.adjusted(0, -2, 2, 1))
        for line in self.lines:
            self._paint_line(painter, line, area)
        self._paint_marks(painter, look, area)
        if self.crosshair is not None:
            self._paint_crosshair(painter, look, area, *self.crosshair)

    def _paint_line(self, painter: QPainter, line: Line, area: QRectF) -> None:
        seen = self.seen
        if line.steps is None:
            first, last = math.floor(seen.left) - 2, math.ceil(seen.right) + 2
            columns = round(area.width()) // (2 if line.smooth else 1)
            places, values = thinned(line.values, first, last, columns)
            places = places + 1
        else:
            places, values = line.steps, line.values
        if self.logarithmic:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(values)
        parts = polygons(places, values, area, (seen.left, seen.right), (seen.low, seen.high))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, line.smooth or line.dots)
        pen = QPen(line.colour, 1.5 if line.smooth else 1.0)
        pen.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        if line.dots:
            pen.setStyle(Qt.PenStyle.DashLine)
        painter.setPen(pen)
        for part in parts:
            painter.drawPolyline(part)
        if line.dots:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(line.colour)
            for part in parts:
                for point in part:
                    painter.drawEllipse(point, 3, 3)

    def _paint_marks(self, painter: QPainter, look: theme.Theme, area: QRectF) -> None:
        """A dotted line for each; its words stand beside it where there is room, above or below those of its
        neighbours, and where curves seldom are."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        font = theme.small_font()
        metrics = QFontMetricsF(font)
        painter.setFont(font)
        ends = [-math.inf] * max(1, min(3, int(area.height() / 40)))
        for mark in self.marks:
            x = round(self.x_of(mark.step + 0.5)) + 0.5
            if not area.left() - 300 <= x <= area.right():
                continue
            painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            width = metrics.horizontalAdvance(mark.text) + 8
            left = x if x + width <= area.right() else x - width
            row = next((row for row, end in enumerate(ends) if left >= end), None)
            if row is None or left < area.left():
                continue
            ends[row] = left + width + 4
            down = row * (metrics.height() + 2)
            top = area.bottom() - 4 - metrics.height() - down if self.percent else area.top() + down
            words = QRectF(left, top, width, metrics.height())
            painter.fillRect(words.adjusted(2, 0, -2, 0), look.panel)
            painter.setPen(look.secondary)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, mark.text)

    def _paint_crosshair(
        self, painter: QPainter, look: theme.Theme, area: QRectF, step: int, value: float
    ) -> None:
        x = self.x_of(step)
        painter.setPen(QPen(look.text, 1))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.drawLine(QPointF(round(x) + 0.5, area.top()), QPointF(round(x) + 0.5, area.bottom()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if math.isfinite(value) and not (self.logarithmic and value <= 0):
            painter.setPen(QPen(look.panel, 1))
            painter.setBrush(look.accent)
            painter.drawEllipse(QPointF(x, self.y_of(math.log10(value) if self.logarithmic else value)), 3.5, 3.5)
        font = theme.tabular(theme.small_font())
        text = f"step {thousands(step)}"
        metrics = QFontMetricsF(font)
        width = metrics.horizontalAdvance(text) + 12
        left = min(max(x - width / 2, area.left()), area.right() - width)
        pill = QRectF(left, area.top(), width, metrics.height() + 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.text)
        painter.drawRoundedRect(pill, 4, 4)
        painter.setPen(look.panel)
        painter.setFont(font)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)

    def _axes(self, look: theme.Theme) -> QPixmap:
        """Ground, grid and labels: painted once for what is seen."""
        ratio = self.devicePixelRatioF()
        key = (self.size(), ratio, self.seen, self.logarithmic, self.per_epoch, look.name)
        if self._ground is None or self._ground[0] != key:
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(look.panel)
            painter = QPainter(picture)
            self._paint_axes(painter, look, self.area)
            painter.end()
            self._ground = key, picture
        return self._ground[1]

    def _paint_axes(self, painter: QPainter, look: theme.Theme, area: QRectF) -> None:
        seen, font = self.seen, theme.tabular(theme.small_font())
        metrics = QFontMetricsF(font)
        half = metrics.height() / 2
        painter.setFont(font)
        grid = theme.mixed(look.line, look.panel, 0.6)
        for tick in value_ticks(seen.low, seen.high, area.height(), percent=self.percent, logarithmic=self.logarithmic):
            y = self.y_of(tick.at)
            painter.setPen(grid)
            painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
            # The first and the last move in a little, so that they are whole.
            room = QRectF(0, min(max(y - half, 0.0), area.bottom() + 2 - 2 * half), LEFT - 6, 2 * half)
            painter.setPen(look.secondary)
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | _MIDDLE, tick.text)
        for tick in epoch_ticks(seen.left, seen.right, area.width(), self.per_epoch, metrics.horizontalAdvance):
            if tick.line is not None and seen.left < tick.line <= seen.right:
                x = round(self.x_of(tick.line)) + 0.5
                painter.setPen(grid)
                painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
            x, wide = self.x_of(tick.at), metrics.horizontalAdvance(tick.text) / 2
            if area.left() - 1 <= x - wide and x + wide <= area.right() + 1:
                painter.setPen(look.secondary)
                painter.drawText(QPointF(x - wide, area.bottom() + 6 + metrics.ascent()), tick.text)
        painter.setPen(look.line)
        painter.drawLine(QPointF(area.left() + 0.5, area.top()), QPointF(area.left() + 0.5, area.bottom()))
        painter.drawLine(QPointF(area.left(), area.bottom() + 0.5), QPointF(area.right(), area.bottom() + 0.5))

    # the pointer

    def wheelEvent(self, event: QWheelEvent) -> None:
        notches = event.angleDelta().y() / 120
        if notches and self.area.contains(event.position()):
            at, seen = self.step_at(event.position().x()), self.seen
            share = WHEEL**-notches
            right = at + max((seen.right - at) * share, 1.0)
            self._move(replace(seen, left=max(0.0, at - max((at - seen.left) * share, 1.0)), right=right))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._held = event.position()
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._held = None
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position, area, seen = event.position(), self.area, self.seen
        if self._held is not None and event.buttons() & Qt.MouseButton.LeftButton:
            by, self._held = position - self._held, position
            across = min(seen.left, by.x() * (seen.right - seen.left) / area.width())
            up = by.y() * (seen.high - seen.low) / area.height()
            self._move(Range(seen.left - across, seen.right - across, seen.low + up, seen.high + up))
        inside = area.contains(position)
        self.pointed.emit(max(1, round(self.step_at(position.x()))) if inside else 0)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(0)
        super().leaveEvent(event)

    def _move(self, seen: Range) -> None:
        self.show_range(seen)
        self.moved.emit()
