"""What the colours mean: the smallest value, zero and the largest, below a strip of the colour table."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.look.pictures import Scale

STRIP, SPACE = 56, 5


class MapLegend(QWidget):
    """−1.2 ▬▬▬ 0 ▬▬▬ 1.2, on one line."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale: Scale | None = None
        self._texts = ("", "")
        theme.wear(self, "small-figures")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_scale(self, scale: Scale | None) -> None:
        """Show another scale, or none."""
        self._scale = scale
        self.setVisible(scale is not None)
        if scale is not None:
            # Three digits are enough here; the pointer gives four.
            texts = (number_text(float(f"{scale.low:.3g}")), number_text(float(f"{scale.high:.3g}")))
            if texts != self._texts:
                self._texts = texts
                self.updateGeometry()
            zero = ", zero in the middle" if scale.signed else ""
            self.setToolTip(
                f"Colours from {number_text(scale.low)} to {number_text(scale.high)}{zero}, the same for all maps"
            )
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(sum(self._sides()) + STRIP + 2 * SPACE, self.fontMetrics().height() + 4)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._scale is None:
            return
        painter = QPainter(self)
        colours, scale = theme.current(), self._scale
        left, right = self._sides()
        ramp = np.arange(1, 256, dtype=np.uint8)[None]
        strip = QRectF(left + SPACE, round(self.height() / 2) - 4, STRIP, 8)
        painter.drawImage(strip, pictures.indexed(ramp, scale.table(colours)))
        if scale.signed:
            painter.setPen(colours.text)
            x = int(strip.center().x())
            painter.drawLine(x, int(strip.top()) - 2, x, int(strip.bottom()) + 1)
        painter.setPen(colours.secondary)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(QRectF(0, 0, left, self.height()), middle | Qt.AlignmentFlag.AlignRight, self._texts[0])
        after = QRectF(strip.right() + SPACE, 0, right + 2, self.height())
        painter.drawText(after, middle | Qt.AlignmentFlag.AlignLeft, self._texts[1])

    def _sides(self) -> tuple[int, int]:
        low, high = (self.fontMetrics().horizontalAdvance(text) for text in self._texts)
        return low, high
