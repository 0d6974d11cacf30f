"""The loss after each step, as a small curve."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text

_LEFT, _BELOW, _LEAST = 40, 16, 56


class LossTrace(QWidget):
    """One dot for each place the ball has been at."""

    def __init__(self) -> None:
        super().__init__()
        self.losses: Sequence[float] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("The loss after each step")
        self.setProperty("term", "loss")
        self.setToolTip("The loss after each step: it should fall; where it rises, the step was too large")

    def show_losses(self, losses: Sequence[float]) -> None:
        """From the beginning on."""
        self.losses = losses
        shown = ", ".join(number_text(loss) for loss in losses[-3:])
        self.setAccessibleDescription(f"{amount(len(losses) - 1, 'step')}, last losses {shown}" if losses else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(160, 90)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, _LEAST)

    def paintEvent(self, _event: QPaintEvent) -> None:
        finite = [loss for loss in self.losses if math.isfinite(loss)]
        if not finite:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        box = QRectF(_LEFT, 6, self.width() - _LEFT - 8, self.height() - _BELOW - 10)
        low, high = min(finite), max(finite)
        wide = max(high - low, 1e-9)
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setPen(look.secondary)
        right = Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(0, box.top() - 6, _LEFT - 6, 14), right, number_text(high))
        if low < high:
            painter.drawText(QRectF(0, box.bottom() - 10, _LEFT - 6, 14), right, number_text(low))
        words = f"loss over {amount(len(self.losses) - 1, 'step')}"
        painter.drawText(QRectF(box.left(), box.bottom() + 3, box.width(), 15), Qt.AlignmentFlag.AlignLeft, words)
        steps = max(4, len(self.losses) - 1)
        points = [
            QPointF(box.left() + box.width() * place / steps, box.top() + box.height() * (high - loss) / wide)
            for place, loss in enumerate(self.losses)
            if math.isfinite(loss)
        ]
        painter.setPen(QPen(look.accent, 1.6))
        painter.drawPolyline(QPolygonF(points))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, point in enumerate(points):
            risen = place and finite[place] > finite[place - 1]
            painter.setBrush(look.error if risen else look.accent)
            painter.drawEllipse(point, 3, 3)
