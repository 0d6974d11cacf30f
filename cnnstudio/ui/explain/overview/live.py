"""What is drawn over the pale overview for the picture or the line that is pointed at."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.film.ground import bold, draw_cells, swung
from cnnstudio.ui.explain.overview.columns import Link
from cnnstudio.ui.explain.overview.ground import Ground
from cnnstudio.ui.explain.overview.layout import Shortcut, height_of
from cnnstudio.ui.explain.overview.trace import Strand, Trace
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text, signed_figure

#: how far along a line its kernel lies, and the sizes a kernel has
_ALONG, _LARGEST, _LEAST = 0.36, 30.0, 9.0


class Live:
    """Draws a trace. ``kernels`` are the colours of the weights of the layer that is pointed at."""

    def __init__(self, ground: Ground, trace: Trace, kernels: Ink | None) -> None:
        self.ground, self.trace, self._kernels = ground, trace, kernels
        self.layout = ground.layout
        self._look = theme.current()
        self.tiles = self._tiles()

    def draw(self, painter: QPainter, pointed: Link | None) -> None:
        """Everything that belongs to the picture; ``pointed`` is the line among its own that is pointed at."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        trace, accent = self.trace, self._look.accent
        for strand in trace.sources:
            self._strand(painter, strand, strand.link == pointed)
        for strand in trace.answers:
            self._strand(painter, strand, chosen=False)
        for link in trace.onward:
            self._line(painter, link, accent, 1.5)
        for spot in sorted(trace.spots, key=lambda spot: spot == trace.spot):
            self.ground.picture(painter, spot, accent)
        for node in dict.fromkeys(spot.node for spot in trace.spots):
            self.ground.title(painter, node)
        self._brackets(painter, self.layout.boxes[trace.spot])
        for link, box in self.tiles.items():
            self._kernel(painter, link, box, link == pointed)
        for strand in trace.sources:
            self._words(painter, strand, strand.link == pointed)

    # pieces

    def _strand(self, painter: QPainter, strand: Strand, chosen: bool) -> None:
        colour = QColor(self._look.accent)
        if strand.product is not None:
            colour = QColor(self._look.error if strand.product > 0 else self._look.accent)
        if not chosen:
            colour.setAlpha(round(95 + 160 * strand.share))
        width = 0.8 + 4.2 * strand.share + (1.5 if chosen else 0.0)
        rest = strand.count > 1 and strand.product is not None
        self._line(painter, strand.link, colour, width, rest)

    def _line(self, painter: QPainter, link: Link, colour: QColor, width: float, dashed: bool = False) -> None:
        shortcut = self._shortcut(link)
        if shortcut is not None:
            boxes = self.layout.boxes
            ends = boxes[link.source].center().y(), boxes[link.target].center().y()
            self.ground.ribbon(painter, shortcut, colour, width, ends)
            return
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(colour, width, Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine))
        start, end = self.layout.ends(link)
        painter.drawPath(swung(start, end))

    def _shortcut(self, link: Link) -> Shortcut | None:
        """The band that a line takes over the columns, if it does."""
        ends = link.source.node, link.target.node
        return next((each for each in self.layout.shortcuts if (each.source, each.target) == ends), None)

    def _brackets(self, painter: QPainter, box: QRectF) -> None:
        """The corners around what is pointed at."""
        out, arm = box.adjusted(-5, -5, 5, 5), 9.0
        painter.setPen(QPen(self._look.accent, 2.4))
        for x, across in ((out.left(), arm), (out.right(), -arm)):
            for y, down in ((out.top(), arm), (out.bottom(), -arm)):
                painter.drawLine(QPointF(x, y), QPointF(x + across, y))
                painter.drawLine(QPointF(x, y), QPointF(x, y + down))

    def _tiles(self) -> dict[Link, QRectF]:
        """Where the kernels lie on their lines; none where there is no room for them."""
        found: dict[Link, QRectF] = {}
        if self._kernels is None:
            return found
        spots = []
        for strand in self.trace.sources:
            each = self.trace.contribution(strand.link)
            if each is not None and each.kernel is not None and strand.count == 1:
                start, end = self.layout.ends(strand.link)
                x = start.x() + _ALONG * (end.x() - start.x())
                spots.append((height_of(start, end, x), x, strand.link, each.kernel.shape))
        spots.sort(key=lambda spot: spot[0])
        heights = [spot[0] for spot in spots]
        apart = min((b - a for a, b in pairwise(heights)), default=_LARGEST + 4)
        if apart - 2 < _LEAST:
            return found
        for y, x, link, shape in spots:
            high = min(_LARGEST, apart - 3)
            wide = min(high * shape[1] / shape[0], 1.4 * _LARGEST)
            found[link] = QRectF(x - wide / 2, y - high / 2, wide, high)
        return found

    def _kernel(self, painter: QPainter, link: Link, box: QRectF, chosen: bool) -> None:
        each = self.trace.contribution(link)
        if each is None or each.kernel is None or self._kernels is None:
            return
        draw_cells(painter, box, self._kernels.picture(each.kernel))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self._look.text if chosen else self._look.accent, 2.2 if chosen else 1.2))
        painter.drawRect(box.adjusted(-1, -1, 1, 1))

    def _words(self, painter: QPainter, strand: Strand, chosen: bool) -> None:
        """What a line adds, where it can be told: beside the largest, the rest and the one pointed at."""
        rest = strand.count > 1 and strand.product is not None
        kernel = strand.link in self.tiles
        few = len(self.trace.sources) <= 3 and not kernel and self.trace.found
        if kernel or not (rest or chosen or few or strand.share == 1.0) or not self.trace.found:
            return
        if strand.product is not None:
            words = signed_figure(strand.product)
            words = f"{amount(strand.count, 'other')}: {words}" if rest else words
        elif few or chosen:
            words = f"size {number_text(strand.size, 3)}"
        else:
            return
        if strand.product is None:  # below the map that is read: between the columns there is no room
            below = self.layout.boxes[strand.link.source]
            x, y = below.center().x(), below.bottom() + 9
        else:
            start, end = self.layout.ends(strand.link)
            x = start.x() + 0.55 * (end.x() - start.x())
            y = height_of(start, end, x)
        painter.setFont(theme.tabular(bold(theme.drawn_font())))
        wide = QFontMetricsF(painter.font()).horizontalAdvance(words) + 12
        pill = QRectF(x - wide / 2, y - 9, wide, 18)
        painter.setBrush(self._look.card)
        painter.setPen(QPen(self._look.line, 1))
        painter.drawRoundedRect(pill, 9, 9)
        painter.setPen(self._look.text)
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)

    def line_at(self, point: QPointF) -> Link | None:
        """The line of the picture under a point: its kernel, or the line itself."""
        for link, box in self.tiles.items():
            if box.adjusted(-2, -2, 2, 2).contains(point):
                return link
        return self.layout.link_at(point, tuple(strand.link for strand in self.trace.sources), 5.0)
