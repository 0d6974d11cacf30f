"""All of a film that changes from frame to frame: windows, lenses, what has been written, pills."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen, QPolygonF

from cnnstudio.nn.explaining.parts import Block, Doubles
from cnnstudio.ui.explain.film.colours import Colours, FilterColours, row_ink
from cnnstudio.ui.explain.film.ground import Ground, bold, draw_cells, first_incoming, swung, tile_box
from cnnstudio.ui.explain.film.layout import LINE, Grid, Layout, RowLayout, between
from cnnstudio.ui.explain.film.pointed import Pointed, lens_grid
from cnnstudio.ui.explain.film.reel import APART, WHOLE, Position
from cnnstudio.ui.explain.film.rows import Row
from cnnstudio.ui.explain.film.scene import Account, Scene
from cnnstudio.ui.explain.pictures.inks import draw_fitting, text_on
from cnnstudio.ui.look import theme

_MIDDLE = Qt.AlignmentFlag.AlignCenter
#: a lens's cells show their numbers from this width on
READABLE = 27.0


@dataclass(frozen=True, eq=False)
class Frame:
    """One moment of a film: where it is, how far towards the next step (0…1), the cell that is shown and what of its
    sum can be seen."""

    position: Position
    progress: float
    account: Account
    #: how many numbers of the account are known: those of the rows from the top, then the bias
    known: int
    #: whether the cell itself is written
    written: bool
    pointed: Pointed | None = None

    @property
    def pills(self) -> tuple[str, ...]:
        """The numbers that stand in the pills, from the first row to the bias; only those that have been computed."""
        return self.account.figures[: self.known]


class Live:
    """Draws a frame over its ground."""

    def __init__(
        self, scene: Scene, layout: Layout, colours: Colours, own: FilterColours, rows: tuple[Row, ...], ground: Ground
    ) -> None:
        self.scene, self.layout, self.colours, self.own, self.rows = scene, layout, colours, own, rows
        self._ground = ground
        self._tile = colours.tiles.picture(own.map)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """All that moves."""
        position, reel = frame.position, self.scene.reel
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._maps(painter, position)
        if position.step == WHOLE:
            self._coming_apart(painter, frame.progress)
            return
        if position.step == APART and frame.pointed is None:
            self._laying_on(painter, frame)
            return
        for line, place in enumerate(self.layout.rows):
            self._lens(painter, place, line, frame)
        for line, place in enumerate(self.layout.rows):
            self._way(painter, place, line, frame, row_ink(self.scene, line, self.rows[line]))
        self._read_now(painter, frame)
        self._bias(painter, frame)
        self._to_the_map(painter, frame)
        self._on_the_map(painter, frame)
        self._belonging(painter, frame)
        if position.step >= reel.steps and position.place == reel.places - 1 and frame.progress > 0:
            self._put_away(painter, position, frame.progress)

    def _maps(self, painter: QPainter, position: Position) -> None:
        """The partial maps, the map and its tile, as far as they are written."""
        reel = self.scene.reel
        for line, place in enumerate(self.layout.rows):
            self._written(painter, place.partial, self.own.pictures[line], reel.cells_of_row(position, line))
        self._written(painter, self.layout.map, self.own.map_picture, reel.cells_of_map(position))
        if self.layout.tiles:
            tile = tile_box(self.layout, self.scene, position.filter)
            self._written(painter, Grid(tile, reel.height, reel.width), self._tile, reel.cells_of_map(position))

    def _on_the_map(self, painter: QPainter, frame: Frame) -> None:
        """The cell that is looked at."""
        row, column, _ = frame.account.cell
        self._mark(painter, self.layout.map.cell(row, column), theme.current().accent)

    def _bias(self, painter: QPainter, frame: Frame) -> None:
        """What joins the numbers of the rows, where the layer has it."""
        if frame.account.bias is None:
            return
        look, known = theme.current(), frame.known > len(self.rows)
        painter.setPen(QPen(look.secondary, 1.4))
        plus = self.layout.plus
        painter.drawLine(QPointF(plus.x(), plus.y() + self.layout.plus_radius + 1), self.layout.bias)
        text = frame.account.figures[-1] if known else "bias"
        self._pill(painter, self.layout.bias, text, look.text if known else look.secondary)
        if known:
            painter.setFont(theme.drawn_font())
            painter.setPen(look.secondary)
            under = QRectF(self.layout.bias.x() - 40, self.layout.bias.y() + 13, 80, LINE)
            painter.drawText(under, _MIDDLE, "bias")

    # what has been written

    def _written(self, painter: QPainter, grid: Grid, picture: QImage, count: int) -> None:
        """So many cells of a map, row by row; the others are left as they are."""
        rows, rest = divmod(count, grid.columns)
        for top, high, wide in ((0, rows, grid.columns), (rows, 1, rest)):
            if high and wide:
                box = QRectF(grid.inner.left(), grid.inner.top() + top * grid.side, wide * grid.side, high * grid.side)
                painter.fillRect(box.toRect(), theme.current().card)  # whole pixels are filled much faster
                painter.drawImage(box, picture, QRectF(0, top, wide, high))

    # the sheets

    def _coming_apart(self, painter: QPainter, progress: float) -> None:
        """The sheets on their way from the picture to their rows."""
        eased = progress * progress * (3 - 2 * progress)
        for line, (row, place) in enumerate(zip(self.rows, self.layout.rows, strict=True)):
            home = place.sheet
            if not row.single or not self.layout.incoming:
                painter.setOpacity(eased)
                self._ground.sheet(painter, home, row, row_ink(self.scene, line, row))
                painter.setOpacity(1.0)
                continue
            channel = row.channels[0]
            start = self.layout.incoming[0]
            if not self.scene.coloured:
                shown = channel - first_incoming(self.layout, self.scene, self.rows)
                start = self.layout.incoming[max(0, min(shown, len(self.layout.incoming) - 1))]
            box = between(start.inner, home.inner, eased)
            painter.setOpacity(min(1.0, 2 * progress))
            draw_cells(painter, box, self.colours.sheet(channel))
            painter.setOpacity(1.0)

    def _laying_on(self, painter: QPainter, frame: Frame) -> None:
        """The filter on its way from its tile to its rows."""
        number, eased = frame.position.filter, frame.progress * (2 - frame.progress)
        if frame.progress <= 0:
            return
        tile = tile_box(self.layout, self.scene, number) if self.layout.tiles else self.layout.map.box
        for row, place in zip(self.rows, self.layout.rows, strict=True):
            if not row.single:
                continue
            kernel = self.scene.kernel(number, row.channels[0], frame.account.cell)
            home = self._lies_on(place, frame)
            draw_cells(painter, between(tile, home, eased), self.colours.weights.picture(kernel))

    def _lies_on(self, place: RowLayout, frame: Frame) -> QRectF:
        """Where the filter comes to lie in a row."""
        return _around(place.sheet, frame.account)

    def _lens(self, painter: QPainter, place: RowLayout, line: int, frame: Frame) -> None:
        """The window on a sheet, and the numbers under it with their weights."""
        row, look, account = self.rows[line], theme.current(), frame.account
        if not row.single:
            self._kernels(painter, place, row, account)
            return
        block = account.blocks.get(row.channels[0])
        if block is None or block.right is None:
            return
        factors = self.colours.weights.picture(block.right)
        window = self._window(painter, place.sheet, account, block.right)
        values = lens_grid(place.values, *block.left.shape)
        weights = lens_grid(place.weights, *block.left.shape)
        beam = QColor(look.accent)
        beam.setAlpha(34)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(beam)
        near, far = window, values.box
        if near.isValid():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)  # smooth edges cost more than all else
            painter.drawPolygon(QPolygonF([near.topRight(), far.topLeft(), far.bottomLeft(), near.bottomRight()]))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_cells(painter, values.box, self.colours.block(block.left, row.channels[0]))
        draw_cells(painter, weights.box, factors)
        self._numbers(painter, values, weights, block, row.channels[0])
        self._rule_off(painter, values, look.accent)
        self._rule_off(painter, weights, look.line)
        if block.outside is not None and block.outside.any() and values.side < READABLE:
            painter.setFont(theme.drawn_font())
            painter.setPen(text_on(self.colours.colour(0.0, row.channels[0])))
            for y, x in np.argwhere(block.outside).tolist():
                draw_fitting(painter, values.cell(y, x), "0")
        painter.setPen(look.text)
        painter.setFont(bold(theme.drawn_font(theme.BODY_PX)))
        between = QRectF(place.values.left(), place.values.bottom(), place.values.width(), 18)
        painter.drawText(between, _MIDDLE, "×")
        if frame.pointed is None and line == frame.position.step and frame.progress > 0:
            self._product_by_product(painter, values, weights, frame.progress)

    def _numbers(self, painter: QPainter, values: Grid, weights: Grid, block: Block, channel: int) -> None:
        """Written in the cells where there is room."""
        if values.side < READABLE or block.right is None:
            return
        font = theme.tabular(theme.drawn_font())
        font.setPixelSize(10)
        painter.setFont(font)
        for grid, numbers, colours in (
            (values, block.left, self.colours.colours(block.left, channel)),
            (weights, block.right, self.colours.weights.colours(block.right)),
        ):
            for y, line in enumerate(numbers.tolist()):
                for x, value in enumerate(line):
                    if math.isfinite(value):
                        painter.setPen(text_on(colours[y][x]))
                        draw_fitting(painter, grid.cell(y, x), short(value))

    def _kernels(self, painter: QPainter, place: RowLayout, row: Row, account: Account) -> None:
        """The kernels of the others, small, with their numbers."""
        look, shown = theme.current(), row.channels[:6]
        room = place.values.united(place.weights)
        tile = min(room.width() / 2 - 4, (room.height() - 3 * LINE) / 3)
        painter.setFont(theme.tabular(theme.drawn_font()))
        for number, channel in enumerate(shown):
            kernel = self.scene.kernel(account.cell[2], channel, account.cell)
            share = tile / max(kernel.shape)
            left = room.left() + (number % 2) * (tile + 8)
            top = room.top() + (number // 2) * (tile + LINE)
            box = QRectF(left, top, share * kernel.shape[1], share * kernel.shape[0])
            draw_cells(painter, box, self.colours.weights.picture(kernel))
            painter.setPen(look.secondary)
            hidden = len(row.channels) - len(shown)
            text = f"+{hidden + 1}" if hidden and number == len(shown) - 1 else str(channel + 1)
            painter.drawText(QRectF(left, box.bottom(), tile, LINE), _MIDDLE, text)

    def _window(self, painter: QPainter, grid: Grid, account: Account, factors: Doubles | None) -> QRectF:
        """The window on a sheet with its weights in it; its box. Cells that do not touch are joined by a thin frame."""
        around = _around(grid, account)
        painter.save()
        try:
            painter.setClipRect(grid.box.adjusted(-2, -2, 2, 2))
            self._panes(painter, grid, account, around, factors)
        finally:
            painter.restore()
        return around.intersected(grid.box.adjusted(-1, -1, 1, 1))

    def _panes(self, painter: QPainter, grid: Grid, account: Account, around: QRectF, factors: Doubles | None) -> None:
        look = theme.current()
        rows, columns, dense = account.rows, account.columns, account.dense
        if factors is not None:
            painter.setOpacity(0.85)
            if dense:
                draw_cells(painter, around, self.colours.weights.picture(factors))
            else:
                for row, colours in zip(rows, self.colours.weights.colours(factors), strict=True):
                    for column, colour in zip(columns, colours, strict=True):
                        painter.fillRect(grid.cell(row, column), colour)
            painter.setOpacity(1.0)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not dense and grid.side >= 3:
            painter.setPen(QPen(look.accent, 1.0))
            painter.drawRects([grid.cell(row, column) for row in rows for column in columns])
        if dense and grid.side >= 2:
            painter.setPen(QPen(look.card, 3.2))
            painter.drawRect(around)
        painter.setPen(QPen(look.accent, 1.8 if dense else 1.0))
        painter.drawRect(around)

    def _read_now(self, painter: QPainter, frame: Frame) -> None:
        account = frame.account
        read = account.sources.channels.tolist()
        first = first_incoming(self.layout, self.scene, self.rows)
        for number, grid in enumerate(self.layout.incoming):
            if self.scene.coloured or first + number in read:
                self._window(painter, grid, account, None)

    # the sum

    def _way(self, painter: QPainter, place: RowLayout, line: int, frame: Frame, ink: QColor) -> None:
        """From the lens through Σ to the partial map's cell, and from there as a pill to the sum."""
        look = theme.current()
        row, column, _ = frame.account.cell
        known = frame.known > line
        cell = place.partial.cell(row, column)
        lens = place.values.united(place.weights)
        sigma = QPointF(lens.right() + 0.5 * (place.partial.box.left() - lens.right()), lens.center().y())
        painter.setPen(QPen(look.secondary, 1.2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        right = lens.right() + 4
        painter.drawLine(QPointF(right, lens.top()), QPointF(right + 4, lens.top()))
        painter.drawLine(QPointF(right, lens.bottom()), QPointF(right + 4, lens.bottom()))
        painter.drawLine(QPointF(right + 4, lens.top()), QPointF(right + 4, lens.bottom()))
        painter.setPen(QPen(ink if known else look.line, 1.3))
        before = QPointF(place.partial.box.left(), cell.center().y())
        painter.drawPath(swung(QPointF(sigma.x() + 10, sigma.y()), before))
        painter.setBrush(look.card)
        painter.drawEllipse(sigma, 10, 10)
        painter.setFont(bold(theme.drawn_font()))
        painter.setPen(look.text)
        painter.drawText(QRectF(sigma.x() - 10, sigma.y() - 10, 20, 20), _MIDDLE, "Σ")
        if known:
            dashed = QColor(ink)
            dashed.setAlpha(150)
            painter.setPen(QPen(dashed, 1, Qt.PenStyle.DashLine))
            painter.drawLine(before, QPointF(cell.left(), cell.center().y()))
            painter.setPen(QPen(ink, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            out = QPointF(place.partial.box.right(), cell.center().y())
            painter.drawLine(QPointF(cell.right(), cell.center().y()), out)
            painter.drawPath(swung(out, QPointF(place.pill.x() - 20, place.pill.y())))
            painter.drawPath(swung(QPointF(place.pill.x() + 20, place.pill.y()), self._rim(place.pill)))
            self._pill(painter, place.pill, frame.account.figures[line], ink)
        self._mark(painter, cell, ink)

    def _rim(self, pill: QPointF) -> QPointF:
        """Where a curve from a pill meets the ⊕."""
        plus, radius = self.layout.plus, self.layout.plus_radius
        off = 0.0 if abs(pill.y() - plus.y()) < 4 else radius * 0.55 * (1 if pill.y() > plus.y() else -1)
        return QPointF(plus.x() - radius * 0.85, plus.y() + off)

    def _to_the_map(self, painter: QPainter, frame: Frame) -> None:
        if not frame.written:
            return
        look = theme.current()
        row, column, _ = frame.account.cell
        cell = self.layout.map.cell(row, column)
        start = QPointF(self.layout.plus.x() + self.layout.plus_radius, self.layout.plus.y())
        edge = QPointF(self.layout.map.box.left() - 2, cell.center().y())
        painter.setPen(QPen(look.accent, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(swung(start, edge))
        painter.setPen(QPen(look.accent, 1, Qt.PenStyle.DashLine))
        painter.drawLine(edge, QPointF(cell.left(), cell.center().y()))

    def _pill(self, painter: QPainter, middle: QPointF, text: str, ink: QColor) -> None:
        painter.setFont(theme.tabular(bold(theme.drawn_font())))
        wide = max(QFontMetricsF(painter.font()).horizontalAdvance(text) + 16, 54.0)
        box = QRectF(middle.x() - wide / 2, middle.y() - 11, wide, 22)
        painter.setPen(QPen(ink, 1.3))
        painter.setBrush(theme.current().card)
        painter.drawRoundedRect(box, 11, 11)
        painter.setPen(ink)
        painter.drawText(box, _MIDDLE, text)

    # marks

    def _mark(self, painter: QPainter, cell: QRectF, ink: QColor) -> None:
        grown = cell.adjusted(-1.5, -1.5, 1.5, 1.5)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.current().card, 3.4))
        painter.drawRect(grown)
        painter.setPen(QPen(ink, 1.8))
        painter.drawRect(grown)

    def _belonging(self, painter: QPainter, frame: Frame) -> None:
        """What belongs to the pixel, number or weight that is pointed at."""
        pointed, sources = frame.pointed, frame.account.sources
        look = theme.current()
        if pointed is None:
            return
        if pointed.what == "pixel":
            rows, columns = self.scene.readers(pointed.row, pointed.column)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for grid in (self.layout.map, *(place.partial for place in self.layout.rows)):
                painter.setPen(QPen(look.warning, 1.4))
                for row in rows:
                    for column in columns:
                        painter.drawRect(grid.cell(row, column).adjusted(0.5, 0.5, -0.5, -0.5))
            for line, place in enumerate(self.layout.rows):
                if self.rows[line].single:
                    self._mark(painter, place.sheet.cell(pointed.row, pointed.column), look.warning)
        elif pointed.what in ("number", "weight") and pointed.row < len(sources.rows):
            row, column = int(sources.rows[pointed.row]), int(sources.columns[pointed.column])
            for line, place in enumerate(self.layout.rows):
                if self.rows[line].single:
                    self._mark(painter, place.sheet.cell(row, column), look.warning)
            place = self.layout.rows[pointed.line]
            for box in (place.values, place.weights):
                lens = lens_grid(box, len(sources.rows), len(sources.columns))
                self._mark(painter, lens.cell(pointed.row, pointed.column), look.warning)

    def _product_by_product(self, painter: QPainter, values: Grid, weights: Grid, progress: float) -> None:
        """The products of the first cell one after the other."""
        number = min(int(progress * values.rows * values.columns), values.rows * values.columns - 1)
        for grid in (values, weights):
            self._mark(painter, grid.cell(*divmod(number, values.columns)), theme.current().warning)

    def _put_away(self, painter: QPainter, position: Position, progress: float) -> None:
        """The finished map on its way into its tile."""
        if not self.layout.tiles:
            return
        eased = progress * progress * (3 - 2 * progress)
        tile = tile_box(self.layout, self.scene, position.filter)
        draw_cells(painter, between(self.layout.map.inner, tile, eased), self.own.map_picture)

    @staticmethod
    def _rule_off(painter: QPainter, grid: Grid, colour: QColor) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if grid.side >= 8:
            faint = QColor(theme.current().card)
            faint.setAlpha(90)
            painter.setPen(QPen(faint, 1))
            inner, side = grid.inner, grid.side
            across = [inner.left() + x * side for x in range(1, grid.columns)]
            down = [inner.top() + y * side for y in range(1, grid.rows)]
            lines = [QLineF(x, inner.top(), x, inner.bottom()) for x in across]
            lines += [QLineF(inner.left(), y, inner.right(), y) for y in down]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.drawLines(lines)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colour, 1.2))
        painter.drawRect(grid.box)


def short(value: float) -> str:
    """A number in two decimals, for a narrow cell; what is too small for them is 0 only where it is."""
    if value == 0:
        return "0"
    text = f"{value:.2f}" if abs(value) < 100 else f"{value:.0f}"
    return text.replace("-", "−")


def _around(grid: Grid, account: Account) -> QRectF:
    """The box around all cells that a cell reads."""
    rows, columns = account.rows, account.columns
    if not rows or not columns:
        return QRectF()
    return grid.cell(min(rows), min(columns)).united(grid.cell(max(rows), max(columns)))
