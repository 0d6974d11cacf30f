"""Curves over steps in a pyqtgraph plot, with no more points than there are pixels; marks and a crosshair over them.

The wheel zooms about the pointer, a drag moves what is seen, a double click shows everything again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSizeF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QToolTip, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.panels.curves.drawing.axes import TimeAxis, ValueAxis
from cnnstudio.ui.panels.curves.drawing.items import Curves, Ground
from cnnstudio.ui.panels.curves.drawing.notes import paint_notes
from cnnstudio.ui.panels.curves.drawing.other_runs import OtherCurves, OtherRun
from cnnstudio.ui.panels.curves.drawing.stroke import BEYOND, Line, Stroke
from cnnstudio.ui.panels.curves.marks import Mark
from cnnstudio.ui.panels.curves.plot_axes import EPOCHS, SECONDS, STEPS, Epochs, TimeScale
from cnnstudio.ui.panels.curves.thinned import Values, thinned
from cnnstudio.worker.refresh_rate import Moment

#: pixels around the curves: values stand on the left, in more room where they are longer, and epochs below
LEFT, TOP, RIGHT, BOTTOM = 40, 2, 2, 22
#: from so many steps to a pixel on single values are a block
CROWDED = 3
#: into so many parts curves are cut where time runs by powers of ten: within each it is nearly even
STRETCHES = 24
#: a number, or an array of them
AnyNumber = TypeVar("AnyNumber", float, Values)
_TIME_WORDS = {
    EPOCHS: "Epochs: how often all training images have been seen; a step is one batch of them",
    STEPS: "Steps: a step is one batch of images, after which the weights move",
    SECONDS: "Time that was spent on training and validation, pauses left out; within an epoch it is shared evenly",
}


@dataclass(frozen=True)
class Range:
    """What is seen: steps from ``left`` to ``right``, values from ``low`` to ``high``, by their powers of ten where the
    scale is logarithmic."""

    left: float = 0.0
    right: float = 1.0
    low: float = 0.0
    high: float = 1.0


class Chart(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
    """``pointed`` carries the step under the pointer, or 0 when it has left.

    What stays as it is between two steps of a run is kept as pictures; of curves that grow only the end is painted.
    """

    pointed = Signal(int)
    #: somebody has zoomed or moved what is seen
    moved = Signal()
    #: everything is to be seen again
    reset = Signal()
    #: other steps are seen
    seen_changed = Signal()

    def __init__(self, *, percent: bool, parent: QWidget | None = None) -> None:
        value_axis, time_axis = ValueAxis(LEFT, percent=percent), TimeAxis(BOTTOM)
        axes = {"left": value_axis, "bottom": time_axis}
        super().__init__(parent, viewBox=_Box(), axisItems=axes, enableMenu=False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMinimumSize(120, 90)
        self.value_axis, self.time_axis, self.percent = value_axis, time_axis, percent
        self.seen = Range()
        self.lines: Sequence[Line] = ()
        self.marks: Sequence[Mark] = ()
        self.crosshair: tuple[int, float] | None = None
        self.level: tuple[float, str] | None = None
        #: the step at which what can be seen begins: before 0 where there was a run before this one
        self.begins = 0
        #: curves of other runs, under these, and whether it is said here whose they are
        self.others = OtherCurves("accuracy" if percent else "loss")
        self.names_others = False
        self._curves, self._ground = Curves(), Ground()
        #: where words stand on the ground, and how many points of the curves lie there
        self._words: list[tuple[QRectF, int]] = []
        #: seconds of the window's time that were spent on painting
        self.painting = 0.0
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # behind all of it is but a colour
        item = self.getPlotItem()
        item.layout.setContentsMargins(0, TOP, RIGHT, 0)
        item.hideButtons()
        self.destroyed.connect(item.ctrlMenu.deleteLater)  # it is made all the same, and belongs to nobody
        item.showGrid(x=True, y=True, alpha=0.16)
        self._box = item.getViewBox()
        self._box.sigRangeChangedManually.connect(self._moved_by_hand)
        item.addItem(self._ground, ignoreBounds=True)
        item.addItem(self._curves, ignoreBounds=True)
        dressing.follow(self, self._dress)
        self._dress()

    @property
    def logarithmic(self) -> bool:
        """Whether the range and the axis are by powers of ten."""
        return self.value_axis.logarithmic

    @logarithmic.setter
    def logarithmic(self, on: bool) -> None:
        self.value_axis.logarithmic = on
        self.value_axis.redraw()
        self._redraw()

    @property
    def epochs(self) -> Epochs:
        """Where the epochs end."""
        return self.time_axis.epochs

    @epochs.setter
    def epochs(self, epochs: Epochs) -> None:
        if epochs != self.time_axis.epochs:
            self.time_axis.epochs = epochs
            self.time_axis.redraw()

    @property
    def time(self) -> TimeScale:
        """How time runs along the axis."""
        return self.time_axis.scale_of_time

    @time.setter
    def time(self, scale: TimeScale) -> None:
        if scale != self.time:
            self.time_axis.scale_of_time = scale
            self.time_axis.redraw()
            self._limit()
            self._set_range()

    @property
    def area(self) -> QRectF:
        """Where the curves are, in pixels."""
        return QRectF(self.viewport().rect()).adjusted(self.value_axis.room, TOP, -RIGHT, -BOTTOM)

    def dense(self, steps: int) -> bool:
        """Whether so many steps leave no ground between their values, so that what is drawn of them is one block."""
        return steps > CROWDED * max(1.0, self.area.width())

    def show_range(self, seen: Range) -> None:
        """Show these steps and values."""
        if seen != self.seen:
            self.seen = seen
            self._set_range()

    def _set_range(self) -> None:
        """Tell pyqtgraph what is seen, by places."""
        seen, time = self.seen, self.time
        self._give_room()
        places = (time.place(seen.left), time.place(seen.right))
        self._box.setRange(xRange=places, yRange=(seen.low, seen.high), padding=0)
        self._box.prepareForPaint()  # or it would do so while it is painted, and be painted twice
        self._redraw()
        self.seen_changed.emit()

    def _limit(self) -> None:
        """How far back and how near one can go: to the beginning, and to two steps or a tenth of a power of ten."""
        closest = 0.1 if self.time.logarithmic else self.time.place(2.0) - self.time.place(0.0)
        self._box.setLimits(xMin=self.time.place(float(self.begins)), minXRange=closest)

    def show_lines(self, lines: Sequence[Line], marks: Sequence[Mark], seen: Range) -> None:
        """Show these curves and marks, and of them these steps and values."""
        other = tuple(marks) != tuple(self.marks)
        self.lines, self.marks = lines, marks
        begins = min((line.after for line in lines), default=0)
        if begins != self.begins:
            self.begins = begins
            self._limit()
        if seen != self.seen:
            self.show_range(seen)
        elif other:
            self._redraw()
        else:
            self._grow()

    def show_others(self, runs: Sequence[OtherRun], *, named: bool) -> None:
        """Show curves of other runs under these, and whose they are where they are to be ``named`` here."""
        if tuple(runs) != self.others.runs or named != self.names_others:
            self.others.runs, self.names_others = tuple(runs), named
            self._redraw()

    def show_level(self, value: float, text: str) -> None:
        """A dotted line across at a value, with what it is; no number takes it away."""
        level = (value, text) if math.isfinite(value) else None
        if level != self.level:
            self.level = level
            self._redraw()

    def show_crosshair(self, step: int, value: float) -> None:
        """A line at a step (from 1) and a dot at a value there; no line for step 0."""
        crosshair = (step, value) if step else None
        if crosshair != self.crosshair:
            self.crosshair = crosshair
            self.viewport().update()

    def x_of(self, step: float) -> float:
        """The pixel of a step."""
        area = self.area
        return area.left() + float(self.shares_of(np.array([step], np.float64))[0]) * area.width()

    def y_of(self, value: AnyNumber) -> AnyNumber:
        """The pixel of a value, or of each of several, in what the axis shows."""
        area, seen = self.area, self.seen
        return area.bottom() - (value - seen.low) / (seen.high - seen.low) * area.height()

    def step_at(self, x: float) -> float:
        """The step of a pixel."""
        area = self.area
        return float(self.steps_at(np.array([(x - area.left()) / max(1.0, area.width())]))[0])

    def shares_of(self, steps: Values) -> Values:
        """Where steps lie in what is seen: from 0 at its left to 1 at its right."""
        left, right = self._places
        return (self.time.places(steps) - left) / (right - left)

    def steps_at(self, shares: Values) -> Values:
        """The steps there."""
        left, right = self._places
        return self.time.steps(left + shares * (right - left))

    @property
    def _places(self) -> tuple[float, float]:
        """The places of the ends of what is seen."""
        return self.time.place(self.seen.left), self.time.place(self.seen.right)

    def labels_across(self, width: float) -> list[tuple[float, str, float | None]]:
        """The labels of the steps for a drawing of the same, so many pixels wide: where each stands, from 0 to 1, what
        it says, and where its line lies."""
        left, right = self._places
        ticks = self.time_axis.ticks_of(left, right, width)
        places = [(tick, None if tick.line is None else (tick.line - left) / (right - left)) for tick in ticks]
        return [((tick.at - left) / (right - left), tick.text, line) for tick, line in places]

    def words_at(self, at: QPointF) -> str:
        """What there is to say about a place: an axis, or the curves."""
        if at.x() < self.area.left():
            share = "Accuracy: the share of images whose class the network gets right"
            return share if self.percent else "Loss: how wrong the answers are; it should fall, and 0 would be perfect"
        if at.y() > self.area.bottom():
            return _TIME_WORDS[self.time.counted]
        lines = "Solid: the images it learns from. Dashed with dots: validation images, which it does not learn from."
        return f"{lines}\nThe wheel zooms, a drag moves, a double click shows everything."

    # drawing

    def _give_room(self) -> None:
        """As much as the longest label on the left needs: a lower plot has other labels than a high one."""
        self.value_axis.give_room(self.seen.low, self.seen.high, self.area.height())

    @property
    def strokes(self) -> Sequence[Stroke]:
        """The lines as they are drawn."""
        return self._curves.strokes

    def _redraw(self) -> None:
        """All of it is another."""
        self._curves.grow([self._stroke(line) for line in self.lines])
        self._ground.forget()
        self._curves.update()

    def _grow(self) -> None:
        """Something may have been added at the ends of the lines."""
        changed = self._curves.grow([self._stroke(line) for line in self.lines])
        area, (left, right) = self.area, self._places
        begin, end = (area.left() + min(max(0.0, (at - left) / (right - left)), 1.0) * area.width() for at in changed)
        if begin > end:
            return
        beyond = 2 * BEYOND
        strip = QRectF(begin, area.top(), end - begin, area.height()).adjusted(-beyond, -beyond, beyond, beyond)
        # words stand where few points of the curves are
        if any(room.intersects(strip) and self.points_in(room) != points for room, points in self._words):
            self._redraw()
        else:
            # at fractional scales Qt begins the dashes of a line elsewhere in a strip than in the whole
            whole = self.devicePixelRatioF().is_integer()
            self.viewport().update(strip.toAlignedRect() if whole else self.viewport().rect())

    def _stroke(self, line: Line) -> Stroke:
        steps, values = line.steps, line.values
        if steps is None:
            columns = round(self.area.width()) // (2 if line.smooth else 1)
            steps, values = self.points_of(values, line.after, columns)
        if self.logarithmic:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(values)
        return Stroke(line, self.time.places(steps), values)

    def points_of(self, values: Values, after: int, columns: int) -> tuple[Values, Values]:
        """Steps and values of what is seen, as many as there are columns: where time runs by powers of ten, of each
        stretch of it as many as that is wide."""
        first, last = math.floor(self.seen.left) - 2 - after, math.ceil(self.seen.right) + 2 - after
        if not self.time.logarithmic:
            places, found = thinned(values, first, last, columns)
            return places + 1 + after, found
        if after:  # there is no such time
            return np.zeros(0), np.zeros(0)
        inner = self.steps_at(np.arange(1, STRETCHES) / STRETCHES)
        ends = [max(0, first), *np.floor(inner).astype(int).tolist(), last]
        parts = [
            (begin, thinned(values[begin:end], 0, end - begin, columns // STRETCHES)) for begin, end in pairwise(ends)
        ]
        return (
            np.concatenate([places + begin for begin, (places, _) in parts]) + 1,
            np.concatenate([found for _, (_, found) in parts]),
        )

    def points_in(self, box: QRectF) -> int:
        """How many points of the curves are drawn in a box of pixels."""
        area, seen, (left, right) = self.area, self.seen, self._places
        across, up = (right - left) / max(1.0, area.width()), (seen.high - seen.low) / max(1.0, area.height())
        corner = QPointF(left + (box.left() - area.left()) * across, seen.low + (area.bottom() - box.bottom()) * up)
        seen_there = QRectF(corner, QSizeF(box.width() * across, box.height() * up))
        return sum(stroke.points_in(seen_there) for stroke in self.strokes)

    def paint_ground(self, painter: QPainter) -> None:
        """Paint what lies under the curves: other runs, and what is written."""
        self.others.paint(painter, self)
        self._words = [(room, self.points_in(room)) for room in paint_notes(painter, self)]

    def drawForeground(self, painter: QPainter, _rect: QRectF) -> None:
        named = self.others.runs and (self.names_others or self.crosshair is not None)
        if self.crosshair is None and not named:
            return
        painter.save()
        try:
            painter.resetTransform()
            look, area = theme.current(), self.area
            painter.setClipRect(area.adjusted(0, -2, 2, 1))
            if self.crosshair is not None:
                self._paint_crosshair(painter, look, area, *self.crosshair)
            if named:
                self.others.paint_legend(painter, area, 0 if self.crosshair is None else self.crosshair[0])
        finally:
            painter.restore()

    def _paint_crosshair(self, painter: QPainter, look: theme.Theme, area: QRectF, step: int, value: float) -> None:
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

    def _dress(self) -> None:
        self.setBackground(theme.current().panel)
        for axis in (self.value_axis, self.time_axis):
            axis.dress()
        self._redraw()

    # the pointer

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if hasattr(self, "_box"):  # pyqtgraph sizes itself while it is being made
            self._give_room()
            self._redraw()

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), plain_tip(self.words_at(QPointF(event.pos()))), self)
            return True
        begun, done = Moment(), bool(super().viewportEvent(event))
        if event.type() == QEvent.Type.Paint:
            self.painting += begun.spent()
        return done

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        position = event.position()
        step = round(self.step_at(position.x())) if self.area.contains(position) else 0
        self.pointed.emit(max(step, 0 if self.begins else 1) if self.area.contains(position) else 0)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.pointed.emit(0)

    def _moved_by_hand(self, *_: object) -> None:
        self._box.prepareForPaint()
        (left, right), (low, high) = self._box.viewRange()
        self.seen = Range(self.time.step(left), self.time.step(right), low, high)
        self._give_room()
        self._redraw()
        self.moved.emit()
        self.seen_changed.emit()


class _Box(pg.ViewBox):  # type: ignore[misc]  # pyqtgraph has no types
    """The wheel zooms along the steps only, the left button moves; steps begin at 0."""

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.setLimits(xMin=0.0, minXRange=2.0)

    def wheelEvent(self, event: Any, axis: int | None = None) -> None:
        self.prepareForPaint()  # or it would reckon with what was painted last
        super().wheelEvent(event, axis=pg.ViewBox.XAxis)

    def mouseDragEvent(self, event: Any, axis: int | None = None) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.prepareForPaint()
            super().mouseDragEvent(event, axis)
        else:
            event.ignore()
