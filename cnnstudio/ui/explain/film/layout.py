"""Where everything in a film lies: one place for each thing, whatever the size of the window."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from PySide6.QtCore import QPointF, QRectF

from cnnstudio.ui.explain.film.scene import Scene

MARGIN = 16
#: height of a line of small text, and of one of a title
LINE, TITLE = 15, 20
_LARGEST_CELL = 26.0
_ABOVE_LEGEND = 10
#: at most so many pixels of padding are drawn at a side
_MOST_PADDING = 8


@dataclass(frozen=True)
class Grid:
    """A picture of rows × columns cells in a box; ``top`` and ``left`` are the rows and columns of padding in front."""

    box: QRectF
    rows: int
    columns: int
    top: int = 0
    left: int = 0
    bottom: int = 0
    right: int = 0

    @property
    def side(self) -> float:
        """The side of a cell in pixels."""
        return self.box.width() / (self.columns + self.left + self.right)

    @cached_property
    def inner(self) -> QRectF:
        """The picture without its padding."""
        side = self.side
        return QRectF(
            self.box.left() + self.left * side,
            self.box.top() + self.top * side,
            self.columns * side,
            self.rows * side,
        )

    def cell(self, row: int, column: int) -> QRectF:
        """The box of a cell; padding has negative places, or those behind the last."""
        side = self.side
        return QRectF(self.inner.left() + column * side, self.inner.top() + row * side, side, side)

    def at(self, point: QPointF) -> tuple[int, int] | None:
        """The cell under a point, padding left out."""
        if not self.inner.contains(point) or not self.side:
            return None
        row, column = int((point.y() - self.inner.top()) / self.side), int((point.x() - self.inner.left()) / self.side)
        return (min(row, self.rows - 1), min(column, self.columns - 1))


def grid_in(box: QRectF, rows: int, columns: int, padding: tuple[int, int, int, int] = (0, 0, 0, 0)) -> Grid:
    """The largest grid of square cells in a box, at its left and in the middle of its height."""
    top, bottom, left, right = padding
    across, down = columns + left + right, rows + top + bottom
    side = max(min(box.width() / across, box.height() / down, _LARGEST_CELL * max(1.0, 8 / max(across, down))), 0.5)
    size = side * across, side * down
    found = QRectF(box.left(), box.center().y() - size[1] / 2, *size)
    return Grid(found, rows, columns, top, left, bottom, right)


@dataclass(frozen=True)
class RowLayout:
    """One row of the film: what is read, the lens with the numbers and their weights, the partial map, the pill."""

    sheet: Grid
    values: QRectF
    weights: QRectF
    partial: Grid
    pill: QPointF

    @property
    def brace(self) -> float:
        """The right edge of the lens."""
        return max(self.values.right(), self.weights.right())


class Layout:
    """The places for a scene in ``width`` × ``height`` pixels. A row has its sheet, lens, partial map and pill."""

    def __init__(self, scene: Scene, width: float, height: float) -> None:
        count = scene.reel.rows
        read_height, read_width, _ = scene.read.shape
        self.incoming_count: int = scene.read.shape[2]
        rows, columns = scene.made.shape[:2]
        kernel = scene.weights.shape[-3:-1]
        seen = scene.seen
        top, bottom = (min(pad, _MOST_PADDING) for pad in (seen.rows.before, seen.rows.after))
        before, behind = (min(pad, _MOST_PADDING) for pad in (seen.columns.before, seen.columns.after))
        alone = self.incoming_count == 1
        outer = max(width - 2 * MARGIN, 300.0)
        last = min(max(0.205 * outer, 150.0), 280.0)
        first = 0.0 if alone else min(max(0.115 * outer, 60.0), 150.0)
        middle = outer - first - last
        # how the rest is shared: curve, sheet, beam, lens, Σ, partial map, pills and ⊕
        parts = (0.06, 0.24, 0.05, 0.105, 0.085, 0.21, 0.25)
        if count == 1:
            parts = (0.0 if alone else 0.06, 0.285, 0.05, 0.12, 0.085, 0.215, 0.245)
        elif outer < 900:  # the numbers need as much room as in a wide window
            parts = (0.05, 0.225, 0.04, 0.10, 0.075, 0.205, 0.305)
        edges = [MARGIN + first]
        for part in parts:
            edges.append(edges[-1] + part / sum(parts) * middle)
        self.first = QRectF(MARGIN, 0, first, height)
        high = height / count
        self.rows: list[RowLayout] = []
        for number in range(count):
            room = QRectF(0, number * high + TITLE, 0, max(high - TITLE - 6, 24.0))
            box = QRectF(edges[1], room.top(), edges[2] - edges[1], room.height())
            sheet = grid_in(box, read_height, read_width, (top, bottom, before, behind))
            values, weights = _lens(QRectF(edges[3], room.top(), edges[4] - edges[3], room.height()), kernel)
            partial = grid_in(QRectF(edges[5], room.top(), edges[6] - edges[5], room.height()), rows, columns)
            pill = QPointF(edges[6] + 0.31 * (edges[7] - edges[6]), room.center().y())
            self.rows.append(RowLayout(sheet, values, weights, partial, pill))
        self.plus = QPointF(edges[7] - 34, height / 2 + (TITLE - 6) / 2)
        self.plus_radius = 17.0
        self.bias = QPointF(edges[7] - 52, self.plus.y() + min(84.0, 0.42 * height))
        self._lay_last(scene, width - MARGIN - last, last, height)
        self._lay_first(scene, height)

    def _lay_first(self, scene: Scene, height: float) -> None:
        """The picture, or the maps that come in; () where the only one has its row."""
        self.incoming: list[Grid] = []
        read_height, read_width, count = scene.read.shape
        self.incoming_shown = 0
        if count == 1:
            return
        if scene.coloured:
            box = QRectF(self.first.left(), 0, self.first.width(), height)
            self.incoming = [grid_in(box, read_height, read_width)]
            return
        shown = min(count, max(1, int(height // 52)), 16)
        self.incoming_shown = shown
        height -= LINE if shown < count else 0  # a line says how many more there are
        pitch = min(height / shown, (self.first.width() - 54) * min(1.0, read_height / read_width) + 18)
        top = (height - pitch * shown) / 2
        for number in range(shown):
            box = QRectF(self.first.left(), top + number * pitch + 3, self.first.width() - 54, pitch - 8)
            self.incoming.append(grid_in(box, read_height, read_width))

    def _lay_last(self, scene: Scene, left: float, wide: float, height: float) -> None:
        """All maps as tiles above the one that is written, its legend below."""
        rows, columns = scene.made.shape[:2]
        filters = scene.reel.filters
        across = min(filters, 4 if filters <= 8 else 5)
        down = min(-(-filters // across), 2)
        self.tiles_title = QRectF(left, 0, wide, TITLE)
        gap = 5.0
        tile = min((wide - gap * (across - 1)) / across, height * 0.11, 56.0)
        tall = tile * min(1.0, max(rows / columns, 0.25))
        self.tiles_across, self.tiles_shown = across, across * down
        self.tiles = [
            QRectF(left + (i % across) * (tile + gap), TITLE + 2 + (i // across) * (tall + gap + LINE - 3), tile, tall)
            for i in range(self.tiles_shown)
        ]
        top = TITLE + 2 + down * (tall + gap + LINE - 3) + 6
        if filters == 1:
            top, self.tiles, self.tiles_shown = 0.0, [], 0
        self.map_title = QRectF(left, top, wide, TITLE)
        legend = (2 if scene.coloured else 3) * (LINE + 11) + max(scene.notes, 2) * LINE
        counts = 3 * (LINE + 8) + 10
        room = height - top - TITLE - _ABOVE_LEGEND - legend
        self.counted = room - counts > 0.75 * min(wide, room)
        room -= counts if self.counted else 0
        self.map = grid_in(QRectF(left, top + TITLE, wide, max(room, 40.0)), rows, columns)
        self.map = Grid(self.map.box.translated(0, top + TITLE - self.map.box.top()), rows, columns)
        self.legend = QRectF(left, self.map.box.bottom() + _ABOVE_LEGEND, wide, legend)
        self.counts = QRectF(left, height - counts, wide, counts)


def _lens(room: QRectF, kernel: tuple[int, ...]) -> tuple[QRectF, QRectF]:
    """The boxes of the numbers and of their weights, one above the other with a × between them."""
    between = 18.0
    side = min(room.width() / kernel[1], (room.height() - between) / 2 / kernel[0], 52.0)
    wide, high = side * kernel[1], side * kernel[0]
    top = room.center().y() - high - between / 2
    return QRectF(room.left(), top, wide, high), QRectF(room.left(), top + high + between, wide, high)


def between(begin: QRectF, end: QRectF, share: float) -> QRectF:
    """A box on its way from one place to another."""
    ways = ((begin.x(), end.x()), (begin.y(), end.y()), (begin.width(), end.width()), (begin.height(), end.height()))
    return QRectF(*(start + (stop - start) * share for start, stop in ways))
