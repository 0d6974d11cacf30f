"""What all accounts of a map have in common: one pixel is looked at, by the mouse or the arrow keys, in all tiles."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from cnnstudio.nn.arrays import Array
from cnnstudio.nn.looking.attribution.methods import Looked
from cnnstudio.ui.evaluate.where.painted import SmallFigures, fitted, paint_ring
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import number_text

GAP = 10.0
#: how wide the words before the numbers are
_WORDS = 62.0
CENTRE, LEFT, RIGHT = (
    Qt.AlignmentFlag.AlignCenter,
    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
)


def sum_text(values: Sequence[float], most: int) -> str:
    """Numbers added up; of more than so many the first, and a sign that there are others."""
    first, *rest = values[:most]
    told = [number_text(first), *(f"{'−' if value < 0 else '+'} {number_text(abs(value))}" for value in rest)]
    return " ".join([*told, "+ …"] if len(values) > most else told)


def size_text(values: Sequence[float], most: int) -> str:
    """The sizes of numbers added up, without their signs."""
    told = [f"|{number_text(value)}|" for value in values[:most]]
    return " + ".join([*told, "…"] if len(values) > most else told)


class Account(SmallFigures):
    """``pixel`` is the one looked at, (row, column) of the picture; ``moved`` when it is another."""

    moved = Signal(int, int)
    least = 15.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.looked: Looked | None = None
        self.picture: Array | None = None
        self.pixel = (0, 0)
        #: where the tiles were painted last
        self.tiles: list[QRectF] = []

    @property
    def beside(self) -> float:
        """How wide the words before the numbers are, in whatever size text is."""
        return float(theme.scaled(_WORDS))

    def show_looked(self, looked: Looked, picture: Array) -> None:
        """Show the account of another map of a picture (H, W, C)."""
        self.looked, self.picture = looked, picture
        self.prepare()
        self.setAccessibleName(self.words())
        self.update()

    def show_pixel(self, row: int, column: int) -> None:
        """Look at another pixel."""
        self.pixel = (row, column)
        if self.looked is not None:
            self.setAccessibleName(self.words())
        self.update()

    def prepare(self) -> None:
        """Something else is shown: what is the same for all pixels can be made now."""

    def words(self) -> str:
        """What it says about the pixel, in words."""
        raise NotImplementedError

    def step(self) -> tuple[int, int]:
        """How many pixels an arrow key goes, down and across."""
        return 1, 1

    def sizeHint(self) -> QSize:
        return QSize(560, round(160 + 6 * self.line))

    def minimumSizeHint(self) -> QSize:
        return QSize(380, round(160 + 6 * self.line))

    def tile(self, painter: QPainter, box: QRectF, image: QImage, cell: tuple[int, int] | None) -> None:
        """Paint a map into a box, with a ring around a cell of it."""
        inner = fitted(box, image.height(), image.width())
        self.tiles.append(inner)
        painter.drawImage(inner, image)
        if cell is not None:
            paint_ring(painter, inner, image.height(), image.width(), cell)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._go_to(event.position())

    def _go_to(self, point: QPointF) -> None:
        if self.picture is None:
            return
        height, width = self.picture.shape[:2]
        for tile in self.tiles:
            if tile.contains(point):
                row = int((point.y() - tile.top()) / tile.height() * height)
                column = int((point.x() - tile.left()) / tile.width() * width)
                self._choose(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        down, across = self.step()
        by = {
            Qt.Key.Key_Left: (0, -across),
            Qt.Key.Key_Right: (0, across),
            Qt.Key.Key_Up: (-down, 0),
            Qt.Key.Key_Down: (down, 0),
        }.get(Qt.Key(event.key()))
        if by is None or self.picture is None:
            super().keyPressEvent(event)
            return
        self._choose(self.pixel[0] + by[0], self.pixel[1] + by[1])

    def _choose(self, row: int, column: int) -> None:
        assert self.picture is not None
        height, width = self.picture.shape[:2]
        found = min(max(row, 0), height - 1), min(max(column, 0), width - 1)
        if found != self.pixel:
            self.show_pixel(*found)
            self.moved.emit(*found)
