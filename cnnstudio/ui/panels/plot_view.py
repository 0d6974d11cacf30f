"""One curve with its heading: training solid, validation dashed with markers, and a readout under the pointer."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.ui import theme
from cnnstudio.ui.elided_label import ElidedLabel
from cnnstudio.ui.labels import label
from cnnstudio.ui.panels.curve_data import CurveData, Series
from cnnstudio.ui.panels.plot_axes import EpochAxis, ValueAxis, nice
from cnnstudio.ui.wording import thousands

Name = Literal["loss", "accuracy"]
TITLES: dict[Name, str] = {"loss": "Loss", "accuracy": "Accuracy"}
#: so many values are enough to find the range of an axis
SAMPLE = 2000
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
        self._step = 0
        self._epochs = -1
        self._ranges: tuple[float, ...] = ()
        self.value_axis, self.epoch_axis = ValueAxis(percent=name == "accuracy"), EpochAxis()
        self.plot = _Plot(axisItems={"left": self.value_axis, "bottom": self.epoch_axis})
        self.plot.left.connect(lambda: self.pointed.emit(0))
        self.plot.reset.connect(self.show_all)
        self.plot.setMinimumHeight(90)
        item = self.plot.getPlotItem()
        item.hideButtons()
        item.setMenuEnabled(False)
        item.showGrid(x=True, y=True, alpha=0.16)
        item.setDownsampling(auto=True, mode="peak")  # the plot tells every curve that is added
        item.setClipToView(True)
        item.getViewBox().setDefaultPadding(0.0)
        item.getViewBox().sigRangeChangedManually.connect(self._moved_by_hand)
        self._raw, self._smooth = self._curve(), self._curve()
        self._smooth.setData(antialias=True)
        self._validation = pg.PlotDataItem(symbol="o", symbolSize=6, pxMode=True)
        self._line = pg.InfiniteLine(angle=90, movable=False)
        self._pill = pg.InfLineLabel(self._line, "", position=0.98, anchors=[(0.5, 0), (0.5, 0)])
        self._line.hide()
        self._dots = pg.ScatterPlotItem(size=6, pxMode=True)
        for part in (self._raw, self._smooth, self._validation, self._line, self._dots):
            item.addItem(part, ignoreBounds=True)
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
        head_row.setFixedHeight(HEAD)
        head = QHBoxLayout(head_row)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.legend)
        head.addWidget(self.readout, 1)
        head.addWidget(self.log_button)
        self.head = head
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(head_row)
        column.addWidget(self.plot, 1)
        self.plot.scene().sigMouseMoved.connect(self._pointer)
        theme.changed.connect(self._dress)
        self._dress()

    @property
    def logarithmic(self) -> bool:
        """Whether the values are drawn on a logarithmic scale."""
        return self.log_button.isChecked()

    def show_data(self, per_epoch: int) -> None:
        """Draw what the data holds now. ``per_epoch`` is the number of steps in an epoch, 0 where unknown."""
        series = self._series
        if per_epoch != self.epoch_axis.per_epoch:
            self.epoch_axis.per_epoch = per_epoch
            self.epoch_axis.picture = None
        steps = np.arange(1, len(series) + 1)
        self._raw.setData(steps, series.raw)
        self._smooth.setData(steps, series.smooth)
        if self._epochs != len(self._data.epochs):
            self._epochs = len(self._data.epochs)
            self._validation.setData(*self._data.validation(self._name))
        if self._own_range:
            self._fit()
        if self._step:
            self.point_at(self._step)

    def show_all(self) -> None:
        """Show the whole run again after somebody has zoomed."""
        self._own_range = True
        self._ranges = ()
        self._fit()

    def point_at(self, step: int) -> None:
        """Put the crosshair at a step (from 1) and read the values there; 0 takes it away."""
        series = self._series
        self._step = min(step, len(series))
        shown = self._step > 0
        self._line.setVisible(shown)
        self._dots.setVisible(shown)
        self.legend.setVisible(not shown)
        if not shown:
            self.readout.set_text("")
            return
        raw, smooth = float(series.raw[self._step - 1]), float(series.smooth[self._step - 1])
        parts = [f"batch {self._number(raw)}", f"smoothed {self._number(smooth)}"]
        done = next((e for e in self._data.epochs if e.step >= self._step), None)
        if done is not None:
            value = getattr(done, f"validation_{self._name}")
            parts.append(f"validation {self._number(value)}")
        self.readout.set_text(" · ".join(parts))
        self._line.setPos(self._step)
        self._pill.setText(f"step {thousands(self._step)}")
        height = math.log10(smooth) if self.logarithmic and smooth > 0 else smooth
        self._dots.setData([self._step], [height] if math.isfinite(height) else [0.0])

    @property
    def _series(self) -> Series:
        return self._data.loss if self._name == "loss" else self._data.accuracy

    def _curve(self) -> pg.PlotDataItem:
        curve = pg.PlotDataItem(connect="finite")
        curve.opts["autoDownsampleFactor"] = 1.0  # two points a pixel; five times as many look the same
        return curve

    def _number(self, value: float) -> str:
        return f"{100 * value:.1f}\u2009%" if self._name == "accuracy" else f"{value:.4g}"

    def _fit(self) -> None:
        """Show everything, from the beginning to the end of the current epoch."""
        per_epoch, steps = self.epoch_axis.per_epoch, len(self._series)
        end = math.ceil(steps / per_epoch) * per_epoch if per_epoch else steps
        ranges = (0.0, max(2, end) * 1.012, *self._heights())  # room for the last marker
        if ranges != self._ranges:
            self._ranges = ranges
            box = self.plot.getPlotItem().getViewBox()
            box.setRange(xRange=ranges[:2], yRange=ranges[2:], padding=0)

    def _heights(self) -> tuple[float, float]:
        """The range of the values, in what the axis shows; a few outliers may lie outside."""
        series = self._series
        raw = series.raw[:: max(1, len(series) // SAMPLE)]
        raw = raw[np.isfinite(raw)]
        validation = [v for v in self._data.validation(self._name)[1] if math.isfinite(v)]
        if not len(raw):
            return 0.0, 1.0
        if self._name == "accuracy":
            low = min([float(np.quantile(raw, 0.03)), *validation])
            bottom = min(0.9, max(0.0, math.floor(low * 10 - 0.2) / 10)) if len(raw) > 20 else 0.0
            return bottom, 1.0 + (1.0 - bottom) * 0.03
        if self.logarithmic:
            good = raw[raw > 0]
            if not len(good):
                return -1.0, 0.0
            low = min([float(np.quantile(good, 0.02)), *(v for v in validation if v > 0)])
            return math.floor(10 * math.log10(low)) / 10 - 0.1, math.log10(float(good.max())) + 0.1
        top = 1.05 * max([float(np.quantile(raw, 0.97)), *validation, 1e-6])
        step = nice(top / 5)
        return 0.0, step * math.ceil(top / step)

    def _set_log(self, on: bool) -> None:
        self.plot.getPlotItem().setLogMode(x=False, y=on)
        self._own_range = True
        self._ranges = ()
        self.show_data(self.epoch_axis.per_epoch)

    def _moved_by_hand(self, *_: object) -> None:
        self._own_range = False

    def _pointer(self, position: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        inside = box.sceneBoundingRect().contains(position) and len(self._series)
        self.pointed.emit(max(1, round(box.mapSceneToView(position).x())) if inside else 0)

    def _dress(self) -> None:
        colours = theme.current()
        train, validation = train_colour(), validation_colour()
        faint = QColor(train)
        faint.setAlpha(90 if colours.dark else 80)
        self.plot.setBackground(colours.panel)
        self._raw.setPen(pg.mkPen(faint, width=1))
        self._smooth.setPen(pg.mkPen(train, width=1))
        self._validation.setPen(pg.mkPen(validation, width=1, style=Qt.PenStyle.DashLine))
        self._validation.setSymbolBrush(validation)
        self._validation.setSymbolPen(None)
        self._line.setPen(pg.mkPen(colours.text, width=1))
        self._dots.setBrush(train)
        self._dots.setPen(pg.mkPen(colours.panel, width=1))
        for axis in (self.value_axis, self.epoch_axis):
            axis.setPen(pg.mkPen(colours.line, width=1))
            axis.setTextPen(colours.secondary)
            axis.setTickFont(theme.tabular(theme.small_font()))
            axis.setTickPen(pg.mkPen(colours.secondary, width=1))
        self._pill.setColor(colours.panel)
        self._pill.fill = pg.mkBrush(colours.text)
        self._pill.setFont(theme.tabular(theme.small_font()))
        self.legend.update()


def train_colour() -> QColor:
    """Of what is measured on the training images."""
    return theme.current().accent


def validation_colour() -> QColor:
    """Of what is measured on the validation images."""
    return theme.current().warning


class _Plot(pg.PlotWidget):
    left = Signal()
    reset = Signal()

    def leaveEvent(self, event: object) -> None:
        super().leaveEvent(event)
        self.left.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.reset.emit()
        event.accept()


class _Legend(QWidget):
    """— train  - ● - validation"""

    _names = ("train", "validation")

    def __init__(self) -> None:
        super().__init__()
        self.setFont(theme.small_font())
        self.setAccessibleName("solid line: training, dashed line with dots: validation")

    def sizeHint(self) -> QSize:
        widths = [self.fontMetrics().horizontalAdvance(name) for name in self._names]
        return QSize(sum(widths) + 2 * 24 + 12, self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        x, middle = 0.0, self.height() / 2
        for name, colour in zip(self._names, (train_colour(), validation_colour()), strict=True):
            dashed = name == "validation"
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
