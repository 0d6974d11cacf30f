"""The accuracy of one network over the seconds it has been trained; several beside each other share both scales."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.curves.plot_axes import nice
from cnnstudio.worker.training.race import Mark, Step

_LEFT, _RIGHT, _TOP, _BOTTOM = 40, 10, 26, 20
#: of each batch so much is taken into the smooth curve
_SHARE = 0.12


class RacePlot(QWidget):
    """Batches solid, what was kept for validation dashed with markers. ``pointed`` carries the seconds under the
    pointer, or -1 when it has left."""

    pointed = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.steps: list[Step] = []
        self.marks: list[Mark] = []
        self.seconds = 1.0
        #: the moment whose values are read, in seconds; below 0 for none
        self.at = -1.0
        self._message = ""
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(84)
        self.setMaximumHeight(320)
        self.setAccessibleName(f"Accuracy over time, {name}")
        self.setToolTip("Accuracy over seconds of training: training solid, validation dashed")

    def show_points(self, steps: list[Step], marks: list[Mark], seconds: float, message: str = "") -> None:
        """``seconds`` is where the scale of all plots ends; a message stands in for a curve there cannot be."""
        self.steps, self.marks, self.seconds, self._message = steps, marks, max(seconds, 1e-3), message
        self.update()

    def point_at(self, seconds: float) -> None:
        """Mark a moment, and read the values there; below 0 takes it away."""
        self.at = seconds
        self.update()

    def values_at(self, seconds: float) -> tuple[float, float | None] | None:
        """The smooth accuracy of the batches and the last validation at a moment, or None before the first step."""
        count = sum(step.seconds <= seconds for step in self.steps)
        if not count:
            return None
        marks = [mark.accuracy for mark in self.marks if mark.seconds <= seconds]
        return smooth([step.accuracy for step in self.steps[:count]])[-1], marks[-1] if marks else None

    def sizeHint(self) -> QSize:
        return QSize(240, 150)

    def _area(self) -> QRectF:
        return QRectF(self.rect()).adjusted(_LEFT, _TOP, -_RIGHT, -_BOTTOM)

    def _point(self, seconds: float, accuracy: float) -> QPointF:
        area = self._area()
        return QPointF(area.left() + seconds / self.seconds * area.width(), area.bottom() - accuracy * area.height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.drawn_font())
        self._paint_axes(painter, look)
        batches = smooth([step.accuracy for step in self.steps])
        line = QPolygonF([self._point(step.seconds, value) for step, value in zip(self.steps, batches, strict=True)])
        painter.setPen(QPen(look.accent, 1.6))
        painter.drawPolyline(line)
        kept = [self._point(mark.seconds, mark.accuracy) for mark in self.marks]
        painter.setPen(QPen(look.warning, 1.6, Qt.PenStyle.DashLine))
        painter.drawPolyline(QPolygonF(kept))
        painter.setPen(QPen(look.card, 1))
        painter.setBrush(look.warning)
        for point in kept:
            painter.drawEllipse(point, 3.5, 3.5)
        if self._message:
            painter.setPen(look.secondary)
            painter.drawText(self._area(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._message)
        elif 0 <= self.at <= self.seconds:
            self._paint_moment(painter, look)
        else:
            self._paint_legend(painter, look)

    def _paint_legend(self, painter: QPainter, look: theme.Theme) -> None:
        """Which line is which, above the plot, where no curve comes."""
        area, metrics = self._area(), painter.fontMetrics()
        x, y = area.right(), area.top() - 16
        for words, colour, pattern in (
            ("validation", look.warning, Qt.PenStyle.DashLine),
            ("training", look.accent, Qt.PenStyle.SolidLine),
        ):
            x -= metrics.horizontalAdvance(words)
            painter.setPen(look.secondary)
            painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), words)
            painter.setPen(QPen(colour, 1.6, pattern))
            painter.drawLine(QPointF(x - 22, y), QPointF(x - 5, y))
            x -= 36

    def _paint_axes(self, painter: QPainter, look: theme.Theme) -> None:
        area = self._area()
        for accuracy in (0.0, 0.5, 1.0):
            y = self._point(0, accuracy).y()
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(look.secondary)
            box = QRectF(0, y - 8, _LEFT - 6, 16)
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, right, f"{100 * accuracy:.0f}\u202f%")
        every = nice(self.seconds / max(1.0, area.width() / 64))
        for number in range(int(self.seconds / every + 1e-6) + 1):
            at = self._point(number * every, 0)
            painter.setPen(QPen(look.line, 1))
            painter.drawLine(at, at + QPointF(0, 3))
            painter.setPen(look.secondary)
            box = QRectF(at.x() - 30, at.y() + 3, 60, _BOTTOM - 4)
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, f"{number * every:.3g}\u202fs" if number else "0")

    def _paint_moment(self, painter: QPainter, look: theme.Theme) -> None:
        area, x = self._area(), self._point(self.at, 0).x()
        painter.setPen(QPen(look.field_border, 1))
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))
        found = self.values_at(self.at)
        words = f"{self.at:.2g}\u202fs"
        if found is not None:
            words += f" · training {100 * found[0]:.0f}\u202f%"
            words += f" · validation {100 * found[1]:.0f}\u202f%" if found[1] is not None else ""
        width = painter.fontMetrics().horizontalAdvance(words) + 12
        left = min(max(area.left(), x - width / 2), area.right() - width)
        box = QRectF(left, area.bottom() - 22, width, 18)
        painter.setPen(QPen(look.line, 1))
        painter.setBrush(look.panel)
        painter.drawRoundedRect(box, 4, 4)
        painter.setPen(look.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area = self._area()
        share = (event.position().x() - area.left()) / max(1.0, area.width())
        self.pointed.emit(share * self.seconds if 0 <= share <= 1 else -1.0)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(-1.0)


def smooth(values: Sequence[float]) -> list[float]:
    """A moving mean in which old values fade."""
    found: list[float] = []
    for value in values:
        found.append(value if not found else found[-1] + _SHARE * (value - found[-1]))
    return found
