"""The overview at rest: all pictures in their columns, faint lines between them, titles and legends."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.ui.explain.film.colours import bar_of
from cnnstudio.ui.explain.film.ground import bold, draw_cells, swung
from cnnstudio.ui.explain.overview.columns import OTHERS, Spot
from cnnstudio.ui.explain.overview.layout import LEGEND, Layout, Shortcut
from cnnstudio.ui.explain.overview.maps import Maps
from cnnstudio.ui.explain.pictures.inks import Ink
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import elided_name
from cnnstudio.ui.look.numbers import number_text

_MIDDLE = Qt.AlignmentFlag.AlignCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_LINE = 15.0


class Ground:
    """Draws what stands still. ``names`` says what the drawing calls a layer."""

    def __init__(self, layout: Layout, maps: Maps, names: Callable[[str], str]) -> None:
        self.layout, self.maps, self._names = layout, maps, names
        self._look = theme.current()

    def draw(self, painter: QPainter, seen: QRectF) -> None:
        """Everything in a part of the whole."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._lines(painter, seen)
        for shortcut in self.layout.shortcuts:
            self._ribbon(painter, shortcut)
        for block in self.layout.columns.blocks.values():
            room = self.layout.rooms[block.node]
            if room.adjusted(-60, 0, 60, 0).intersects(seen):
                for spot in block.spots:
                    self.picture(painter, spot)
                self.title(painter, block.node)
                self._numbers(painter, block.node)
                self._legend(painter, block.node)

    # pieces

    def _lines(self, painter: QPainter, seen: QRectF) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        links = self.layout.columns.links
        faint = QColor(self._look.secondary)
        faint.setAlpha(90 if len(links) < 500 else 55)
        painter.setPen(QPen(faint, 0.7))
        for link in links:
            start, end = self.layout.ends(link)
            if end.x() >= seen.left() and start.x() <= seen.right():
                painter.drawPath(swung(start, end))
        for block in self.layout.columns.blocks.values():
            if self.layout.columns.coloured(block.node):
                for spot in block.spots[1:]:
                    whole, sheet = self.layout.boxes[block.spots[0]], self.layout.boxes[spot]
                    painter.setPen(QPen(self.sheet_ink(spot.number), 1.3))
                    start = QPointF(whole.right() + 3, whole.center().y())
                    painter.drawPath(swung(start, QPointF(sheet.left() - 3, sheet.center().y())))

    def sheet_ink(self, channel: int) -> QColor:
        """The ink of a colour of the picture."""
        return (self._look.error, self._look.good, self._look.accent)[channel]

    def _ribbon(self, painter: QPainter, shortcut: Shortcut) -> None:
        """All maps of a layer go over some columns at once."""
        faint = QColor(self._look.secondary)
        faint.setAlpha(70)
        self.ribbon(painter, shortcut, faint, 7.0)
        count = self.maps.probed.values[shortcut.source].shape[-1]
        vector = self.maps.probed.values[shortcut.source].ndim == 1
        words = f"{thousands(count)} {'numbers' if vector else 'maps'} of {self._names(shortcut.source)}"
        room = QRectF(shortcut.rises + 26, shortcut.top - 7.5, shortcut.falls - shortcut.rises - 52, _LINE)
        painter.setFont(theme.drawn_font())
        metrics = QFontMetricsF(painter.font())
        words = words if metrics.horizontalAdvance(words) + 8 <= room.width() else thousands(count)
        wide = metrics.horizontalAdvance(words)
        back = QRectF(room.left(), room.top(), wide + 8, _LINE)
        painter.fillRect(back, self._look.background)
        painter.setPen(self._look.secondary)
        painter.drawText(back, _MIDDLE, words)

    @staticmethod
    def ribbon(
        painter: QPainter, shortcut: Shortcut, colour: QColor, width: float, ends: tuple[float, float] | None = None
    ) -> None:
        """One broad band from a layer over the columns to another, or a line between maps of theirs at the heights
        ``ends``."""
        top, rises, falls, bend = shortcut.top, shortcut.rises, shortcut.falls, 9.0
        first, last = ends or (shortcut.leaves.y(), shortcut.arrives.y())
        path = QPainterPath(QPointF(shortcut.leaves.x(), first))
        path.lineTo(rises, first)
        path.lineTo(rises, top + bend)
        path.quadTo(rises, top, rises + bend, top)
        path.lineTo(falls - bend, top)
        path.quadTo(falls, top, falls, top + bend)
        path.lineTo(falls, last)
        path.lineTo(shortcut.arrives.x(), last)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPath(path)

    def picture(self, painter: QPainter, spot: Spot, frame: QColor | None = None) -> None:
        """One picture with its frame."""
        box = self.layout.boxes[spot]
        if spot.number == OTHERS:
            self._others(painter, spot, box, frame)
            return
        draw_cells(painter, box, self.maps.picture(spot))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(frame or self._look.line, 2.0 if frame else 1.0))
        wide = 1.0 if frame else 0.5
        painter.drawRect(box.adjusted(-wide, -wide, wide, wide))

    def _others(self, painter: QPainter, spot: Spot, box: QRectF, frame: QColor | None) -> None:
        block = self.layout.columns.blocks[spot.node]
        count = self.maps.probed.values[spot.node].shape[-1] - (len(block.spots) - 1)
        painter.setBrush(self._look.card)
        painter.setPen(QPen(frame or self._look.line, 2.0 if frame else 1.0))
        for away in (4.0, 2.0, 0.0):
            painter.drawRect(box.adjusted(away, away, away - 4, away - 4))
        painter.setPen(self._look.accent)
        painter.setFont(theme.tabular(bold(theme.drawn_font())))
        painter.drawText(box.adjusted(0, 0, -4, -4), _MIDDLE, f"+{thousands(count)}")

    def title(self, painter: QPainter, node: str) -> None:
        """Name and shape of a layer above its column."""
        room, probed = self.layout.rooms[node], self.maps.probed
        centre = room.center().x()
        wide = self._title_room(node)
        painter.fillRect(
            QRectF(centre - 13, room.top() + 2, 26, 3), self._look.category(probed.graph[node].layer.category)
        )
        painter.setPen(self._look.text)
        painter.setFont(bold(theme.drawn_font()))
        name = elided_name(QFontMetricsF(painter.font()), self._names(node), wide)
        painter.drawText(QRectF(centre - wide / 2, room.top() + 7, wide, _LINE), _MIDDLE, name)
        painter.setPen(self._look.secondary)
        painter.setFont(theme.tabular(theme.drawn_font()))
        shape = shape_text(probed.values[node].shape)
        shape = QFontMetricsF(painter.font()).elidedText(shape, Qt.TextElideMode.ElideRight, wide)
        painter.drawText(QRectF(centre - wide / 2, room.top() + 7 + _LINE, wide, _LINE), _MIDDLE, shape)

    def _title_room(self, node: str) -> float:
        """How wide a title may be: up to the middle of the gaps beside the column."""
        room = self.layout.rooms[node]
        rank, rooms = self.layout.columns.blocks[node].rank, self.layout.rooms
        beside = [rooms[block.node] for block in self.layout.columns.blocks.values() if abs(block.rank - rank) == 1]
        gaps = [max(other.left() - room.right(), room.left() - other.right()) for other in beside]
        return room.width() + min(gaps, default=60.0) - 6

    def _numbers(self, painter: QPainter, node: str) -> None:
        """What the maps are called: their numbers before a column that does not repeat those of the
        column before it, the names of the colours below the sheets."""
        columns, block = self.layout.columns, self.layout.columns.blocks[node]
        if self.maps.probed.values[node].ndim == 1 or len(block.spots) == 1:
            return
        image = self.maps.is_image(node)
        if not image and (columns.one_by_one(node) or self.layout.is_grid(node)):
            return
        painter.setFont(theme.tabular(theme.drawn_font()))
        painter.setPen(self._look.secondary)
        for spot in block.spots:
            if spot.number < 0:
                continue
            box = self.layout.boxes[spot]
            if image:
                painter.drawText(
                    QRectF(box.left() - 20, box.bottom() + 1, box.width() + 40, _LINE), _MIDDLE, self.maps.name(spot)
                )
            else:
                beside = QRectF(box.left() - 35, box.center().y() - _LINE - 1, 30, _LINE)
                painter.drawText(
                    beside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, str(spot.number + 1)
                )

    def _legend(self, painter: QPainter, node: str) -> None:
        block, room = self.layout.columns.blocks[node], self.layout.rooms[node]
        top = self._below(node)
        painter.setFont(theme.tabular(theme.drawn_font()))
        if self.maps.is_image(node):
            return
        if self.maps.shared == "map" and self.maps.probed.values[node].ndim == 3:
            painter.setPen(self._look.secondary)
            words, wide = "each its own", self._title_room(node)
            painter.drawText(QRectF(room.center().x() - wide / 2, top, wide, _LINE), _MIDDLE, words)
            return
        wide = min(max(room.width(), 40.0), 96.0)
        bar = QRectF(room.center().x() - wide / 2, top + 3, wide, 5)
        draw_legend(painter, bar, self.maps.ink(block.spots[0]), min((self._title_room(node) - wide) / 2, 8.0))

    def _below(self, node: str) -> float:
        """Where the legend of a column begins."""
        boxes = [self.layout.boxes[spot] for spot in self.layout.columns.blocks[node].spots]
        lowest = max(box.bottom() for box in boxes)
        return min(lowest + 8, self.layout.rooms[node].bottom() - LEGEND + 8)


