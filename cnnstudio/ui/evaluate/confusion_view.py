"""The confusion matrix: a row for each right class, a column for each answer; wrong answers stand out. In the order it
is told, and in numbers or in shares of a row or a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QToolTip, QWidget

from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.run.samples import name_of

#: most room for the names of classes; below this size of a cell its number is left out
NAMES, READABLE = 64.0, 15.0
#: a cell is never larger
LARGEST = 44.0
#: the height and width of something as long as 1 that leans by 45°
_SLANT = 0.71
Heads = Literal["lying", "leaning", "upright", "none"]
#: what a cell says: how many, which share of its class, or which share of those that got its answer
Says = Literal["count", "row", "column"]
_CENTRE = Qt.AlignmentFlag.AlignCenter


class ConfusionView(QWidget):
    """``chosen`` carries (right class, answer) of a cell, both from 0; so does ``opened``."""

    chosen = Signal(int, int)
    opened = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setMinimumSize(150, 120)
        theme.wear(self, "small-figures")
        self._counts: NDArray[np.int64] = np.zeros((0, 0), np.int64)
        self._names: tuple[str, ...] = ()
        self._answers: tuple[str, ...] = ()
        self._stale = False
        self._order: NDArray[np.int64] = np.zeros(0, np.int64)
        self._places, self._split = self._order, 0
        self._says: Says = "count"
        self.cell: tuple[int, int] | None = None

    def show_counts(
        self, counts: NDArray[np.int64], names: tuple[str, ...], answers: tuple[str, ...], *, stale: bool
    ) -> None:
        """Show a matrix (classes, answers), with what the data calls its classes and the network its answers; a
        ``stale`` one is pale: it is of another network."""
        self._counts, self._names, self._answers, self._stale = counts, names, answers, stale
        if len(self._order) != len(counts):
            self.arrange(range(len(counts)))
        self._bound()
        self.update()

    def arrange(self, order: Sequence[int], split: int = 0) -> None:
        """Show the classes in this order, with a line before the place ``split`` where it is not 0."""
        self._order, self._split = np.array(order, np.int64), split
        self._places = np.argsort(self._order)
        self.update()

    def say(self, says: Says) -> None:
        """Let the cells say something else."""
        self._says = says
        self.update()

    def mark(self, cell: tuple[int, int] | None) -> None:
        """Frame the cell whose images are shown."""
        self.cell = cell
        self.setAccessibleName(f"Confusion matrix. {self._words(cell)}" if cell is not None else "Confusion matrix")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(270, 240)

    def rect_of(self, right: int, answer: int) -> QRectF:
        """Where a cell is."""
        left, top, size = self._place()
        row, column = (int(self._places[number]) for number in (right, answer))
        return QRectF(left + column * size, top + row * size, size, size)

    def _name(self, number: int) -> str:
        return name_of(self._names, number)

    def _place(self) -> tuple[float, float, float]:
        """Left and top of the cells, and their size."""
        return self._laid_out()[:3]

    @property
    def heads(self) -> Heads:
        """How the answers stand over their columns: as they can be read."""
        return self._laid_out()[3]

    def _laid_out(self) -> tuple[float, float, float, Heads]:
        """Left and top of the cells, their size, and how their heads stand: lying where they have room, else leaning
        where no two of them touch, else upright; and none where there is no room to read any."""
        metrics = QFontMetricsF(self.font())
        widest = max((metrics.horizontalAdvance(self._name(i)) for i in range(len(self._counts))), default=0.0)
        left, line = 18 + min(NAMES, widest) + 6, metrics.height()
        count, longest = max(1, len(self._counts)), self._widest_answer(metrics)
        head = min(NAMES, longest)

        def cell(top: float, right: float) -> float:
            size = min((self.width() - left - right) / count, (self.height() - top - 2) / count, LARGEST)
            return max(2.0, float(int(size)) if size >= 6 else size)

        least = line - 3
        rise = head * _SLANT
        heads: tuple[tuple[Heads, float, float, Callable[[float], bool]], ...] = (
            ("lying", 2 * line + 4, 2, lambda size: longest <= size - 4),
            ("leaning", line + 6 + rise + line * _SLANT, rise, lambda size: size * _SLANT >= line - 1),
            ("upright", line + 8 + head, 2, lambda size: size >= least),
        )
        for form, top, right, is_readable in heads:
            if is_readable(size := cell(top, right)):
                return left, top, size, form
        return left, line + 4, cell(line + 4, 2), "none"

    def _widest_answer(self, metrics: QFontMetricsF) -> float:
        names = (name_of(self._answers, number) for number in range(len(self._counts)))
        return max(map(metrics.horizontalAdvance, names), default=0.0)

    def _at(self, point: QPointF) -> tuple[int, int] | None:
        left, top, size = self._place()
        column, row = int((point.x() - left) // size), int((point.y() - top) // size)
        inside = 0 <= row < len(self._counts) and 0 <= column < len(self._counts)
        return (int(self._order[row]), int(self._order[column])) if inside else None

    def _words(self, cell: tuple[int, int]) -> str:
        right, answer = cell
        count, whole = int(self._counts[right, answer]), int(self._counts[right].sum())
        of = f"{thousands(count)} of {amount(whole, 'image')}"
        if self._says == "column":
            said = int(self._counts[:, answer].sum())
            of = f"{of}, and of {thousands(said)} with this answer"
        if right == answer:
            return f"{self._name(right)} taken for {name_of(self._answers, right)}, which is right: {of}"
        return f"{self._name(right)} taken for {name_of(self._answers, answer)}: {of}"

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._bound()

    def _bound(self) -> None:
        """No wider than it is of use: the cells are square."""
        if len(self._counts):
            left = self._laid_out()[0]
            across = self.height() - 2 * QFontMetricsF(self.font()).height() + 4
            wide = left + min(across, LARGEST * len(self._counts) + NAMES)
            self.setMaximumWidth(max(self.minimumWidth(), round(wide)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not len(self._counts):
            return
        look, painter = theme.current(), QPainter(self)
        metrics = QFontMetricsF(self.font())
        left, top, size = self._place()
        whole = len(self._counts) * size
        painter.setPen(look.secondary)
        line = metrics.height()
        room, said = self.width() - left, "answer of the network"
        said = said if metrics.horizontalAdvance(said) <= room else "answer"
        painter.drawText(QRectF(left, 0, room, line), Qt.AlignmentFlag.AlignLeft, said)
        painter.save()
        try:
            painter.translate(0, top + whole)
            painter.rotate(-90)
            painter.drawText(QRectF(0, 0, max(whole, 60), line), Qt.AlignmentFlag.AlignRight, "right answer")
        finally:
            painter.restore()
        if size >= metrics.height() - 3:
            for place, number in enumerate(self._order.tolist()):
                name = metrics.elidedText(self._name(number), Qt.TextElideMode.ElideRight, NAMES)
                row = QRectF(18, top + place * size, left - 24, size)
                painter.drawText(row, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, name)
                self._paint_head(painter, metrics, place, number)
        if self._stale:
            painter.setOpacity(0.45)
        wrong = self._counts - np.diag(np.diag(self._counts))
        most = max(1, int(wrong.max()))
        for right in range(len(self._counts)):
            for answer in range(len(self._counts)):
                self._paint_cell(painter, look, right, answer, most)
        painter.setOpacity(1.0)
        if self._split:
            painter.setPen(QPen(look.secondary, 1))
            along = self._split * size
            painter.drawLine(QPointF(left, top + along), QPointF(left + whole, top + along))
            painter.drawLine(QPointF(left + along, top), QPointF(left + along, top + whole))
        if self.cell is not None and max(self.cell) < len(self._counts):
            painter.setPen(QPen(look.accent, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect_of(*self.cell).adjusted(1, 1, -1, -1))

    def _paint_head(self, painter: QPainter, metrics: QFontMetricsF, place: int, number: int) -> None:
        """The name of an answer over its column, which is the one at a place."""
        left, top, size, heads = self._laid_out()
        line, said = metrics.height(), name_of(self._answers, number)
        if heads == "lying":
            painter.drawText(QRectF(left + place * size, top - line - 2, size, line), _CENTRE, said)
        if heads in ("lying", "none"):
            return
        painter.save()
        try:
            upright = heads == "upright"
            painter.translate(left + (place + 0.5) * size + (metrics.ascent() / 2 - 1 if upright else 0), top - 3)
            painter.rotate(-90 if upright else -45)
            painter.drawText(QPointF(0.0, 0.0), metrics.elidedText(said, Qt.TextElideMode.ElideRight, NAMES))
        finally:
            painter.restore()

    def _paint_cell(self, painter: QPainter, look: theme.Theme, right: int, answer: int, most: int) -> None:
        count, box = int(self._counts[right, answer]), self.rect_of(right, answer)
        inner = box.adjusted(0.5, 0.5, -0.5, -0.5)
        if right == answer:
            share = count / max(1, int(self._counts[right].sum()))
            colour = theme.mixed(look.good, look.panel, 0.08 + 0.3 * share)
        elif count:
            colour = theme.mixed(look.error, look.panel, 0.15 + 0.45 * count / most)
        else:
            colour = theme.mixed(look.line, look.panel, 0.45)
        painter.fillRect(inner, colour)
        if count and box.width() >= READABLE:
            text = self._said(right, answer)
            font = theme.tabular(theme.small_font())
            painter.setFont(font)
            if painter.fontMetrics().horizontalAdvance(text) > box.width() - 2:
                font.setPixelSize(9)
                painter.setFont(font)
            if painter.fontMetrics().horizontalAdvance(text) <= box.width():
                painter.setPen(look.text)
                painter.drawText(box, _CENTRE, text)

    def _said(self, right: int, answer: int) -> str:
        """What a cell says that is not empty."""
        count = int(self._counts[right, answer])
        if self._says == "count":
            return thousands(count)
        of = self._counts[right].sum() if self._says == "row" else self._counts[:, answer].sum()
        share = 100 * count / max(1, int(of))
        return "<1" if share < 1 else ">99" if 99 < share < 100 else f"{share:.0f}"

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            cell = self._at(QPointF(event.pos()))
            words = f"{self._words(cell)}. Click to see them." if cell is not None else _WHAT
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        over = self._at(event.position()) is not None
        self.setCursor(Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        cell = self._at(event.position())
        if cell is not None and event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(*cell)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Left: QPoint(-1, 0),
            Qt.Key.Key_Right: QPoint(1, 0),
            Qt.Key.Key_Up: QPoint(0, -1),
            Qt.Key.Key_Down: QPoint(0, 1),
        }.get(Qt.Key(event.key()))
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.cell is not None:
            self.opened.emit(*self.cell)
            return
        if step is None or not len(self._counts):
            super().keyPressEvent(event)
            return
        row, column = (0, 0) if self.cell is None else (int(self._places[number]) for number in self.cell)
        last = len(self._counts) - 1
        row, column = min(max(row + step.y(), 0), last), min(max(column + step.x(), 0), last)
        self.chosen.emit(int(self._order[row]), int(self._order[column]))


_WHAT = "Confusion matrix: how many test images of each class were taken for which class. The diagonal is right."
