"""One curve with its heading: training solid, validation dashed with markers, and a readout under the pointer."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.runs.verdicts.chance import Chance
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.curves.chart import Chart, Range
from cnnstudio.ui.panels.curves.curve_data import CurveData, Series
from cnnstudio.ui.panels.curves.drawing.other_runs import OtherRun
from cnnstudio.ui.panels.curves.drawing.stroke import Line
from cnnstudio.ui.panels.curves.marks import Mark
from cnnstudio.ui.panels.curves.plot_axes import TimeScale, nice
from cnnstudio.ui.panels.curves.thinned import Values
from cnnstudio.ui.widgets.elided_label import ElidedLabel

Name = Literal["loss", "accuracy"]
TITLES: dict[Name, str] = {"loss": "Loss", "accuracy": "Accuracy"}
#: so many values are enough to find the range of an axis
SAMPLE = 2000
#: how opaque, of 255, single values are that leave no ground between them: the mean has to be seen through them
DENSE = 32
#: pixels within which the crosshair is on a mark
NEAR = 5
#: so many times as much as the curves need a plot may be high for the line of guessing
GUESSING = 1.5
#: how much of their colours curves of the run before have
PALE = 0.5
#: height of the heading
HEAD = 30


class PlotView(QWidget):
    """Loss or accuracy by step."""

    #: the step under the pointer, or 0 when it has left
    pointed = Signal(int)

    def __init__(self, name: Name, data: CurveData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name, self._data = name, data
        self._own_range = True
        #: where the crosshair is, 0 without one
        self.step = 0
        self.chart = Chart(percent=name == "accuracy")
        self.chart.setAccessibleName(f"{TITLES[name]} by step")
        self.chart.pointed.connect(self._pointer)
        self.chart.moved.connect(self._moved_by_hand)
        self.chart.reset.connect(self.show_all)
        self.title = label(TITLES[name], "title")
        self.legend = _Legend()
        self.readout = ElidedLabel()
        self.log_button = QPushButton("log")
        self.log_button.setCheckable(True)
        self.log_button.setProperty("role", "segment")
        self.log_button.setToolTip("Logarithmic scale: equal factors of the loss are equally far apart")
        if name != "loss":
            self.log_button.hide()  # showing what has no parent yet would open a window of its own
        self.log_button.toggled.connect(self._set_log)
        head_row = QWidget()
        theme.fix_height(head_row, HEAD)
        head = QHBoxLayout(head_row)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.legend)
        head.addWidget(self.readout, 1)
        head.addStretch()
        head.addWidget(self.log_button)
        self.head = head
        self.readout.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(head_row)
        column.addWidget(self.chart, 1)
        dressing.follow(self, self._dress)

    @property
    def logarithmic(self) -> bool:
        """Whether the values are drawn on a logarithmic scale."""
        return self.chart.logarithmic

    def show_data(self, marks: Sequence[Mark] = ()) -> None:
        """Draw what the data holds now."""
        others = self.chart.others.runs
        self.chart.epochs = others[0].ends if others and not len(self._series) else self._data.ends
        train, faint = train_colour(), train_colour()
        if smoothed := self._data.smoothing > 0:  # the mean has to be seen through them
            faint.setAlpha(DENSE if self.chart.dense(len(self._series)) else 90 if theme.current().dark else 80)
        steps, values = self._data.validation(self._name)
        series = self._series
        lines = (
            *self._lines_before(),
            Line(series.raw, faint),
            *([Line(series.smooth, train, smooth=True)] if smoothed else []),
            Line(values, validation_colour(), steps=steps, dots=True),
        )
        self.chart.show_lines(lines, marks, self._whole() if self._own_range else self.chart.seen)
        if self.step:
            self.point_at(self.step)

    def _lines_before(self) -> list[Line]:
        """The run before an edit, paler, up to where this one begins."""
        before = self._data.before_values(self._name)
        if not len(before):
            return []
        steps, values = self._data.before_validation(self._name)
        train, validation = (
            theme.mixed(colour, theme.current().panel, PALE) for colour in (train_colour(), validation_colour())
        )
        return [
            Line(before, train, after=-len(before)),
            Line(values, validation, steps=steps, dots=True, after=-len(before)),
        ]

    def show_others(self, runs: Sequence[OtherRun], *, named: bool) -> None:
        """Draw other runs under this one; ``named`` says whose curves they are."""
        self.chart.show_others(runs, named=named)
        self.show_data(self.chart.marks)

    def show_time(self, scale: TimeScale) -> None:
        """Let time run otherwise along the curves."""
        self.chart.time = scale

    def show_guessing(self, chance: Chance | None) -> None:
        """Draw a line at what guessing gets; None takes it away."""
        if chance is None:
            self.chart.show_level(math.nan, "")
        elif self._name == "accuracy":
            self.chart.show_level(chance.share, f"guessing: {self._number(chance.share)}")
        else:
            even = math.isclose(chance.loss, math.log(chance.classes), rel_tol=1e-4)
            why = f" = log of {amount(chance.classes, 'class', 'classes')}" if even else ""
            self.chart.show_level(chance.loss, f"guessing: {self._number(chance.loss)}{why}")

    def show_all(self) -> None:
        """Show the whole run again after somebody has zoomed."""
        self._own_range = True
        self.chart.show_range(self._whole())

    def point_at(self, step: int) -> None:
        """Put the crosshair at a step (from 1) and read the values there; 0 takes it away."""
        series = self._series
        self.step = min(step, max(len(series), self.chart.others.longest))
        shown = 0 < self.step <= len(series)
        self.legend.setVisible(not shown)
        self.readout.setVisible(shown)
        if not shown:
            self.readout.set_text("")
            self.chart.show_crosshair(self.step, math.nan)  # beyond this run others may go on
            return
        raw, smooth = float(series.raw[self.step - 1]), float(series.smooth[self.step - 1])
        parts = [f"batch {self._number(raw)}"]
        if self._data.smoothing:
            parts.append(f"smoothed {self._number(smooth)}")
        done = next((e for e in self._data.epochs if e.step >= self.step), None)
        validation = self._number(getattr(done, f"validation_{self._name}")) if done is not None else ""
        if validation:
            parts.append(f"validation {validation}")
        marks = [mark.text for mark in self.chart.marks if self._near(mark)]
        # no figure is cut: where there is little room, those go that others tell as well
        fewer = (" · ".join(parts[first:]) for first in range(len(parts)))
        shortest = (f"{self._number(smooth)} · val. {validation}", f"val. {validation}") if validation else ()
        self.readout.set_text(" · ".join([*parts, *marks]), *fewer, *shortest)
        self.chart.show_crosshair(self.step, smooth)

    def _near(self, mark: Mark) -> bool:
        """Whether the crosshair is on a mark, whose words may have had no room."""
        beside = abs(mark.step + 0.5 - self.step) < 1  # of few steps each is wide
        return beside or abs(self.chart.x_of(mark.step + 0.5) - self.chart.x_of(self.step)) < NEAR

    @property
    def _series(self) -> Series:
        return self._data.loss if self._name == "loss" else self._data.accuracy

    def _number(self, value: float) -> str:
        return f"{100 * value:.1f}\u202f%" if self._name == "accuracy" else f"{value:.4g}"

    def _whole(self) -> Range:
        """Everything, from the beginning to the end of the current epoch."""
        epochs, steps = self.chart.epochs, len(self._series)
        end = epochs.end(epochs.at(steps)) if epochs.steps else steps
        end = max(end, self.chart.others.longest)
        begin = 0.0 if self.chart.time.logarithmic else -float(len(self._data.before_values(self._name)))
        return Range(begin, max(2, end) * 1.012, *self._heights())  # room for the last marker

    def _heights(self) -> tuple[float, float]:
        """The range of the values, in what the axis shows; a few outliers may lie outside."""
        others = self.chart.others.runs
        own = _sample(np.concatenate([self._data.before_values(self._name), self._series.raw]))
        raws = [raw for raw in (own, *(_sample(run.by_step(self._name)) for run in others)) if len(raw)]
        by_epoch = [self._data.validation(self._name), *(run.by_epoch(self._name) for run in others)]
        validation = [value for _, values in by_epoch for value in values if math.isfinite(value)]
        if not raws:
            return 0.0, 1.0
        if self._name == "accuracy":
            low = min([*(_quantile(raw, 0.03) for raw in raws), *validation])
            enough = max(len(raw) for raw in raws) > 20
            bottom = min(0.9, max(0.0, math.floor(low * 10 - 0.2) / 10)) if enough else 0.0
            return bottom, 1.0 + (1.0 - bottom) * 0.03
        if self.logarithmic:
            goods = [raw[raw > 0] for raw in raws if (raw > 0).any()]
            if not goods:
                return -1.0, 0.0
            low = min([*(_quantile(good, 0.02) for good in goods), *(v for v in validation if v > 0)])
            high = max(float(good.max()) for good in goods)
            return math.floor(10 * math.log10(low)) / 10 - 0.1, math.log10(high) + 0.1
        top = 1.05 * max([*(_quantile(raw, 0.97) for raw in raws), *validation, 1e-6])
        guessing = self.chart.level[0] if self.chart.level is not None else top
        if top < guessing < GUESSING * top:  # a little higher, and it is seen what guessing gets
            top = 1.05 * guessing
        step = nice(top / 5)
        return 0.0, step * math.ceil(top / step)

    def _set_log(self, on: bool) -> None:
        self.chart.logarithmic = on
        self._own_range = True
        self.show_data(self.chart.marks)

    def _moved_by_hand(self) -> None:
        self._own_range = False

    def _pointer(self, step: int) -> None:
        self.pointed.emit(step if len(self._series) or self.chart.others.runs else 0)

    def _dress(self) -> None:
        self.show_data(self.chart.marks)
        self.legend.update()


def _sample(values: Values) -> Values:
    """Some of the values, which are numbers."""
    some = values[:: max(1, len(values) // SAMPLE)]
    return some[np.isfinite(some)]


def _quantile(values: Values, share: float) -> float:
    """As NumPy has it, in a sixth of the time: it is asked ten times a second."""
    place = share * (len(values) - 1)
    low, high = math.floor(place), math.ceil(place)
    found = np.partition(values, (low, high))
    return float(found[low]) + (place - low) * float(found[high] - found[low])


def train_colour() -> QColor:
    """Of what is measured on the training images."""
    return QColor(theme.current().accent)


def validation_colour() -> QColor:
    """Of what is measured on the validation images."""
    return theme.current().warning


class _Legend(QWidget):
    """— train  - ● - validation, in fewer letters where there is little room, and in none where there is hardly any."""

    _names, _brief, _none = ("train", "validation"), ("train", "val."), ("", "")

    def __init__(self) -> None:
        super().__init__()
        theme.wear(self, "small")
        self.setAccessibleName("solid line: training, dashed line with dots: validation")
        self.setToolTip("Solid: on the training images, step by step. Dashed, with dots: on the validation images.")

    def sizeHint(self) -> QSize:
        return self._room_for(self._names)

    def minimumSizeHint(self) -> QSize:
        return self._room_for(self._none)

    def _room_for(self, names: tuple[str, str]) -> QSize:
        widths = [self.fontMetrics().horizontalAdvance(name) for name in names]
        return QSize(sum(widths) + 2 * 24 + 12, self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = 0.0, self.height() / 2
        kinds = (self._names, self._brief, self._none)
        names = next((each for each in kinds if self.width() >= self._room_for(each).width()), self._none)
        for dashed, name, colour in zip((False, True), names, (train_colour(), validation_colour()), strict=True):
            painter.setPen(QPen(colour, 1.5, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
            painter.drawLine(QPointF(x, middle), QPointF(x + 18, middle))
            if dashed:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawEllipse(QPointF(x + 9, middle), 3, 3)
            painter.setPen(theme.current().secondary)
            width = self.fontMetrics().horizontalAdvance(name)
            painter.drawText(QRectF(x + 23, 0, width + 2, self.height()), Qt.AlignmentFlag.AlignVCenter, name)
            x += 24 + width + 12
