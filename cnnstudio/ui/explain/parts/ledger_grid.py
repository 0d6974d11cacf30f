"""Grids of numbers on their colours; where the cells are too small for that, the colours alone."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter, QPen

from cnnstudio.ui.explain.pictures.inks import Ink, draw_number, hatched, text_on
from cnnstudio.ui.look import theme

#: cells narrower than this have their numbers in smaller type, narrower than that no lines between them
SMALL_TYPE, _LINED = 40, 9


def paint_numbers(
    painter: QPainter, values: NDArray[Any], whole: QRectF, ink: Ink, signed: bool, outside: NDArray[Any] | None
) -> None:
    """Every number on its colour."""
    look, (rows, columns) = theme.current(), values.shape
    wide, high = whole.width() / columns, whole.height() / rows
    if wide < SMALL_TYPE:
        font = theme.tabular(theme.drawn_font())
        font.setPixelSize(9)
        painter.setFont(font)
    colours = ink.colours(values)
    for row, column in np.ndindex(rows, columns):
        box = QRectF(whole.left() + column * wide, whole.top() + row * high, wide - 1, high - 1)
        value, colour = float(values[row, column]), colours[row][column]
        if outside is not None and outside[row, column]:
            painter.fillRect(box, look.background)
            painter.fillRect(box, hatched())
            painter.setPen(look.text)
        else:
            painter.fillRect(box, colour)
            painter.setPen(text_on(colour))
        draw_number(painter, box, value, signed=signed)
    painter.setFont(theme.tabular(theme.drawn_font()))


def paint_colours(
    painter: QPainter, values: NDArray[Any], whole: QRectF, ink: Ink, outside: NDArray[Any] | None
) -> None:
    """Small cells: a picture, with lines where they are not too small for them."""
    look, (rows, columns) = theme.current(), values.shape
    wide, high = whole.width() / columns, whole.height() / rows
    painter.drawImage(whole, ink.picture(values))
    for row, column in np.argwhere(outside) if outside is not None else ():
        box = QRectF(whole.left() + column * wide, whole.top() + row * high, wide, high)
        painter.fillRect(box, look.background)
        painter.fillRect(box, hatched())
    if wide >= _LINED:
        line = QColor(look.field_border)
        line.setAlpha(90)
        painter.setPen(QPen(line, 1))
        for column in range(1, columns):
            x = whole.left() + column * wide
            painter.drawLine(QPointF(x, whole.top()), QPointF(x, whole.bottom()))
        for row in range(1, rows):
            y = whole.top() + row * high
            painter.drawLine(QPointF(whole.left(), y), QPointF(whole.right(), y))
