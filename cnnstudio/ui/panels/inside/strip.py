"""The whole network at one look: a row for each layer, a column for each measured step, the colour says how much."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QBrush, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.nn.training.measured import Figures
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import elided_name
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.inside.colour_bar import WIDTH as BAR
from cnnstudio.ui.panels.inside.colour_bar import Scale, paint_bar
from cnnstudio.ui.panels.inside.time_line import AXIS, OverTime, TimeLine, level_columns, paint_axis
from cnnstudio.ui.run.measured_steps import MeasuredSteps
from cnnstudio.ui.widgets.read_aloud import Piece

#: the widest a name is, and the highest a row
NAMES, ROW = 104, 40


@dataclass(frozen=True)
class Way:
    """One way to look: a figure, what it is called, and how its numbers are written."""

    figure: str
    title: str
    tip: str
    said: str
    logarithmic: bool = True

    def text(self, value: float) -> str:
        """A value in words."""
        if math.isnan(value):
            return "none"
        return number_text(value, 3) if self.logarithmic else share_text(value) if 0 < value < 1 else f"{value:.0%}"


WAYS = {
    way.figure: way
    for way in (
        Way("gradient", "Gradient", "How long the gradient of each layer is, as the optimizer is handed it",
            "gradient’s length"),
        Way("update", "Step", "How far each layer moves at a step, as a part of how long its weights are; about 0.001 "
            "is usual", "step ÷ weights"),
        Way("silent", "Silent", "The share of maps or units that are 0 behind their ReLU, whichever of the measured "
            "pictures is looked at", "silent", logarithmic=False),
    )
}  # fmt: skip


def scale_of(steps: MeasuredSteps, way: Way) -> Scale:
    """Whole powers of ten around what there is, so that the colours seldom change what they mean."""
    if not way.logarithmic:
        return Scale(0.0, 1.0)
    values = steps.strip(way.figure)
    found = values[np.isfinite(values) & (values > 0)]
    if not found.size:
        return Scale(-3.0, 0.0, True)
    low, high = np.log10(np.quantile(found, [0.01, 1.0]))
    return Scale(math.floor(low), max(math.floor(low) + 1, math.ceil(high)), True)


def levels_at(places: NDArray[np.int64], steps: MeasuredSteps, way: Way, scale: Scale) -> NDArray[np.uint8]:
    """The levels of a colour table for each layer (rows) at measured steps (columns); 0 where there is none."""
    values = scale.levels(steps.strip(way.figure))
    return np.where(places >= 0, values[:, np.clip(places, 0, None)], 0).astype(np.uint8)


class Strip(OverTime):
    """Layers by time. A click chooses a layer."""

    #: the layer that was clicked
    chosen = Signal(str)

    def __init__(self, steps: MeasuredSteps, time: TimeLine) -> None:
        super().__init__(steps, time, "Layers over time")
        self._layer = ""
        self._left = 10
        self.way = WAYS["gradient"]
        self.scale = Scale(0.0, 1.0)

    def show_steps(self, names: Mapping[str, str], layer: str) -> None:
        """Draw what is known now; ``names`` are those of the layers, ``layer`` is the chosen one."""
        self._names, self._layer = names, layer
        self._left = self._room_for_names()
        self.scale = self._scaled()
        self.update()
        if self._at is not None:
            self._tell()

    def look(self, figure: str) -> None:
        """Look at another figure."""
        self.way = WAYS[figure]
        self.scale = self._scaled()
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the strip is, in pixels."""
        rows = max(1, len(self._steps.layers))
        height = min(self.height() - AXIS, rows * ROW)
        return QRectF(self._left, 0, max(1, self.width() - self._left - BAR), max(1, height))

    def _room_for_names(self) -> int:
        """The pixels in front of the rows."""
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(self._names.get(layer, layer)) for layer in self._steps.layers]
        return min(NAMES, max(widths, default=0)) + 10

    def row(self, layer: str) -> QRectF:
        """Where a layer's row is."""
        area, rows = self.area, self._steps.layers
        height = area.height() / max(1, len(rows))
        return QRectF(area.left(), area.top() + rows.index(layer) * height, area.width(), height)

    # drawing

    def _scaled(self) -> Scale:
        return scale_of(self._steps, self.way)

    def paintEvent(self, _event: QPaintEvent) -> None:
        layers = self._steps.layers
        if not layers:
            return
        painter, look, area = QPainter(self), theme.current(), self.area
        ratio = self.devicePixelRatioF()
        hatch = QBrush(look.line, Qt.BrushStyle.BDiagPattern)
        painter.fillRect(self._time.lived(area), hatch)
        places = level_columns(self._steps.stretches, self._time, round(area.width() * ratio))
        shown = levels_at(places, self._steps, self.way, self.scale)
        line = look.line  # the colour of what is watched but has no such figure
        plain = np.tile(np.array([line.red(), line.green(), line.blue()], np.uint8), (256, 1))
        painter.drawImage(area, pictures.indexed(np.minimum(places + 1, 1).astype(np.uint8)[None], plain))
        painter.drawImage(area, pictures.indexed(shown, look.viridis))
        painter.setPen(QPen(look.panel, 1))
        for layer in layers:
            end = round(self.row(layer).bottom()) - 0.5
            painter.drawLine(QPointF(area.left(), end), QPointF(area.right(), end))
        painter.setFont(self.font())
        for layer in self._named(painter.fontMetrics().height()):
            row = self.row(layer)
            painter.setPen(look.text if layer == self._layer else look.secondary)
            room = QRectF(0, max(-3.0, row.center().y() - 10), self._left - 8, 20)
            name = elided_name(QFontMetricsF(self.font()), self._names.get(layer, layer), room.width())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
            if layer == self._layer:
                painter.fillRect(QRectF(row.left() - 5, row.top(), 2, row.height() - 1), look.accent)
        paint_axis(painter, self._time, area)
        paint_bar(
            painter, QRectF(area.right() + 10, area.top() + 4, BAR - 10, area.height() - 8), self.scale, self._end
        )
        self._paint_pointer(painter, look)

    def _named(self, height: float) -> list[str]:
        """The layers whose names have room: the chosen one, and of the others those that do not touch it nor the one
        before."""
        named: list[str] = []
        chosen = self.row(self._layer).center().y() if self._layer in self._steps.layers else -math.inf
        end = -math.inf
        for layer in self._steps.layers:
            middle = self.row(layer).center().y()
            if layer == self._layer or (middle - end >= height and abs(middle - chosen) >= height):
                named.append(layer)
                end = middle
        return named

    def _end(self, value: float) -> str:
        return self.way.text(value)

    def _paint_pointer(self, painter: QPainter, look: theme.Theme) -> None:
        self._paint_crosshair(painter)
        layer = self._layer_at(self._at) if self._at is not None else ""
        if layer:
            painter.setPen(QPen(look.text, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.row(layer).adjusted(0.5, 0.5, -0.5, -1.5))

    # the pointer

    def _layer_at(self, at: QPointF) -> str:
        return next(
            (layer for layer in self._steps.layers if self.row(layer).top() <= at.y() < self.row(layer).bottom()), ""
        )

    def _tell(self) -> None:
        at, area = self._at, self.area
        layer = self._layer_at(at) if at is not None else ""
        if at is None or not layer:
            self.told.emit(())
            return
        step = self._step_at(at.x()) if at.x() >= area.left() else math.inf
        place = self._steps.place_of(step) if math.isfinite(step) else len(self._steps) - 1
        name = self._names.get(layer, layer)
        if place is None:
            self.told.emit((f"{name}, step {thousands(max(1, round(step)))}: not watched", "not watched"))
            return
        figures, here = self._steps.figures(place, layer), f"{name}, step {thousands(self._steps.step(place))}"
        value = self.way.text(getattr(figures, self.way.figure))
        self.told.emit((f"{here}: {said(figures)}", f"{here}: {self.way.said} {value}", f"{name}: {value}", value))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and (layer := self._layer_at(event.position())):
            self.chosen.emit(layer)

    # read aloud

    def pieces_drawn(self) -> int:
        return len(self._steps.layers)

    def piece_drawn(self, number: int) -> Piece:
        layer, last = self._steps.layers[number], len(self._steps) - 1
        words = f"{self._names.get(layer, layer)}, step {thousands(self._steps.step(last))}: "
        return Piece(words + said(self._steps.figures(last, layer)), _rounded(self.row(layer)))


def said(figures: Figures) -> str:
    """The figures of a layer in words, without those that there are none of."""
    parts: Sequence[str] = [
        f"{way.said} {way.text(value)}"
        for way, value in zip(WAYS.values(), figures, strict=True)
        if not math.isnan(value)
    ]
    return " · ".join(parts) or "locked"


def _rounded(box: QRectF) -> QRect:
    return box.toAlignedRect()
