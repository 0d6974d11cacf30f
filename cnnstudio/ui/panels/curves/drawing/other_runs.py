"""Curves of other runs, or of several as one, under those of the run that is shown."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from cnnstudio.nn.training.events import EpochDone
from cnnstudio.runs.run import History
from cnnstudio.runs.seeds import Spread
from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.drawing.polygon import polygon
from cnnstudio.ui.panels.curves.plot_axes import Epochs
from cnnstudio.ui.panels.curves.thinned import Values

#: so much of its colour a curve of single steps has, and a band, which is seen through
PALE, BAND = 0.45, 60
#: of more runs than these single steps share two pixels
FEW = 6
#: so many names stand in the legend at most
NAMED = 8
#: so far below the top the legend begins: over it are the words of what guessing gets
LEGEND = 34


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, eq=False)
class OtherRun:
    """A run beside the one that is shown: its name, colour and figures; those of several are a mean with a
    ``spread``."""

    name: str
    colour: QColor
    history: History
    spread: Spread | None = None

    def by_step(self, name: str) -> Values:
        """Its values of “loss” or “accuracy” by step, from 1."""
        return self.history.losses if name == "loss" else self.history.accuracies

    def by_epoch(self, name: str) -> tuple[Values, Values]:
        """Steps and values of the same on the validation images."""
        return _figures(self.history.epochs, name)

    @property
    def ends(self) -> Epochs:
        """Where its epochs end."""
        steps = tuple(done.step for done in self.history.epochs)
        return Epochs(steps, steps[-1] - (steps[-2] if len(steps) > 1 else 0)) if steps else Epochs()


class Plot(Protocol):
    """A chart, as far as it says where what lies."""

    @property
    def area(self) -> QRectF: ...
    @property
    def logarithmic(self) -> bool: ...
    def points_of(self, values: Values, after: int, columns: int) -> tuple[Values, Values]: ...
    def shares_of(self, steps: Values) -> Values: ...
    def y_of(self, value: Values) -> Values: ...


class OtherCurves:
    """What is painted of other runs in one chart."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.runs: tuple[OtherRun, ...] = ()

    def paint(self, painter: QPainter, chart: Plot) -> None:
        """Paint all of them where the curves are; ``painter`` counts the pixels of the chart."""
        ground = theme.current().panel
        columns = round(chart.area.width()) // (2 if len(self.runs) > FEW else 1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for run in self.runs:
            painter.setPen(QPen(theme.mixed(run.colour, ground, PALE), 1))
            for line in self._lines(chart, *chart.points_of(run.by_step(self._name), 0, columns)):
                painter.drawPolyline(line)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for run in self.runs:
            self._paint_band(painter, chart, run)
            for line in self._lines(chart, *run.by_epoch(self._name)):
                painter.setPen(QPen(run.colour, 1.5, Qt.PenStyle.DashLine))
                painter.drawPolyline(line)
                painter.setPen(QPen(run.colour, 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
                painter.drawPoints(line)

    @property
    def longest(self) -> int:
        """How many steps the longest of them has."""
        return max((len(run.by_step(self._name)) for run in self.runs), default=0)

    def values_at(self, step: int) -> list[str]:
        """The values of all of them at a step, from 1, in words; nothing of those that have not come so far."""
        values = [run.by_step(self._name) for run in self.runs]
        return [self._number(float(each[step - 1])) if 0 < step <= len(each) else "" for each in values]

    def _number(self, value: float) -> str:
        if not math.isfinite(value):
            return ""
        return f"{100 * value:.1f}\u202f%" if self._name == "accuracy" else f"{value:.4g}"

    def paint_legend(self, painter: QPainter, area: QRectF, step: int = 0) -> None:
        """Whose curves they are, and their values at a step, if one is pointed at; at the right, where falling losses
        leave room above and growing accuracies below."""
        font, look = theme.small_font(), theme.current()
        metrics = QFontMetricsF(font)
        rows = min(NAMED, max(1, int((area.height() - LEGEND - 12) / metrics.height())))
        named = list(self.runs[:rows] if len(self.runs) <= rows else self.runs[: rows - 1])
        more = len(self.runs) - len(named)
        most = area.width() * (0.9 if step else 0.7)
        values = self.values_at(step) if step else [""] * len(self.runs)
        figures = max(metrics.horizontalAdvance(value) for value in values) + 10 if step else 0.0
        texts = [metrics.elidedText(run.name, Qt.TextElideMode.ElideRight, most - figures) for run in named]
        texts += [f"and {more} more"] * bool(more)
        width = max(metrics.horizontalAdvance(text) for text in texts) + figures + 34
        height = len(texts) * metrics.height() + 8
        top = area.top() + LEGEND if self._name == "loss" else area.bottom() - height - 6
        box = QRectF(area.right() - width - 4, top, width, height)
        ground = QColor(look.panel)
        ground.setAlpha(225)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(theme.tabular(font))
        y = box.top() + 4
        for place, text in enumerate(texts):
            if place < len(named):
                painter.setPen(QPen(named[place].colour, 2))
                middle = y + metrics.height() / 2
                painter.drawLine(QPointF(box.left() + 6, middle), QPointF(box.left() + 20, middle))
            painter.setPen(look.secondary)
            room = QRectF(box.left() + 26, y, width, metrics.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
            if place < len(named):
                painter.setPen(look.text)
                painter.drawText(QRectF(box.left(), y, width - 6, metrics.height()), _RIGHT, values[place])
            y += metrics.height()

    def _paint_band(self, painter: QPainter, chart: Plot, run: OtherRun) -> None:
        if run.spread is None:
            return
        steps, low = _figures(run.spread.lowest, self._name)
        _, high = _figures(run.spread.highest, self._name)
        colour = QColor(run.colour)
        colour.setAlpha(BAND)
        around = np.concatenate([steps, steps[::-1]]), np.concatenate([low, high[::-1]])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for outline in self._lines(chart, *around):
            painter.drawPolygon(outline)

    @staticmethod
    def _lines(chart: Plot, steps: Values, values: Values) -> Iterator[QPolygonF]:
        """The points of a curve in pixels, if it has any that can be drawn."""
        if chart.logarithmic:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(values)
        finite = np.isfinite(values)
        if finite.any():
            area = chart.area
            across = area.left() + chart.shares_of(steps[finite]) * area.width()
            yield polygon(across, chart.y_of(values[finite]))


def _figures(epochs: Sequence[EpochDone], name: str) -> tuple[Values, Values]:
    steps = np.array([done.step for done in epochs], np.float64)
    return steps, np.array([getattr(done, f"validation_{name}") for done in epochs], np.float64)