def draw_legend(painter: QPainter, bar: QRectF, ink: Ink, beside: float = 0.0) -> None:
    """A scale with its least value, zero and its largest below it, and as far beside it."""
    look, scale = theme.current(), ink.scale
    draw_cells(painter, bar, bar_of(ink))
    painter.setPen(look.secondary)
    under = QRectF(bar.left() - beside, bar.bottom() + 2, bar.width() + 2 * beside, _LINE)
    low, high = number_text(scale.low, 2), number_text(scale.high, 2)
    metrics = QFontMetricsF(painter.font())
    first, last = metrics.horizontalAdvance(low), metrics.horizontalAdvance(high)
    if first + last + 4 > under.width():  # a narrow column has room for the largest alone; below zero it is the same
        painter.drawText(under, _MIDDLE, f"±{high}" if scale.low < 0 else high)
    else:
        painter.drawText(under, _LEFT, low)
        painter.drawText(under, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, high)
    zero = bar.left() + bar.width() * (0 - scale.low) / (scale.high - scale.low)
    painter.drawLine(QPointF(zero, bar.top() - 2), QPointF(zero, bar.bottom() + 2))
    if under.left() + first + 8 < zero < under.right() - last - 8:
        painter.drawText(QRectF(zero - 10, under.top(), 20, _LINE), _MIDDLE, "0")
