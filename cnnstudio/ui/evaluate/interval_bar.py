"""An accuracy on a line from nothing to all, with where that on new pictures lies, and what guessing gets."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.telling.phrases import percent
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip

_MIDDLE, _HEIGHT, _DOT, _TICK = 12.0, 3.0, 5.0, 6.0


def paint_shares(painter: QPainter, box: QRectF) -> None:
    """The lines of no, half and all of the shares that go up in a box, with what they are at its left."""
    look = theme.current()
    for share in (0.0, 0.5, 1.0):
        y = box.bottom() - share * box.height()
        painter.setPen(QPen(look.line, 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(look.secondary)
        beside = QRectF(0, y - 8, box.left() - 6, 16)
        painter.drawText(beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, percent(share, 0))


class IntervalBar(QWidget):
    """All shares are 0…1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.wear(self, "small-figures")
        self._share, self._between, self._guess = 0.0, (0.0, 1.0), 0.0
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        dressing.follow(self, self._grow)

    def _grow(self) -> None:
        self.updateGeometry()

    def show_share(self, share: float, between: tuple[float, float], guess: float, tip: str) -> None:
        """Show another accuracy; ``tip`` says all of it in words."""
        self._share, self._between, self._guess = share, between, guess
        self.setToolTip(plain_tip(tip))
        self.setAccessibleName(tip)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(240, round(2 * _MIDDLE) + self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, wide = _DOT + 1, self.width() - 2 * _DOT - 2
        low, high = (left + wide * share for share in self._between)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.line)
        painter.drawRoundedRect(QRectF(left, _MIDDLE - _HEIGHT / 2, wide, _HEIGHT), 1.5, 1.5)
        painter.setBrush(theme.mixed(look.accent, look.panel, 0.45))
        painter.drawRect(QRectF(low, _MIDDLE - _HEIGHT / 2, high - low, _HEIGHT))
        painter.setPen(QPen(look.accent, 2))
        for place in (low, high):
            painter.drawLine(QPointF(place, _MIDDLE - _TICK), QPointF(place, _MIDDLE + _TICK))
        painter.setPen(QPen(look.secondary, 1, Qt.PenStyle.DotLine))
        guess = left + wide * self._guess
        painter.drawLine(QPointF(guess, _MIDDLE - _TICK), QPointF(guess, _MIDDLE + _TICK))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.accent)
        painter.drawEllipse(QPointF(left + wide * self._share, _MIDDLE), _DOT, _DOT)
        self._paint_words(painter, guess, low, high)

    def _paint_words(self, painter: QPainter, guess: float, low: float, high: float) -> None:
        """Below the line; what has no room beside what matters more is left out."""
        painter.setPen(theme.current().secondary)
        metrics, top = painter.fontMetrics(), 2 * _MIDDLE
        first, last = (percent(share) for share in self._between)
        between = f"{first} – {last}"
        taken: list[QRectF] = []
        for words, middle in ((between, (low + high) / 2), ("guessing", guess), ("100\u202f%", float(self.width()))):
            wide = metrics.horizontalAdvance(words) + 2.0
            box = QRectF(min(max(middle - wide / 2, 0.0), self.width() - wide), top, wide, metrics.height())
            if not any(box.adjusted(-4, 0, 4, 0).intersects(other) for other in taken):
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
                taken.append(box)
