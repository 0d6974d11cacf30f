"""What a chart adds to its plot: the curves, and under them what a step of a run leaves alone.

pyqtgraph's own item of a curve makes a path of all of it for each point that is added, and has all of it painted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Protocol

import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from cnnstudio.ui.panels.curves.drawing.kept import Kept
from cnnstudio.ui.panels.curves.drawing.stroke import BEYOND, Stroke


class _Seen(pg.GraphicsObject):  # type: ignore[misc]  # pyqtgraph has no types
    """As large as what is seen of the plot, by places and values."""

    def boundingRect(self) -> QRectF:
        return self.viewRect() or QRectF()

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()
        self.prepareGeometryChange()


class Curves(_Seen):
    """Curves that may grow: only what is asked for of them is painted."""

    def __init__(self) -> None:
        super().__init__()
        self.setFlag(self.GraphicsItemFlag.ItemUsesExtendedStyleOption)  # else all of it would be asked for
        self.strokes: Sequence[Stroke] = ()

    def grow(self, strokes: Sequence[Stroke]) -> tuple[float, float]:
        """Be these strokes, and say between which places they may be others than before."""
        before, self.strokes = self.strokes, strokes
        if len(before) != len(strokes):
            return -math.inf, math.inf
        changes = [(math.inf, -math.inf), *(new.changed(old) for new, old in zip(strokes, before, strict=True))]
        return min(first for first, _ in changes), max(last for _, last in changes)

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        pixels = painter.transform()
        asked: QRectF = pixels.mapRect(option.exposedRect)
        painter.resetTransform()
        for stroke in self.strokes:
            stroke.paint(painter, pixels, asked.left() - BEYOND, asked.right() + BEYOND)


class Chart(Protocol):
    """The chart that these are in, as far as it says what lies under the curves."""

    @property
    def area(self) -> QRectF: ...
    def paint_ground(self, painter: QPainter) -> None: ...


class Ground(_Seen):
    """What lies under the curves, kept as a picture."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-1)
        self._kept = Kept()

    def forget(self) -> None:
        """It looks otherwise now."""
        self._kept.forget()

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, widget: QWidget | None = None) -> None:
        chart: Chart = self.getViewWidget()
        corner, area = painter.transform().mapRect(self.boundingRect()).topLeft(), chart.area
        painter.resetTransform()
        painter.translate(round(corner.x() - area.left()), round(corner.y() - area.top()))
        self._kept.paint(painter, area, chart.paint_ground)
