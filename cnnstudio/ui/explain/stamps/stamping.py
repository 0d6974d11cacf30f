"""How a film of stamps is drawn: one cell of each sheet, the weights it is multiplied with, and what it has stamped."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QPainter, QPen

from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.explaining.parts import Doubles
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.explain.film.ground import Ground, bold, draw_cells, first_incoming, swung, tile_box
from cnnstudio.ui.explain.film.layout import Grid, RowLayout
from cnnstudio.ui.explain.film.live import READABLE, Frame, Live, short
from cnnstudio.ui.explain.film.pointed import lens_grid
from cnnstudio.ui.explain.film.reel import Position
from cnnstudio.ui.explain.pictures.inks import Ink, draw_fitting, text_on
from cnnstudio.ui.explain.stamps.scene import StampScene
from cnnstudio.ui.look import theme

_MIDDLE = Qt.AlignmentFlag.AlignCenter
#: the number of a cell is at most so large, and how much of a colour is left as long as a cell is not final
_NUMBER, _PALE = 52.0, 0.45


def lenses(place: RowLayout, kernel: tuple[int, ...]) -> tuple[Grid, Grid]:
    """The number of a row, and the weights it is multiplied with."""
    side = min(place.values.width(), place.values.height(), _NUMBER)
    box = QRectF(0, 0, side, side)
    box.moveCenter(place.values.center())
    box.moveBottom(place.values.bottom())
    return Grid(box, 1, 1), lens_grid(place.weights, kernel[0], kernel[1])


class StampingGround(Ground):
    """What stands still, with the words for stamps."""

    def counts(self) -> tuple[tuple[str, str], ...]:
        reel, kernel = self.scene.reel, self.scene.weights.shape[1:3]
        numbers = amount(len(self.scene.channels(0)), "number")
        return (
            (f"{numbers} × {shape_text(kernel)} weights", "1 stamp"),
            (f"{shape_text((reel.height, reel.width))} = {amount(reel.places, 'stamp')}", "1 map"),
            (amount(reel.filters, "filter"), amount(reel.filters, "map")),
        )

    def notes(self, dots: QBrush) -> list[tuple[QBrush, str]]:
        assert isinstance(self.scene, StampScene)
        if not self.scene.overlaps:
            return super().notes(dots)
        pale = theme.mixed(self.own.ink.colour(self.own.ink.scale.high), theme.current().card, _PALE)
        return [*super().notes(dots), (QBrush(pale), "pale: more stamps to come")]


class Stamping(Live):
    """Draws a frame over its ground."""

    def _maps(self, painter: QPainter, position: Position) -> None:
        scene, reel = self.scene, self.scene.reel
        assert isinstance(scene, StampScene)
        for line, (row, place) in enumerate(zip(self.rows, self.layout.rows, strict=True)):
            done = reel.cells_of_row(position, line)
            values = scene.stamped(position.filter, row.channels, done)
            self._so_far(painter, place.partial.box, values, done, self.own.ink, gaps=False)
        done = reel.cells_of_map(position)
        values = scene.map_so_far(position.filter, self.rows, done)
        self._so_far(painter, self.layout.map.box, values, done, self.own.ink, gaps=position.step >= 0)
        if self.layout.tiles:
            tile = tile_box(self.layout, scene, position.filter)
            self._so_far(painter, tile, values, done, self.colours.tiles, gaps=position.step >= 0)

    def _on_the_map(self, painter: QPainter, frame: Frame) -> None:
        position, reel = frame.position, self.scene.reel
        self._stamp(painter, self.layout.map, position, theme.current().accent, laid=position.step >= reel.steps)
        super()._on_the_map(painter, frame)

    def _so_far(self, painter: QPainter, box: QRectF, values: Doubles, count: int, ink: Ink, *, gaps: bool) -> None:
        """A map as far as it has been stamped: pale where stamps are to come, nothing where none has been laid; of
        cells that no stamp reaches (``gaps``) the bias is all there is."""
        scene = self.scene
        assert isinstance(scene, StampScene)
        done, all_of_them = scene.stamps_on(count), scene.stamps
        seen = (done > 0) | ((all_of_them == 0) & gaps)
        if not seen.any():
            return
        picture = ink.picture(values).convertToFormat(QImage.Format.Format_RGBA8888)
        pixels = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine() // 4, 4)
        colours = pixels[:, : picture.width()].copy()
        card = theme.current().card
        ground = np.array([card.red(), card.green(), card.blue()])
        pale = done < all_of_them
        colours[pale, :3] = np.rint(_PALE * colours[pale, :3] + (1 - _PALE) * ground).astype(np.uint8)
        colours[~seen] = 0
        height, width, _ = colours.shape
        drawn = QImage(colours.tobytes(), width, height, 4 * width, QImage.Format.Format_RGBA8888)
        draw_cells(painter, box, drawn)

    def _lies_on(self, place: RowLayout, frame: Frame) -> QRectF:
        return lenses(place, self.scene.weights.shape[1:3])[1].box

    def _lens(self, painter: QPainter, place: RowLayout, line: int, frame: Frame) -> None:
        """The cell of a sheet, its number, and the weights that it is multiplied with."""
        row, look, position = self.rows[line], theme.current(), frame.position
        if not row.single:
            self._kernels(painter, place, row, frame.account)
            return
        channel = row.channels[0]
        at = divmod(position.place, self.scene.reel.width)
        value, kernel = float(self.scene.read[(*at, channel)]), self.scene.kernel(position.filter, channel, (0, 0, 0))
        cell, (number, weights) = place.sheet.cell(*at), lenses(place, kernel.shape)
        painter.setPen(QPen(look.accent, 1.2))
        painter.drawLines([
            QLineF(cell.topRight(), number.box.topLeft()), QLineF(cell.bottomRight(), number.box.bottomLeft())
        ])  # fmt: skip
        self._mark(painter, cell, look.accent)
        colour = self.colours.colour(value, channel)
        painter.fillRect(number.box, colour)
        painter.setFont(theme.tabular(theme.drawn_font()))
        painter.setPen(text_on(colour))
        draw_fitting(painter, number.box, short(value))
        draw_cells(painter, weights.box, self.colours.weights.picture(kernel))
        if weights.side >= READABLE:
            font = theme.tabular(theme.drawn_font())
            font.setPixelSize(10)
            painter.setFont(font)
            for y, numbers in enumerate(kernel.tolist()):
                for x, weight in enumerate(numbers):
                    painter.setPen(text_on(self.colours.weights.colour(weight)))
                    draw_fitting(painter, weights.cell(y, x), short(weight))
        self._rule_off(painter, number, look.accent)
        self._rule_off(painter, weights, look.line)
        painter.setPen(look.text)
        painter.setFont(bold(theme.drawn_font(theme.BODY_PX)))
        painter.drawText(QRectF(place.values.left(), place.values.bottom(), place.values.width(), 18), _MIDDLE, "×")

    def _way(self, painter: QPainter, place: RowLayout, line: int, frame: Frame, ink: QColor) -> None:
        """From the weights to the stamp on the partial map, and from the cell that is looked at to the sum."""
        laid = frame.position.step > line
        lens = place.values.united(place.weights)
        stamp = self._stamp(painter, place.partial, frame.position, ink, laid=laid)
        if stamp.isValid():
            painter.setPen(QPen(ink if laid else theme.current().line, 1.3))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            start = QPointF(lens.right() + 4, lens.center().y())
            painter.drawPath(swung(start, QPointF(stamp.left(), stamp.center().y())))
        row, column, _ = frame.account.cell
        cell = place.partial.cell(row, column)
        if frame.known > line:
            out = QPointF(place.partial.box.right(), cell.center().y())
            painter.setPen(QPen(ink, 1.6))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawLine(QPointF(cell.right(), cell.center().y()), out)
            painter.drawPath(swung(out, QPointF(place.pill.x() - 20, place.pill.y())))
            painter.drawPath(swung(QPointF(place.pill.x() + 20, place.pill.y()), self._rim(place.pill)))
            self._pill(painter, place.pill, frame.account.figures[line], ink)
        self._mark(painter, cell, ink)

    def _stamp(self, painter: QPainter, grid: Grid, position: Position, ink: QColor, *, laid: bool) -> QRectF:
        """The outline of the stamp on a map; its box, which is not valid where all of it is cut off."""
        assert isinstance(self.scene, StampScene)
        rows, columns = self.scene.covered(position.place)
        if not rows or not columns:
            return QRectF()
        around = grid.cell(rows[0], columns[0]).united(grid.cell(rows[-1], columns[-1]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        style = Qt.PenStyle.SolidLine if laid else Qt.PenStyle.DashLine
        painter.setPen(QPen(theme.current().card, 3.2))
        painter.drawRect(around)
        painter.setPen(QPen(ink, 1.6, style))
        painter.drawRect(around)
        return around

    def _read_now(self, painter: QPainter, frame: Frame) -> None:
        """The cell in all maps that come in and are read."""
        position = frame.position
        read = self.scene.channels(position.filter)
        first = first_incoming(self.layout, self.scene, self.rows)
        for number, grid in enumerate(self.layout.incoming):
            if self.scene.coloured or first + number in read:
                self._mark(painter, grid.cell(*divmod(position.place, self.scene.reel.width)), theme.current().accent)

    def _belonging(self, painter: QPainter, frame: Frame) -> None:
        """What belongs to the cell or weight that is pointed at."""
        pointed, scene, look = frame.pointed, self.scene, theme.current()
        if pointed is None or not isinstance(scene, StampScene):
            return
        maps = (self.layout.map, *(place.partial for place in self.layout.rows))
        sheets = [place.sheet for row, place in zip(self.rows, self.layout.rows, strict=True) if row.single]
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if pointed.what == "pixel":
            rows, columns = scene.readers(pointed.row, pointed.column)
            painter.setPen(QPen(look.warning, 1.4))
            for grid in maps:
                painter.drawRects([grid.cell(row, column) for row in rows for column in columns])
            for grid in sheets:
                self._mark(painter, grid.cell(pointed.row, pointed.column), look.warning)
        elif pointed.what in ("map", "partial"):
            sources = frame.account.sources
            for grid in sheets:
                for row in sources.rows.tolist():
                    for column in sources.columns.tolist():
                        self._mark(painter, grid.cell(row, column), look.warning)
            weight = scene.weight_at(frame.position.place, (pointed.row, pointed.column))
            for row_, place in zip(self.rows, self.layout.rows, strict=True):
                if weight is not None and row_.single:
                    kernel = lenses(place, scene.weights.shape[1:3])[1]
                    self._mark(painter, kernel.cell(*weight), look.warning)
        elif pointed.what == "weight":
            under = scene.cell_under(frame.position.place, (pointed.row, pointed.column))
            kernel = lenses(self.layout.rows[pointed.line], scene.weights.shape[1:3])[1]
            self._mark(painter, kernel.cell(pointed.row, pointed.column), look.warning)
            if under is not None:
                for grid in maps:
                    self._mark(painter, grid.cell(*under), look.warning)
