"""The numbers under a window, and which of them is taken."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from cnnstudio.nn.explaining.parts import WindowPart
from cnnstudio.nn.telling.phrases import place_text
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.explain.pictures.inks import Ink, draw_fitting, draw_number, hatched, text_on
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text

_WIDE, _HIGH, _ARROW = 72, 34, 64


class WindowView(QWidget):
    """A grid with the winner framed, and an arrow to the number that is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._part: WindowPart | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Numbers under the window")
        self.setMinimumHeight(96)

    def show_part(self, part: WindowPart, ink: Ink) -> None:
        """Show another window; ``ink`` colours its numbers."""
        self._part, self._ink = part, ink
        self.setAccessibleDescription(worded(part.caption))
        self.update()

    @property
    def content_height(self) -> int:
        """How high it would like to be."""
        return 8 + _HIGH * (self._part.values.shape[0] if self._part is not None else 2)

    def sizeHint(self) -> QSize:
        return QSize(400, 200)

    @property
    def _cell(self) -> tuple[float, float]:
        assert self._part is not None
        rows, columns = self._part.values.shape
        wide = min(_WIDE, (self.width() - _ARROW - _WIDE - 20) / columns)
        return max(2.0, wide), max(2.0, min(_HIGH, (self.height() - 8) / rows, wide))

    def _box(self, row: int, column: int) -> QRectF:
        wide, high = self._cell
        return QRectF(3 + column * wide, 3 + row * high, wide - 1, high - 1)

    def paintEvent(self, _event: QPaintEvent) -> None:
        part = self._part
        if part is None:
            return
        painter = QPainter(self)
        painter.setFont(theme.tabular(theme.drawn_font()))
        look = theme.current()
        rows, columns = part.values.shape
        for row, column in np.ndindex(rows, columns):
            box, value = self._box(row, column), float(part.values[row, column])
            inside = np.isfinite(value)
            painter.fillRect(box, self._ink.colour(value) if inside else hatched())
            if box.width() >= 30 and box.height() >= 13:
                painter.setPen(text_on(self._ink.colour(value)) if inside else look.text)
                if inside:
                    draw_number(painter, box, value)
                else:
                    draw_fitting(painter, box, "padding")
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for colour, width in ((look.panel, 5), (look.good, 3)):
            painter.setPen(QPen(colour, width))
            painter.drawRect(self._box(*part.winner))
        wide, high = self._cell
        middle = 3 + rows * high / 2
        start = 3 + columns * wide + 12
        painter.setPen(QPen(look.good, 2))
        painter.drawLine(int(start), int(middle), int(start + _ARROW - 24), int(middle))
        for side in (-4, 4):
            painter.drawLine(int(start + _ARROW - 24), int(middle), int(start + _ARROW - 30), int(middle + side))
        result = QRectF(start + _ARROW - 16, middle - _HIGH / 2, _WIDE, _HIGH - 1)
        painter.fillRect(result, self._ink.colour(part.result))
        painter.setPen(text_on(self._ink.colour(part.result)))
        draw_fitting(painter, result, number_text(part.result))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._part is not None:
            assert isinstance(event, QHelpEvent)
            wide, high = self._cell
            column, row = int((event.pos().x() - 3) // wide), int((event.pos().y() - 3) // high)
            part = self._part
            if 0 <= row < part.values.shape[0] and 0 <= column < part.values.shape[1]:
                cell = (int(part.rows[row]), int(part.columns[column]), part.channel)
                value = float(part.values[row, column])
                text = f"{place_text(cell)}: {value!r}" if np.isfinite(value) else "padding: never wins"
                QToolTip.showText(event.globalPos(), plain_tip(text), self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)
