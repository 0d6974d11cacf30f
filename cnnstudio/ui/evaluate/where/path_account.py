"""Integrated gradients as the way that they are: from black to the picture, stretch by stretch."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QPolygonF

from cnnstudio.nn.looking.attribution.integrated import STRETCHES, Integrated
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.evaluate.where.account import CENTRE, GAP, LEFT, Account
from cnnstudio.ui.evaluate.where.painted import map_image
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text, signed_figure

_SIDE, _CHART = 116.0, 96.0
#: stretches whose maps are shown
_SHOWN = (0, 5, 10, 15)


def gap_words(path: Integrated) -> str:
    """How far what was shared out is from what there was."""
    whole, apart = number_text(float(path.values.sum(dtype=np.float64))), f"{100 * path.gap:.1f}\u202f%"
    said = f"All pixels together get {whole}, the score rises by {number_text(path.risen)}: {apart} apart"
    enough = "" if path.complete else ", more than the 1\u202f% it may be"
    return f"{said} after {amount(path.steps, 'step')}{enough}."


class PathAccount(Account):
    """Maps of four stretches, the whole map, and for one pixel what it gets on each stretch."""

    def prepare(self) -> None:
        looked = self.looked
        if looked is None or looked.path is None:
            return
        scale = pictures.scale_of(looked.path.stretches, True)
        self._stretches = [map_image(looked.path.stretches[number], scale) for number in _SHOWN]
        self._map = map_image(looked.map, signed=True)

    def words(self) -> str:
        looked = self.looked
        if looked is None or looked.path is None:
            return ""
        got = number_text(float(looked.map[self.pixel]))
        where = f"Row {self.pixel[0] + 1}, column {self.pixel[1] + 1} gets {got} in {STRETCHES} stretches"
        return f"{where}. {gap_words(looked.path)}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        looked = self.looked
        if looked is None or looked.path is None:
            return
        look, painter, path = theme.current(), QPainter(self), looked.path
        self.tiles = []
        side = max(44.0, min(_SIDE, self.width() / (len(_SHOWN) + 1) - 2 * GAP))
        pitch, top = side + 2 * GAP, self.line + 2
        titles = [f"{100 * number // STRETCHES}–{100 * (number + 1) // STRETCHES}\u202f%" for number in _SHOWN]
        images = [*self._stretches, self._map]
        for place, (words, image) in enumerate(zip([*titles, "all: the map"], images, strict=True)):
            left = GAP + place * pitch
            painter.setPen(look.secondary)
            painter.drawText(QRectF(left - GAP, 0, pitch, self.line), CENTRE, words)
            self.tile(painter, QRectF(left, top, side, side), image, self.pixel)
        parts = path.stretches[:, *self.pixel]
        below = top + side + 8
        row, column = self.pixel
        lines = (
            f"Row {row + 1}, column {column + 1}: {STRETCHES} stretches together {signed_figure(float(parts.sum()))}, "
            f"the map says {signed_figure(float(looked.map[self.pixel]))}",
            gap_words(path),
        )
        for number, text in enumerate(lines):
            painter.setPen(look.warning if number and not path.complete else look.secondary if number else look.text)
            box = QRectF(6, below + number * self.line, self.width() - 12, self.line)
            shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(box.width()))
            painter.drawText(box, LEFT, shown)
        self._paint_way(painter, QRectF(6, below + 2 * self.line + 6, self.width() - 12, _CHART - 20), parts, path)

    def _paint_way(self, painter: QPainter, box: QRectF, parts: np.ndarray, path: Integrated) -> None:
        """Bars: what the pixel gets on each stretch. Line: the score."""
        look = theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        most = float(np.abs(parts).max()) or 1.0
        middle, wide = box.center().y(), box.width() / len(parts)
        painter.setPen(look.line)
        painter.drawLine(QPointF(box.left(), middle), QPointF(box.right(), middle))
        for number, part in enumerate(parts.tolist()):
            tall = part / most * box.height() / 2
            bar = QRectF(box.left() + number * wide + 3, middle - max(tall, 0), wide - 6, abs(tall))
            painter.fillRect(bar, theme.mixed(look.error if tall > 0 else look.accent, look.panel, 0.6))
        low, high = float(path.scores.min()), float(path.scores.max())
        heights = box.bottom() - (path.scores - low) / ((high - low) or 1.0) * box.height()
        line = QPolygonF([QPointF(box.left() + n * wide, float(y)) for n, y in enumerate(heights)])
        painter.setPen(QPen(look.text, 1.5))
        painter.drawPolyline(line)
        painter.setPen(look.secondary)
        words = QRectF(box.left(), box.bottom() + 1, box.width(), self.line)
        painter.drawText(words, LEFT, "black")
        painter.drawText(words, CENTRE, "line: the score · bars: what the pixel gets")
        painter.drawText(words, Qt.AlignmentFlag.AlignRight, "the picture")
