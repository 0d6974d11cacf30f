"""One row of cells and the positions of the window over it: where an output size comes from, as a drawing."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.design.facts.windows import Side
from cnnstudio.design.wording.windows import counted_cells
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import plain_tip

#: height of the cells, of one bar below them, and the narrowest cell that is still one
CELL, BAR, NARROWEST = 16.0, 5.0, 4.6
#: more lanes of bars than this are not told apart
_LANES = 6


class WindowStrip(QWidget):
    """Cells of one side of the input: read ones tinted, unread ones crossed out in red, padding hatched; below them
    one bar for each position of the window, side by side in lanes. Long rows are cut in the middle."""

    def __init__(self, side: Side, word: str) -> None:
        super().__init__()
        self.side, self.word = side, word
        #: the position under the pointer, from 0
        self.pointed_at: int | None = None
        self.setMouseTracking(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)
        self.setFixedHeight(math.ceil(CELL + 5 + self.lanes * BAR + 2))
        self.setAccessibleName(self.words)

    @property
    def lanes(self) -> int:
        """How many bars lie below each other at most."""
        reach = self.side.dilation * (self.side.kernel - 1) + 1
        return max(1, min(_LANES, -(-reach // self.side.stride)))

    @property
    def words(self) -> str:
        """The drawing in words."""
        side = self.side
        over = amount(side.extent, self.word)
        said = f"{amount(side.positions, 'position')} of a {side.kernel} px window over {over}"
        if side.before or side.after:
            said += f" with padding {side.before} and {side.after}"
        if side.unread:
            said += f"; {counted_cells(side.unread, self.word)} never read"
        return said

    def sizeHint(self) -> QSize:
        return QSize(220, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.height())

    def cells(self) -> list[int | None]:
        """The cells that are drawn from left to right; None where some are left out."""
        side = self.side
        every = list(range(-side.before, side.extent + side.after))
        fits = int(self.width() // NARROWEST)
        if len(every) <= fits:
            return list(every)
        half = max(3, (fits - 3) // 2)
        return [*every[:half], None, *every[-half:]]

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        boxes = self.boxes()
        unread = set(self.side.unread)
        lit = set(self.side.cells(self.pointed_at)) if self.pointed_at is not None else set()
        for cell, box in boxes.items():
            self._paint_cell(painter, look, cell, box, unread, lit)
        gap = self._gap()
        if gap is not None:
            painter.setPen(look.secondary)
            painter.drawText(gap, Qt.AlignmentFlag.AlignCenter, "…")
        self._paint_bars(painter, look, boxes)

    def _paint_cell(
        self, painter: QPainter, look: theme.Theme, cell: int, box: QRectF, unread: set[int], lit: set[int]
    ) -> None:
        padded = not 0 <= cell < self.side.extent
        if padded:
            painter.setPen(QPen(look.line, 1))
            painter.setBrush(QBrush(look.field_border, Qt.BrushStyle.BDiagPattern))
            if cell not in lit:
                painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
                return
        elif cell in unread:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(look.error, look.card, 0.30))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.mixed(look.good, look.card, 0.34))
        if cell in lit:
            painter.setPen(QPen(look.accent, 1.4))
        inside = box.adjusted(0.5, 0.5, -0.5, -0.5) if padded or cell in lit else box
        painter.drawRoundedRect(inside, min(2.0, box.width() / 4), 2)
        if cell in unread and box.width() >= 6:  # a cross, so that the colour does not stand alone
            painter.setPen(QPen(look.error, 1.2))
            reach = min(3.0, box.width() / 2 - 1.5)
            middle = box.center()
            painter.drawLine(middle - QPointF(reach, reach), middle + QPointF(reach, reach))
            painter.drawLine(middle - QPointF(reach, -reach), middle + QPointF(reach, -reach))

    def _paint_bars(self, painter: QPainter, look: theme.Theme, boxes: dict[int, QRectF]) -> None:
        lanes = self.lanes
        for position in range(max(0, self.side.positions)):
            cells = self.side.cells(position)
            if cells[0] not in boxes or cells[-1] not in boxes:
                continue
            gap = self._gap()
            if gap is not None and boxes[cells[0]].right() < gap.left() < boxes[cells[-1]].left():
                continue
            y = CELL + 5 + (position % lanes) * BAR
            left, right = boxes[cells[0]].left() + 0.8, boxes[cells[-1]].right() - 0.8
            strong = position == self.pointed_at
            colour = look.accent if strong or self.pointed_at is None else look.field_border
            if self.side.dilation > 1:
                painter.setPen(QPen(colour, 1))
                painter.drawLine(QPointF(left, y + 1.5), QPointF(right, y + 1.5))
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                for cell in cells:
                    if cell in boxes:
                        painter.drawEllipse(QPointF(boxes[cell].center().x(), y + 1.5), 2, 2)
                continue
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawRoundedRect(QRectF(left, y, right - left, 4 if strong else 3), 1.5, 1.5)

    # where things are

    def _pitch(self) -> float:
        return min(22.0, self.width() / max(1, len(self.cells())))

    def boxes(self) -> dict[int, QRectF]:
        """Where each cell is drawn."""
        pitch = self._pitch()
        space = 1.5 if pitch >= 7 else 0.8
        return {
            cell: QRectF(place * pitch, 0, pitch - space, CELL)
            for place, cell in enumerate(self.cells())
            if cell is not None
        }

    def _gap(self) -> QRectF | None:
        cells = self.cells()
        if None not in cells:
            return None
        return QRectF(cells.index(None) * self._pitch() - 4, 0, self._pitch() + 8, CELL)

    # pointing at a position

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._point(self._position_at(event.position()))
        self.setToolTip(plain_tip(self._tip(event.position())))

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)

    def _point(self, position: int | None) -> None:
        if position != self.pointed_at:
            self.pointed_at = position
            self.update()

    def _position_at(self, at: QPointF) -> int | None:
        boxes = self.boxes()
        best, found = 1e9, None
        for position in range(max(0, self.side.positions)):
            cells = self.side.cells(position)
            if any(c not in boxes for c in cells) or not boxes[cells[0]].left() <= at.x() <= boxes[cells[-1]].right():
                continue
            lane = CELL + 5 + (position % self.lanes) * BAR + 1.5
            middle = (boxes[cells[0]].left() + boxes[cells[-1]].right()) / 2
            far = abs(lane - at.y()) * 4 + abs(middle - at.x()) if at.y() > CELL else abs(middle - at.x())
            if far < best:
                best, found = far, position
        return found

    def _tip(self, at: QPointF) -> str:
        for cell, box in self.boxes().items():
            if box.contains(at) and cell in self.side.unread:
                return f"{self.word.capitalize()} {cell + 1} is never looked at."
            if box.contains(at) and not 0 <= cell < self.side.extent:
                return "Padding: a zero that is no part of the image."
        if self.pointed_at is None:
            return ""
        real = [cell for cell in self.side.cells(self.pointed_at) if 0 <= cell < self.side.extent]
        where = counted_cells(real, self.word) if real else "padding only"
        if self.side.dilation == 1 and len(real) > 2:
            where = f"{self.word}s {real[0] + 1}–{real[-1] + 1}"
        return f"Position {self.pointed_at + 1} of {self.side.positions}: {where}"
