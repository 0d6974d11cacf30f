"""The colours of numbers in Explain: images in grey, maps in the maps' colours, weights and products about zero."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QImage, QPainter

from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.numbers import number_text

GREY = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 3, axis=1)
#: how narrow a number may be squeezed to fit its cell
_SQUEEZE = 0.6
#: the luminance on which black and white read equally well
_EQUAL = 0.179


class Ink:
    """Colours for values of one kind on one scale."""

    def __init__(self, scale: pictures.Scale, *, grey: bool = False) -> None:
        self.scale = scale
        self.grey = grey

    @property
    def table(self) -> NDArray[np.uint8]:
        """The colour table in the current theme."""
        return GREY if self.grey else self.scale.table(theme.current())

    def picture(self, values: NDArray[Any]) -> QImage:
        """Values (H, W) as an image of one pixel each."""
        with np.errstate(all="ignore"):  # what a run that diverged left behind is shown as it is
            return pictures.indexed(pictures.levels(np.asarray(values, np.float32), self.scale), self.table)

    def colour(self, value: float) -> QColor:
        """One value's colour; none for what is no number."""
        if not np.isfinite(value):
            return QColor(0, 0, 0, 0)
        level = int(pictures.levels(np.array([value], np.float32), self.scale)[0])
        return QColor(*(int(part) for part in self.table[level]))

    def colours(self, values: NDArray[Any]) -> list[list[QColor]]:
        """The colours of values (H, W); none for what is no number."""
        known = np.isfinite(values)
        levels = pictures.levels(np.where(known, values, 0.0).astype(np.float32), self.scale)
        chosen = self.table[levels].tolist()
        return [
            [QColor(*parts) if known[y, x] else QColor(0, 0, 0, 0) for x, parts in enumerate(line)]
            for y, line in enumerate(chosen)
        ]

    @staticmethod
    def of(values: NDArray[Any], *, image: bool = False) -> Ink:
        """Colours for a whole output: grey for an image, otherwise as in the cards and maps."""
        if image:
            low, high = float(values.min()), float(values.max())
            return Ink(pictures.Scale(min(low, 0.0), high if high > low else low + 1.0, False), grey=True)
        return Ink(pictures.scale_of(values))

    @staticmethod
    def signed(values: NDArray[Any]) -> Ink:
        """Blue below, white at and red above zero."""
        return Ink(pictures.scale_of(np.asarray(values, np.float64), True))


def text_on(colour: QColor) -> QColor:
    """Black or white, whichever reads better on a colour: the contrast is 4.5:1 or more (WCAG 2.1)."""
    if colour.alpha() == 0:
        return theme.current().secondary
    return QColor("#000000") if _luminance(colour) > _EQUAL else QColor("#ffffff")


def _luminance(colour: QColor) -> float:
    """How bright a colour is, 0…1 (WCAG 2.1)."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def draw_fitting(
    painter: QPainter, box: QRectF, text: str, align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter
) -> bool:
    """Draw a number in a box, squeezed a little where it is too wide; False where it does not fit even so."""
    width = QFontMetricsF(painter.font()).horizontalAdvance(text)
    room = box.width() - 2
    if width <= room:
        painter.drawText(box, align, text)
        return True
    share = room / width
    if share < _SQUEEZE:
        return False
    painter.save()
    try:
        painter.translate(box.center())
        painter.scale(share, 1.0)
        painter.drawText(QRectF(-width, -box.height() / 2, 2 * width, box.height()), Qt.AlignmentFlag.AlignCenter, text)
    finally:
        painter.restore()
    return True


def draw_number(painter: QPainter, box: QRectF, value: float, *, signed: bool = False) -> None:
    """Draw a number in a cell, with as many of its four digits as fit: a number that matters is not left out beside
    zeros that fit."""
    draw_fitting(painter, box, figure_fitting(QFontMetricsF(painter.font()), box.width() - 2, value, signed=signed))


def figure_fitting(metrics: QFontMetricsF, room: float, value: float, *, signed: bool = False) -> str:
    """A number with as many of its four significant digits as fit into ``room`` pixels, squeezed; at least one."""
    text = ""
    for digits in (4, 3, 2, 1):
        text = number_text(value, digits)
        if signed and value > 0 and text != "0":
            text = f"+{text}"
        if metrics.horizontalAdvance(text) * _SQUEEZE <= room:
            return text
    bare = text.replace("0.", ".", 1) if "e" not in text else text
    if metrics.horizontalAdvance(bare) * _SQUEEZE <= room:
        return bare
    return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e").replace("-", "−")


def hatched() -> QBrush:
    """What padding is filled with."""
    look = theme.current()
    return QBrush(theme.mixed(look.secondary, look.background, 0.45), Qt.BrushStyle.BDiagPattern)
