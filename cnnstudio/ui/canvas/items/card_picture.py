"""The picture on a card: what the layer makes of the sample image, as a pixmap of exactly the pixels it gets."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPixmap

from cnnstudio.ui.canvas import measures
from cnnstudio.ui.look import pictures, theme

Maps = NDArray[Any]

#: more maps than this are too small to tell apart on a card
MOST_MAPS = 64
MOST_CELLS = 1600
MOST_BARS = 10
#: one cell of a vector or of a tiny map is no larger than this, in scene units
LARGEST_CELL = 12


def maps_picture(maps: Maps, box: QSizeF, scale: float, signed: bool) -> QPixmap:
    """Feature maps (H, W, C) or a vector (units,) as one mosaic; ``scale`` is pixels per scene unit."""
    pixels = _pixels(box, scale)
    vector = maps.ndim == 1 or maps.shape[0] * maps.shape[1] == 1
    image = pictures.mosaic(
        maps,
        pixels,
        theme.current(),
        signed=signed,
        gap=max(1, round((1 if vector else 2) * scale)),
        most=MOST_CELLS if vector else MOST_MAPS,
        largest=max(1, round(LARGEST_CELL * scale)),
    )
    if not signed or theme.current().dark:
        return QPixmap.fromImage(image)
    tray = QPixmap(image.size())  # on a white card white cells, the zeros, would be lost
    tray.fill(theme.current().line)
    painter = QPainter(tray)
    painter.drawImage(0, 0, image)
    painter.end()
    return tray


def image_picture(image: NDArray[np.uint8], box: QSizeF, scale: float) -> QPixmap:
    """An image (H, W, C) in its own colours, enlarged without blur to whole pixels where it is small."""
    width, height = _pixels(box, scale)
    picture = pictures.image_picture(image)
    share = min(width / picture.width(), height / picture.height())
    size = max(1, int(picture.width() * share)), max(1, int(picture.height() * share))
    how = Qt.TransformationMode.FastTransformation if share >= 1 else Qt.TransformationMode.SmoothTransformation
    return QPixmap.fromImage(picture.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, how))


def bars_picture(probabilities: Maps, names: Sequence[str], box: QSizeF, scale: float) -> QPixmap:
    """Class probabilities as horizontal bars with the classes' names; of many classes the likeliest."""
    shown = pictures.bars(probabilities, names)
    if len(shown) > MOST_BARS:
        least = sorted((bar.value for bar in shown), reverse=True)[MOST_BARS - 1]
        shown = tuple(bar for bar in shown if bar.value >= least)[:MOST_BARS]
    width, height = _pixels(box, scale)
    canvas = QImage(width, height, QImage.Format.Format_ARGB32_Premultiplied)
    canvas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(canvas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(scale, scale)
    _paint_bars(painter, shown, QRectF(QPointF(), box))
    painter.end()
    return QPixmap.fromImage(canvas)


def _paint_bars(painter: QPainter, shown: Sequence[pictures.Bar], box: QRectF) -> None:
    look = theme.current()
    font = QFont(measures.tiny_font())
    metrics = QFontMetricsF(font)
    row = min(box.height() / max(1, len(shown)), 16.0)
    names = [metrics.elidedText(bar.name, Qt.TextElideMode.ElideRight, 46.0) for bar in shown]
    left = max((metrics.horizontalAdvance(name) for name in names), default=0.0) + 5
    room = box.width() - left
    painter.setFont(font)
    top = (box.height() - row * len(shown)) / 2
    for bar, name in zip(shown, names, strict=True):
        line = QRectF(0, top, box.width(), row)
        painter.setPen(look.text if bar.likeliest else look.secondary)
        painter.drawText(QRectF(0, top, left - 5, row), _RIGHT, name)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.mixed(look.line, look.card, 0.7))
        slot = QRectF(left, line.center().y() - row * 0.3, room, row * 0.6)
        painter.drawRoundedRect(slot, 1.5, 1.5)
        value = bar.value if np.isfinite(bar.value) else 0.0
        slot.setWidth(max(1.0, room * value))
        colour = QColor(look.category("output"))
        if not bar.likeliest:
            colour = theme.mixed(colour, look.card, 0.55)
        painter.setBrush(colour)
        painter.drawRoundedRect(slot, 1.5, 1.5)
        top += row


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


def _pixels(box: QSizeF, scale: float) -> tuple[int, int]:
    return max(1, int(box.width() * scale)), max(1, int(box.height() * scale))
