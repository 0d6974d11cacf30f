"""A function's curve with one number on it."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.explaining.parts import CurvePart
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text


class CurveView(QWidget):
    """Axes through zero; dashed lines lead from x to the curve and on to y."""

    def __init__(self) -> None:
        super().__init__()
        self._part: CurvePart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Curve of the function")
        self.setMinimumHeight(140)

    def show_part(self, part: CurvePart) -> None:
        """Show another number on the curve."""
        self._part = part
        self.setAccessibleDescription(f"{number_text(part.x)} becomes {number_text(part.result)}")
        self.setToolTip(f"x = {part.x!r}\ny = {part.result!r}\nslope {part.slope!r}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def paintEvent(self, _event: QPaintEvent) -> None:
        part = self._part
        if part is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.tabular(theme.drawn_font()))
        look = theme.current()
        frame = QRectF(8, 8, min(self.width() - 16.0, 620.0), self.height() - 16.0)
        low, high = float(min(part.ys.min(), 0.0)), float(max(part.ys.max(), 0.0))
        margin = 0.12 * ((high - low) or 1.0)
        low, high = low - margin, high + margin
        left, right = float(part.xs[0]), float(part.xs[-1])

        def at(x: float, y: float) -> QPointF:
            return QPointF(
                frame.left() + (x - left) / (right - left) * frame.width(),
                frame.bottom() - (y - low) / (high - low) * frame.height(),
            )

        painter.setPen(QPen(look.line, 1))
        painter.setBrush(look.card)
        painter.drawRoundedRect(frame, 6, 6)
        painter.setPen(QPen(look.field_border, 1))
        painter.drawLine(at(left, 0), at(right, 0))
        painter.drawLine(at(0, low), at(0, high))
        painter.setPen(look.secondary)
        painter.drawText(
            QRectF(at(right, 0) + QPointF(-60, 2), at(right, 0) + QPointF(-6, 18)), Qt.AlignmentFlag.AlignRight, "x in"
        )
        painter.drawText(at(0, high) + QPointF(6, 14), "y out")
        for tick in _ticks(left, right):
            painter.drawLine(at(tick, 0) + QPointF(0, -3), at(tick, 0) + QPointF(0, 3))
            if tick and abs(tick - right) > 0.12 * (right - left):
                painter.drawText(
                    QRectF(at(tick, 0) + QPointF(-24, 4), at(tick, 0) + QPointF(24, 18)),
                    Qt.AlignmentFlag.AlignHCenter,
                    number_text(tick),
                )
        painter.setPen(QPen(look.category("activation"), 2.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([at(float(x), float(y)) for x, y in zip(part.xs, part.ys, strict=True)]))
        if not np.isfinite(part.x) or not np.isfinite(part.result):
            self._label(painter, frame, frame.center(), f"{number_text(part.x)} → {number_text(part.result)}")
            return
        point = at(part.x, part.result)
        painter.setPen(QPen(look.accent, 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(at(part.x, 0), point)
        painter.drawLine(point, at(0, part.result))
        painter.setPen(QPen(look.panel, 2))
        painter.setBrush(look.accent)
        painter.drawEllipse(point, 6, 6)
        self._label(painter, frame, point, f"{number_text(part.x)} → {number_text(part.result)}")

    @staticmethod
    def _label(painter: QPainter, frame: QRectF, point: QPointF, text: str) -> None:
        look = theme.current()
        wide = painter.fontMetrics().horizontalAdvance(text) + 16
        box = QRectF(point.x() + 12, point.y() - 30, wide, 22)
        if box.right() > frame.right() - 4:
            box.moveRight(point.x() - 12)
        box.moveTop(max(box.top(), frame.top() + 4))
        painter.setPen(QPen(look.accent, 1))
        painter.setBrush(look.panel)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(look.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)


def _ticks(left: float, right: float) -> list[float]:
    """Round places along the axis, about eight of them."""
    rough = (right - left) / 8
    size = 10.0 ** np.floor(np.log10(rough))
    step = next(float(size * m) for m in (1, 2, 5, 10) if size * m >= rough)
    first = int(np.ceil(left / step))
    return [i * step for i in range(first, int(right // step) + 1)]
