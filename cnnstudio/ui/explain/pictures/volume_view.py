"""One map of a volume, or a vector, as a picture with its padding; the cells that matter are marked on it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.ui.explain.pictures.inks import Ink, hatched
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.widgets.read_aloud import Piece

#: a cell is drawn no larger than this
LARGEST_CELL = 36


class VolumeView(QWidget):
    """Shows cells (H, W). A vector is laid out in rows, as many as make it nearly square.

    ``pointed`` carries (row, column) of the cell under the pointer, (0, unit) for a vector; cells of the padding have
    places outside the map. ``clicked`` is the same when the button goes down.
    """

    pointed = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        #: what is shown and what is marked on it: read them, and set them by the methods below
        self.values: NDArray[Any] = np.zeros((1, 1))
        self._count = 0
        self._picture = QImage()
        self._pixmap: QPixmap | None = None
        self.padding = (0, 0, 0, 0)
        self.marked_window: tuple[NDArray[Any], NDArray[Any]] | None = None
        self._all = False
        self.marked_cell: tuple[int, int] | None = None
        self.marked_winner: tuple[int, int] | None = None
        self.shaded: QImage | None = None
        self._region_corner = (0, 0)
        self._edges: list[tuple[int, int, int, int]] = []
        self.marked_spot: tuple[int, int] | None = None
        self.shift = (0.0, 0.0)
        self._room = (260.0, 260.0)
        dressing.follow(self, self._recolour)

    # what is shown

    def show_map(
        self,
        values: NDArray[Any],
        ink: Ink,
        padding: tuple[int, int, int, int] = (0, 0, 0, 0),
        picture: QImage | None = None,
    ) -> None:
        """Values (H, W) or (units,); ``picture`` (one pixel a cell) replaces their colours."""
        if values.ndim == 1:
            self._count = len(values)
            columns = max(1, math.ceil(math.sqrt(self._count * 1.2)))
            rows = math.ceil(self._count / columns)
            padded = np.full(rows * columns, np.nan, np.float32)
            padded[: self._count] = values
            values, padding = padded.reshape(rows, columns), (0, 0, 0, 0)
        else:
            self._count = 0
        resized = values.shape != self.values.shape or padding != self.padding
        self.values, self._ink, self.padding = values, ink, padding
        self._given = picture
        self._recolour()
        if resized:
            self.shaded, self._edges = None, []
            self.set_room(*self._room)

    def mark_window(self, rows: NDArray[Any] | None, columns: NDArray[Any] | None = None) -> None:
        """Mark the cells at these rows and columns (padding included); None marks nothing."""
        self.marked_window = None if rows is None or columns is None or not len(rows) else (rows, columns)
        self.update()

    def mark_all(self, marked: bool) -> None:
        """Mark everything at once: all of it is read."""
        if marked != self._all:
            self._all = marked
            self.update()

    def mark_cell(self, cell: tuple[int, int] | None) -> None:
        """Mark one cell: (row, column), or (0, unit) of a vector."""
        if cell != self.marked_cell:
            self.marked_cell = cell
            self.update()

    def mark_winner(self, cell: tuple[int, int] | None) -> None:
        """Mark the cell whose value was taken."""
        if cell != self.marked_winner:
            self.marked_winner = cell
            self.update()

    def mark_spot(self, cell: tuple[int, int] | None) -> None:
        """Mark the cell that is pointed at elsewhere."""
        if cell != self.marked_spot:
            self.marked_spot = cell
            self.update()

    def picture_box(self) -> QRectF:
        """Where the cells are drawn, without padding."""
        return self._inner

    def marked_box(self) -> QRectF | None:
        """Where the window is drawn, or all of it, the one cell or the winner; None where nothing is marked."""
        if self._all:
            return self._inner
        if self.marked_window is not None:
            return self._at_least(self._around(*self.marked_window), 5).translated(*self.shift)
        if self.marked_cell is not None:
            return self._at_least(self.place(*self.marked_cell), 7).translated(*self.shift)
        return self._at_least(self.place(*self.marked_winner), 7) if self.marked_winner is not None else None

    def shift_marks(self, right: float, down: float) -> None:
        """Draw window and cell a little beside their places, on their way there."""
        if (right, down) != self.shift:
            self.shift = (right, down)
            self.update()

    def shade(self, mask: NDArray[Any] | None, top: int = 0, left: int = 0) -> None:
        """Tint a set of cells, (rows, columns) of which ``top`` and ``left`` lie in the padding."""
        if mask is None or not mask.any():
            if self.shaded is None:
                return
            self.shaded = None
        else:
            colour = theme.current().accent
            cells = np.zeros((*mask.shape, 4), np.uint8)
            cells[mask] = (colour.red() * 105 // 255, colour.green() * 105 // 255, colour.blue() * 105 // 255, 105)
            data = np.ascontiguousarray(cells)
            height, width = mask.shape
            self.shaded = QImage(
                data.data, width, height, 4 * width, QImage.Format.Format_RGBA8888_Premultiplied
            ).copy()
            self._region_corner = (top, left)
        self.update()

    def edge(self, mask: NDArray[Any] | None, top: int = 0, left: int = 0) -> None:
        """Draw a line around a set of cells, and around its holes; as for ``shade``."""
        edges = [] if mask is None else [(y - top, x - left, h, w) for y, x, h, w in outline(mask)]
        if edges != self._edges:
            self._edges = edges
            self.update()

    # geometry

    def set_side(self, pixels: float) -> None:
        """How wide and high it may become."""
        self.set_room(pixels, pixels)

    def set_room(self, wide: float, high: float, largest: float = LARGEST_CELL) -> None:
        """How wide and how high it may become with its frame, and how large its cells."""
        self._room = (wide, high)
        rows, columns = self.extent
        cell = max(0.0, min((math.floor(high) - 2) / rows, (math.floor(wide) - 2) / columns, largest))
        if cell >= 3:
            cell = math.floor(cell)
        self._cell_size = max(cell, 0.05)
        self._pixmap = None
        self.setFixedSize(QSize(math.ceil(columns * cell) + 2, math.ceil(rows * cell) + 2))
        self.update()

    @property
    def extent(self) -> tuple[int, int]:
        """Rows and columns that are drawn, padding included."""
        top, bottom, left, right = self.padding
        return self.values.shape[0] + top + bottom, self.values.shape[1] + left + right

    def place(self, row: int, column: int) -> QRectF:
        """Where a cell is drawn; of a vector, (0, unit)."""
        if self._count:
            row, column = divmod(column, self.values.shape[1])
        size = self._cell_size
        return QRectF(1 + (column + self.padding[2]) * size, 1 + (row + self.padding[0]) * size, size, size)

    def pieces_drawn(self) -> int:
        """See ``Drawn``: its cells, row by row, or the numbers of a vector."""
        return self._count or self.values.size

    def piece_drawn(self, number: int) -> Piece:
        """See ``Drawn``."""
        row, column = divmod(number, self.values.shape[1])
        where = f"number {number + 1}" if self._count else f"row {row + 1}, column {column + 1}"
        place = (0, number) if self._count else (row, column)
        return Piece(f"{where}: {number_text(float(self.values[row, column]))}", self.place(*place).toRect())

    def cell_at(self, point: QPointF) -> tuple[int, int] | None:
        """The cell under a point, or None outside."""
        rows, columns = self.extent
        row, column = math.floor((point.y() - 1) / self._cell_size), math.floor((point.x() - 1) / self._cell_size)
        if not (0 <= row < rows and 0 <= column < columns):
            return None
        if self._count:
            unit = row * columns + column
            return (0, unit) if unit < self._count else None
        return row - self.padding[0], column - self.padding[2]

    def value_at(self, cell: tuple[int, int]) -> float | None:
        """The number in a cell; None in the padding."""
        row, column = divmod(cell[1], self.values.shape[1]) if self._count else cell
        inside = 0 <= row < self.values.shape[0] and 0 <= column < self.values.shape[1]
        return float(self.values[row, column]) if inside else None

    # events

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self.cell_at(event.position())
        if cell is None:
            self.setToolTip("")
            return
        value = self.value_at(cell)
        where = f"number {cell[1] + 1}" if self._count else f"row {cell[0] + 1}, column {cell[1] + 1}"
        self.setToolTip(
            plain_tip("padding: 0" if value is None else f"{where}: {number_text(value)} (exactly {value!r})")
        )
        self.pointed.emit(cell)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        look = theme.current()
        rows, columns = self.extent
        size = self._cell_size
        painter.drawPixmap(QPointF(0, 0), self._drawn())
        inner = self._inner
        if self.shaded is not None:
            top, left = self._region_corner
            corner = self.place(-top, -left).topLeft()
            painter.drawImage(
                QRectF(corner.x(), corner.y(), self.shaded.width() * size, self.shaded.height() * size), self.shaded
            )
        for colour, width in ((look.panel, 3), (look.accent, 1.5)) if self._edges else ():
            painter.setPen(QPen(colour, width))
            painter.drawLines(
                [
                    QLineF(self.place(y, x).topLeft(), self.place(y + down, x + right).topLeft())
                    for y, x, down, right in self._edges
                ]
            )
        painter.setPen(QPen(look.line, 1))
        painter.drawRect(QRectF(0.5, 0.5, columns * size + 1, rows * size + 1))
        if self._all:
            self._outline(painter, inner)
        if self.marked_window is not None:
            self._draw_window(painter)
        if self.marked_cell is not None:
            self._outline(painter, self._at_least(self.place(*self.marked_cell), 7).translated(*self.shift))
        for cell, colour in ((self.marked_winner, look.good), (self.marked_spot, look.warning)):
            if cell is not None:
                self._outline(painter, self._at_least(self.place(*cell), 7), colour)

    @property
    def _inner(self) -> QRectF:
        """Where the map lies, its padding left out."""
        size, (top, _, left, _) = self._cell_size, self.padding
        rows, columns = self.values.shape
        return QRectF(1 + left * size, 1 + top * size, columns * size, rows * size)

    def _draw_window(self, painter: QPainter) -> None:
        assert self.marked_window is not None
        rows, columns = self.marked_window
        around = self._around(rows, columns)
        apart = np.any(np.diff(rows) > 1) or np.any(np.diff(columns) > 1)
        if apart and len(rows) * len(columns) <= 400:
            colour = QColor(theme.current().accent)
            painter.setPen(QPen(colour, 1.4))
            for row in self._within(rows, 0):
                for column in self._within(columns, 1):
                    box = self.place(int(row), int(column)).translated(*self.shift)
                    painter.drawRect(box.adjusted(0.5, 0.5, -0.5, -0.5))
            colour.setAlpha(120)
            painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
            painter.drawRect(around.translated(*self.shift))
            return
        self._outline(painter, self._at_least(around, 5).translated(*self.shift))

    def _within(self, places: NDArray[Any], axis: int) -> NDArray[Any]:
        """Those rows (``axis`` 0) or columns that are drawn: of wide padding only a part is."""
        before, after = self.padding[2 * axis], self.padding[2 * axis + 1]
        return np.compress((places >= -before) & (places < self.values.shape[axis] + after), places)

    def _around(self, rows: NDArray[Any], columns: NDArray[Any]) -> QRectF:
        """A box about these cells, as far as they are drawn."""
        ends = []
        for axis, places in enumerate((rows, columns)):
            before, after = self.padding[2 * axis], self.padding[2 * axis + 1]
            ends.append(np.clip(places[[0, -1]], -before, self.values.shape[axis] + after - 1).tolist())
        (top, bottom), (left, right) = ends
        return self.place(top, left).united(self.place(bottom, right))

    @staticmethod
    def _at_least(box: QRectF, side: float) -> QRectF:
        """The box, or a larger one about its middle that can be seen."""
        grow = (max(0.0, side - box.width()) / 2, max(0.0, side - box.height()) / 2)
        return box.adjusted(-grow[0], -grow[1], grow[0], grow[1])

    @staticmethod
    def _outline(painter: QPainter, box: QRectF, colour: QColor | None = None) -> None:
        """A frame that is seen on dark and on light."""
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().panel, 4))
        painter.drawRect(box)
        painter.setPen(QPen(colour or theme.current().accent, 2))
        painter.drawRect(box)

    def _drawn(self) -> QPixmap:
        """The picture in its padding at the screen's own pixels, made once for each size: hatching takes its time."""
        if self._pixmap is None:
            ratio = self.devicePixelRatioF()
            self._pixmap = QPixmap(max(1, round(self.width() * ratio)), max(1, round(self.height() * ratio)))
            self._pixmap.setDevicePixelRatio(ratio)
            self._pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(self._pixmap)
            rows, columns = self.extent
            if any(self.padding):
                whole = QRectF(1, 1, columns * self._cell_size, rows * self._cell_size)
                painter.fillRect(whole, theme.current().background)
                painter.fillRect(whole, hatched())
            if not self._picture.isNull():
                inner = self._inner
                wide, high = inner.width() * ratio, inner.height() * ratio
                smaller = wide < self._picture.width() or high < self._picture.height()
                painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smaller)
                painter.drawImage(inner, self._picture)
            painter.end()
        return self._pixmap

    def _recolour(self) -> None:
        if hasattr(self, "_ink"):
            self._picture = self._given if self._given is not None else self._ink.picture(self.values)
        self._pixmap = None
        self.update()


def outline(mask: NDArray[Any]) -> list[tuple[int, int, int, int]]:
    """Where marked cells end: (row, column) of the line's begin, and how far it goes down and right; neighbours on
    one line are one."""
    framed = np.pad(mask.astype(np.int8), 1)
    found = []
    for axis, changes in enumerate((np.diff(framed, axis=0)[:, 1:-1], np.diff(framed, axis=1)[1:-1].T)):
        turns = np.diff(np.pad((changes != 0).astype(np.int8), ((0, 0), (1, 1))), axis=1)
        for (line, begin), (_, end) in np.argwhere(turns).reshape(-1, 2, 2).tolist():
            found.append((line, begin, 0, end - begin) if axis == 0 else (begin, line, end - begin, 0))
    return found
