"""The scrub bar of a film: a short chapter in which the picture comes apart, then one for each filter."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.explain.film import timeline
from cnnstudio.ui.explain.film.ground import bold
from cnnstudio.ui.explain.film.layout import MARGIN
from cnnstudio.ui.explain.film.reel import Position, Reel
from cnnstudio.ui.look import theme

_KNOB = 7.0
_TOP = 18.0
#: room for the number of the place
_WORDS = 132.0


class ScrubBar(QWidget):
    """Press or drag to be at another place of the film: ``scrubbed`` carries the share of it, 0…1.
    ``first`` is what the first chapter is called, ``chapter`` what the others are chapters of."""

    scrubbed = Signal(float)

    def __init__(self, first: str = "apart", chapter: str = "filter") -> None:
        super().__init__()
        self._first, self._chapter = first, chapter
        self.setAccessibleName("Chapters of the film")
        self.setToolTip("Drag to any moment; going back un-writes (Home and End: the beginning and the end)")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._reel = Reel(1, 1, 1, 1, False)
        self._position = self._reel.start
        self._bars: tuple[object, QPixmap, QPixmap] | None = None
        self._named: tuple[int, QPixmap] | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_position(self, reel: Reel, position: Position) -> None:
        """Where the film is."""
        self._reel, self._position = reel, position
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, 32)

    def share_at(self, x: float) -> float:
        """The share of the film at a place of the bar."""
        return min(max((x - MARGIN) / self._wide, 0.0), 1.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.scrubbed.emit(self.share_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.scrubbed.emit(self.share_at(event.position().x()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._bars = None

    def paintEvent(self, event: QPaintEvent) -> None:
        look, ratio = theme.current(), self.devicePixelRatioF()
        here = -1 if self._position.filter == 0 and self._position.step < 0 else self._position.filter
        key = (self._reel, look.name, ratio)
        if self._bars is None or self._bars[0] != key:
            self._bars = (key, self._chapters(look.line, ratio), self._chapters(look.accent, ratio))
            self._named = None
        if self._named is None or self._named[0] != here:
            named = self._bars[1].copy()
            names = QPainter(named)
            self._names(names, here)
            names.end()
            self._named = (here, named)
        knob = MARGIN + timeline.share_of(self._reel, self._position) * self._wide
        painter = QPainter(self)
        painter.drawPixmap(0, 0, self._named[1])
        done = QRectF(0, _TOP - 1, knob, self.height() - _TOP + 1)  # below the names
        painter.drawPixmap(done, self._bars[2], QRectF(0, done.top() * ratio, knob * ratio, done.height() * ratio))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.accent, 1.6))
        painter.setBrush(look.card)
        painter.drawEllipse(QPointF(knob, _TOP + 2.5), _KNOB, _KNOB)
        painter.setPen(look.secondary)
        painter.setFont(theme.tabular(theme.drawn_font()))
        at = QRectF(0, 0, self.width() - MARGIN, self.height())
        painter.drawText(at, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self._place_text)

    @property
    def _wide(self) -> float:
        """How long the chapters are together."""
        return max(self.width() - 2.0 * MARGIN - _WORDS, 1.0)

    @property
    def _place_text(self) -> str:
        return f"place {thousands(self._position.place + 1)} of {thousands(self._reel.places)}"

    def _edges(self) -> list[float]:
        """Where the chapters begin, and where the last one ends."""
        chapter = self._wide / (timeline.FIRST_CHAPTER + self._reel.filters)
        first = MARGIN + timeline.FIRST_CHAPTER * chapter
        return [float(MARGIN), *(first + chapter * number for number in range(self._reel.filters + 1))]

    def _chapters(self, colour: QColor, ratio: float) -> QPixmap:
        """All chapters in a colour."""
        pixmap = QPixmap(self.size() * ratio)
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(theme.current().background)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chapter = self._wide / (timeline.FIRST_CHAPTER + self._reel.filters)
        gap = 4.0 if chapter > 16 else 1.0 if chapter > 4 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for left, right in pairwise(self._edges()):
            painter.drawRoundedRect(QRectF(left, _TOP, max(right - left - gap, 0.5), 5), 2, 2)
        painter.end()
        return pixmap

    def _names(self, painter: QPainter, here: int) -> None:
        """The chapters' names where they have room; the current one, −1 the first, always has."""
        look, edges = theme.current(), self._edges()
        names = [self._first, *(str(number + 1) for number in range(self._reel.filters))]
        current = here + 1
        names[current] = names[current] if here < 0 else f"{self._chapter} {names[current]}"
        font, strong = theme.tabular(theme.drawn_font()), theme.tabular(bold(theme.drawn_font()))
        painter.setFont(strong)
        width = QFontMetricsF(strong).horizontalAdvance(names[current])
        left = edges[current]
        painter.setPen(look.accent)
        painter.drawText(QPointF(left, _TOP - 6), names[current])
        painter.setFont(font)
        painter.setPen(look.secondary)
        metrics, free = QFontMetricsF(font), 0.0
        for number, name in enumerate(names):
            begin, end = edges[number], edges[number] + metrics.horizontalAdvance(name)
            clear = end + 8 < left or begin - 8 > left + width
            if number != current and begin >= free and clear:
                painter.drawText(QPointF(begin, _TOP - 6), name)
                free = end + 8
