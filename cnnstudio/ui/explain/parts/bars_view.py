"""Numbers side by side as bars, step by step from left to right; a row can be chosen."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QToolTip

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.explaining.parts import BarsPart
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text, probability_text

HEAD, ROW = 22, 24


class BarsView(QAbstractScrollArea):
    """One row a number. ``chosen`` carries the row that was clicked, from 0."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setAccessibleName("From scores to probabilities")
        self.setMinimumHeight(140)
        self._part: BarsPart | None = None
        self._names: list[str] = []

    def show_part(self, part: BarsPart, names: list[str]) -> None:
        """``names`` are those of the rows; rows without one are numbered from 1. The chosen one is brought into
        sight."""
        self._part, self._names = part, names
        self._range()
        self._reveal()
        self.viewport().update()

    def row_name(self, row: int) -> str:
        """What a row is called."""
        return self._names[row] if row < len(self._names) else str(row + 1)

    @property
    def content_height(self) -> int:
        """How high it would be without scrolling."""
        rows = len(self._part.columns[0].values) if self._part is not None else 0
        return HEAD + (rows + 1) * ROW

    def _range(self) -> None:
        bar = self.verticalScrollBar()
        bar.setRange(0, max(0, self.content_height - self.viewport().height()))
        bar.setPageStep(max(1, self.viewport().height()))
        bar.setSingleStep(ROW)

    def _reveal(self) -> None:
        """Scroll the chosen row into sight, and the one before or after it where there is one."""
        if self._part is not None:
            bar, top = self.verticalScrollBar(), self._part.chosen * ROW
            below = HEAD + top + 2 * ROW - self.viewport().height()
            bar.setValue(max(min(bar.value(), top - ROW), below))

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._range()
        self._reveal()

    def _columns(self) -> list[QRectF]:
        assert self._part is not None
        count = len(self._part.columns)
        start, room = 96.0, self.viewport().width() - 100.0
        return [QRectF(start + k * room / count, 0, room / count - 16, ROW) for k in range(count)]

    def paintEvent(self, _event: QPaintEvent) -> None:
        part = self._part
        if part is None:
            return
        painter = QPainter(self.viewport())
        painter.setFont(theme.tabular(theme.drawn_font()))
        look, shift = theme.current(), self.verticalScrollBar().value()
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        rows = len(part.columns[0].values)
        first, last = max(0, (shift - HEAD) // ROW), min(rows, (shift + self.viewport().height()) // ROW + 1)
        for row in range(first, last):
            y = HEAD + row * ROW - shift
            if row == part.chosen:
                painter.setPen(QPen(look.accent, 1.5))
                painter.setBrush(theme.mixed(look.accent, look.background, 0.12))
                painter.drawRoundedRect(QRectF(1, y, self.viewport().width() - 3, ROW - 1), 5, 5)
            painter.setPen(look.text)
            name = painter.fontMetrics().elidedText(self.row_name(row), Qt.TextElideMode.ElideRight, 76)
            painter.drawText(QRectF(10, y, 80, ROW), middle, name)
            for column, box in zip(part.columns, self._columns(), strict=True):
                self._bar(painter, box.translated(0, y), float(column.values[row]), column.values)
        y = HEAD + rows * ROW - shift
        painter.setPen(look.secondary)
        painter.drawText(QRectF(10, y, 80, ROW), middle, "sum")
        for column, box in zip(part.columns, self._columns(), strict=True):
            if column.total is not None:
                # two digits more than its terms, so that 1 and a little is told from 1
                painter.drawText(box.translated(0, y), middle, f"Σ = {number_text(column.total, 6)}")
        painter.fillRect(QRectF(0, 0, self.viewport().width(), HEAD - 2), look.background)
        for column, box in zip(part.columns, self._columns(), strict=True):
            painter.drawText(QRectF(box.left(), 0, box.width(), HEAD - 2), middle, worded(column.name))

    @staticmethod
    def _bar(painter: QPainter, box: QRectF, value: float, values: Floats) -> None:
        look = theme.current()
        finite = values[np.isfinite(values)]
        low, high = float(min(finite.min(initial=0.0), 0.0)), float(max(finite.max(initial=0.0), 0.0))
        track = box.adjusted(66, 5, 0, -6)
        span = (high - low) or 1.0
        zero = track.left() + (0.0 - low) / span * track.width()
        end = track.left() + (value - low) / span * track.width()
        colour = look.accent if value >= 0 else look.warning
        if np.isfinite(value):
            painter.fillRect(QRectF(min(zero, end), track.top(), max(1.0, abs(end - zero)), track.height()), colour)
        if low < 0:
            painter.fillRect(QRectF(zero, track.top() - 3, 1, track.height() + 6), look.field_border)
        painter.setPen(look.text)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, probability_text(value))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self._row(event.position().y())
        if row is not None:
            self.chosen.emit(row)

    def _row(self, y: float) -> int | None:
        if self._part is None or y < HEAD:
            return None
        row = int((y - HEAD + self.verticalScrollBar().value()) // ROW)
        return row if row < len(self._part.columns[0].values) else None

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and self._part is not None:
            assert isinstance(event, QHelpEvent)
            row = self._row(event.pos().y())
            if row is not None:
                values = [f"{worded(column.name)}: {float(column.values[row])!r}" for column in self._part.columns]
                QToolTip.showText(event.globalPos(), plain_tip("\n".join([self.row_name(row), *values])), self)
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)
