"""A scale of colours beside a drawing: from the smallest at the foot to the largest at the top, with its numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from cnnstudio.nn.arrays import Floats
from cnnstudio.ui.look import pictures, theme

#: pixels that it takes beside a drawing, and of these the colours
WIDTH, COLOURS = 68, 8


@dataclass(frozen=True)
class Scale:
    """From ``low`` to ``high``; where it is ``logarithmic``, these are powers of ten."""

    low: float
    high: float
    logarithmic: bool = False

    def levels(self, values: Floats) -> NDArray[np.uint8]:
        """Values as levels 1…255 of a colour table; what is no number has level 0, a logarithm's 0 the lowest."""
        with np.errstate(divide="ignore", invalid="ignore"):
            shown = np.log10(values) if self.logarithmic else values
            share = (shown - self.low) / (self.high - self.low)
        found = 1 + 254 * np.clip(np.nan_to_num(share, nan=0.0, posinf=1.0, neginf=0.0), 0, 1)
        return np.where(np.isnan(values), 0, np.rint(found)).astype(np.uint8)

    @property
    def marks(self) -> list[float]:
        """The values that are written beside it: both ends, and the powers of ten between them."""
        if not self.logarithmic:
            return [self.low, (self.low + self.high) / 2, self.high]
        return [10.0**power for power in range(round(self.low), round(self.high) + 1)]

    def share(self, value: float) -> float:
        """How far up a value lies, from 0 to 1."""
        at = math.log10(value) if self.logarithmic else value
        return (at - self.low) / (self.high - self.low)


def paint_bar(painter: QPainter, box: QRectF, scale: Scale, text: Callable[[float], str]) -> None:
    """Paint it at the left of a box, and as many of its numbers as have room."""
    look, metrics = theme.current(), painter.fontMetrics()
    ramp = np.arange(255, 0, -1, dtype=np.uint8)[:, None]
    painter.drawImage(QRectF(box.left(), box.top(), COLOURS, box.height()), pictures.indexed(ramp, look.viridis))
    marks = scale.marks
    every = max(1, math.ceil(len(marks) * metrics.height() / max(1.0, box.height())))
    painter.setPen(look.secondary)
    for number, value in enumerate(marks):
        if (len(marks) - 1 - number) % every:
            continue
        middle = box.bottom() - scale.share(value) * box.height()
        top = min(max(middle - metrics.height() / 2, box.top() - 4), box.bottom() + 4 - metrics.height())
        room = QRectF(box.left() + COLOURS + 5, top, box.width() - COLOURS - 5, metrics.height())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text(value))
