"""The scrub bar of a film: a short chapter in which the picture comes apart, then one for each filter."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.ground import bold
from cnnstudio.ui.explain.film.layout import MARGIN
from cnnstudio.ui.explain.film.reel import Position, Reel
from cnnstudio.ui.look import theme

_KNOB = 7.0
_TOP = 18.0


class ScrubBar(QWidget):
    """Press or drag to be at another place of the film: ``scrubbed`` carries the share of it, 0…1."""

    scrubbed = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Chapters of the film")
        self.setToolTip("Drag to any moment; going back un-writes (Home and End: the beginning and the end)")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._reel = Reel(1, 1, 1, 1, False)
        self._position = self._reel.start
        theme.changed.connect(self.update)

    def show_position(self, reel: Reel, position: Position) -> None:
        """Where the film is."""
        self._reel, self._position = reel, position
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 32)

    def share_at(self, x: float) -> float:
        """The share of the film at a place of the bar."""
        return min(max((x - MARGIN) / max(self.width() - 2 * MARGIN, 1), 0.0), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.scrubbed.emit(self.share_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.scrubbed.emit(self.share_at(event.position().x()))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look, filters = theme.current(), self._reel.filters
        wide = self.width() - 2.0 * MARGIN
        chapter = wide / (timeline.FIRST_CHAPTER + filters)
        knob = MARGIN + timeline.share_of(self._reel, self._position) * wide
        gap = 4.0 if chapter > 16 else 1.0 if chapter > 4 else 0.0
        edges = [float(MARGIN), MARGIN + timeline.FIRST_CHAPTER * chapter]
        edges += [edges[1] + chapter * (number + 1) for number in range(filters)]
        painter.setPen(Qt.PenStyle.NoPen)
        for left, right in pairwise(edges):
            bar = QRectF(left, _TOP, max(right - left - gap, 0.5), 5)
            painter.setBrush(look.line)
            painter.drawRoundedRect(bar, 2, 2)
            done = min(bar.right(), knob) - left
            if done > 0:
                painter.setBrush(look.accent)
                painter.drawRoundedRect(QRectF(left, _TOP, done, 5), 2, 2)
        painter.setPen(QPen(look.accent, 1.6))
        painter.setBrush(look.card)
        painter.drawEllipse(QPointF(knob, _TOP + 2.5), _KNOB, _KNOB)
        self._names(painter, edges)

    def _names(self, painter: QPainter, edges: list[float]) -> None:
        """The chapters' names where they have room; the current one always has."""
        look = theme.current()
        before = self._position.filter == 0 and self._position.step < 0
        here = 0 if before else self._position.filter + 1
        names = ["apart", *(str(number + 1) for number in range(self._reel.filters))]
        names[here] = names[here] if before else f"filter {names[here]}"
        font, strong = theme.tabular(theme.small_font()), theme.tabular(bold(theme.small_font()))
        painter.setFont(strong)
        width = QFontMetricsF(strong).horizontalAdvance(names[here])
        left = min(edges[here], self.width() - MARGIN - width)
        taken = [(left - 8, left + width + 8)]
        painter.setPen(look.accent)
        painter.drawText(QPointF(left, _TOP - 6), names[here])
        painter.setFont(font)
        painter.setPen(look.secondary)
        metrics = QFontMetricsF(font)
        for number, name in enumerate(names):
            begin, end = edges[number], edges[number] + metrics.horizontalAdvance(name)
            if number != here and all(end + 6 < low or begin - 6 > high for low, high in taken):
                painter.drawText(QPointF(begin, _TOP - 6), name)
                taken.append((begin, end))
