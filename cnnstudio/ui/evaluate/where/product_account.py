"""Maps made of slopes: at one pixel, channel by channel, the slope, what it is multiplied with, and their sum."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent

from cnnstudio.ui.evaluate.where.account import CENTRE, GAP, RIGHT, Account, size_text, sum_text
from cnnstudio.ui.evaluate.where.painted import map_image
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text, signed_figure

_SIDE, _SMALLEST = 120.0, 40.0
#: of more channels the first are shown
_MOST = 4
_FACTORS = {"times_pixel": "× pixel", "guided_grad_cam": "× map"}


class ProductAccount(Account):
    """A tile for the slopes of each channel, and one for the map."""

    def prepare(self) -> None:
        looked = self.looked
        if looked is None or looked.slopes is None:
            return
        channels = min(_MOST, looked.slopes.shape[2])
        scale = pictures.scale_of(looked.slopes, True)
        self._slopes = [map_image(looked.slopes[:, :, channel], scale) for channel in range(channels)]
        self._map = map_image(looked.map, signed=looked.signed)

    def figures(self) -> tuple[list[tuple[str, float, float | None, float]], float]:
        """Of each channel its name, slope, factor and part at the pixel; and the value of the map there."""
        looked = self.looked
        assert looked is not None and looked.slopes is not None
        many = looked.slopes.shape[2]
        found = []
        for channel in range(many):
            place = (*self.pixel, channel)
            factor = None if looked.factors is None else float(looked.factors[place])
            found.append((_name(channel, many), float(looked.slopes[place]), factor, float(looked.values[place])))
        return found, float(looked.map[self.pixel])

    def words(self) -> str:
        looked = self.looked
        if looked is None or looked.slopes is None:
            return ""
        told, value = self.figures()
        parts = ", ".join(f"{name} {signed_figure(part)}" for name, _, _, part in told)
        return f"Row {self.pixel[0] + 1}, column {self.pixel[1] + 1}: {parts}; the map says {number_text(value)}"

    def paintEvent(self, _event: QPaintEvent) -> None:
        looked = self.looked
        if looked is None or looked.slopes is None:
            return
        look, painter = theme.current(), QPainter(self)
        self.tiles = []
        told, value = self.figures()
        shown = told[:_MOST]
        side = max(_SMALLEST, min(_SIDE, (self.width() - self.beside) / (len(shown) + 1) - 2 * GAP))
        pitch, top = side + 2 * GAP, self.line + 2
        for place, (name, slope, factor, part) in enumerate(shown):
            left = self.beside + place * pitch
            painter.setPen(look.secondary)
            painter.drawText(QRectF(left - GAP, 0, pitch, self.line), CENTRE, name)
            self.tile(painter, QRectF(left, top, side, side), self._slopes[place], self.pixel)
            painter.setPen(look.text)
            rows = [signed_figure(slope)]
            rows += [] if factor is None else [number_text(factor)]
            rows += [signed_figure(part)] if looked.signed else [number_text(abs(part))]
            for line, text in enumerate(rows):
                painter.drawText(QRectF(left - GAP, top + side + 4 + line * self.line, pitch, self.line), CENTRE, text)
        left = self.beside + len(shown) * pitch + GAP
        painter.setPen(look.secondary)
        painter.drawText(QRectF(left - GAP, 0, pitch, self.line), CENTRE, "map")
        self.tile(painter, QRectF(left, top, side, side), self._map, self.pixel)
        words = ["slope"]
        words += [] if looked.factors is None else [_FACTORS[looked.question.method]]
        words += ["= part"] if looked.signed else ["= size"]
        for line, text in enumerate(words):
            painter.setPen(look.secondary)
            painter.drawText(QRectF(0, top + side + 4 + line * self.line, self.beside - 8, self.line), RIGHT, text)
        below = top + side + 4 + (len(words) - 1) * self.line
        painter.setPen(look.text)
        painter.drawText(QRectF(left - GAP, below, pitch, self.line), CENTRE, number_text(value))
        sizes = [part if looked.signed else abs(part) for *_, part in told]
        added = sum_text(sizes, _MOST) if looked.signed else size_text([part for *_, part in told], _MOST)
        row, column = self.pixel
        lines = (
            f"At row {row + 1}, column {column + 1}: {added} = {number_text(sum(sizes))}",
            _MEANS[looked.question.method],
        )
        y = below + self.line + 10
        for line, text in enumerate(lines):
            painter.setPen(look.secondary if line else look.text)
            painter.drawText(QRectF(6, y + line * self.line, self.width() - 12, 3 * self.line), _WRAPPED, text)


_WRAPPED = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap
_MEANS = {
    "gradient": "A slope says how much the score grows where a number of the pixel grows by 1. The map shows its size.",
    "times_pixel": "A slope × the pixel: what the pixel would give if the score were a straight line from black to it.",
    "smooth": "Each slope is the mean of 50, from copies of the picture with noise. The map shows its size.",
    "guided": "On the way back each ReLU lets only through what is above 0: shapes are sharper, but no longer slopes.",
    "guided_grad_cam": "The guided slope × the map at the layer.",
}


def _name(channel: int, many: int) -> str:
    if many == 1:
        return "slopes"
    return ("red", "green", "blue")[channel] if many == 3 else f"channel {channel + 1}"
