"""Feature maps as a painted mosaic; the cell under the pointer says its value."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen, QPixmap, QResizeEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.ui.look import dressing, pictures, theme
from cnnstudio.ui.panels.maps.map_blocks import Block

#: pixels between two maps, and between two blocks
GAP, BLOCK_GAP = 4, 12
#: one cell of a map, and one unit of a vector, is no larger than this
LARGEST_CELL, LARGEST_UNIT = 24, 36
#: a smaller map has no edge drawn around it
SMALLEST_FRAMED = 10


@dataclass(frozen=True)
class Cell:
    """A place in a block: map, row and column from 0."""

    index: int
    row: int
    column: int


class MosaicView(QWidget):
    """One block of maps, or two of them one above the other (beside each other where the room is tall)."""

    #: a ``Cell``, or None when the pointer is on none
    pointed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 60)
        self._blocks: tuple[Block, ...] = ()
        self._tilings: list[pictures.Tiling] = []
        self._pixmaps: list[QPixmap] = []
        self._corners: list[QPointF] = []
        self._frames: list[QRectF] = []
        self._cell: Cell | None = None
        #: whether two blocks lie beside each other
        self.beside = False
        dressing.follow(self, self._render)

    @property
    def cell(self) -> Cell | None:
        """The cell under the pointer."""
        return self._cell

    def show_blocks(self, blocks: tuple[Block, ...]) -> None:
        """Show other values. The pointer stays where it is."""
        before = [(block.node, block.maps.shape) for block in self._blocks]
        self._blocks = blocks
        if [(block.node, block.maps.shape) for block in blocks] != before:
            self._point(None)
        self._render()

    def mark(self, cell: Cell | None) -> None:
        """Put the frame of the pointer around a cell, though the pointer is elsewhere."""
        if cell != self._cell:
            self._cell = cell
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 180)

    def corner(self, block: int) -> QPointF:
        """Where a block's picture begins, in the widget's coordinates."""
        return self._corners[block]

    def place(self, block: int, cell: Cell) -> QRectF:
        """Where a cell is painted, in the widget's coordinates."""
        tiles, ratio = self._tilings[block], self.devicePixelRatioF()
        left, top = tiles.corner(cell.index)
        across, down = tiles.tile_width / tiles.width, tiles.tile_height / tiles.height
        inside = QRectF(left + cell.column * across, top + cell.row * down, across, down)
        return QRectF(inside.topLeft() / ratio + self._corners[block], inside.size() / ratio)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._render()
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        for pixmap, corner in zip(self._pixmaps, self._corners, strict=True):
            painter.drawPixmap(corner, pixmap)
        painter.setPen(QPen(theme.current().line, 1))  # white maps need an edge on a white panel
        painter.drawRects(self._frames)
        if self._cell is not None:
            for block in range(len(self._blocks)):
                spot = self.place(block, self._cell).adjusted(-1, -1, 0, 0)
                painter.setPen(QPen(theme.current().background, 3))
                painter.drawRect(spot)
                painter.setPen(QPen(theme.current().text, 1))
                painter.drawRect(spot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        position = event.position()
        ratio = self.devicePixelRatioF()
        for corner, tiles in zip(self._corners, self._tilings, strict=True):
            inside = (position - corner) * ratio
            found = tiles.at(inside.x(), inside.y())
            if found is not None:
                self._point(Cell(*found))
                return
        self._point(None)

    def leaveEvent(self, event: QEvent) -> None:
        self._point(None)
        super().leaveEvent(event)

    def _point(self, cell: Cell | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self.pointed.emit(cell)
            self.update()

    def _render(self) -> None:
        """Draw the pictures anew, at exactly the screen's pixels."""
        self._tilings, self._pixmaps, self._corners, self._frames = [], [], [], []
        if self._blocks:
            self._lay_out()
        self.update()

    def _lay_out(self) -> None:
        ratio, count = self.devicePixelRatioF(), len(self._blocks)
        width, height = int(self.width() * ratio), int(self.height() * ratio)
        between = int(BLOCK_GAP * ratio) * (count - 1)
        options = [((width, (height - between) // count), False), (((width - between) // count, height), True)]
        found = [([self._tiling(block, box, ratio) for block in self._blocks], beside) for box, beside in options]
        tilings, beside = max(found, key=lambda option: option[0][0].tile_width) if count > 1 else found[0]
        self.beside = beside
        corner = QPointF(0, 0)
        for block, tiles in zip(self._blocks, tilings, strict=True):
            image = pictures.render(block.maps, tiles, block.scale, block.scale.table(theme.current()))
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(ratio)
            self._tilings.append(tiles)
            self._pixmaps.append(pixmap)
            self._corners.append(QPointF(corner))
            self._frames += self._edges(tiles, corner, ratio)
            if beside:
                corner.setX(corner.x() + tiles.pixel_width / ratio + BLOCK_GAP)
            else:
                corner.setY(corner.y() + tiles.pixel_height / ratio + BLOCK_GAP)

    def _edges(self, tiles: pictures.Tiling, corner: QPointF, ratio: float) -> list[QRectF]:
        if min(tiles.tile_height, tiles.tile_width) < SMALLEST_FRAMED * ratio or tiles.gap < 2:
            return []
        found = []
        for index in range(tiles.count):
            left, top = tiles.corner(index)
            place = QRectF(left, top, tiles.tile_width, tiles.tile_height)
            place = QRectF(place.topLeft() / ratio + corner, place.size() / ratio)
            found.append(place.adjusted(-0.5, -0.5, 0.5, 0.5))
        return found

    def _tiling(self, block: Block, box: tuple[int, int], ratio: float) -> pictures.Tiling:
        height, width, count = block.maps.shape
        largest = LARGEST_UNIT if height * width == 1 else LARGEST_CELL
        return pictures.tiling(
            count, height, width, box, gap=max(1, round(GAP * ratio)), largest=max(1, int(largest * ratio))
        )
