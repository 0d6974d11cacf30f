"""How often it is right where it says how sure it is: on the diagonal it can be believed."""

from __future__ import annotations

import math

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPen

from cnnstudio.nn.telling.phrases import amount, share_text
from cnnstudio.nn.training.scores import Reliability, interval
from cnnstudio.ui.evaluate.beside.unit_chart import UnitChart
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip


class ReliabilityView(UnitChart):
    """A dot for each bin, larger where it has more pictures, with its 95 % interval."""

    def __init__(self) -> None:
        super().__init__("how sure it says it is", "how often it is right")
        self._found: Reliability | None = None

    def show_found(self, found: Reliability) -> None:
        """Show other answers."""
        self._found = found
        told = [
            f"{share_text(float(sure))} sure: right {share_text(float(right))} of {amount(int(images), 'picture')}"
            for sure, right, images in zip(found.sureness, found.right, found.images, strict=True)
            if images
        ]
        self.setAccessibleName("Reliability diagram. " + "; ".join(told))
        self.setToolTip(plain_tip("\n".join(told)))
        self.update()

    def paint_shares(self, painter: QPainter) -> None:
        found, look = self._found, theme.current()
        painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DashLine))
        painter.drawLine(self.place(0, 0), self.place(1, 1))
        if found is None:
            return
        bins = [number for number, images in enumerate(found.images) if images]
        most = max((int(found.images[number]) for number in bins), default=1)
        painter.setPen(QPen(theme.mixed(look.accent, look.panel, 0.5), 2))
        for number in bins:
            images, sure = int(found.images[number]), float(found.sureness[number])
            low, high = interval(round(float(found.right[number]) * images), images)
            painter.drawLine(self.place(sure, low), self.place(sure, high))
        painter.setPen(QPen(look.accent, 2))
        across, up = ([float(values[number]) for number in bins] for values in (found.sureness, found.right))
        painter.drawPolyline(self.line(across, up))
        painter.setBrush(look.accent)
        painter.setPen(Qt.PenStyle.NoPen)
        for number in bins:
            size = 2.5 + 4 * math.sqrt(int(found.images[number]) / most)
            painter.drawEllipse(self.place(float(found.sureness[number]), float(found.right[number])), size, size)
