"""How many of a layer's weights, activations or gradients have which value, over time."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPaintEvent, QPen

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import share_text
from cnnstudio.nn.training.measured import ACTIVATIONS, GRADIENTS, SHARES, WEIGHTS, density
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.panels.inside.colour_bar import WIDTH as BAR
from cnnstudio.ui.panels.inside.colour_bar import Scale, paint_bar
from cnnstudio.ui.panels.inside.time_line import AXIS, OverTime, TimeLine, level_columns, paint_axis
from cnnstudio.ui.run.measured_steps import MeasuredSteps

#: how many bins there are from the smallest to the largest value, and the room for their labels
BINS, VALUES = 48, 62
#: between these shares of the numbers of most steps lies what the axis shows: single ones far away, and a wild first
#: step, would flatten the rest; what lies beyond is counted in the outermost bins
_OUTER, _MOST_STEPS = (0.001, 0.999), 0.95

TITLES = {WEIGHTS: "Weights", ACTIVATIONS: "Activations", GRADIENTS: "Gradients"}
TIPS = {
    WEIGHTS: "The layer’s weights after the step, without its biases",
    ACTIVATIONS: "What the layer hands on, behind its activation where one follows, for pictures of the batch",
    GRADIENTS: "The gradient of the loss by each of the layer’s weights, as the optimizer is handed it",
}


class Spread(OverTime):
    """Values upwards, time to the right, and as colour how many: a histogram for each measured step."""

    def __init__(self, steps: MeasuredSteps, time: TimeLine) -> None:
        super().__init__(steps, time, "Numbers of a layer over time")
        self.layer = ""
        self.of = WEIGHTS
        #: the quantiles of each measured step, the edges of the bins, and the share of each bin
        self._quantiles: NDArray[np.float64] = np.zeros((0, len(SHARES)))
        self._stretches = steps.stretches
        self.edges: NDArray[np.float64] = np.linspace(-1, 1, BINS + 1)
        self.bins: NDArray[np.float64] = np.zeros((0, BINS))
        #: the bins of each step, and of what and between which edges they are
        self._counted: dict[float, NDArray[np.float64]] = {}
        self._kept: tuple[object, ...] = ()

    def show_steps(self, names: Mapping[str, str], layer: str) -> None:
        """Draw what is known now of a layer."""
        self._names, self.layer = names, layer
        self._count()
        self.update()
        if self._at is not None:
            self._tell()

    def look(self, of: str) -> None:
        """Look at other numbers of the layer."""
        self.of = of
        self._count()
        self.update()

    @property
    def area(self) -> QRectF:
        """Where the histograms are, in pixels."""
        return QRectF(VALUES, 4, max(1, self.width() - VALUES - BAR), max(1, self.height() - AXIS - 4))

    def _count(self) -> None:
        if self.layer not in self._steps.layers:
            self._quantiles, self.bins = np.zeros((0, len(SHARES))), np.zeros((0, BINS))
            return
        self._stretches = self._steps.stretches
        self._quantiles = self._steps.spread(self.of, self.layer).astype(np.float64)
        finite = self._quantiles[np.isfinite(self._quantiles).all(axis=1)]
        low, high = (np.searchsorted(SHARES, share) for share in _OUTER)
        least, most = -1.0, 1.0
        if len(finite):
            least = float(np.quantile(finite[:, low], 1 - _MOST_STEPS))
            most = float(np.quantile(finite[:, high], _MOST_STEPS))
        least, most = min(least, 0.0), max(most, 0.0)
        if least < 0 < most and self.of != ACTIVATIONS:
            least, most = -max(-least, most), max(-least, most)
        self.edges = np.linspace(_outwards(least), _outwards(most), BINS + 1)
        none = np.full(BINS, np.nan)  # of steps whose numbers were not kept
        known = [bool(np.isfinite(row).all()) for row in self._quantiles]
        rows = zip(self._quantiles, known, strict=True)
        kept = self.layer, self.of, self.edges[0], self.edges[-1]
        if kept != self._kept:
            self._kept, self._counted = kept, {}
        before, self._counted = self._counted, {}
        for (row, there), step in zip(rows, self._stretches[0].tolist(), strict=True):
            bins = before.get(step)
            self._counted[step] = (density(row, self._open(row)) if there else none) if bins is None else bins
        self.bins = np.array(list(self._counted.values()))
        self.setAccessibleDescription(self._said(len(self.bins) - 1) if any(known) else "")

    def _open(self, quantiles: NDArray[np.float64]) -> NDArray[np.float64]:
        """The edges for one step: the outermost bins have all that lies beyond."""
        edges = self.edges.copy()
        edges[0] = min(edges[0], quantiles[0])
        edges[-1] = max(edges[-1], np.nextafter(quantiles[-1], np.inf))
        return edges

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not len(self.bins):
            return
        painter, look, area = QPainter(self), theme.current(), self.area
        painter.setFont(self.font())
        painter.fillRect(self._time.lived(area), QBrush(look.line, Qt.BrushStyle.BDiagPattern))
        places = level_columns(self._stretches, self._time, round(area.width() * self.devicePixelRatioF()))
        found = self._scale.levels(np.sqrt(self.bins))[np.clip(places, 0, None)].T[::-1]
        found = np.where(places >= 0, found, 0).astype(np.uint8)
        painter.drawImage(area, pictures.indexed(np.ascontiguousarray(found), look.viridis))
        self._paint_values(painter, look, area)
        paint_axis(painter, self._time, area)
        bar = QRectF(area.right() + 10, area.top() + 4, BAR - 10, area.height() - 8)
        paint_bar(painter, bar, self._scale, lambda value: share_text(value * value) if value else "none")
        self._paint_crosshair(painter)

    @property
    def _scale(self) -> Scale:
        """By the root of the share, so that the few at the ends are seen beside the many in the middle."""
        return Scale(0.0, float(np.sqrt(np.nanmax(self.bins))) or 1.0)

    def _paint_values(self, painter: QPainter, look: theme.Theme, area: QRectF) -> None:
        low, high = float(self.edges[0]), float(self.edges[-1])
        metrics = painter.fontMetrics()
        for value in sorted({low, 0.0, high}):
            y = area.bottom() - (value - low) / (high - low) * area.height()
            near_end = min(y - area.top(), area.bottom() - y) < metrics.height()
            if value == 0.0:
                painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DotLine))
                painter.drawLine(QPointF(area.left(), round(y) + 0.5), QPointF(area.right(), round(y) + 0.5))
            if value and near_end and abs(y - (area.bottom() - (0.0 - low) / (high - low) * area.height())) < 12:
                continue
            top = min(max(y - metrics.height() / 2, area.top() - 3), area.bottom() + 3 - metrics.height())
            painter.setPen(look.secondary)
            room = QRectF(0, top, VALUES - 6, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number_text(value, 2))

    def _tell(self) -> None:
        at, area = self._at, self.area
        if at is None or not area.contains(at) or not len(self.bins):
            self.told.emit(())
            return
        step = self._step_at(at.x())
        place = self._steps.place_of(step)
        if place is None or place >= len(self.bins) or np.isnan(self.bins[place]).any():
            self.told.emit((f"step {thousands(max(1, round(step)))}: not watched", "not watched"))
            return
        number = min(BINS - 1, int((area.bottom() - at.y()) / area.height() * BINS))
        low, high = self.edges[number : number + 2]
        share = float(self.bins[place, number])
        between = f"from {number_text(low, 3)} to {number_text(high, 3)}"
        if number in (0, BINS - 1):
            between = f"from {number_text(low, 3)} up" if number else f"up to {number_text(high, 3)}"
        here = f"{share_text(share) if share else 'none'} {between}"
        step_here = f"step {thousands(self._steps.step(place))}"
        self.told.emit((f"{step_here}: {here} · {self._said(place, brief=True)}", f"{step_here}: {here}", here))

    def _said(self, place: int, brief: bool = False) -> str:
        least, half, most = (number_text(value, 3) for value in self._quantiles[place][[0, len(SHARES) // 2, -1]])
        words = f"smallest {least}, middle {half}, largest {most}"
        if brief:
            return words
        name = self._names.get(self.layer, self.layer)
        return f"{TITLES[self.of]} of {name}, step {thousands(self._steps.step(place))}: {words}"


def _outwards(value: float) -> float:
    """The next number of two digits further from 0, so that the edges seldom move; hardly more than 0 for 0."""
    if value == 0:
        return 1e-12
    digit = 10.0 ** (math.floor(math.log10(abs(value))) - 1)
    return math.copysign(math.ceil(abs(value) * 1.02 / digit) * digit, value)
